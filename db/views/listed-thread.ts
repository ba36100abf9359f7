/** A thread as it stands in a list: shared by the front page and the community page. */
import type { Id } from "../ids.ts";
import type { Db, Queryable } from "../open.ts";
import type { ThreadKind } from "../queries/threads.ts";
import { avoids, postVisible } from "../visible.ts";
import { groupName, groupSlug, joinGroup } from "./group.ts";
import { literal } from "./literal.ts";

/** Beyond this many the replies of a thread in a list are not counted any more. */
export const MOST_COUNTED_IN_LIST = 200;
/** How much of the opening post comes along, in characters of HTML: enough for a line or two. */
const GLIMPSE = 1_500;

export interface ListedThread {
  id: string;
  title: string;
  slug: string;
  communityName: string;
  /** Chosen by its facilitators, `#rrggbb`. */
  colour: string | null;
  /** Milliseconds since 1970. */
  startedAt: number;
  activeAt: number;
  authorId: string;
  authorName: string;
  authorUsername: string;
  authorHost: string | null;
  /** The beginning of the opening post: sanitised HTML, perhaps cut in the middle of a tag. */
  glimpse: string;
  warning: string;
  language: string | null;
  pictures: number;
  kind: ThreadKind;
  /** An answer was accepted. */
  answered: boolean;
  pinned: boolean;
  locked: boolean;
  /** At most MOST_COUNTED_IN_LIST + 1. */
  replies: number;
  /** The sort keys, for the address of the next page: activity in microseconds. */
  activeMicros: string;
}

/** Columns of a ListedThread over `t`, its community `g`, its opening `p` by `a` of `pe`. */
export function listedThreadColumns(db: Queryable) {
  return db`t.id, t.title, ${groupSlug(db)} as slug, ${groupName(db)} as "communityName", c.colour,
    date_part('epoch', p.published_at) * 1000 as "startedAt", date_part('epoch', t.active_at) * 1000 as "activeAt",
    (extract(epoch from t.active_at) * 1000000)::bigint as "activeMicros",
    a.id as "authorId", a.name as "authorName", a.username as "authorUsername", pe.host as "authorHost",
    left(p.content, ${literal(db, GLIMPSE)}) as glimpse, p.warning, p.language, coalesce(jsonb_array_length(p.attachments), 0) as pictures,
    t.kind, t.pinned_at is not null as pinned, t.locked_at is not null as locked,
    exists (select from accepted_answers aa where aa.thread_id = t.id) as answered`;
}

/** The replies that may be read, counted thread by thread: as a column over the threads `t` that are listed. */
export function replyCount(db: Queryable) {
  return db`(select count(*)::int from (
      select from posts p join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
       where p.thread_id = t.id and p.parent_id is not null and ${postVisible(db)} limit ${literal(db, MOST_COUNTED_IN_LIST + 1)}) r) as replies`;
}

/** Joins its community, its opening post and the author of that to each thread `t`. */
export function joinOpening(db: Queryable) {
  return db`${joinGroup(db)} join posts p on p.id = t.id join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id`;
}

/**
 * Those of the threads on a page that were not begun by somebody whom the viewer has blocked. Left out after the page was read, so that a list
 * with many of them is read no further than any other: a page may be shorter for it.
 */
export async function heardBy(db: Db, viewerId: Id | null, threads: ListedThread[]): Promise<ListedThread[]> {
  if (viewerId === null || threads.length === 0) return threads;
  const authors = [...new Set(threads.map(({ authorId }) => authorId))];
  const rows = await db<{ id: string }[]>`
    select a.id from actors a left join peers pe on pe.id = a.peer_id
     where a.id = any(${authors}::bigint[]) and ${avoids(db, db`${viewerId}`, db`a.id`, db`pe.host`)}`;
  const avoided = new Set(rows.map(({ id }) => id));
  return avoided.size === 0 ? threads : threads.filter(({ authorId }) => !avoided.has(authorId));
}
