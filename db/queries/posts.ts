/** Posts and the threads they make: finding where a letter belongs, and writing, editing and removing. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

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

/** In one round trip, where a new post would go: is it known or buried, and do we have what it answers? */
export async function findPlace(db: Queryable, uri: string, authorUri: string, parentUri: string | null): Promise<Place> {
  const [row] = await db<Place[]>`
    select exists (select from posts where uri = ${uri}) as known,
      exists (select from tombstones where uri = ${uri} and owner_uri = ${authorUri}) as buried,
      p.id as "parentId", p.thread_id as "threadId", t.group_id as "groupId", t.removed_at is not null as "threadRemoved"
    from (select) as here left join posts p on p.uri = ${parentUri} left join threads t on t.id = p.thread_id`;
  return row as Place;
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
}

/** Writes a thread and its opening post, in one statement. Returns false, and writes neither, when its author deleted it before. */
export async function insertThread(db: Queryable, post: NewPost, groupId: Id, title: string): Promise<boolean> {
  const rows = await db`
    with thread as (
      insert into threads (id, group_id, title, active_at)
      select ${post.id}, ${groupId}, ${title}, now() where not ${buried(db, post)} returning id)
    insert into posts (id, uri, url, thread_id, parent_id, branch_id, author_id, received_id, object_type, content, warning,
      language, attachments, published_at, edited_at)
    select t.id, ${post.uri}, ${post.url}, t.id, null, t.id, ${post.authorId}, ${post.receivedId}, ${post.objectType},
      ${post.content}, ${post.warning}, ${post.language}, ${json(db, post.attachments)}, ${post.publishedAt}, ${post.editedAt}
    from thread t`;
  return rows.count > 0;
}

/** Writes a reply under `parentId` and wakes its thread, in one statement. Returns false when its author deleted it before, or no such parent is there. */
export async function insertReply(db: Queryable, post: NewPost, threadId: Id, parentId: Id): Promise<boolean> {
  const rows = await db`
    with woken as (
      update threads set active_at = greatest(active_at, now()) where id = ${threadId})
    insert into posts (id, uri, url, thread_id, parent_id, branch_id, author_id, received_id, object_type, content, warning,
      language, attachments, published_at, edited_at)
    select ${post.id}, ${post.uri}, ${post.url}, p.thread_id, p.id, case when p.parent_id is null then ${post.id}::bigint else p.branch_id end,
      ${post.authorId}, ${post.receivedId}, ${post.objectType}, ${post.content}, ${post.warning}, ${post.language},
      ${json(db, post.attachments)}, ${post.publishedAt}, ${post.editedAt}
    from posts p where p.id = ${parentId} and p.thread_id = ${threadId} and not ${buried(db, post)}`;
  return rows.count > 0;
}

/** Puts a new text in place of a post's old one; the letter that held the old one is emptied. `title` only where the post opens a thread. */
export async function updatePost(
  db: Queryable,
  postId: Id,
  text: Omit<NewPost, "id" | "uri" | "authorId" | "publishedAt" | "objectType">,
  title: string | null,
): Promise<void> {
  await db`
    with old as (update received r set body = '' from posts p where p.id = ${postId} and r.id = p.received_id and r.id <> ${text.receivedId})
    update posts set url = ${text.url}, content = ${text.content}, warning = ${text.warning}, language = ${text.language},
      attachments = ${json(db, text.attachments)}, edited_at = ${text.editedAt}, received_id = coalesce(${text.receivedId}, received_id)
    where id = ${postId} and removed_at is null`;
  if (title !== null) await db`update threads set title = ${title} where id = ${postId}`;
}

/** Takes a post's words away and leaves its place; what it was made of is emptied, votes and boosts go. A removed opening closes its thread. */
export async function removePost(db: Queryable, postId: Id): Promise<void> {
  await db`
    with words as (update received r set body = '' from posts p where p.id = ${postId} and r.id = p.received_id),
      thread as (update threads set removed_at = now() where id = ${postId} and removed_at is null),
      vote as (delete from votes where post_id = ${postId}),
      boost as (delete from boosts where post_id = ${postId})
    update posts set content = '', warning = '', attachments = null, removed_at = now() where id = ${postId} and removed_at is null`;
}

/**
 * Makes whoever writes or removes the object `uri` wait for each other until the transaction ends, so that a deletion and a late
 * creation in the same moment cannot miss each other (R25).
 */
export async function lockObject(db: Queryable, uri: string): Promise<void> {
  await db`select pg_advisory_xact_lock(hashtextextended(${uri}, 0))`;
}

/** Remembers that the owner deleted `uri`; says so only once. */
export async function bury(db: Queryable, uri: string, ownerUri: string): Promise<void> {
  await db`insert into tombstones (uri, owner_uri) values (${uri}, ${ownerUri}) on conflict do nothing`;
}

/** Forgets tombstones older than `before` (kept at least a year, R25). */
export async function forgetTombstones(db: Queryable, before: Date): Promise<number> {
  return (await db`delete from tombstones where buried_at < ${before}`).count;
}

/** An author's posts that still have words, oldest first. */
export function postsOf(db: Queryable, authorId: Id): Promise<PostRow[]> {
  return db<PostRow[]>`
    select ${POST(db)} where p.author_id = ${authorId} and p.removed_at is null order by p.id`;
}

/** Puts right what could drift: when a thread was last active is the time of its newest post. Returns how many were wrong. */
export async function repairActivity(db: Queryable): Promise<number> {
  const wrong = await db`
    update threads t set active_at = n.newest from (
      select thread_id, to_timestamp((max(id) >> 16) / 1000.0) as newest from posts group by thread_id) n
    where n.thread_id = t.id and abs(extract(epoch from t.active_at - n.newest)) > 60`;
  return wrong.count;
}

function buried(db: Queryable, post: NewPost) {
  return db`exists (select from tombstones b join actors o on o.uri = b.owner_uri where b.uri = ${post.uri} and o.id = ${post.authorId})`;
}

function json(db: Queryable, attachments: NewPost["attachments"]) {
  return attachments.length > 0 ? db.json(attachments as never) : null;
}
