/** What an Undo does, whatever it takes back. */
import type { Id } from "../../db/ids.ts";
import { markTakenBack, markUndone, type ReceivedLetter } from "../../db/queries/received.ts";
import type { House, Tx } from "./transact.ts";

export interface TakingBack {
  by: Id;
  /** The id of what is undone, as its sender says. */
  undone?: string | null | undefined;
  letter?: ReceivedLetter | undefined;
}

/**
 * Takes back what `remove` removes, which gives the id it was done by, or null when there was none: then it may still be on its way, and counts for nothing
 * when it comes. After that it may be done again, also by the same id. Gives what `remove` gave.
 */
export async function takeBack(
  house: House,
  tx: Tx,
  { by, undone, letter }: TakingBack,
  remove: () => Promise<string | null>,
): Promise<string | null> {
  let uri = await remove();
  if (uri === null && undone && !(await markUndone(tx, house.makeId(), { actorId: by, uri: undone })))
    uri = await remove();
  if (uri !== null && letter) await markTakenBack(tx, uri, letter);
  return uri;
}
