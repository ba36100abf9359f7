/** What somebody wrote, as it comes to us, and as we keep it. */
import type { Id } from "../../../db/ids.ts";
import type { ToldPoll } from "../../../db/queries/polls.ts";
import type { NewPost } from "../../../db/queries/posts.ts";
import type { ThreadKind } from "../../../db/queries/threads.ts";
import { sanitizeHtml } from "../../base/text/sanitize.ts";
import { titleOf } from "../../base/text/title.ts";

/** A text as its author's server sent it: `html` and `warning` are not yet clean. */
export interface PostText {
  uri: string;
  url: string;
  objectType: string;
  name: string | null;
  html: string;
  warning: string;
  language: string | null;
  attachments: { url: string; mediaType: string | null; description: string }[];
  /** What it asks, where it is a poll; only that of a post which opens a thread is kept. */
  poll?: ToldPoll | null;
  /** Ids of those whom it mentions. */
  mentions?: readonly string[];
  /** What kind of thread it opens, where it says so. */
  kind?: ThreadKind | null;
  publishedAt: Date;
  editedAt: Date | null;
}

/** The row of a new post: sanitised here, at the edge, and nowhere else (R18). */
export function toRow(
  text: PostText,
  { id, authorId, past = false }: { id: Id; authorId: Id; past?: boolean },
): Omit<NewPost, "receivedId"> {
  return {
    id,
    authorId,
    ...(past && { activeAt: text.publishedAt }),
    uri: text.uri,
    url: text.url,
    objectType: text.objectType,
    content: sanitizeHtml(text.html),
    warning: text.warning,
    language: text.language,
    attachments: text.attachments,
    publishedAt: text.publishedAt,
    editedAt: text.editedAt,
  };
}

/** The title of a thread that opens with this text, whose sanitised form is `content`. */
export function titleFor({ name, attachments }: PostText, content: string): string {
  return titleOf({ name, content, media: attachments.map((attachment) => attachment.mediaType ?? "") });
}

/** Those whom a text mentions that could be people of this server: mostly none. */
export function namedHere({ origin }: { origin: string }, { mentions = [] }: PostText): string[] {
  return mentions.filter((uri) => uri.startsWith(`${origin}/u/`));
}
