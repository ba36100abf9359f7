/** Writing as people of this server do it: threads and replies with their Markdown, kind and topics, edits with what was there before, removal by others. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";
import { authorVisible } from "../visible.ts";
import type { ThreadKind } from "./threads.ts";

export { THREAD_KINDS, type ThreadKind } from "./threads.ts";

/** A picture in a post; its sizes in pixels. */
export interface PostPicture {
  url: string;
  mediaType: string;
  description: string;
  width: number;
  height: number;
}

export interface OwnText {
  content: string;
  source: string;
  warning: string;
  language: string | null;
  attachments: PostPicture[];
}

export interface NewOwnPost extends OwnText {
  id: Id;
  uri: string;
  authorId: Id;
  publishedAt: Date;
}

/** Who may begin what in a community, or null: a group of another server says nothing of it here. */
export async function findGroup(
  db: Queryable,
  groupId: Id,
): Promise<{ posting: "anyone" | "members" | "facilitators"; slug: string } | null> {
  const [row] = await db<{ posting: "anyone" | "members" | "facilitators"; slug: string }[]>`
    select coalesce(c.posting, 'anyone') as posting, g.username as slug from actors g left join communities c on c.actor_id = g.id
     where g.id = ${groupId} and g.kind = 'group' and g.gone_at is null`;
  return row ?? null;
}

/** Writes a thread and its opening post. */
export async function insertOwnThread(
  db: Queryable,
  post: NewOwnPost,
  thread: { groupId: Id; title: string; kind: ThreadKind; linkUrl: string | null },
): Promise<void> {
  await db`
    with thread as (
      insert into threads (id, group_id, title, active_at, kind, link_url)
      values (${post.id}, ${thread.groupId}, ${thread.title}, now(), ${thread.kind}, ${thread.linkUrl}) returning id)
    insert into posts (id, uri, url, thread_id, parent_id, branch_id, author_id, object_type, content, source, warning, language,
      attachments, published_at)
    select t.id, ${post.uri}, ${post.uri}, t.id, null, t.id, ${post.authorId}, 'Note', ${post.content}, ${post.source},
      ${post.warning}, ${post.language}, ${json(db, post.attachments)}, ${post.publishedAt}
    from thread t`;
}

/** Puts a thread under these topics and no others; those of another community are left out. */
export async function writeTopics(db: Queryable, threadId: Id, topicIds: readonly Id[]): Promise<void> {
  await db`
    with old as (delete from thread_topics where thread_id = ${threadId} and topic_id <> all(${topicIds as Id[]}::bigint[]))
    insert into thread_topics (thread_id, topic_id)
    select t.id, o.id from threads t join topics o on o.group_id = t.group_id
     where t.id = ${threadId} and o.id = any(${topicIds as Id[]}::bigint[]) on conflict do nothing`;
}

/**
 * Writes a reply and wakes its thread; returns where it stands. Null when what it answers is gone. Where the thread is `closed` to further replies,
 * and not `evenIfLocked`, nothing is written.
 */
export async function insertOwnReply(
  db: Queryable,
  post: NewOwnPost,
  parentId: Id,
  evenIfLocked: boolean,
): Promise<{ groupId: Id; closed: boolean } | null> {
  const [place] = await db<{ groupId: Id; closed: boolean }[]>`
    with place as (
      select p.id, p.thread_id, p.parent_id, p.branch_id, t.group_id, t.locked_at is not null and not ${evenIfLocked} as closed
        from posts p join threads t on t.id = p.thread_id
       where p.id = ${parentId} and p.removed_at is null and t.removed_at is null
    ), woken as (
      update threads set active_at = now()
       where id = (select thread_id from place where not closed) and active_at < now() - interval '1 minute'
    ), reply as (
      insert into posts (id, uri, url, thread_id, parent_id, branch_id, author_id, object_type, content, source, warning, language,
        attachments, published_at)
      select ${post.id}, ${post.uri}, ${post.uri}, p.thread_id, p.id,
        case when p.parent_id is null then ${post.id}::bigint else p.branch_id end, ${post.authorId}, 'Note', ${post.content},
        ${post.source}, ${post.warning}, ${post.language}, ${json(db, post.attachments)}, ${post.publishedAt}
      from place p where not p.closed
    )
    select group_id as "groupId", closed from place`;
  return place ?? null;
}

