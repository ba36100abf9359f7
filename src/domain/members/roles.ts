/** A facilitator gives a member another role, or takes them out of the community. */
import type { Id } from "../../../db/ids.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import {
  deleteMembership,
  holdMembership,
  type MemberRole,
  updateRole,
  upsertMembership,
} from "../../../db/queries/members.ts";
import { Refusal } from "../../base/errors.ts";
import type { Standing } from "../policy.ts";
import { type House, type Tx, transact } from "../transact.ts";

interface AboutMember {
  groupId: Id;
  actorId: Id;
  by: Id;
  standings: readonly Standing[];
}

/** Makes a member a facilitator, a steward or a member like others. The last facilitator stays one. */
export function giveRole(house: House, act: AboutMember & { role: MemberRole }): Promise<void> {
  const { groupId, actorId, by, role } = act;
  return transact(house, "member.promote", act.standings, undefined, async (tx) => {
    const before = await heldMember(tx, act, role === "facilitator");
    if (before.role === role) return { result: undefined, line: null };
    await updateRole(tx, groupId, actorId, role);
    const data = { from: before.role, to: role };
    await writeAudit(tx, {
      id: house.makeId(),
      actorId: by,
      act: "member.promoted",
      groupId,
      subjectId: actorId,
      data,
    });
    return {
      result: undefined,
      line: { kind: "member.promoted", groupId, actorId, threadId: null, postId: null, data: { ...data, by } },
    };
  });
}

/** Makes somebody of this server a facilitator, member or not: for whoever works at the machine, since a community may have none left. */
export function appointFacilitator(house: House, act: { groupId: Id; actorId: Id; followUri: string }): Promise<void> {
  const { groupId, actorId, followUri } = act;
  return transact(house, "member.promote", "operator", undefined, async (tx) => {
    await upsertMembership(tx, { groupId, actorId, state: "accepted", followUri });
    await updateRole(tx, groupId, actorId, "facilitator");
    await writeAudit(tx, { id: house.makeId(), actorId: null, act: "member.promoted", groupId, subjectId: actorId });
    const data = { to: "facilitator" };
    return {
      result: undefined,
      line: { kind: "member.promoted", groupId, actorId, threadId: null, postId: null, data },
    };
  });
}

/** Ends somebody's membership. Their server is told by the journal line, which names who did it. */
export function removeMember(house: House, act: AboutMember): Promise<void> {
  const { groupId, actorId, by } = act;
  return transact(house, "member.remove", act.standings, undefined, async (tx) => {
    const { followUri } = await heldMember(tx, act, false);
    await deleteMembership(tx, groupId, actorId);
    await writeAudit(tx, { id: house.makeId(), actorId: by, act: "member.removed", groupId, subjectId: actorId });
    return {
      result: undefined,
      line: { kind: "member.left", groupId, actorId, threadId: null, postId: null, data: { followUri, by } },
    };
  });
}

/** The accepted membership it is about. Throws a Refusal when there is none, or when it is the last facilitator's who would not be one any more. */
async function heldMember(tx: Tx, { groupId, actorId }: AboutMember, staysFacilitator: boolean) {
  const { membership, others } = await holdMembership(tx, groupId, actorId);
  if (membership?.state !== "accepted") throw new Refusal("not-found");
  if (membership.role === "facilitator" && others === 0 && !staysFacilitator) throw new Refusal("last-facilitator");
  return membership;
}
