/** Leaves a community. */
import type { Id } from "../../../db/ids.ts";
import { deleteMembership } from "../../../db/queries/members.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { type House, transact } from "../transact.ts";

/** Ends the membership. Returns false when there was none. */
export function leaveCommunity(
  house: House,
  act: { groupId: Id; actorId: Id; letter?: ReceivedLetter },
): Promise<boolean> {
  return transact(house, "community.leave", "anyone", act.letter, async (tx) => {
    const left = await deleteMembership(tx, act.groupId, act.actorId);
    return {
      result: left,
      line: left
        ? { kind: "member.left", groupId: act.groupId, actorId: act.actorId, threadId: null, postId: null, data: {} }
        : null,
    };
  });
}
