/** Reads a page of a thread: the opening post, up to 500 replies in reading order, and where the pages before and after begin. */
import { parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import type { ThreadKind } from "../queries/threads.ts";
import { authorState, authorVisible, type PostState, stateOf, type ThreadState, threadState } from "../visible.ts";
import { type Place, readPlace, writePlace } from "./cursor.ts";
import { groupName, groupSlug, joinGroup } from "./group.ts";
import { literal } from "./literal.ts";

/** Replies on one page. */
export const REPLIES_PER_PAGE = 500;
/** Beyond this many the replies of a thread are not counted any more. */
export const MOST_COUNTED = 100_000;
/** Accepted answers that are shown under their question. */
const MOST_ANSWERS = 10;

export interface ThreadAttachment {
  url: string;
  mediaType: string | null;
  description: string;
}

export interface ThreadPost {
  id: string;
  parentId: string | null;
  /** `avoided`: the viewer blocked its author. */
  state: PostState | "avoided";
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
  /** Votes against it: they count for the order only. */
  against: number;
  /** Those who say that it worked for them, too. */
  worked: number;
  reactions: readonly Reaction[];
  /** It settled the question. */
  accepted: boolean;
}

export interface Reaction {
  /** An emoji, or the `:name:` of a picture that another server has. */
  emoji: string;
  n: number;
}

/** What decides what may be done in a thread. */
export interface ThreadFacts {
  id: string;
  groupId: string;
  /** Who opened it. */
  askerId: string;
  kind: ThreadKind;
  locked: boolean;
  downVotes: boolean;
}

export interface ThreadPage extends ThreadFacts {
  title: string;
  /** What a thread of the kind `link` is about. */
  linkUrl: string | null;
  pinned: boolean;
  topics: { slug: string; name: string }[];
  community: { slug: string; name: string; colour: string | null; pictureId: string | null };
  activeAt: number;
  /** Null on later pages. */
  opening: ThreadPost | null;
  openedBy: { id: string; name: string; username: string; host: string | null };
  openingUri: string;
  /** The answers that were accepted; on later pages none. */
  answers: ThreadPost[];
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

/** A thread that was here and is no more, none of the visitor's business, or that stands in another community now. */
export type ThreadAnswer =
  | { is: "shown"; thread: ThreadPage }
  | { is: "moved"; slug: string }
  | { is: "gone" }
  | { is: "none" };

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
type VotesRow = [postId: string, kind: "up" | "down" | "reaction" | "worked", emoji: string, n: number];
/** The rows of a page of `posts p`, in reading order. */
type PageRows = ReturnType<typeof pageRows>;

/** `slug`, `id` and `after` as they stand in the address. */
export async function readThread(db: Db, slug: string, id: string, after: string | undefined): Promise<ThreadAnswer> {
  const threadId = parseId(id);
  const place = after === undefined ? null : readPlace(after);
  if (!threadId || (after !== undefined && !place)) return { is: "none" };

  // One row more than the page holds says whether there is a next page.
  const limit = REPLIES_PER_PAGE + (place ? 1 : 2);
  const page = pageRows(db, threadId, place, limit);
  const [[head], rows] = await Promise.all([readHead(db, threadId, page), readPosts(db, page)]);
  if (!head || head.state === "hidden") return { is: "none" };
  if (head.slug !== slug.toLowerCase())
    return head.movedFrom === slug.toLowerCase() ? { is: "moved", slug: head.slug } : { is: "none" };
  if (head.state === "gone") return { is: "gone" };
  if (place && rows.length === 0) return { is: "none" };

  const more = rows.length === limit;
  if (more) rows.pop();
  const last = rows.at(-1);
  const authors = new Map(head.authors.map((author) => [author[0], author]));
  const tallies = tallyUp(head.votes);
  const accepted = new Set(head.accepted);
  const posts = rows.map((row) =>
    toPost(row, authors.get(row[3]), tallies.get(row[0]) ?? NOTHING, accepted.has(row[0])),
  );
  const opening = place ? null : (posts.shift() ?? null);

  const whole = !place && !more;
  const [counts, previous, parentsElsewhere, answers] = await Promise.all([
    whole ? { all: posts.length, before: 0 } : countReplies(db, threadId, place),
    place ? readPrevious(db, threadId, place.first, place.id) : null,
    readParentsElsewhere(db, threadId, posts),
    place || accepted.size === 0 ? [] : readAnswers(db, posts, head.accepted),
  ]);

  return {
    is: "shown",
    thread: {
      id: threadId,
      groupId: head.groupId,
      askerId: head.authorId,
      kind: head.kind,
      locked: head.locked,
      downVotes: head.downVotes,
      title: head.title,
      linkUrl: head.linkUrl,
      pinned: head.pinned,
      topics: head.topics,
      community: { slug: head.slug, name: head.name, colour: head.colour, pictureId: head.pictureId },
      activeAt: head.activeAt,
      opening,
      openedBy: { id: head.authorId, name: head.authorName, username: head.authorUsername, host: head.authorHost },
      openingUri: head.uri,
      answers,
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
  groupId: string;
  kind: ThreadKind;
  locked: boolean;
  downVotes: boolean;
  linkUrl: string | null;
  pinned: boolean;
  movedFrom: string | null;
  colour: string | null;
  pictureId: string | null;
  topics: { slug: string; name: string }[];
  /** Ids of posts, in the order they were accepted. */
  accepted: string[];
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
  authors: AuthorRow[];
  votes: VotesRow[];
}

/**
 * The thread itself, with the authors and the votes of a page of it: joined to the posts row by row they would double the work of a page of
 * 500, and asked for apart they cost a round trip each.
 */
function readHead(db: Db, threadId: string, page: PageRows) {
  return db<HeadRow[]>`
    select t.title, ${threadState(db)} as state, date_part('epoch', t.active_at) * 1000 as "activeAt",
           ${groupSlug(db)} as slug, ${groupName(db)} as name,
           a.id as "authorId", a.name as "authorName", a.username as "authorUsername", pe.host as "authorHost", p.uri,
           (select coalesce(json_agg(json_build_array(a.id::text, coalesce(nullif(a.name, ''), a.username), pe.host, ${authorState(db)})), '[]')
              from actors a left join peers pe on pe.id = a.peer_id
             where a.id = any(array(select p.author_id ${page}))) as authors,
           t.group_id as "groupId", t.kind, t.link_url as "linkUrl", t.locked_at is not null as locked, t.pinned_at is not null as pinned,
           coalesce(c.down_votes, true) as "downVotes", c.colour, c.picture_id as "pictureId",
           (select username from actors where id = t.moved_from_id) as "movedFrom",
           (select coalesce(json_agg(json_build_object('slug', o.slug, 'name', o.name) order by o.name), '[]')
              from thread_topics x join topics o on o.id = x.topic_id where x.thread_id = t.id) as topics,
           (select coalesce(json_agg(post_id::text order by accepted_at), '[]') from accepted_answers where thread_id = t.id) as accepted,
           ${votesOn(db, db`select p.id ${page}`)} as votes
      from threads t
      ${joinGroup(db)}
      join posts p on p.id = t.id join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
     where t.id = ${threadId}`;
}

/** What others think of posts, counted, as one JSON array of VotesRow; `posts` selects their ids. */
function votesOn(db: Db, posts: ReturnType<typeof db>) {
  return db`(select coalesce(json_agg(json_build_array(v.id::text, v.kind, v.emoji, v.n)), '[]') from (
      select post_id as id, kind, emoji, count(*) as n from votes where post_id = any(array(${posts})) group by post_id, kind, emoji
      union all
      select post_id, 'worked', '', count(*) from worked where post_id = any(array(${posts})) group by post_id) v)`;
}

function pageRows(db: Db, threadId: string, place: Place | null, limit: number) {
  const from = place ? db`and (p.branch_id, p.id) > (${place.first}, ${place.id})` : db``;
  return db`from posts p where p.thread_id = ${threadId} ${from} order by p.branch_id, p.id limit ${literal(db, limit)}`;
}

function postColumns(db: Db) {
  return db`p.id, p.parent_id, p.branch_id, p.author_id, date_part('epoch', p.published_at) * 1000, date_part('epoch', p.edited_at) * 1000,
           case when p.removed_at is not null then true end, p.content, p.warning, p.language, p.attachments, p.url`;
}

function readPosts(db: Db, page: PageRows): Promise<PostRow[]> {
  return db`select ${postColumns(db)} ${page}`.values() as unknown as Promise<PostRow[]>;
}

/** Single posts, wherever they stand, in the order of `ids`. Those that are not there are left out. */
export async function readPostsById(db: Db, ids: readonly string[]): Promise<ThreadPost[]> {
  const wanted = db`${[...ids]}::bigint[]`;
  const [rows, [about]] = await Promise.all([
    db`select ${postColumns(db)} from posts p where p.id = any(${wanted})`.values() as unknown as Promise<PostRow[]>,
    db<{ authors: AuthorRow[]; votes: VotesRow[]; accepted: string[] }[]>`
      select (select coalesce(json_agg(json_build_array(a.id::text, coalesce(nullif(a.name, ''), a.username), pe.host, ${authorState(db)})), '[]')
                from actors a left join peers pe on pe.id = a.peer_id
               where a.id = any(array(select author_id from posts where id = any(${wanted})))) as authors,
             (select coalesce(json_agg(post_id::text), '[]') from accepted_answers x
               where (x.thread_id, x.post_id) in (select thread_id, id from posts where id = any(${wanted}))) as accepted,
             ${votesOn(db, db`select unnest(${wanted})`)} as votes`,
  ]);
  const authors = new Map(about?.authors.map((author) => [author[0], author]));
  const tallies = tallyUp(about?.votes ?? []);
  const posts = new Map(
    rows.map((row) => [
      row[0],
      toPost(row, authors.get(row[3]), tallies.get(row[0]) ?? NOTHING, about?.accepted.includes(row[0]) ?? false),
    ]),
  );
  return ids.flatMap((id) => posts.get(id) ?? []);
}

/** The accepted answers that may be read: most stand on the page itself. */
async function readAnswers(db: Db, posts: readonly ThreadPost[], ids: readonly string[]): Promise<ThreadPost[]> {
  const here = new Map(posts.map((post) => [post.id, post]));
  const elsewhere = ids.filter((id) => !here.has(id)).slice(0, MOST_ANSWERS);
  const others = elsewhere.length === 0 ? [] : await readPostsById(db, elsewhere);
  for (const post of others) here.set(post.id, post);
  return ids
    .flatMap((id) => here.get(id) ?? [])
    .filter((post) => post.state === "shown")
    .slice(0, MOST_ANSWERS);
}

interface Tally {
  helpful: number;
  against: number;
  worked: number;
  reactions: Reaction[];
}

const NOTHING: Readonly<Tally> = { helpful: 0, against: 0, worked: 0, reactions: [] };

function tallyUp(rows: readonly VotesRow[]): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const [id, kind, emoji, n] of rows) {
    const tally = tallies.get(id) ?? { helpful: 0, against: 0, worked: 0, reactions: [] };
    tallies.set(id, tally);
    if (kind === "up") tally.helpful = n;
    else if (kind === "down") tally.against = n;
    else if (kind === "worked") tally.worked = n;
    else tally.reactions.push({ emoji, n });
  }
  for (const { reactions } of tallies.values())
    if (reactions.length > 1) reactions.sort((a, b) => b.n - a.n || (a.emoji < b.emoji ? -1 : 1));
  return tallies;
}

/** A post that came in between two of the statements may lack its author: it waits for the next time the page is asked for. */
function toPost(row: PostRow, author: AuthorRow | undefined, tally: Readonly<Tally>, accepted: boolean): ThreadPost {
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
    helpful: tally.helpful,
    against: tally.against,
    worked: tally.worked,
    reactions: tally.reactions,
    accepted,
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
