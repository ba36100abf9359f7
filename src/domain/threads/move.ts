/** Moves a thread to another community of this server, by somebody who is a facilitator of both. */
import type { Id } from "../../../db/ids.ts";
import { asksSecondFactor } from "../../../db/queries/communities.ts";
import { moveThread } from "../../../db/queries/threads.ts";
import { Refusal } from "../../base/errors.ts";
import { may } from "../policy.ts";
import type { House } from "../transact.ts";
import { type LookAfter, lookAfter, provenStandings } from "./look-after.ts";

/**
 * The thread keeps its replies and its ids; its pin and topics stay behind. The journal line stands in the community that it left and names
 * the one that it went to (`data.toId`). Returns false when it stands there already.
 */
export async function moveToCommunity(house: House, act: LookAfter & { toId: Id }): Promise<boolean> {
  const to = { groupId: act.toId, secondFactor: await asksSecondFactor(house.db, act.toId) };
  if (!may("thread.move", await provenStandings(house, to, "thread.move", act))) throw new Refusal("not-allowed");
  return lookAfter(
    house,
    act,
    "thread.move",
    "thread.moved",
    (tx) => moveThread(tx, act.threadId, act.toId),
    ({ groupId }) => ({ fromId: groupId, toId: act.toId }),
  );
}
