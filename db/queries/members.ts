/** Memberships: who follows which group, and as what. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export type MembershipState = "pending" | "accepted";
export type MemberRole = "facilitator" | "steward" | "member";

/** Adds or renews a membership; an accepted one never goes back to pending. Returns the state it has now. */
export async function upsertMembership(
  db: Queryable,
  member: {
    groupId: Id;
    actorId: Id;
    state: MembershipState;
    followUri: string;
    role?: MemberRole;
    answers?: readonly string[];
  },
): Promise<MembershipState> {
  const { groupId, actorId, state: asked, followUri, role = "member", answers = [] } = member;
  const [row] = await db<{ state: MembershipState }[]>`
    insert into memberships (group_id, actor_id, state, role, follow_uri, answers, accepted_at, charter_version)
    values (${groupId}, ${actorId}, ${asked}, ${role}, ${followUri}, ${answers as string[]},
      ${asked === "accepted" ? db`now()` : null}, (select coalesce(max(version), 0) from charters where group_id = ${groupId}))
    on conflict (group_id, actor_id) do update set follow_uri = excluded.follow_uri,
      state = case when memberships.state = 'accepted' then 'accepted' else excluded.state end,
      answers = case when memberships.state = 'accepted' then memberships.answers else excluded.answers end,
      role = case when memberships.state = 'accepted' then memberships.role else excluded.role end,
      charter_version = case when memberships.state = 'accepted' then memberships.charter_version else excluded.charter_version end,
      accepted_at = coalesce(memberships.accepted_at, excluded.accepted_at)
    returning state`;
  return row?.state ?? asked;
}

/** Accepts somebody who waits. Returns the id of their follow, or null when they do not wait (any more). */
export async function acceptMembership(db: Queryable, groupId: Id, actorId: Id): Promise<string | null> {
  const [row] = await db<{ followUri: string }[]>`
    update memberships set state = 'accepted', accepted_at = now(),
      charter_version = (select coalesce(max(version), 0) from charters where group_id = ${groupId})
    where group_id = ${groupId} and actor_id = ${actorId} and state = 'pending' returning follow_uri as "followUri"`;
  return row?.followUri ?? null;
}

/** Forgets somebody who waits. Returns the id of their follow, or null when they do not wait (any more). */
export async function refuseMembership(db: Queryable, groupId: Id, actorId: Id): Promise<string | null> {
  const [row] = await db<{ followUri: string }[]>`
    delete from memberships where group_id = ${groupId} and actor_id = ${actorId} and state = 'pending' returning follow_uri as "followUri"`;
  return row?.followUri ?? null;
}

export interface MembershipRow {
  state: MembershipState;
  role: MemberRole;
  followUri: string;
}

/**
 * A membership, with the facilitators of its group held until the transaction ends: whoever else changes who facilitates waits, so that two of
 * them cannot both leave as the last but one. `others` are the other facilitators who can look after it: who has no account here, or one that is
 * suspended, is shown nothing of what there is to decide.
 */
export async function holdMembership(
  db: Queryable,
  groupId: Id,
  actorId: Id,
): Promise<{ membership: MembershipRow | null; others: number }> {
  const rows = await db<(MembershipRow & { actorId: Id; able: boolean })[]>`
    select actor_id as "actorId", state, role, follow_uri as "followUri",
      exists (select from accounts ac where ac.actor_id = memberships.actor_id and ac.state = 'active') as able
    from memberships
    where group_id = ${groupId} and (actor_id = ${actorId} or (role = 'facilitator' and state = 'accepted'))
    order by actor_id for update`;
  const own = rows.find((row) => row.actorId === actorId) ?? null;
  const others = rows.filter(
    (row) => row.actorId !== actorId && row.able && row.role === "facilitator" && row.state === "accepted",
  );
  return { membership: own && { state: own.state, role: own.role, followUri: own.followUri }, others: others.length };
}

/** Gives an accepted member another role. */
export async function updateRole(db: Queryable, groupId: Id, actorId: Id, role: MemberRole): Promise<void> {
  await db`update memberships set role = ${role} where group_id = ${groupId} and actor_id = ${actorId} and state = 'accepted'`;
}

/** Notes that a member has seen the community's welcome. */
export async function markWelcomed(db: Queryable, groupId: Id, actorId: Id): Promise<void> {
  await db`
    update memberships set welcomed_at = now()
    where group_id = ${groupId} and actor_id = ${actorId} and state = 'accepted' and welcomed_at is null`;
}

/** Notes that a member has read a version of the charter: from now on only what is newer counts as changed. */
export async function markCharterRead(db: Queryable, groupId: Id, actorId: Id, version: number): Promise<void> {
  await db`
    update memberships set charter_version = ${version}
    where group_id = ${groupId} and actor_id = ${actorId} and charter_version < ${version}`;
}

/** Ends a membership; returns the id of the follow that it was, or null when there was none. */
export async function deleteMembership(db: Queryable, groupId: Id, actorId: Id): Promise<string | null> {
  const [row] = await db<{ followUri: string }[]>`
    delete from memberships where group_id = ${groupId} and actor_id = ${actorId} returning follow_uri as "followUri"`;
  return row?.followUri ?? null;
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
