/** Writes a new version of a community's charter. */
import type { Id } from "../../../db/ids.ts";
import { brokenConstraint } from "../../../db/open.ts";
import { type CharterParts, insertCharter } from "../../../db/queries/charters.ts";
import { Refusal } from "../../base/errors.ts";
import type { Standing } from "../policy.ts";
import { type House, transact } from "../transact.ts";

export interface WriteCharter extends CharterParts {
  groupId: Id;
  by: Id;
  standings: readonly Standing[];
  /** The version that the writer began from; 0 where there was none. */
  from: number;
  /** `2026-11-30`, or "" for no day. */
  reviewOn: string;
}

/** Characters of one part. */
export const LONGEST_PART = 20_000;

/** Returns the new version. Throws a Refusal when somebody wrote another one meanwhile, and when there are no words in it. */
export async function writeCharter(house: House, act: WriteCharter): Promise<number> {
  const parts = [act.purpose, act.audience, act.norms, act.roles];
  if (parts.every((part) => part.trim() === "")) throw new Refusal("text-missing");
  if (parts.some((part) => part.length > LONGEST_PART)) throw new Refusal("too-long");
  const reviewOn = checkedDay(act.reviewOn);
  const version = act.from + 1;
  try {
    return await transact(house, "charter.write", act.standings, undefined, async (tx) => {
      if (!(await insertCharter(tx, { ...act, reviewOn, writtenBy: act.by }))) throw new Refusal("changed-meanwhile");
      return {
        result: version,
        line: {
          kind: "charter.written",
          groupId: act.groupId,
          actorId: act.by,
          threadId: null,
          postId: null,
          data: { version },
        },
      };
    });
  } catch (error) {
    if (brokenConstraint(error) === "charters_pkey") throw new Refusal("changed-meanwhile");
    throw error;
  }
}

function checkedDay(day: string): string | null {
  if (day === "") return null;
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(`${day}T00:00:00Z`) : null;
  if (!at || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day)
    throw new Refusal("input-invalid", "This is not a day.");
  return day;
}
