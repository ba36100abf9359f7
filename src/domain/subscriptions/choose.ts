/** Follows a thread, mutes it, or neither: whether one is told of its replies. */
import type { Id } from "../../../db/ids.ts";
import { deleteSubscription, type SubscriptionLevel, upsertSubscription } from "../../../db/queries/subscriptions.ts";
import { findThread } from "../../../db/queries/threads.ts";
import { Refusal } from "../../base/errors.ts";
import type { House } from "../transact.ts";

/** It is nobody's business but one's own: no policy, no journal. `null` forgets the choice. */
export async function chooseSubscription(
  house: House,
  act: { threadId: Id; by: Id; level: SubscriptionLevel | null },
): Promise<void> {
  const thread = await findThread(house.db, act.threadId);
  if (!thread) throw new Refusal("not-found");
  if (thread.removed) throw new Refusal("gone");
  if (act.level === null) await deleteSubscription(house.db, act.by, thread.id);
  else await upsertSubscription(house.db, { actorId: act.by, threadId: thread.id, level: act.level });
}
