/** Somebody elsewhere changed their profile or their keys. */
import type { Id } from "../../../db/ids.ts";
import { type RemoteActor, saveRemoteActor } from "../../../db/queries/actors.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { type House, transact } from "../transact.ts";

/** Writes the new profile down. The letter's mark keeps an old profile from coming back by a replay (R8). */
export function updateActor(
  house: House,
  act: { actorId: Id; actor: RemoteActor; letter: ReceivedLetter },
): Promise<void> {
  return transact(house, "actor.update", "author", act.letter, async (tx) => {
    await saveRemoteActor(tx, act.actorId, act.actor);
    return { result: undefined, line: null };
  });
}
