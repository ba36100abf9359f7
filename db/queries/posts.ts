/** Posts and the threads they make: finding where a letter belongs, and writing, editing and removing. */
import type { Id } from "../ids.ts";
import { type Queryable, table } from "../open.ts";
import type { ThreadKind } from "./threads.ts";

export interface PostRow {
  id: Id;
  uri: string;
  threadId: Id;
  parentId: Id | null;
  branchId: Id;
  groupId: Id;
  authorId: Id;
  authorUri: string;
  removedAt: Date | null;
  editedAt: Date | null;
}

const POST = (db: Queryable) => db`
  p.id, p.uri, p.thread_id as "threadId", p.parent_id as "parentId", p.branch_id as "branchId", t.group_id as "groupId",
  p.author_id as "authorId", a.uri as "authorUri", p.removed_at as "removedAt", p.edited_at as "editedAt"
  from posts p join threads t on t.id = p.thread_id join actors a on a.id = p.author_id`;

/** A post by its ActivityPub id, or null. */
export async function findPostByUri(db: Queryable, uri: string): Promise<PostRow | null> {
  const [row] = await db<PostRow[]>`select ${POST(db)} where p.uri = ${uri}`;
  return row ?? null;
}

/** Posts by their ActivityPub ids, in the order asked; null for those that are not here. */
export async function findPostsByUri(db: Queryable, uris: readonly string[]): Promise<(PostRow | null)[]> {
  const rows = await db<PostRow[]>`select ${POST(db)} where p.uri = any(${uris as string[]}::text[])`;
  const byUri = new Map(rows.map((row) => [row.uri, row]));
  return uris.map((uri) => byUri.get(uri) ?? null);
}

/** A post by its id here, or null. */
export async function findPost(db: Queryable, id: Id): Promise<PostRow | null> {
  const [row] = await db<PostRow[]>`select ${POST(db)} where p.id = ${id}`;
  return row ?? null;
}

export interface Place {
  /** The object is known here already. */
  known: boolean;
  /** Its author deleted it before (R25). */
  buried: boolean;
  /** The post it answers, if we have it. */
  parentId: Id | null;
  threadId: Id | null;
  groupId: Id | null;
  threadRemoved: boolean;
}

/** What is asked about a new post: its id, its author, and the id of what it answers, if anything. */
export interface PlaceAsked {
  uri: string;
  authorUri: string;
  parentUri: string | null;
}

const askedTable = table({ i: "integer", uri: "text", authorUri: "text", parentUri: "text" });

/**
 * Where new posts would go, in the order asked: is each known or buried, and do we have what it answers? What stands in a scalar subquery or
 * behind `limit` is looked up by an index, row by row, however small the tables were when the statement was planned.
 */
export function findPlaces(db: Queryable, asked: readonly PlaceAsked[]): Promise<Place[]> {
  const rows = asked.map((one, i) => ({ ...one, i }));
  return db<Place[]>`
    select (select id from posts k where k.uri = n.uri) is not null as known,
      (select buried_at from tombstones b where b.uri = n.uri and b.owner_uri = n."authorUri") is not null as buried,
      p.id as "parentId", p.thread_id as "threadId", p.group_id as "groupId", p.removed_at is not null as "threadRemoved"
    from ${askedTable(db, rows)} n
      left join lateral (
        select p.id, p.thread_id, t.group_id, t.removed_at from posts p join threads t on t.id = p.thread_id
        where p.uri = n."parentUri" limit 1) p on true
    order by n.i`;
}

export interface NewPost {
  id: Id;
  uri: string;
  url: string;
  authorId: Id;
  receivedId: Id | null;
  objectType: string;
  content: string;
  warning: string;
  language: string | null;
  attachments: { url: string; mediaType: string | null; description: string }[];
  publishedAt: Date;
  editedAt: Date | null;
  /** When its thread was active because of it, where that is not now. */
  activeAt?: Date | null;
}

/** Where a new post goes: it opens a thread of this group, or answers that post. */
export type PostPlace = { groupId: Id; title: string; kind?: ThreadKind | null } | { threadId: Id; parentId: Id };

/**
 * What became of a new post. `seen`: its letter was not marked in this transaction; `known`: there is a post of that id;
 * `gone`: its author deleted it before, or is gone, or its thread is, or is closed to further replies.
 */
export type PostFate = "written" | "seen" | "known" | "gone";

const postTable = table({
  id: "bigint",
  uri: "text",
  url: "text",
  groupId: "bigint",
  title: "text",
  kind: "text",
  threadId: "bigint",
  parentId: "bigint",
  authorId: "bigint",
  receivedId: "bigint",
  objectType: "text",
  content: "text",
  warning: "text",
  language: "text",
  attachments: "jsonb",
  publishedAt: "timestamptz",
  editedAt: "timestamptz",
  activeAt: "timestamptz",
});

