/** Memberships: who follows which group. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export type MembershipState = "pending" | "accepted";

/** Adds or renews a membership; an accepted one never goes back to pending. Returns the state it has now. */
export async function upsertMembership(
  db: Queryable,
  member: { groupId: Id; actorId: Id; state: MembershipState; followUri: string },
): Promise<MembershipState> {
  const [row] = await db<{ state: MembershipState }[]>`
    insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
    values (${member.groupId}, ${member.actorId}, ${member.state}, ${member.followUri}, ${member.state === "accepted" ? db`now()` : null})
    on conflict (group_id, actor_id) do update set follow_uri = excluded.follow_uri,
      state = case when memberships.state = 'accepted' then 'accepted' else excluded.state end,
      accepted_at = coalesce(memberships.accepted_at, excluded.accepted_at)
    returning state`;
  return row?.state ?? member.state;
}

/** Ends a membership. Returns false when there was none. */
export async function deleteMembership(db: Queryable, groupId: Id, actorId: Id): Promise<boolean> {
  return (await db`delete from memberships where group_id = ${groupId} and actor_id = ${actorId}`).count > 0;
}

/** Ends all memberships of an actor; returns the groups it left. */
export async function deleteMembershipsOf(db: Queryable, actorId: Id): Promise<Id[]> {
  const rows = await db<
    { groupId: Id }[]
  >`delete from memberships where actor_id = ${actorId} returning group_id as "groupId"`;
  return rows.map((row) => row.groupId);
}

/** Whether an actor of this server follows that group, accepted. */
export async function isFollowed(db: Queryable, groupId: Id): Promise<boolean> {
  const [row] = await db<{ yes: boolean }[]>`
    select exists (select from memberships m join actors a on a.id = m.actor_id
      where m.group_id = ${groupId} and m.state = 'accepted' and a.peer_id is null) as yes`;
  return row?.yes ?? false;
}

/** The group that an actor follows by the follow with this id, or null. */
export async function findFollowed(db: Queryable, actorId: Id, followUri: string): Promise<Id | null> {
  const [row] = await db<{ groupId: Id }[]>`
    select group_id as "groupId" from memberships where actor_id = ${actorId} and follow_uri = ${followUri}`;
  return row?.groupId ?? null;
}
