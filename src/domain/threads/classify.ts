/** Says what kind of thread it is, and what it is about. */
import { classifyThread, THREAD_KINDS, type ThreadKind } from "../../../db/queries/threads.ts";
import { Refusal } from "../../base/errors.ts";
import type { House } from "../transact.ts";
import { type LookAfter, lookAfter } from "./look-after.ts";

export { THREAD_KINDS, type ThreadKind } from "../../../db/queries/threads.ts";

/** A poll is one from its beginning: no thread becomes one, or stops being one. */
export const CHOOSABLE_KINDS = THREAD_KINDS.filter((kind) => kind !== "poll");

/** `topics` are slugs of its community's topics; others are passed over. Returns false when nothing is new. */
export function classify(
  house: House,
  act: LookAfter & { kind: ThreadKind; topics: readonly string[] },
): Promise<boolean> {
  return lookAfter(
    house,
    act,
    "thread.classify",
    "thread.edited",
    (tx, thread) => {
      if ((thread.kind === "poll") !== (act.kind === "poll")) throw new Refusal("input-invalid");
      return classifyThread(tx, act.threadId, act.kind, act.topics);
    },
    () => ({ kind: act.kind, topics: act.topics.join(" ") }),
  );
}