/**
 * Writes posts, in one statement: openings with their threads, and replies, which wake theirs. A thread is woken once a minute at most: that is exact
 * enough to list threads by, and in a busy one replies do not wait for each other. Objects must be locked, and letters marked, by statements before this one.
 * Returns the fate of each by its id; only those that are `written` changed anything.
 */
export async function insertPosts(db: Queryable, posts: readonly (NewPost & PostPlace)[]): Promise<Map<Id, PostFate>> {
  const rows = posts.map((post) => ({ ...post, attachments: post.attachments.length > 0 ? post.attachments : null }));
  const judged = await db<{ id: Id; fate: PostFate }[]>`
    with judged as materialized (
      select n.*, p.branch_id,
        case
          when n."receivedId" is not null and (select id from received r where r.id = n."receivedId") is null then 'seen'
          when (select id from posts k where k.uri = n.uri) is not null then 'known'
          when a.id is null or (n."parentId" is not null and p.branch_id is null) then 'gone'
          else 'written' end as fate
      from ${postTable(db, rows)} n
        left join lateral (
          select o.id from actors o where o.id = n."authorId" and o.gone_at is null
            and not exists (select from tombstones b where b.uri = n.uri and b.owner_uri = o.uri) limit 1
            -- Each post holds this lock anyway: whoever closes the account at this moment is waited for, and looked at again.
            for key share of o) a on true
        left join lateral (
          select case when p.parent_id is null then n.id else p.branch_id end as branch_id
          from posts p join threads t on t.id = p.thread_id
          where p.id = n."parentId" and p.thread_id = n."threadId" and t.removed_at is null
            and (t.locked_at is null
              -- Who may speak in a locked thread of a community elsewhere is for that one to say.
              or (exists (select from actors g where g.id = t.group_id and g.peer_id is not null)
                and exists (select from actors w where w.id = n."authorId" and w.peer_id is not null))
              or exists (select from memberships m where m.group_id = t.group_id and m.actor_id = n."authorId"
              and m.state = 'accepted' and m.role = 'facilitator')) limit 1) p on true
    ), thread as (
      insert into threads (id, group_id, title, kind, active_at)
      select id, "groupId", title, coalesce(kind, 'discussion'), least("activeAt", now()) from judged where fate = 'written' and "parentId" is null
    ), asleep as (
      select id, at from threads, lateral (
        select max(least(j."activeAt", now())) as at from judged j where j."threadId" = threads.id and j.fate = 'written') newest
      where id = any (array (select "threadId" from judged where fate = 'written')) and active_at < at - interval '1 minute'
      order by id for no key update of threads
    ), woken as (
      update threads t set active_at = at from asleep where t.id = asleep.id
    ), post as (
      insert into posts (id, uri, url, thread_id, parent_id, branch_id, author_id, received_id, object_type, content, warning,
        language, attachments, published_at, edited_at)
      select id, uri, url, coalesce("threadId", id), "parentId", coalesce(branch_id, id), "authorId", "receivedId", "objectType",
        content, warning, language, attachments, "publishedAt", "editedAt"
      from judged where fate = 'written'
    )
    select id, fate from judged`;
  return new Map(judged.map(({ id, fate }) => [id, fate]));
}

/** What a post of another server said before is kept so many times: its author could edit it without end. */
export const KEPT_EDITS = 20;

/**
 * Puts a new text in place of a post's old one; the letter that held the old one is emptied, and what it said is kept where the new one says
 * something else. `title` only where the post opens a thread.
 * Returns false, and changes nothing, when the post was removed, when what is here is newer than `editedAt`, or when neither the words nor the
 * time that the letter gives (`saidAt`) are new: servers send a poll again whenever somebody voted.
 */
