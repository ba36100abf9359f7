/** Invitations: who may come in by a link, into which community, and how many. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";
import type { MemberRole } from "./members.ts";

export interface NewInvitation {
  id: Id;
  groupId: Id | null;
  role: MemberRole;
  uses: number;
  note: string;
  createdBy: Id;
  expiresAt: Date;
}

export async function insertInvitation(db: Queryable, invitation: NewInvitation): Promise<void> {
  const { id, groupId, role, uses, note, createdBy, expiresAt } = invitation;
  await db`
    insert into invitations (id, group_id, role, uses_left, note, created_by, expires_at)
    values (${id}, ${groupId}, ${role}, ${uses}, ${note}, ${createdBy}, ${expiresAt})`;
}

export interface InvitationRow {
  id: Id;
  groupId: Id | null;
  role: MemberRole;
  createdBy: Id;
}

/**
 * Uses an invitation up by one; null when it cannot be used (any more): revoked, expired, used up, or of somebody whose account is not active.
 * Of two who come at once with one use left, the second waits for the first and gets null.
 */
export async function useInvitation(db: Queryable, id: Id): Promise<InvitationRow | null> {
  const [row] = await db<InvitationRow[]>`
    update invitations i set uses_left = uses_left - 1
    where i.id = ${id} and i.uses_left > 0 and i.revoked_at is null and i.expires_at > now()
      and exists (select from accounts ac where ac.actor_id = i.created_by and ac.state = 'active')
      and (i.group_id is null or exists (select from actors g where g.id = i.group_id and g.gone_at is null))
    returning i.id, i.group_id as "groupId", i.role, i.created_by as "createdBy"`;
  return row ?? null;
}

/** Whatever became of it. */
export async function findInvitation(db: Queryable, id: Id): Promise<InvitationRow | null> {
  const [row] = await db<InvitationRow[]>`
    select id, group_id as "groupId", role, created_by as "createdBy" from invitations where id = ${id}`;
  return row ?? null;
}

/** Whether there was one to revoke. */
export async function revokeInvitation(db: Queryable, id: Id): Promise<boolean> {
  return (await db`update invitations set revoked_at = now() where id = ${id} and revoked_at is null`).count > 0;
}

/** Takes back what somebody made: all of it, or what leads to the server only. */
export async function revokeInvitationsOf(db: Queryable, createdBy: Id, which: "all" | "to-server"): Promise<void> {
  await db`
    update invitations set revoked_at = now()
    where created_by = ${createdBy} and revoked_at is null and ${which === "all" ? db`true` : db`group_id is null`}`;
}

/** How many people somebody may have invited since `since`, by all links together, and when the first of those was made. */
export async function countInvited(
  db: Queryable,
  actorId: Id,
  since: Date,
): Promise<{ count: number; first: Date | null }> {
  const [row] = await db<{ count: number; first: Date | null }[]>`
    select coalesce(sum((data->>'uses')::int), 0)::int as count, min(at) as first from audit
    where act = 'invitation.made' and actor_id = ${actorId} and at > ${since}`;
  return row ?? { count: 0, first: null };
}
