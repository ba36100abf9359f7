/** Invitations: made, used, revoked. */
import type { Id } from "../../../db/ids.ts";
import { type JournalLine, writeJournal } from "../../../db/journal.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import { readJoining } from "../../../db/queries/communities.ts";
import {
  countInvited,
  findInvitation,
  type InvitationRow,
  insertInvitation,
  revokeInvitation as revoke,
  useInvitation,
} from "../../../db/queries/invitations.ts";
import { holdMembership, type MemberRole, updateRole, upsertMembership } from "../../../db/queries/members.ts";
import { Refusal } from "../../base/errors.ts";
import { oneLine } from "../../base/text/characters.ts";
import { notOverDaily } from "../daily.ts";
import { type Act, may, type Standing } from "../policy.ts";
import { standingsOf } from "../standing.ts";
import { type House, type Tx, transact } from "../transact.ts";

/** By one link; and by all that one person makes in a day, unless they look after the server. */
export const MOST_USES = 500;
export const MOST_DAYS = 90;
const LONGEST_NOTE = 200;
const DAY_MS = 24 * 3_600_000;

export interface CreateInvitation {
  /** The community that whoever comes by it joins; null: only the server. */
  groupId: Id | null;
  /** As what; above `member` only when the one who invites may promote. */
  role: MemberRole;
  /** 1 to 500. */
  uses: number;
  /** 1 to 90. */
  days: number;
  /** For those who look after invitations: what it is for. */
  note: string;
}

/**
 * Makes an invitation in the name of `by`: to the server by an administrator, to a community by one of its facilitators as well. The token in
 * its link is signed by the web (`purpose` invitation, with the id).
 */
export async function createInvitation(house: House, by: Id, act: CreateInvitation): Promise<Id> {
  const { groupId, role } = act;
  const standings = await standingsOf(house.db, by, { groupId });
  if (role !== "member" && (groupId === null || !may("member.promote", standings))) throw new Refusal("not-allowed");
  if (!isWithin(act.uses, MOST_USES) || !isWithin(act.days, MOST_DAYS)) throw new Refusal("input-invalid");
  if (groupId !== null && !(await readJoining(house.db, groupId))) throw new Refusal("not-found");
  const id = house.makeId();
  return transact(house, inviting(standings, groupId), standings, undefined, async (tx) => {
    const invited = { most: MOST_USES, more: act.uses };
    await notOverDaily(house, tx, { id: by, standings }, invited, countInvited);
    const expiresAt = new Date(house.now().getTime() + act.days * DAY_MS);
    const note = oneLine(act.note).slice(0, LONGEST_NOTE);
    await insertInvitation(tx, { id, groupId, role, uses: act.uses, note, createdBy: by, expiresAt });
    const data = { role, uses: act.uses, days: act.days, note };
    await writeAudit(tx, { id: house.makeId(), actorId: by, act: "invitation.made", groupId, subjectId: id, data });
    return { result: id, line: null };
  });
}

/** Ends an invitation. Administrators may end any, facilitators those to their community. */
export async function revokeInvitation(house: House, by: Id, id: Id): Promise<void> {
  const invitation = await findInvitation(house.db, id);
  if (!invitation) throw new Refusal("not-found");
  const { groupId } = invitation;
  const standings = await standingsOf(house.db, by, { groupId });
  await transact(house, inviting(standings, groupId), standings, undefined, async (tx) => {
    if (!(await revoke(tx, id))) throw new Refusal("already-done");
    await writeAudit(tx, { id: house.makeId(), actorId: by, act: "invitation.revoked", groupId, subjectId: id });
    return { result: undefined, line: null };
  });
}

/**
 * Somebody who has an account takes an invitation to a community. It is used up by one, unless they are a member already and it gives them
 * nothing more. Returns the community. Throws a Refusal when the invitation cannot be used, or leads into no community.
 */
export async function acceptInvitation(house: House, actorId: Id, id: Id): Promise<Id> {
  const standings = await standingsOf(house.db, actorId, { groupId: null });
  if (!standings.includes("local")) throw new Refusal("not-allowed");
  return transact(house, "community.join", standings, undefined, async (tx) => {
    const invitation = await used(tx, id);
    if (invitation.groupId === null) throw new Refusal("already-done");
    const line = await join(tx, house, invitation, invitation.groupId, actorId);
    // Nothing is used up by it: the transaction ends here.
    if (line === "nothing-new") throw new Refusal("already-done");
    return { result: invitation.groupId, line };
  });
}

/**
 * Uses an invitation up for an account that `tx` has just made, and makes them a member of its community. Throws a Refusal
 * (`invitation-invalid`) when it cannot be used any more; then there is no account either.
 */
export async function enterByInvitation(tx: Tx, house: House, id: Id, actorId: Id): Promise<void> {
  const invitation = await used(tx, id);
  if (invitation.groupId === null) return;
  const line = await join(tx, house, invitation, invitation.groupId, actorId);
  if (line === null || line === "nothing-new") return;
  const written: JournalLine = { id: house.makeId(), ...line };
  await writeJournal(tx, [written]);
  for (const reader of house.readers) await reader(tx, [{ line: written, letter: undefined }]);
}

/** Whoever may not invite any more lets nobody in. */
async function used(tx: Tx, id: Id): Promise<InvitationRow> {
  const invitation = await useInvitation(tx, id);
  if (!invitation) throw new Refusal("invitation-invalid");
  const { createdBy, groupId } = invitation;
  const standings = await standingsOf(tx, createdBy, { groupId });
  if (!may(inviting(standings, groupId), standings)) throw new Refusal("invitation-invalid");
  return invitation;
}

const RANK: Readonly<Record<MemberRole, number>> = { member: 0, steward: 1, facilitator: 2 };

/** Makes them an accepted member, whoever else may join, in the role of the invitation or a higher one that they have. */
async function join(
  tx: Tx,
  house: House,
  invitation: InvitationRow,
  groupId: Id,
  actorId: Id,
): Promise<Omit<JournalLine, "id"> | null | "nothing-new"> {
  const role = await roleGiven(tx, invitation, groupId);
  const { membership } = await holdMembership(tx, groupId, actorId);
  const line = { groupId, actorId, threadId: null, postId: null };
  if (membership?.state === "accepted") {
    if (RANK[membership.role] >= RANK[role]) return "nothing-new";
    await updateRole(tx, groupId, actorId, role);
    return { ...line, kind: "member.promoted", data: { role, by: invitation.createdBy } };
  }
  const followUri = membership?.followUri ?? `${house.origin}/follows/${house.makeId()}`;
  await upsertMembership(tx, { groupId, actorId, state: "accepted", followUri, role });
  return { ...line, kind: "member.joined", data: { followUri } };
}

/** Whoever may not promote any more gives no role either. */
async function roleGiven(tx: Tx, { role, createdBy }: InvitationRow, groupId: Id): Promise<MemberRole> {
  if (role === "member") return role;
  return may("member.promote", await standingsOf(tx, createdBy, { groupId })) ? role : "member";
}

function inviting(standings: readonly Standing[], groupId: Id | null): Act {
  return groupId !== null && !may("account.invite", standings) ? "member.invite" : "account.invite";
}

function isWithin(n: number, most: number): boolean {
  return Number.isSafeInteger(n) && n >= 1 && n <= most;
}
