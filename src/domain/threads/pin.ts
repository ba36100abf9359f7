/** Pins a thread to the top of its community, or takes the pin out. */
import { pinThread } from "../../../db/queries/threads.ts";
import type { House } from "../transact.ts";
import { type LookAfter, lookAfter } from "./look-after.ts";

/** Returns false when that is how it was. */
export function setPinned(house: House, act: LookAfter & { pinned: boolean }): Promise<boolean> {
  const kind = act.pinned ? "thread.pinned" : "thread.unpinned";
  return lookAfter(house, act, "thread.pin", kind, (tx) => pinThread(tx, act.threadId, act.pinned));
}
