/** Leaves a community. */
import type { Id } from "../../../db/ids.ts";
import { deleteMembership, holdMembership } from "../../../db/queries/members.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { Refusal } from "../../base/errors.ts";
import { takeBack } from "../take-back.ts";
import { type House, transact } from "../transact.ts";

/**
 * Ends the membership. Returns false when there was none. The last facilitator who leaves from here is refused: nobody could look after the
 * community any more. Whoever leaves by a letter has left already; `undone` is the id of their follow, which may still be on its way.
 */
export function leaveCommunity(
  house: House,
  act: { groupId: Id; actorId: Id; undone?: string | null; letter?: ReceivedLetter },
): Promise<boolean> {
  return transact(house, "community.leave", "anyone", act.letter, async (tx) => {
    if (!act.letter) {
      const { membership, others } = await holdMembership(tx, act.groupId, act.actorId);
      if (membership?.role === "facilitator" && others === 0) throw new Refusal("last-facilitator");
    }
    const { groupId, actorId: by, undone, letter } = act;
    const left = (await takeBack(house, tx, { by, undone, letter }, () => deleteMembership(tx, groupId, by))) !== null;
    return {
      result: left,
      line: left
        ? { kind: "member.left", groupId: act.groupId, actorId: act.actorId, threadId: null, postId: null, data: {} }
        : null,
    };
  });
}
