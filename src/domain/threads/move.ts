/** Moves a thread to another community of this server, by somebody who is a facilitator of both. */
import type { Id } from "../../../db/ids.ts";
import { asksSecondFactor } from "../../../db/queries/communities.ts";
import { bury } from "../../../db/queries/posts.ts";
import { boostUri, moveThread } from "../../../db/queries/threads.ts";
import { Refusal } from "../../base/errors.ts";
import { may } from "../policy.ts";
import type { House } from "../transact.ts";
import { type LookAfter, lookAfter, provenStandings } from "./look-after.ts";

/**
 * The thread keeps its replies and its ids; its pin and topics stay behind. The journal line stands in the community that it left and names
 * the one that it went to (`data.toId`), with the boost that the one takes back (`data.undone`) and the one that the other begins (`data.boostId`). Returns false when it stands
 * there already, or somebody else has just moved it.
 */
export async function moveToCommunity(house: House, act: LookAfter & { toId: Id }): Promise<boolean> {
  const to = { groupId: act.toId, secondFactor: await asksSecondFactor(house.db, act.toId) };
  if (!may("thread.move", await provenStandings(house, to, "thread.move", act))) throw new Refusal("not-allowed");
  const boostId = house.makeId();
  return lookAfter(
    house,
    act,
    "thread.move",
    "thread.moved",
    async (tx, thread) => {
      const { groupId: fromId } = thread;
      if (!(await moveThread(tx, act.threadId, { fromId, toId: act.toId, boostId }))) return false;
      await bury(tx, boostUri(house.origin, thread.boostId), house.origin);
      return true;
    },
    ({ groupId, boostId: undone }) => ({ fromId: groupId, toId: act.toId, undone, boostId }),
  );
}
