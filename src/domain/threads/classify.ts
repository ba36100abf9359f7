/** Says what kind of thread it is, and what it is about. */
import { classifyThread, findThread, THREAD_KINDS, type ThreadKind } from "../../../db/queries/threads.ts";
import { Refusal } from "../../base/errors.ts";
import { may } from "../policy.ts";
import type { House } from "../transact.ts";
import { type LookAfter, lookAfter, provenStandings } from "./look-after.ts";

export { THREAD_KINDS, type ThreadKind } from "../../../db/queries/threads.ts";

/** A poll is one from its beginning: no thread becomes one, or stops being one. */
export const CHOOSABLE_KINDS = THREAD_KINDS.filter((kind) => kind !== "poll");

/** `topics` are slugs of its community's topics; others are passed over. Only facilitators make it an announcement. Returns false when nothing is new. */
export async function classify(
  house: House,
  act: LookAfter & { kind: ThreadKind; topics: readonly string[] },
): Promise<boolean> {
  if (act.kind === "announcement") {
    const thread = await findThread(house.db, act.threadId);
    if (thread && thread.kind !== "announcement") {
      const standings = await provenStandings(house, thread, "thread.start.facilitators", act);
      if (!may("thread.start.facilitators", standings)) throw new Refusal("announcement-restricted");
    }
  }
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
