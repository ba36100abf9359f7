/** How far somebody has read a thread. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** Notes that `actorId` has seen the thread up to the post `postId`; never goes back. */
export async function noteRead(db: Queryable, read: { actorId: Id; threadId: Id; postId: Id }): Promise<void> {
  await db`
    insert into thread_reads (actor_id, thread_id, post_id) values (${read.actorId}, ${read.threadId}, ${read.postId})
    on conflict (actor_id, thread_id) do update set post_id = greatest(thread_reads.post_id, excluded.post_id), read_at = now()`;
}
