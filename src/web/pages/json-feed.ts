/** Writes a JSON Feed, version 1.1 (https://www.jsonfeed.org/version/1.1/). */
import type { Feed } from "../../../db/views/feed.ts";
import type { Frame } from "../parts/layout.ts";
import { webAddress } from "../parts/names.ts";
import { entryWords, feedSubtitle, feedTitle } from "./feed-words.ts";

/** The same as the Atom feed says, for those who would rather read JSON. */
export function jsonFeed({ origin, host }: Pick<Frame, "origin" | "host">, feed: Feed): string {
  const description = feedSubtitle(feed);
  return JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title: feedTitle(feed, host),
    home_page_url: `${origin}${feed.path || "/"}`,
    feed_url: `${origin}${feed.path}/feed.json`,
    ...(description !== "" && { description }),
    icon: `${origin}/icon-512.png`,
    items: feed.entries.map((entry) => {
      const { title, name, path, content } = entryWords(feed, entry);
      const url = webAddress(entry.authorUrl);
      return {
        id: entry.uri,
        url: origin + path,
        title,
        content_html: content,
        date_published: new Date(entry.publishedAt).toISOString(),
        date_modified: new Date(entry.editedAt ?? entry.publishedAt).toISOString(),
        authors: [{ name, ...(url && { url }) }],
        ...(entry.language && { language: entry.language }),
      };
    }),
  });
}
