/** Notes a privileged act that was done at the machine, where nobody is signed in. */
import type { Id } from "../../../db/ids.ts";
import type { Queryable } from "../../../db/open.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import type { House } from "../transact.ts";

export function noteAtTheMachine(
  db: Queryable,
  house: Pick<House, "makeId">,
  act: string,
  data: Record<string, string | number | boolean | null>,
  subjectId: Id | null = null,
): Promise<void> {
  return writeAudit(db, { id: house.makeId(), actorId: null, act, subjectId, data });
}
