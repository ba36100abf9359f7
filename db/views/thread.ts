/** Reads a page of a thread: the opening post, up to 500 replies in reading order, and where the pages before and after begin. */
import { parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import { authorVisible, type PostState, postState, type ThreadState, threadState } from "../visible.ts";
import { readPlace, writePlace } from "./cursor.ts";

/** Replies on one page. */
export const REPLIES_PER_PAGE = 500;
/** Beyond this many the replies of a thread are not counted any more. */
export const MOST_COUNTED = 100_000;

export interface ThreadAttachment {
  url: string;
  mediaType: string | null;
  description: string;
}

export interface ThreadPost {
  id: string;
  parentId: string | null;
  state: PostState;
  authorId: string;
  authorName: string;
  authorUsername: string;
  /** Null: somebody of this server. */
  authorHost: string | null;
  authorUri: string;
  /** Milliseconds since 1970. */
  publishedAt: number;
  editedAt: number | null;
  /** Sanitised HTML; empty unless the state is `shown`. */
  content: string;
  warning: string;
  language: string | null;
  attachments: ThreadAttachment[] | null;
  /** Where its author's server shows it. */
  url: string;
  /** Its ActivityPub id. */
  uri: string;
  helpful: number;
}

export interface ThreadPage {
  id: string;
  title: string;
  community: { slug: string; name: string };
  activeAt: number;
  /** Null on later pages. */
  opening: ThreadPost | null;
  openedBy: { id: string; name: string; username: string; host: string | null };
  openingUri: string;
  replies: ThreadPost[];
  /** Who wrote the parents of those replies whose parent stands on an earlier page. */
  parentsElsewhere: Map<string, { name: string; username: string; shown: boolean }>;
  /** Replies that can be read; in a thread of several pages those that left only their place are counted as well. At most MOST_COUNTED + 1. */
  replyCount: number;
  page: number;
  pages: number;
  /** The word for the page after this one, null on the last. */
  next: string | null;
  /** The word for the page before this one; "" is the first page, null where there is none. */
  previous: string | null;
}

/** A thread that was here and is no more, or none of the visitor's business. */
export type ThreadAnswer = { is: "shown"; thread: ThreadPage } | { is: "gone" } | { is: "none" };

type PostRow = [
  id: string,
  parentId: string | null,
  branchId: string,
  state: PostState,
  authorId: string,
  authorName: string,
  authorUsername: string,
  authorHost: string | null,
  authorUri: string,
  publishedAt: number,
  editedAt: number | null,
  content: string,
  warning: string,
  language: string | null,
  attachments: ThreadAttachment[] | null,
  url: string,
  uri: string,
  helpful: number,
];

/** `slug`, `id` and `after` as they stand in the address. */
export async function readThread(db: Db, slug: string, id: string, after: string | undefined): Promise<ThreadAnswer> {
  const threadId = parseId(id);
  const place = after === undefined ? null : readPlace(after);
  if (!threadId || (after !== undefined && !place)) return { is: "none" };

  const [[head], rows] = await Promise.all([readHead(db, threadId), readPosts(db, threadId, place)]);
  if (!head || head.slug !== slug.toLowerCase() || head.state === "hidden") return { is: "none" };
  if (head.state === "gone") return { is: "gone" };
  if (place && rows.length === 0) return { is: "none" };

  const limit = place ? REPLIES_PER_PAGE : REPLIES_PER_PAGE + 1;
  const more = rows.length > limit;
  if (more) rows.pop();
  const last = rows.at(-1);
  const posts = rows.map(toPost);
  const opening = place ? null : (posts.shift() ?? null);

  const whole = !place && !more;
  const [counts, previous, parentsElsewhere] = await Promise.all([
    whole
      ? { all: posts.length, before: 0 }
      : countReplies(db, threadId, place),
    place ? readPrevious(db, threadId, place.first, place.id) : null,
    readParentsElsewhere(db, threadId, posts),
  ]);

  return {
    is: "shown",
    thread: {
      id: threadId,
      title: head.title,
      community: { slug: head.slug, name: head.name },
      activeAt: head.activeAt,
      opening,
      openedBy: { id: head.authorId, name: head.authorName, username: head.authorUsername, host: head.authorHost },
      openingUri: head.uri,
      replies: posts,
      parentsElsewhere,
      replyCount: whole ? posts.filter((post) => post.state === "shown").length : counts.all,
      page: Math.floor(counts.before / REPLIES_PER_PAGE) + 1,
      pages: Math.max(1, Math.ceil(counts.all / REPLIES_PER_PAGE)),
      next: more && last ? writePlace(last[2], last[0]) : null,
      previous,
    },
  };
}

interface HeadRow {
  title: string;
  state: ThreadState;
  activeAt: number;
  slug: string;
  name: string;
  authorId: string;
  authorName: string;
  authorUsername: string;
  authorHost: string | null;
  uri: string;
}

function readHead(db: Db, threadId: string) {
  return db<HeadRow[]>`
    select t.title, ${threadState(db)} as state, date_part('epoch', t.active_at) * 1000 as "activeAt",
           g.username as slug, g.name,
           a.id as "authorId", a.name as "authorName", a.username as "authorUsername", pe.host as "authorHost", p.uri
      from threads t
      join communities c on c.actor_id = t.group_id join actors g on g.id = c.actor_id
      join posts p on p.id = t.id join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
     where t.id = ${threadId}`;
}

/**
 * One row more than the page holds says whether there is a next page. Authors are looked up row by row behind `offset 0`: left to itself
 * the planner reads the whole table of actors for a page of 500, which takes longer than all the rest.
 */
function readPosts(db: Db, threadId: string, place: { first: string; id: string } | null): Promise<PostRow[]> {
  const from = place ? db`and (p.branch_id, p.id) > (${place.first}, ${place.id})` : db``;
  const limit = place ? REPLIES_PER_PAGE + 1 : REPLIES_PER_PAGE + 2;
  return db`
    select p.id, p.parent_id, p.branch_id, a.state, a.id, a.name, a.username, a.host, a.uri,
           date_part('epoch', p.published_at) * 1000, date_part('epoch', p.edited_at) * 1000,
           case when a.state = 'shown' then p.content else '' end, p.warning, p.language,
           case when a.state = 'shown' then p.attachments end, p.url, p.uri,
           (select count(*)::int from votes v where v.post_id = p.id and v.kind = 'up')
      from posts p,
           lateral (
             select a.id, a.name, a.username, a.uri, pe.host, ${postState(db)} as state
               from actors a left join peers pe on pe.id = a.peer_id where a.id = p.author_id offset 0) a
     where p.thread_id = ${threadId} ${from}
     order by p.branch_id, p.id limit ${limit}`.values() as unknown as Promise<PostRow[]>;
}

function toPost(row: PostRow): ThreadPost {
  return {
    id: row[0],
    parentId: row[1],
    state: row[3],
    authorId: row[4],
    authorName: row[5],
    authorUsername: row[6],
    authorHost: row[7],
    authorUri: row[8],
    publishedAt: row[9],
    editedAt: row[10],
    content: row[11],
    warning: row[12],
    language: row[13],
    attachments: row[14],
    url: row[15],
    uri: row[16],
    helpful: row[17],
  };
}

/** How many replies have a place in the thread, and how many of those stand before this page: read from the index alone. */
async function countReplies(db: Db, threadId: string, place: { first: string; id: string } | null) {
  const before = place ? db`count(*) filter (where (branch_id, id) <= (${place.first}, ${place.id}))::int` : db`0`;
  const [row] = await db<{ all: number; before: number }[]>`
    select count(*)::int as all, ${before} as before
      from (select branch_id, id from posts where thread_id = ${threadId} and branch_id <> ${threadId}
             order by branch_id, id limit ${MOST_COUNTED + 1}) replies`;
  return row ?? { all: 0, before: 0 };
}

/** The page before the one that begins after this place: it begins a page's length earlier, or at the opening post. */
async function readPrevious(db: Db, threadId: string, first: string, id: string): Promise<string> {
  const [row] = await db<{ branchId: string; id: string }[]>`
    select branch_id as "branchId", id from posts
     where thread_id = ${threadId} and branch_id <> ${threadId} and (branch_id, id) <= (${first}, ${id})
     order by branch_id desc, id desc offset ${REPLIES_PER_PAGE} limit 1`;
  return row ? writePlace(row.branchId, row.id) : "";
}

async function readParentsElsewhere(db: Db, threadId: string, posts: ThreadPost[]): Promise<ThreadPage["parentsElsewhere"]> {
  const here = new Set(posts.map((post) => post.id));
  const missing = new Set<string>();
  for (const { parentId } of posts) if (parentId && parentId !== threadId && !here.has(parentId)) missing.add(parentId);
  if (missing.size === 0) return new Map();
  const rows = await db<{ id: string; name: string; username: string; shown: boolean }[]>`
    select p.id, a.name, a.username, ${authorVisible(db)} and p.removed_at is null as shown
      from posts p join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
     where p.thread_id = ${threadId} and p.id = any(${[...missing]}::bigint[])`;
  return new Map(rows.map(({ id, ...parent }) => [id, parent]));
}
