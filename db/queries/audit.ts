/** The record of privileged acts: by whom, and upon what. Lines are only ever added (R43). */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export interface AuditLine {
  id: Id;
  /** Who did it; null: at the machine. */
  actorId: Id | null;
  /** Which act, such as `account.suspended`. */
  act: string;
  /** The community it was done in, and what or whom it was done to. */
  groupId?: Id | null;
  subjectId?: Id | null;
  data?: Record<string, string | number | boolean | null>;
}

/** Adds one line, in the transaction of the act itself. */
export async function writeAudit(db: Queryable, line: AuditLine): Promise<void> {
  const { id, actorId, act, groupId = null, subjectId = null, data = {} } = line;
  await db`
    insert into audit (id, actor_id, act, group_id, subject_id, data)
    values (${id}, ${actorId}, ${act}, ${groupId}, ${subjectId}, ${db.json(data)})`;
}
