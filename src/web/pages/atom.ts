/** Writes an Atom feed (RFC 4287). */
import { html, raw } from "hono/html";
import type { Feed, FeedEntry } from "../../../db/views/feed.ts";
import type { Frame } from "../parts/layout.ts";
import { webAddress } from "../parts/names.ts";
import type { Html } from "../site.ts";
import { entryWords, feedSubtitle, feedTitle } from "./feed-words.ts";

/** Text is escaped as in our pages: the five references that it uses are XML's own. */
export function atom(frame: Pick<Frame, "origin" | "host" | "version">, feed: Feed): string {
  const { origin, host } = frame;
  const url = `${origin}${feed.path}/feed.atom`;
  const subtitle = feedSubtitle(feed);
  const body = html`<feed xmlns="http://www.w3.org/2005/Atom">
<id>${url}</id>
<title>${feedTitle(feed, host)}</title>
${subtitle === "" ? "" : html`<subtitle>${subtitle}</subtitle>\n`}<updated>${new Date(feed.updatedAt).toISOString()}</updated>
<link rel="self" type="application/atom+xml" href="${url}"/>
<link rel="alternate" type="text/html" href="${origin}${feed.path || "/"}"/>
<icon>${origin}/favicon.svg</icon>
<generator version="${frame.version}">Commonplace</generator>
${feed.entries.map((entry) => entryElement(origin, feed, entry))}</feed>
`;
  return `<?xml version="1.0" encoding="utf-8"?>\n${printable(String(body))}`;
}

function entryElement(origin: string, feed: Feed, entry: FeedEntry): Html {
  const { title, name, path, content } = entryWords(feed, entry);
  const authorUrl = webAddress(entry.authorUrl);
  return html`<entry>
<id>${entry.uri}</id>
<title>${title}</title>
<link rel="alternate" type="text/html" href="${origin}${path}"/>
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
