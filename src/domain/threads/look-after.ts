/** What the acts of those who look after a thread have in common: the thread, how they stand to it, the journal line and the audit. */
import type { Id } from "../../../db/ids.ts";
import type { JournalKind, JournalLine } from "../../../db/journal.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import { findThread, type ThreadRow } from "../../../db/queries/threads.ts";
import { Refusal } from "../../base/errors.ts";
import { type Act, may, type Standing } from "../policy.ts";
import { standingsOf } from "../standing.ts";
import { type House, type Tx, transact } from "../transact.ts";

/** Who does it to which thread. */
export interface LookAfter {
  threadId: Id;
  by: Id;
  /** Whether they have shown a second factor in this session. */
  secondFactor?: boolean;
}

/**
 * How somebody stands to a thread (or a community) as far as it counts for `act`: a community may ask its facilitators for a second factor. Throws a Refusal
 * when that is all that is missing.
 */
export async function provenStandings(
  house: House,
  thread: Pick<ThreadRow, "groupId" | "secondFactor"> & { askerId?: Id },
  act: Act,
  who: Pick<LookAfter, "by" | "secondFactor">,
): Promise<Standing[]> {
  const all = await standingsOf(house.db, who.by, { groupId: thread.groupId, askerId: thread.askerId ?? null });
  if (!thread.secondFactor || who.secondFactor) return all;
  const proven = all.filter((standing) => standing !== "facilitator");
  if (may(act, all) && !may(act, proven)) throw new Refusal("second-factor-first");
  return proven;
}

/**
 * Does `change` as `act`, which says whether anything changed; then there is a journal line of `kind`, and a line in the audit. Throws a
 * Refusal where there is no such thread, or the policy says no. Returns whether anything changed.
 */
export async function lookAfter(
  house: House,
  who: LookAfter,
  act: Act,
  kind: JournalKind,
  change: (tx: Tx, thread: ThreadRow) => Promise<boolean>,
  data: (thread: ThreadRow) => JournalLine["data"] = () => ({}),
): Promise<boolean> {
  const { threadId, by } = who;
  const thread = await findThread(house.db, threadId);
  if (!thread) throw new Refusal("not-found");
  if (thread.removed) throw new Refusal("gone");
  const standings = await provenStandings(house, thread, act, who);
  return transact(house, act, standings, undefined, async (tx) => {
    if (!(await change(tx, thread))) return { result: false, line: null };
    const said = data(thread);
    await writeAudit(tx, {
      id: house.makeId(),
      actorId: by,
      act: kind,
      groupId: thread.groupId,
      subjectId: thread.id,
      data: said,
    });
    const line = {
      kind,
      groupId: thread.groupId,
      actorId: by,
      threadId: thread.id,
      postId: thread.id,
      data: { uri: thread.uri, ...said },
    };
    return { result: true, line };
  });
}
