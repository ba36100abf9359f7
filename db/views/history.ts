/** Reads what a post said before it was edited. */
import { parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import { postVisible, threadVisible } from "../visible.ts";
import { groupSlug, joinGroup } from "./group.ts";

export interface PostVersion {
  /** Milliseconds since 1970; null: it says so now. */
  until: number | null;
  /** Null where it opens no thread. */
  title: string | null;
  /** Sanitised HTML. */
  content: string;
  warning: string;
}

export interface PostHistory {
  id: string;
  slug: string;
  /** The colour that its community chose: `#rrggbb`, or null. */
  colour: string | null;
  title: string;
  authorName: string;
  authorUsername: string;
  language: string | null;
  /** It was edited; its server may have said so when it had no words here yet, or another picture is all that changed. */
  edited: boolean;
  /** Newest first, beginning with what it says now. */
  versions: PostVersion[];
  /** There are older ones, which are not among them. */
  more: boolean;
}

const MOST_VERSIONS = 50;
/** Characters that the versions before the present one have together, as HTML. */
const MOST_CHARACTERS = 400_000;

/** `id` as it stands in the address; null where the post may not be read. */
export async function readHistory(db: Db, id: string): Promise<PostHistory | null> {
  const postId = parseId(id);
  if (!postId) return null;
  const [[post], edits] = await Promise.all([
    db<(Omit<PostHistory, "versions" | "more"> & { opens: boolean; content: string; warning: string })[]>`
      select p.id, ${groupSlug(db)} as slug, c.colour, t.title, a.name as "authorName", a.username as "authorUsername", p.language,
        p.edited_at is not null as edited, p.id = t.id as opens, p.content, p.warning
      from posts p join threads t on t.id = p.thread_id ${joinGroup(db)}
        join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
      where p.id = ${postId} and ${postVisible(db)} and exists (
        select from posts o join actors a on a.id = o.author_id left join peers pe on pe.id = a.peer_id where o.id = t.id and ${threadVisible(db)})`,
    db<(PostVersion & { of: number })[]>`
      select date_part('epoch', edited_at) * 1000 as until, title, content, warning, of::int from (
        select *, count(*) over () as of, sum(length(content)) over newer as characters, row_number() over newer as n
          from post_edits where post_id = ${postId} window newer as (order by edited_at desc)) e
       where n <= ${MOST_VERSIONS} and characters <= ${MOST_CHARACTERS} order by edited_at desc`,
  ]);
  if (!post) return null;
  const { opens, content, warning, ...rest } = post;
  const now = { until: null, title: opens ? post.title : null, content, warning };
  return { ...rest, versions: [now, ...edits], more: (edits[0]?.of ?? 0) > edits.length };
}
