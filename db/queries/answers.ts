/** Answers that settled a question, and those who say that one worked for them, too. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** The ActivityPub id of the note by which a community of this server says that a question was answered. */
export function answerNoteUri(origin: string, noteId: Id | ""): string {
  return `${origin}/answers/${noteId}`;
}

/** Marks a reply as an accepted answer, which makes those wait for each other who do so in one thread. Returns false when it was one, or was removed. */
export async function insertAnswer(
  db: Queryable,
  answer: { threadId: Id; postId: Id; acceptedBy: Id; noteId?: Id },
): Promise<boolean> {
  const { threadId, postId, acceptedBy, noteId = null } = answer;
  const [, rows] = await Promise.all([
    lockAnswers(db, threadId),
    db`
      insert into accepted_answers (thread_id, post_id, accepted_by, note_id)
      select ${threadId}, id, ${acceptedBy}, ${noteId}::bigint from posts where id = ${postId} and removed_at is null on conflict do nothing`,
  ]);
  return rows.count > 0;
}

/** A reply that is no accepted answer any more. */
export interface FormerAnswer {
  postId: Id;
  uri: string;
  authorUri: string;
  /** Null: it was accepted on another server, in a community of its own. */
  noteId: Id | null;
}

/** A post, and the thread it is in. */
interface Placed {
  id: Id;
  threadId: Id;
}

/** Takes the mark away. Returns null when there was none. */
export async function deleteAnswer(db: Queryable, origin: string, post: Placed): Promise<FormerAnswer | null> {
  const [former] = await deleteAnswers(db, origin, post.threadId, isPost(db, post.id));
  return former ?? null;
}

/** Takes the mark away from all answers of a thread but one. */
export function deleteOtherAnswers(db: Queryable, origin: string, threadId: Id, postId: Id): Promise<FormerAnswer[]> {
  return deleteAnswers(db, origin, threadId, db`post_id <> ${postId}`);
}

/** Takes the mark away from a post that is removed, or, where it opens a thread, from all in it. Whoever would accept one waits until that is done. */
export async function deleteAnswersOf(db: Queryable, origin: string, post: Placed): Promise<FormerAnswer[]> {
  const which = post.id === post.threadId ? db`true` : isPost(db, post.id);
  const [, former] = await Promise.all([
    lockAnswers(db, post.threadId),
    deleteAnswers(db, origin, post.threadId, which),
  ]);
  return former;
}

const isPost = (db: Queryable, postId: Id) => db`post_id = ${postId}`;

/** The notes that said so are buried: who asks for one is told that it is gone. */
async function deleteAnswers(
  db: Queryable,
  origin: string,
  threadId: Id,
  which: ReturnType<typeof isPost>,
): Promise<FormerAnswer[]> {
  return await db<FormerAnswer[]>`
    with old as (
      delete from accepted_answers where thread_id = ${threadId} and ${which} returning thread_id, post_id, note_id, accepted_at
    ), buried as (
      insert into tombstones (uri, owner_uri)
      select ${answerNoteUri(origin, "")} || old.note_id, g.uri from old join threads t on t.id = old.thread_id join actors g on g.id = t.group_id
      where g.peer_id is null and old.note_id is not null on conflict do nothing
    )
    select p.id as "postId", p.uri, a.uri as "authorUri", old.note_id as "noteId"
    from old join posts p on p.id = old.post_id join actors a on a.id = p.author_id order by old.accepted_at`;
}

/** Nobody else accepts an answer of the thread until the transaction ends. Comes before the answers themselves: then nobody waits in a circle. */
async function lockAnswers(db: Queryable, threadId: Id): Promise<void> {
  await db`select id from threads where id = ${threadId} for no key update`;
}

/** "Worked for me, too": once. Returns false when they said so before. */
export async function insertWorked(db: Queryable, postId: Id, actorId: Id): Promise<boolean> {
  const rows = await db`
    insert into worked (post_id, actor_id) values (${postId}, ${actorId}) on conflict do nothing`;
  return rows.count > 0;
}

/** Takes that back. Returns false when they had not said so. */
export async function deleteWorked(db: Queryable, postId: Id, actorId: Id): Promise<boolean> {
  return (await db`delete from worked where post_id = ${postId} and actor_id = ${actorId}`).count > 0;
}
