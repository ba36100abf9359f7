/** What feeds say, alike in both of their forms: the titles of the feed and of its entries. In this server's own language, since a feed is kept for everybody. */
import { html } from "hono/html";
import type { Feed, FeedEntry } from "../../../db/views/feed.ts";
import { LANGUAGES } from "../../words/index.ts";
import { callName, plainName } from "../parts/names.ts";

const words = LANGUAGES[0].words.search;

/** What it is the feed of. */
export function feedTitle({ of, title, communityName }: Feed, host: string): string {
  switch (of) {
    case "server":
      return words.feedOfServer(host);
    case "thread":
      return words.feedOfThread(title);
    case "topic":
      return words.feedOfTopic(title, communityName);
    case "person":
      return words.feedOfPerson(plainName(title), host);
    default:
      return title;
  }
}

/** A line about it, or "". */
export function feedSubtitle({ of, communityName, summary }: Feed): string {
  return of === "thread" ? words.feedConversationIn(communityName) : summary;
}

export interface EntryWords {
  title: string;
  /** The author's name. */
  name: string;
  /** The path of its page. */
  path: string;
  /** HTML. */
  content: string;
}

/** An entry's words. */
export function entryWords({ of }: Feed, entry: FeedEntry): EntryWords {
  const name = callName({ name: entry.authorName, username: entry.authorUsername });
  const opening = entry.parentId === null;
  const reply = of === "person" ? words.feedReplyIn(entry.title) : words.feedReplyBy(name);
  return {
    title: opening ? entry.title : reply,
    name,
    path: opening ? `/c/${entry.slug}/t/${entry.threadId}` : `/posts/${entry.postId}`,
    content: entry.warning === "" ? entry.content : String(html`<p>${words.warned(entry.warning)}</p>`),
  };
}
