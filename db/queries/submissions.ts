/** Forms that were sent: one form is one post, however often it is sent. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** The post that this form of `actorId` became, or null. */
export async function findSubmission(db: Queryable, actorId: Id, key: string): Promise<Id | null> {
  const [row] = await db<{ postId: Id }[]>`
    select post_id as "postId" from submissions where actor_id = ${actorId} and key = ${key}`;
  return row?.postId ?? null;
}

/** Remembers it. Breaks `submissions_pkey` when the form was sent before, waiting for one that is being sent in this moment. */
export async function writeSubmission(db: Queryable, actorId: Id, key: string, postId: Id): Promise<void> {
  await db`insert into submissions (actor_id, key, post_id) values (${actorId}, ${key}, ${postId})`;
}

/** Remembers it, where it does no harm that the form was sent before: an edit. */
export async function markSubmission(db: Queryable, actorId: Id, key: string, postId: Id): Promise<void> {
  await db`insert into submissions (actor_id, key, post_id) values (${actorId}, ${key}, ${postId}) on conflict do nothing`;
}

/** Forgets those older than `before`; returns how many. */
export async function forgetSubmissions(db: Queryable, before: Date): Promise<number> {
  return (await db`delete from submissions where at < ${before}`).count;
}
