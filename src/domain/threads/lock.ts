/** Closes a thread to further replies, or opens it again. */
import { lockThread } from "../../../db/queries/threads.ts";
import type { House } from "../transact.ts";
import { type LookAfter, lookAfter } from "./look-after.ts";

/** Returns false when that is how it was. */
export function setLocked(house: House, act: LookAfter & { locked: boolean }): Promise<boolean> {
  const kind = act.locked ? "thread.locked" : "thread.unlocked";
  return lookAfter(house, act, "thread.lock", kind, (tx) => lockThread(tx, act.threadId, act.locked));
}