export interface Answerable {
  threadId: Id;
  groupId: Id;
  lockedAt: Date | null;
  /** It was removed, or its thread was. */
  gone: boolean;
  /** Its author may be heard. */
  visible: boolean;
}

/** A post as far as it matters to whoever answers it, or null. */
export async function findAnswerable(db: Queryable, postId: Id): Promise<Answerable | null> {
  const [row] = await db<Answerable[]>`
    select t.id as "threadId", t.group_id as "groupId", t.locked_at as "lockedAt",
      p.removed_at is not null or t.removed_at is not null as gone, ${authorVisible(db)} as visible
    from posts p join threads t on t.id = p.thread_id join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
    where p.id = ${postId}`;
  return row ?? null;
}

export interface OwnPostState extends OwnText {
  id: Id;
  uri: string;
  threadId: Id;
  groupId: Id;
  authorId: Id;
  /** Those of its thread. */
  title: string;
  kind: string;
  linkUrl: string | null;
  topicIds: Id[];
  /** A facilitator gave the thread its title. */
  retitled: boolean;
  removedAt: Date | null;
}

/** A post that was written here, or null. In a transaction, `lock` keeps everybody else from changing it until the end. */
export async function findWritten(db: Queryable, postId: Id, lock = false): Promise<OwnPostState | null> {
  const [row] = await db<OwnPostState[]>`
    select p.id, p.uri, p.thread_id as "threadId", t.group_id as "groupId", p.author_id as "authorId", t.title, t.kind,
      t.link_url as "linkUrl", t.retitled_at is not null as retitled, p.removed_at as "removedAt", p.content, p.source, p.warning,
      p.language, coalesce(p.attachments, '[]') as attachments,
      (select coalesce(array_agg(x.topic_id order by x.topic_id), '{}') from thread_topics x where x.thread_id = p.id) as "topicIds"
    from posts p join threads t on t.id = p.thread_id
    where p.id = ${postId} and p.source is not null ${lock ? db`for update of p` : db``}`;
  return row ?? null;
}

/** Keeps what a post said until now; `title` only where it opens a thread. */
export async function keepEdit(
  db: Queryable,
  old: Pick<OwnPostState, "id" | "threadId" | "title" | "content" | "source" | "warning">,
  at: Date,
): Promise<void> {
  const title = old.id === old.threadId ? old.title : null;
  await db`
    insert into post_edits (post_id, edited_at, title, content, source, warning)
    values (${old.id}, ${at}, ${title}, ${old.content}, ${old.source}, ${old.warning}) on conflict do nothing`;
}

/** Puts a new text in place of the old. */
export async function rewriteOwnPost(db: Queryable, postId: Id, text: OwnText, at: Date): Promise<void> {
  await db`
    update posts set content = ${text.content}, source = ${text.source}, warning = ${text.warning}, language = ${text.language},
      attachments = ${json(db, text.attachments)}, edited_at = ${at} where id = ${postId}`;
}

/** Gives a thread another title and link; a title that a facilitator gave stays. */
export async function rewriteOwnThread(
  db: Queryable,
  threadId: Id,
  thread: { title: string; kind: ThreadKind; linkUrl: string | null },
): Promise<void> {
  await db`
    update threads set title = case when retitled_at is null then ${thread.title} else title end, kind = ${thread.kind},
      link_url = ${thread.linkUrl} where id = ${threadId}`;
}

/** Writes down who took a post away that was not theirs. */
export async function markRemovedBy(db: Queryable, postId: Id, by: Id): Promise<void> {
  await db`update posts set removed_by = ${by} where id = ${postId}`;
}

/** The addresses of what people of this server attached to a post; to the opening of a thread: to anything in it. */
export function attachedTo(db: Queryable, post: { id: Id; threadId: Id }): Promise<{ authorId: Id; url: string }[]> {
  return db<{ authorId: Id; url: string }[]>`
    select p.author_id::text as "authorId", x ->> 'url' as url
    from posts p join actors a on a.id = p.author_id, jsonb_array_elements(p.attachments) x
    where ${post.id === post.threadId ? db`p.thread_id = ${post.id}` : db`p.id = ${post.id}`}
      and a.peer_id is null and p.attachments is not null`;
}

function json(db: Queryable, attachments: PostPicture[]) {
  return attachments.length > 0 ? db.json(attachments as never) : null;
}
