/**
 * What people here wrote, as other servers read it. A thread's opening has two faces under one id: a Note to microblogs, whose words begin with
 * the title, and a Page to forums (wire.md section 0). A poll is a Question
 * in both, and a Page to forums that know no polls.
 */
import type { NamedActor, OwnPost } from "../../db/queries/own-posts.ts";
import { httpUrl } from "../gate/limits.ts";
import { isPlainObject, type PlainObject } from "../gate/read-json.ts";
import { escapeHtml } from "./escape.ts";
import { pollInWords, questionParts } from "./poll.ts";
import { objectIn } from "./post.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/** The context of every object we author: what ActivityStreams itself does not know is named here. */
export const POST_CONTEXT = [
  "https://www.w3.org/ns/activitystreams",
  "https://w3id.org/security/data-integrity/v1",
  {
    Hashtag: "as:Hashtag",
    sensitive: "as:sensitive",
    toot: "http://joinmastodon.org/ns#",
    votersCount: "toot:votersCount",
    lemmy: "https://join-lemmy.org/ns#",
    CommunityPostTag: "lemmy:CommunityPostTag",
  },
];

/** To whom a face is shown: servers that keep threads with titles, those of them that know no polls, or those that keep posts. */
export type Face = "forum" | "pages" | "microblog";

/** The post as an object without a context of its own. `handle` gives the host of this server to people and communities of ours. */
export function postObject(post: OwnPost, host: string, face: Face): PlainObject {
  const opens = post.parent === null;
  const poll = opens && face !== "pages" ? post.poll : null;
  const titled = opens && face !== "microblog";
  const { to, cc } = addressing(post);
  const context = contextOf(post);
  return {
    id: post.uri,
    type: poll ? "Question" : titled ? "Page" : "Note",
    attributedTo: post.author.uri,
    ...(titled && { name: post.title }),
    ...(post.parent && { inReplyTo: post.parent.uri }),
    ...(post.warning !== "" && { summary: post.warning }),
    sensitive: post.warning !== "",
    content: contentOf(post, face),
    mediaType: "text/html",
    source: { content: post.source, mediaType: "text/markdown" },
    ...(post.language !== null && { contentMap: { [post.language]: contentOf(post, face) } }),
    url: post.uri,
    to,
    cc,
    audience: post.group.uri,
    ...(context !== null && { context }),
    replies: `${post.uri}/replies`,
    tag: tagsOf(post, host),
    attachment: attachmentsOf(post, face),
    ...(post.accepted.length > 0 && { result: post.accepted }),
    ...(poll && questionParts(poll)),
    published: post.publishedAt.toISOString(),
    updated: (post.editedAt ?? post.publishedAt).toISOString(),
  };
}

/** The collection of its thread (FEP-7888): ours, or the one that the opening of a thread elsewhere names (wire.md section 10). */
function contextOf({ ownGroup, author, threadId, opening }: OwnPost): string | null {
  if (ownGroup) return `${new URL(author.uri).origin}/posts/${threadId}/context`;
  const named = opening === null ? null : objectIn(opening)?.context;
  return httpUrl(isPlainObject(named) ? named.id : named);
}

/** To the public, to the group, to whoever is named or answered, and to the author's followers. */
export function addressing(post: Pick<OwnPost, "author" | "group" | "parent" | "mentions">): {
  to: string[];
  cc: string[];
} {
  const named = [...(post.parent ? [post.parent.author] : []), ...post.mentions].map(({ uri }) => uri);
  const to = new Set([PUBLIC, post.group.uri, ...named]);
  to.delete(post.author.uri);
  return { to: [...to], cc: [`${post.author.uri}/followers`] };
}

/** Microblogs have no titles, and show no kinds: both are said in the words. */
function contentOf(post: OwnPost, face: Face): string {
  if (face === "pages" && post.poll) return post.content + pollInWords(post.poll, post.uri);
  if (face !== "microblog" || post.parent !== null) return post.content;
  const title = `<strong>${escapeHtml(post.title)}</strong>`;
  const link = post.linkUrl === null ? title : `<a href="${escapeHtml(post.linkUrl)}">${title}</a>`;
  const hashtags = hashtagsOf(post).map(
    ({ href, name }) =>
      `<a href="${escapeHtml(href)}" class="mention hashtag" rel="tag">#<span>${escapeHtml(name)}</span></a>`,
  );
  return `<p>${link}</p>${post.content}${hashtags.length > 0 ? `<p>${hashtags.join(" ")}</p>` : ""}`;
}

/** The kind and the topics of a thread; a discussion is what a thread is anyway. */
function hashtagsOf({ parent, kind, topics, group }: OwnPost): { href: string; name: string }[] {
  if (parent !== null) return [];
  return [
    ...(kind === "discussion" ? [] : [{ href: `${group.uri}?kind=${kind}`, name: kind.replace("-", "") }]),
    ...topics.map(({ slug }) => ({ href: `${group.uri}/topics/${slug}`, name: slug })),
  ];
}

function tagsOf(post: OwnPost, host: string): PlainObject[] {
  const people = new Map<string, NamedActor>();
  for (const one of [post.group, ...(post.parent ? [post.parent.author] : []), ...post.mentions])
    people.set(one.uri, one);
  people.delete(post.author.uri);
  const mentions = [...people.values()].map((one) => ({
    type: "Mention",
    href: one.uri,
    name: `@${one.username}@${one.host ?? host}`,
  }));
  const hashtags = hashtagsOf(post);
  return [
    ...mentions,
    ...hashtags.map(({ href, name }) => ({ type: "Hashtag", href, name: `#${name}` })),
    ...hashtags.map(({ href, name }) => ({ type: "CommunityPostTag", id: href, preferredUsername: name, name })),
  ];
}

/** Lemmy takes the first attachment for the link that a post is about (wire.md section 11, 9). */
function attachmentsOf({ attachments, linkUrl, parent }: OwnPost, face: Face): PlainObject[] {
  const link = linkUrl !== null && parent === null && face !== "microblog" ? [{ type: "Link", href: linkUrl }] : [];
  const pictures = attachments.map(({ url, mediaType, description, width, height }) => ({
    type: "Image",
    url,
    ...(mediaType !== null && { mediaType }),
    ...(description !== "" && { name: description }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
  }));
  return [...link, ...pictures];
}
