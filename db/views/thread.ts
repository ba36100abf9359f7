/** Reads a page of a thread: the opening post, up to 500 replies in reading order, and where the pages before and after begin. */
import { parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import { authorState, authorVisible, type PostState, stateOf, type ThreadState, threadState } from "../visible.ts";
import { type Place, readPlace, writePlace } from "./cursor.ts";
import { literal } from "./literal.ts";

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
  /** The name they chose, else their user name. */
  authorName: string;
  /** Null: somebody of this server. */
  authorHost: string | null;
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
  authorId: string,
  publishedAt: number,
  editedAt: number | null,
  removed: true | null,
  content: string,
  warning: string,
  language: string | null,
  attachments: ThreadAttachment[] | null,
  url: string,
];
type AuthorRow = [id: string, name: string, host: string | null, state: PostState];
type VotesRow = [postId: string, helpful: number];

/** `slug`, `id` and `after` as they stand in the address. */
export async function readThread(db: Db, slug: string, id: string, after: string | undefined): Promise<ThreadAnswer> {
  const threadId = parseId(id);
  const place = after === undefined ? null : readPlace(after);
  if (!threadId || (after !== undefined && !place)) return { is: "none" };

  const [[head], { posts, last, more }] = await Promise.all([readHead(db, threadId), readPosts(db, threadId, place)]);
  if (!head || head.slug !== slug.toLowerCase() || head.state === "hidden") return { is: "none" };
  if (head.state === "gone") return { is: "gone" };
  if (place && posts.length === 0) return { is: "none" };

  const opening = place ? null : (posts.shift() ?? null);

  const whole = !place && !more;
  const [counts, previous, parentsElsewhere] = await Promise.all([
    whole ? { all: posts.length, before: 0 } : countReplies(db, threadId, place),
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
 * The rows of a page, and one more that says whether there is a next page. Their authors and votes are asked for apart, at the same
 * time: joined row by row they would double the work of a page of 500.
 */
async function readPosts(
  db: Db,
  threadId: string,
  place: Place | null,
): Promise<{ posts: ThreadPost[]; last: PostRow | undefined; more: boolean }> {
  const limit = REPLIES_PER_PAGE + (place ? 1 : 2);
  const from = place ? db`and (p.branch_id, p.id) > (${place.first}, ${place.id})` : db``;
  const page = db`from posts p where p.thread_id = ${threadId} ${from} order by p.branch_id, p.id limit ${literal(db, limit)}`;
  const [rows, authors, votes] = await Promise.all([
    db`
      select p.id, p.parent_id, p.branch_id, p.author_id, date_part('epoch', p.published_at) * 1000, date_part('epoch', p.edited_at) * 1000,
             case when p.removed_at is not null then true end, p.content, p.warning, p.language, p.attachments, p.url
      ${page}`.values() as unknown as Promise<PostRow[]>,
    db`
      select a.id, coalesce(nullif(a.name, ''), a.username), pe.host, ${authorState(db)}
        from actors a left join peers pe on pe.id = a.peer_id
       where a.id = any(array(select p.author_id ${page}))`.values() as unknown as Promise<AuthorRow[]>,
    db`
      select v.post_id, count(*)::int from votes v
       where v.kind = 'up' and v.post_id = any(array(select p.id ${page})) group by v.post_id`.values() as unknown as Promise<
      VotesRow[]
    >,
  ]);
  const more = rows.length === limit;
  if (more) rows.pop();
  const authorOf = new Map(authors.map((author) => [author[0], author]));
  const helpful = new Map(votes);
  const posts = rows.map((row) => toPost(row, authorOf.get(row[3]), helpful.get(row[0]) ?? 0));
  return { posts, last: rows.at(-1), more };
}

/** A post that came in between two of the statements may lack its author: it waits for the next time the page is asked for. */
function toPost(row: PostRow, author: AuthorRow | undefined, helpful: number): ThreadPost {
  const state = stateOf(row[6] === true, author?.[3] ?? "blocked");
  const shown = state === "shown";
  return {
    id: row[0],
    parentId: row[1],
    state,
    authorId: row[3],
    authorName: author?.[1] ?? "",
    authorHost: author?.[2] ?? null,
    publishedAt: row[4],
    editedAt: row[5],
    content: shown ? row[7] : "",
    warning: row[8],
    language: row[9],
    attachments: shown ? row[10] : null,
    url: row[11],
    helpful,
  };
}

/** How many replies have a place in the thread, and how many of those stand before this page: read from the index alone. */
async function countReplies(db: Db, threadId: string, place: Place | null) {
  const before = place ? db`count(*) filter (where (branch_id, id) <= (${place.first}, ${place.id}))::int` : db`0`;
  const [row] = await db<{ all: number; before: number }[]>`
    select count(*)::int as all, ${before} as before
      from (select branch_id, id from posts where thread_id = ${threadId} and branch_id <> ${threadId}
             order by branch_id, id limit ${literal(db, MOST_COUNTED + 1)}) replies`;
  return row ?? { all: 0, before: 0 };
}

/** The page before the one that begins after this place: it begins a page's length earlier, or at the opening post. */
async function readPrevious(db: Db, threadId: string, first: string, id: string): Promise<string> {
  const [row] = await db<{ branchId: string; id: string }[]>`
    select branch_id as "branchId", id from posts
     where thread_id = ${threadId} and branch_id <> ${threadId} and (branch_id, id) <= (${first}, ${id})
     order by branch_id desc, id desc offset ${literal(db, REPLIES_PER_PAGE)} limit 1`;
  return row ? writePlace(row.branchId, row.id) : "";
}

async function readParentsElsewhere(
  db: Db,
  threadId: string,
  posts: ThreadPost[],
): Promise<ThreadPage["parentsElsewhere"]> {
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
