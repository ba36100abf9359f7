/** Invitations by name: whom a facilitator has asked into a community, and what became of it. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";
import { avoids } from "../visible.ts";

/** Whoever said no is not asked again for this long. */
export const REST_DAYS = 30;

/** Somebody with an account here, by user name in any case. */
export async function findInvitee(db: Queryable, username: string): Promise<Id | null> {
  const [row] = await db<{ id: Id }[]>`
    select a.id from actors a join accounts ac on ac.actor_id = a.id
    where lower(a.username) = ${username.toLowerCase()} and a.peer_id is null and a.gone_at is null and ac.state = 'active'`;
  return row?.id ?? null;
}

/** How many people somebody has asked since then, and when the first of them. */
export async function countAsked(db: Queryable, by: Id, since: Date): Promise<{ count: number; first: Date | null }> {
  const [row] = await db<{ count: number; first: Date | null }[]>`
    select count(*)::int as count, min(invited_at) as first from invited where invited_by = ${by} and invited_at > ${since}`;
  return row ?? { count: 0, first: null };
}

/** Returns false when they belong to it already, are invited already, or have said no of late. */
export async function insertInvited(db: Queryable, groupId: Id, actorId: Id, by: Id): Promise<boolean> {
  const { count } = await db`
    insert into invited (group_id, actor_id, invited_by)
    select ${groupId}::bigint, ${actorId}::bigint, ${by}::bigint where not exists (
      select from memberships where group_id = ${groupId} and actor_id = ${actorId} and state = 'accepted')
    on conflict (group_id, actor_id) do update
      set invited_by = excluded.invited_by, invited_at = now(), withdrawn_at = null, declined_at = null
      where invited.withdrawn_at is not null or invited.declined_at < now() - ${REST_DAYS} * interval '1 day'`;
  return count > 0;
}

/** Returns false when there is no open one. */
export async function withdrawInvited(db: Queryable, groupId: Id, actorId: Id): Promise<boolean> {
  const { count } = await db`
    update invited set withdrawn_at = now()
    where group_id = ${groupId} and actor_id = ${actorId} and withdrawn_at is null and declined_at is null`;
  return count > 0;
}

/** Takes an invitation that whoever was invited can see, since they are about to join. Returns who invited them, or null when there is none. */
export async function takeInvited(db: Queryable, groupId: Id, actorId: Id): Promise<Id | null> {
  const [row] = await db<{ by: Id }[]>`
    delete from invited i where ${openTo(db, groupId, actorId)} returning i.invited_by as by`;
  return row?.by ?? null;
}

/** They said no. Returns false when there was nothing to say it to. */
export async function declineInvited(db: Queryable, groupId: Id, actorId: Id): Promise<boolean> {
  return (await db`update invited i set declined_at = now() where ${openTo(db, groupId, actorId)}`).count > 0;
}

/** Who has invited them, as far as they can see it; null when nobody has. */
export async function inviterOf(db: Queryable, groupId: Id, actorId: Id): Promise<Id | null> {
  const [row] = await db<{ by: Id }[]>`select i.invited_by as by from invited i where ${openTo(db, groupId, actorId)}`;
  return row?.by ?? null;
}

/** True for an open invitation `i` by somebody whom they have not blocked. */
function openTo(db: Queryable, groupId: Id, actorId: Id) {
  return db`i.group_id = ${groupId} and i.actor_id = ${actorId} and i.withdrawn_at is null and i.declined_at is null
    and not ${avoids(db, db`i.actor_id`, db`i.invited_by`, db`null`)}`;
}
