/** Moves a thread to another community of this server, by somebody who is a facilitator of both. */
import type { Id } from "../../../db/ids.ts";
import { moveThread } from "../../../db/queries/threads.ts";
import { Refusal } from "../../base/errors.ts";
import { may } from "../policy.ts";
import { standingsOf } from "../standing.ts";
import type { House } from "../transact.ts";
import { type LookAfter, lookAfter } from "./look-after.ts";

/**
 * The thread keeps its replies and its ids; its pin and topics stay behind. The journal line stands in the community that it left and names
 * the one that it went to (`data.toId`). Returns false when it stands there already.
 */
export async function moveToCommunity(house: House, act: LookAfter & { toId: Id }): Promise<boolean> {
  if (!may("thread.move", await standingsOf(house.db, act.by, { groupId: act.toId }))) throw new Refusal("not-allowed");
  return lookAfter(
    house,
    act,
    "thread.move",
    "thread.moved",
    (tx) => moveThread(tx, act.threadId, act.toId),
    ({ groupId }) => ({ fromId: groupId, toId: act.toId }),
  );
}
