/** A facilitator asks somebody of this server into a community by name; they say yes, or no. */
import type { Id } from "../../../db/ids.ts";
import type { Queryable } from "../../../db/open.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import { readJoining } from "../../../db/queries/communities.ts";
import {
  countAsked,
  declineInvited,
  findInvitee,
  insertInvited,
  inviterOf,
  takeInvited,
  withdrawInvited,
} from "../../../db/queries/invited.ts";
import { holdMembership, upsertMembership } from "../../../db/queries/members.ts";
import { settleInvitation } from "../../../db/queries/notifications.ts";
import { Refusal } from "../../base/errors.ts";
import { notOverDaily } from "../daily.ts";
import { may, type Standing } from "../policy.ts";
import { standingsOf } from "../standing.ts";
import { type House, transact } from "../transact.ts";
import { followUriOf } from "./join.ts";

/** People whom one facilitator may ask within a day. */
export const MOST_A_DAY = 20;

interface About {
  groupId: Id;
  by: Id;
  standings: readonly Standing[];
}

/**
 * Invites whoever has this name here, as it was typed. Nobody is told whether it reaches them: who blocks the one who invites hears nothing of
 * it. Throws a Refusal: `nobody-of-that-name`, `already-done` for members, for those invited already and those who said no within a month.
 */
export async function inviteByName(house: House, act: About & { typed: string }): Promise<void> {
  const { groupId, by, standings } = act;
  const name = nameIn(act.typed, new URL(house.origin).host);
  await transact(house, "member.invite", standings, undefined, async (tx) => {
    const actorId = name === null ? null : await findInvitee(tx, name);
    if (!actorId) throw new Refusal("nobody-of-that-name");
    await notOverDaily(house, tx, { id: by, standings }, { most: MOST_A_DAY, more: 1 }, countAsked);
    if (!(await insertInvited(tx, groupId, actorId, by))) throw new Refusal("already-done");
    await writeAudit(tx, { id: house.makeId(), actorId: by, act: "member.invited", groupId, subjectId: actorId });
    const line = { kind: "member.invited" as const, groupId, actorId: by, threadId: null, postId: null };
    return { result: undefined, line: { ...line, data: { member: actorId } } };
  });
}

/** Takes an invitation back; nothing is left to be seen of it. */
export function withdrawInvitation(house: House, act: About & { actorId: Id }): Promise<void> {
  const { groupId, actorId, by, standings } = act;
  return transact(house, "member.invite", standings, undefined, async (tx) => {
    if (!(await withdrawInvited(tx, groupId, actorId))) throw new Refusal("already-done");
    await settleInvitation(tx, groupId, actorId);
    await writeAudit(tx, { id: house.makeId(), actorId: by, act: "member.uninvited", groupId, subjectId: actorId });
    return { result: undefined, line: null };
  });
}

/** Somebody comes in by their invitation, whoever else may join. Throws a Refusal when there is none (any more). */
export function joinByInvitation(
  house: House,
  act: { groupId: Id; actorId: Id; actorUri: string },
): Promise<"joined" | "member-already"> {
  const { groupId, actorId, actorUri } = act;
  return transact(house, "community.join", "anyone", undefined, async (tx) => {
    const { membership } = await holdMembership(tx, groupId, actorId);
    if (membership?.state === "accepted") return { result: "member-already", line: null };
    const by = await takeInvited(tx, groupId, actorId);
    if (by === null || !(await mayInvite(tx, groupId, by))) throw new Refusal("invitation-invalid");
    if (!(await readJoining(tx, groupId))) throw new Refusal("gone");
    const followUri = membership?.followUri ?? followUriOf(actorUri, groupId);
    await upsertMembership(tx, { groupId, actorId, state: "accepted", followUri });
    const line = { kind: "member.joined" as const, groupId, actorId, threadId: null, postId: null };
    return { result: "joined", line: { ...line, data: { followUri } } };
  });
}

/** They do not want to. Once more changes nothing. */
export async function declineInvitation(house: House, act: { groupId: Id; actorId: Id }): Promise<void> {
  await transact(house, "community.leave", "anyone", undefined, async (tx) => {
    if (await declineInvited(tx, act.groupId, act.actorId)) await settleInvitation(tx, act.groupId, act.actorId);
    return { result: undefined, line: null };
  });
}

/** Who invites them into the community, as far as that counts: null when nobody does whom they hear, or nobody who still may. */
export async function standingInvitation(house: House, groupId: Id, actorId: Id): Promise<Id | null> {
  const by = await inviterOf(house.db, groupId, actorId);
  return by !== null && (await mayInvite(house.db, groupId, by)) ? by : null;
}

/** Whoever does not facilitate any more, or was suspended, lets nobody in. */
async function mayInvite(db: Queryable, groupId: Id, by: Id): Promise<boolean> {
  const standings = await standingsOf(db, by, { groupId });
  return standings.includes("local") && may("member.invite", standings);
}

/** The name of somebody of this server in what was typed, with its sign and host or without them. */
function nameIn(typed: string, ownHost: string): string | null {
  const found = /^@?([a-z0-9_]{1,30})(?:@(.{1,260}))?$/i.exec(typed.trim());
  if (!found || (found[2] !== undefined && found[2].toLowerCase() !== ownHost)) return null;
  return found[1] ?? null;
}