export async function updatePost(
  db: Queryable,
  postId: Id,
  text: Omit<NewPost, "id" | "uri" | "authorId" | "publishedAt" | "objectType">,
  title: string | null,
  saidAt: Date | null,
): Promise<boolean> {
  const attachments = json(db, text.attachments);
  const rows = await db`
    with here as (
      select p.id, p.received_id, p.content, p.source, p.warning, case when p.id = t.id then t.title end as title, n.says
      from posts p join threads t on t.id = p.thread_id, lateral (
        select p.content <> ${text.content} or p.warning <> ${text.warning}
          or (${title}::text is not null and t.title <> ${title}::text and t.retitled_at is null) as says) n
      where p.id = ${postId} and p.removed_at is null and (p.edited_at is null or p.edited_at <= ${text.editedAt})
        and (n.says or p.attachments is distinct from ${attachments} or p.edited_at is distinct from coalesce(${saidAt}::timestamptz, p.edited_at))
    ), kept as (
      insert into post_edits (post_id, edited_at, title, content, source, warning)
      select id, ${text.editedAt}, title, content, source, warning from here where says on conflict do nothing
    ), forgotten as (
      delete from post_edits e using here where says and e.post_id = here.id and e.edited_at <= (
        select o.edited_at from post_edits o where o.post_id = ${postId} order by o.edited_at desc offset ${KEPT_EDITS - 1} limit 1)
    ), old as (
      update received r set body = '' from here where r.id = here.received_id and ${text.receivedId}::bigint is distinct from r.id
    ), renamed as (
      update threads t set title = ${title} from here where t.id = here.id and ${title}::text is not null and t.retitled_at is null
    )
    update posts p set url = ${text.url}, content = ${text.content}, warning = ${text.warning}, language = ${text.language},
      attachments = ${attachments}, edited_at = ${text.editedAt}, received_id = coalesce(${text.receivedId}, p.received_id)
    from here where p.id = here.id`;
  return rows.count > 0;
}

/** Stands where a title was: no page shows a removed thread, and no thread is without a title. */
const NO_TITLE = "…";

/**
 * Takes a post's words away, also those that it said before, and leaves its place; what it was made of is emptied, votes and boosts go. A removed
 * opening closes its thread. That it is no accepted answer any more is for the caller to see to, who tells others of it.
 */
export async function removePost(db: Queryable, postId: Id): Promise<void> {
  await db`
    with words as (update received r set body = '' from posts p where p.id = ${postId} and r.id = p.received_id),
      thread as (update threads set title = ${NO_TITLE}, link_url = null, removed_at = now() where id = ${postId} and removed_at is null),
      vote as (delete from votes where post_id = ${postId}),
      boost as (delete from boosts where post_id = ${postId}),
      edit as (delete from post_edits where post_id = ${postId}),
      poll as (delete from polls where thread_id = ${postId}),
      worked as (delete from worked where post_id = ${postId})
    update posts set content = '', source = null, warning = '', attachments = null, removed_at = now() where id = ${postId} and removed_at is null`;
}

/**
 * Makes whoever writes, edits or removes the objects `uris` wait for each other until the transaction ends, so that a deletion and a late
 * creation or edit in the same moment cannot miss each other (R25). What follows must be a statement of its own: only then it sees what the other did.
 * Several are locked in one order everywhere, and by one call: then nobody waits in a circle.
 */
export async function lockObjects(db: Queryable, ...uris: readonly string[]): Promise<void> {
  await db`select pg_advisory_xact_lock(key) from (
    select distinct hashtextextended(uri, 0) as key from unnest(${uris as string[]}::text[]) uri order by key) keys`;
}

/** Remembers that the owner deleted `uri`; says so only once. */
export async function bury(db: Queryable, uri: string, ownerUri: string): Promise<void> {
  await db`insert into tombstones (uri, owner_uri) values (${uri}, ${ownerUri}) on conflict do nothing`;
}

/** Whether `uri` was deleted, whoever it belonged to. */
export async function isBuried(db: Queryable, uri: string): Promise<boolean> {
  return (await db`select from tombstones where uri = ${uri} limit 1`).count > 0;
}

/** Forgets tombstones older than `before` (kept at least a year, R25). */
export async function forgetTombstones(db: Queryable, before: Date): Promise<number> {
  return (await db`delete from tombstones where buried_at < ${before}`).count;
}

/** An author's posts that still have words, oldest first; after the one with the id `after`, `limit` at most. */
export function postsOf(db: Queryable, authorId: Id, after: Id, limit = 500): Promise<PostRow[]> {
  return db<PostRow[]>`
    select ${POST(db)} where p.author_id = ${authorId} and p.id > ${after} and p.removed_at is null order by p.id limit ${limit}`;
}

/**
 * Puts right what could drift: when a thread was last active is the time of its newest post. In communities elsewhere that is not when the post came
 * here. Looks at posts since `since`; returns how many threads were wrong.
 */
export async function repairActivity(db: Queryable, since: Id): Promise<number> {
  const wrong = await db`
    update threads t set active_at = n.newest from (
      select thread_id, to_timestamp((max(id) >> 16) / 1000.0) as newest from posts where id > ${since} group by thread_id) n
    where n.thread_id = t.id and not exists (select from actors g where g.id = t.group_id and g.peer_id is not null) and abs(extract(epoch from t.active_at - n.newest)) > 120`;
  return wrong.count;
}

function json(db: Queryable, attachments: NewPost["attachments"]) {
  return attachments.length > 0 ? db.json(attachments as never) : null;
}
