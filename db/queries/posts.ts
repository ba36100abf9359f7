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
export async function findPlace(
  db: Queryable,
  uri: string,
  authorUri: string,
  parentUri: string | null,
): Promise<Place> {
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

/**
 * Writes a reply under `parentId` and wakes its thread, in one statement. A thread is woken once a minute at most: that is exact enough to
 * list threads by, and in a busy one replies do not wait for each other. Returns false when its author deleted it before, or its thread is gone.
 */
export async function insertReply(db: Queryable, post: NewPost, threadId: Id, parentId: Id): Promise<boolean> {
  const rows = await db`
    with woken as (
      update threads set active_at = now() where id = ${threadId} and active_at < now() - interval '1 minute')
    insert into posts (id, uri, url, thread_id, parent_id, branch_id, author_id, received_id, object_type, content, warning,
      language, attachments, published_at, edited_at)
    select ${post.id}, ${post.uri}, ${post.url}, p.thread_id, p.id, case when p.parent_id is null then ${post.id}::bigint else p.branch_id end,
      ${post.authorId}, ${post.receivedId}, ${post.objectType}, ${post.content}, ${post.warning}, ${post.language},
      ${json(db, post.attachments)}, ${post.publishedAt}, ${post.editedAt}
    from posts p join threads t on t.id = p.thread_id
    where p.id = ${parentId} and t.id = ${threadId} and t.removed_at is null and not ${buried(db, post)}`;
  return rows.count > 0;
}

/**
 * Puts a new text in place of a post's old one; the letter that held the old one is emptied. `title` only where the post opens a thread.
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
      select p.id, p.received_id from posts p join threads t on t.id = p.thread_id
      where p.id = ${postId} and p.removed_at is null and (p.edited_at is null or p.edited_at <= ${text.editedAt})
        and (p.content <> ${text.content} or p.warning <> ${text.warning} or p.attachments is distinct from ${attachments}
          or (t.title <> ${title}::text and t.retitled_at is null) or p.edited_at is distinct from coalesce(${saidAt}::timestamptz, p.edited_at))
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

/**
 * Takes a post's words away, also those that it said before, and leaves its place; what it was made of is emptied, votes and boosts go, and it is
 * no answer any more. A removed opening closes its thread.
 */
export async function removePost(db: Queryable, postId: Id): Promise<void> {
  await db`
    with words as (update received r set body = '' from posts p where p.id = ${postId} and r.id = p.received_id),
      thread as (update threads set removed_at = now() where id = ${postId} and removed_at is null),
      vote as (delete from votes where post_id = ${postId}),
      boost as (delete from boosts where post_id = ${postId}),
      edit as (delete from post_edits where post_id = ${postId}),
      answer as (delete from accepted_answers where post_id = ${postId}),
      poll as (delete from polls where thread_id = ${postId}),
      worked as (delete from worked where post_id = ${postId})
    update posts set content = '', source = null, warning = '', attachments = null, removed_at = now() where id = ${postId} and removed_at is null`;
}

/**
 * Makes whoever writes, edits or removes the object `uri` wait for each other until the transaction ends, so that a deletion and a late
 * creation or edit in the same moment cannot miss each other (R25). What follows must be a statement of its own: only then it sees what the other did.
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

/** An author's posts that still have words, oldest first; after the one with the id `after`, `limit` at most. */
export function postsOf(db: Queryable, authorId: Id, after: Id, limit = 500): Promise<PostRow[]> {
  return db<PostRow[]>`
    select ${POST(db)} where p.author_id = ${authorId} and p.id > ${after} and p.removed_at is null order by p.id limit ${limit}`;
}

/** Puts right what could drift: when a thread was last active is the time of its newest post. Looks at posts since `since`; returns how many threads were wrong. */
export async function repairActivity(db: Queryable, since: Id): Promise<number> {
  const wrong = await db`
    update threads t set active_at = n.newest from (
      select thread_id, to_timestamp((max(id) >> 16) / 1000.0) as newest from posts where id > ${since} group by thread_id) n
    where n.thread_id = t.id and abs(extract(epoch from t.active_at - n.newest)) > 120`;
  return wrong.count;
}

/** True where the author deleted the post before, or is gone altogether. */
function buried(db: Queryable, post: NewPost) {
  return db`exists (select from actors o where o.id = ${post.authorId} and (o.gone_at is not null
    or exists (select from tombstones b where b.uri = ${post.uri} and b.owner_uri = o.uri)))`;
}

function json(db: Queryable, attachments: NewPost["attachments"]) {
  return attachments.length > 0 ? db.json(attachments as never) : null;
}
