/** Who may start threads in a community. */
import type { Id } from "../../../db/ids.ts";
import type { Queryable } from "../../../db/open.ts";
import { type Posting, readPosting } from "../../../db/queries/communities.ts";
import { Refusal } from "../../base/errors.ts";
import { type Act, may } from "../policy.ts";
import { standingsOf } from "../standing.ts";

const ACTS = {
  anyone: "thread.start",
  members: "thread.start.members",
  facilitators: "thread.start.facilitators",
} as const satisfies Record<Posting, Act>;

/** The act of starting a thread where `posting` is decided. */
export function postingAct(posting: Posting): Act {
  return ACTS[posting];
}

/** Throws a Refusal when `actorId`, from here or elsewhere, may not start a thread there. One look where anyone may, two where not. */
export async function demandPosting(db: Queryable, groupId: Id, actorId: Id): Promise<void> {
  const posting = await readPosting(db, groupId);
  if (posting === null || posting === "anyone") return;
  if (may(postingAct(posting), await standingsOf(db, actorId, { groupId }))) return;
  throw new Refusal(posting === "members" ? "members-only" : "facilitators-only");
}
