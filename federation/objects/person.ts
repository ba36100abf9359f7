/** The Person that somebody with an account here is to other servers. */
import type { OwnKey } from "../../db/queries/actors.ts";
import type { OwnPerson } from "../../db/queries/people.ts";
import type { PlainObject } from "../gate/read-json.ts";
import { ACTOR_CONTEXT, keyProperties } from "./actor.ts";
import { escapeHtml } from "./escape.ts";

/** What they say about what they do goes where other servers show it: as pairs of a name and a value (Mastodon's profile fields). */
export function personDocument(origin: string, person: OwnPerson, keys: OwnKey[]): PlainObject {
  const { uri } = person;
  return {
    "@context": ACTOR_CONTEXT,
    id: uri,
    type: "Person",
    preferredUsername: person.username,
    name: person.name || person.username,
    summary: person.summary,
    url: uri,
    ...(person.iconUrl !== null && { icon: { type: "Image", mediaType: "image/webp", url: person.iconUrl } }),
    inbox: `${uri}/inbox`,
    outbox: `${uri}/outbox`,
    followers: `${uri}/followers`,
    following: `${uri}/following`,
    endpoints: { sharedInbox: `${origin}/inbox` },
    manuallyApprovesFollowers: false,
    discoverable: true,
    indexable: true,
    ...(person.alsoKnownAs.length > 0 && { alsoKnownAs: person.alsoKnownAs }),
    attachment: fields(person),
    tag: person.helpsWith.map((topic) => ({
      type: "Hashtag",
      href: `${origin}/search?q=${encodeURIComponent(topic)}`,
      name: `#${topic.replace(/[^\p{L}\p{N}]+/gu, "_")}`,
    })),
    ...keyProperties(uri, keys),
    published: person.createdAt.toISOString(),
    updated: person.updatedAt.toISOString(),
  };
}

function fields(person: OwnPerson): PlainObject[] {
  const pairs: [string, string][] = [
    ["What I do", escapeHtml(person.does)],
    ["I can help with", escapeHtml(person.helpsWith.join(", "))],
    ["I want to learn", escapeHtml(person.wantsToLearn.join(", "))],
    ["Languages", escapeHtml(person.languages.join(", "))],
    ...person.links.map(({ label, url }): [string, string] => [
      label || new URL(url).host,
      `<a href="${escapeHtml(url)}" rel="me nofollow noopener noreferrer">${escapeHtml(url)}</a>`,
    ]),
  ];
  return pairs.filter(([, value]) => value !== "").map(([name, value]) => ({ type: "PropertyValue", name, value }));
}
