/** Answers that settled a question, and those who say that one worked for them, too. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** Marks a reply as an accepted answer. Returns false when it was one. */
export async function insertAnswer(
  db: Queryable,
  answer: { threadId: Id; postId: Id; acceptedBy: Id },
): Promise<boolean> {
  const rows = await db`
    insert into accepted_answers (thread_id, post_id, accepted_by)
    values (${answer.threadId}, ${answer.postId}, ${answer.acceptedBy}) on conflict do nothing`;
  return rows.count > 0;
}

/** Takes the mark away. Returns false when there was none. */
export async function deleteAnswer(db: Queryable, threadId: Id, postId: Id): Promise<boolean> {
  return (await db`delete from accepted_answers where thread_id = ${threadId} and post_id = ${postId}`).count > 0;
}

/** Takes the mark away from all answers of a thread but one; returns whose they were. */
export async function deleteOtherAnswers(
  db: Queryable,
  threadId: Id,
  postId: Id,
): Promise<{ postId: Id; uri: string }[]> {
  return await db<{ postId: Id; uri: string }[]>`
    with old as (delete from accepted_answers where thread_id = ${threadId} and post_id <> ${postId} returning post_id)
    select p.id as "postId", p.uri from old join posts p on p.id = old.post_id`;
}

/** Makes those wait for each other who accept answers of one thread at once. */
export async function lockAnswers(db: Queryable, threadId: Id): Promise<void> {
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
