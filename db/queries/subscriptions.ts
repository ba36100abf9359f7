/** Who is told of every reply in a thread, and who of none. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export type SubscriptionLevel = "follow" | "mute";

/** Follows or mutes a thread. */
export async function upsertSubscription(
  db: Queryable,
  subscription: { actorId: Id; threadId: Id; level: SubscriptionLevel },
): Promise<void> {
  const { actorId, threadId, level } = subscription;
  await db`
    insert into thread_subscriptions (actor_id, thread_id, level) values (${actorId}, ${threadId}, ${level})
    on conflict (actor_id, thread_id) do update set level = excluded.level`;
}

/** Neither follows nor mutes it any more. */
export async function deleteSubscription(db: Queryable, actorId: Id, threadId: Id): Promise<void> {
  await db`delete from thread_subscriptions where actor_id = ${actorId} and thread_id = ${threadId}`;
}
