/** Writes an Atom feed (RFC 4287). */
import { html, raw } from "hono/html";
import type { Feed, FeedEntry } from "../../../db/views/feed.ts";
import type { Frame } from "../parts/layout.ts";
import { callName, webAddress } from "../parts/names.ts";
import type { Html } from "../site.ts";

/** `path` is the feed's own address. Text is escaped as in our pages: the five references that it uses are XML's own. */
export function atom(frame: Frame, feed: Feed, path: string): string {
  const { origin, host } = frame;
  const page = origin + path.replace(/\/?feed\.atom$/, "");
  const title =
    feed.title === "" ? `New conversations on ${host}` : feed.threadId ? `Replies to “${feed.title}”` : feed.title;
  const body = html`<feed xmlns="http://www.w3.org/2005/Atom">
<id>${origin}${path}</id>
<title>${title}</title>
${feed.subtitle === "" ? "" : html`<subtitle>${feed.subtitle}</subtitle>\n`}<updated>${new Date(feed.updatedAt).toISOString()}</updated>
<link rel="self" type="application/atom+xml" href="${origin}${path}"/>
<link rel="alternate" type="text/html" href="${feed.slug === null ? `${origin}/` : page}"/>
<icon>${origin}/favicon.svg</icon>
<generator version="${frame.version}">Commonplace</generator>
${feed.entries.map((entry) => entryElement(origin, entry, feed.threadId !== null))}</feed>
`;
  return `<?xml version="1.0" encoding="utf-8"?>\n${printable(String(body))}`;
}

function entryElement(origin: string, entry: FeedEntry, inThread: boolean): Html {
  const name = callName({ name: entry.authorName, username: entry.authorUsername });
  const opening = entry.parentId === null;
  const title = !inThread || opening ? entry.title : `Reply by ${name}`;
  const authorUrl = webAddress(entry.authorUrl);
  const content = entry.warning === "" ? entry.content : `<p>Content warning: ${String(html`${entry.warning}`)}</p>`;
  const link = opening ? `/c/${entry.slug}/t/${entry.threadId}` : `/posts/${entry.postId}`;
  return html`<entry>
<id>${entry.uri}</id>
<title>${title}</title>
<link rel="alternate" type="text/html" href="${origin}${link}"/>
<author><name>${name}</name>${authorUrl ? html`<uri>${authorUrl}</uri>` : ""}</author>
<published>${new Date(entry.publishedAt).toISOString()}</published>
<updated>${new Date(entry.editedAt ?? entry.publishedAt).toISOString()}</updated>
<content type="html"${entry.language ? html` xml:lang="${entry.language}"` : raw("")}>${content}</content>
</entry>
`;
}

/** Without what XML 1.0 cannot hold at all. */
function printable(xml: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  return xml.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "");
}
