/** Somebody elsewhere moved to another account; both accounts have confirmed it (R26). */
import type { Id } from "../../../db/ids.ts";
import { markMoved } from "../../../db/queries/actors.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { type House, transact } from "../transact.ts";

/**
 * Writes down the new address. Memberships stay where they are: the new account follows by itself, as servers do after a Move,
 * and a facilitator's role never moves without a facilitator (R26).
 */
export function moveActor(house: House, act: { actorId: Id; target: string; letter?: ReceivedLetter }): Promise<void> {
  return transact(house, "actor.move", "author", act.letter, async (tx) => {
    await markMoved(tx, act.actorId, act.target);
    return {
      result: undefined,
      line: {
        kind: "actor.moved",
        groupId: null,
        actorId: act.actorId,
        threadId: null,
        postId: null,
        data: { target: act.target },
      },
    };
  });
}
