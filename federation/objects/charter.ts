/** A community's charter as other servers read it: an Article by the Group, pinned in its `featured`. */
import type { CharterRow } from "../../db/queries/charters.ts";
import type { CommunityRow } from "../../db/queries/communities.ts";
import type { PlainObject } from "../gate/read-json.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/** A charter as one text in the community's language: its title, safe HTML, and the Markdown that is made of. */
export interface CharterText {
  title: string;
  html: string;
  source: string;
}

/** Makes that text: the house knows Markdown and the words of each language. */
export type MakeCharterText = (charter: CharterRow, community: CommunityRow) => CharterText;

/** Its id, which is its page as well. */
export function charterId(group: string): string {
  return `${group}/charter`;
}

/** The Article without a context of its own. Microblogs show its `name` and `summary` with a link. */
export function charterObject(charter: CharterRow, community: CommunityRow, make: MakeCharterText): PlainObject {
  const { uri } = community;
  const id = charterId(uri);
  const { title, html, source } = make(charter, community);
  return {
    id,
    type: "Article",
    attributedTo: uri,
    name: title,
    summary: community.summary,
    content: html,
    mediaType: "text/html",
    source: { content: source, mediaType: "text/markdown" },
    ...(community.language !== null && { contentMap: { [community.language]: html } }),
    url: id,
    to: [PUBLIC],
    cc: [`${uri}/followers`],
    audience: uri,
    tag: [],
    attachment: [],
    published: charter.publishedAt.toISOString(),
    updated: charter.writtenAt.toISOString(),
  };
}
