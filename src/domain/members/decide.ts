/** A facilitator decides about somebody who wants to join. */
import type { Id } from "../../../db/ids.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import { acceptMembership, refuseMembership } from "../../../db/queries/members.ts";
import { Refusal } from "../../base/errors.ts";
import type { Standing } from "../policy.ts";
import { type House, transact } from "../transact.ts";

export interface Decide {
  groupId: Id;
  /** Who wants to join. */
  actorId: Id;
  by: Id;
  standings: readonly Standing[];
}

/** Takes them in; their server is told by the journal line. Throws a Refusal when they do not wait any more. */
export function acceptMember(house: House, act: Decide): Promise<void> {
  return decide(house, act, "member.joined", acceptMembership);
}

/** Refuses them. Nothing of it is kept: whoever asks again is asked about again. */
export function refuseMember(house: House, act: Decide): Promise<void> {
  return decide(house, act, "member.refused", refuseMembership);
}

function decide(
  house: House,
  { groupId, actorId, by, standings }: Decide,
  kind: "member.joined" | "member.refused",
  write: typeof acceptMembership,
): Promise<void> {
  return transact(house, "member.accept", standings, undefined, async (tx) => {
    const followUri = await write(tx, groupId, actorId);
    if (followUri === null) throw new Refusal("already-done");
    await writeAudit(tx, { id: house.makeId(), actorId: by, act: kind, groupId, subjectId: actorId });
    return {
      result: undefined,
      line: { kind, groupId, actorId, threadId: null, postId: null, data: { followUri, by } },
    };
  });
}
