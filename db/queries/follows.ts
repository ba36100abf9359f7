/** Follows of and by people of this server; the rows are memberships. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export { upsertMembership } from "./members.ts";

/** Accepts (or, refused, forgets) the follow with this id, which somebody here sent to `groupId`. Returns who sent it, or null when nobody did. */
export async function answerFollow(
  db: Queryable,
  groupId: Id,
  followUri: string,
  accepted: boolean,
): Promise<Id | null> {
  const ours = db`m.group_id = ${groupId} and m.follow_uri = ${followUri} and m.actor_id = a.id and a.peer_id is null`;
  const [row] = accepted
    ? await db<{ id: Id }[]>`
        update memberships m set state = 'accepted', accepted_at = coalesce(m.accepted_at, now()) from actors a where ${ours} returning a.id`
    : await db<{ id: Id }[]>`delete from memberships m using actors a where ${ours} returning a.id`;
  return row?.id ?? null;
}

/** The id of the follow by which `actorId` follows `groupId`, or null. */
export async function followOf(db: Queryable, groupId: Id, actorId: Id): Promise<string | null> {
  const [row] = await db<{ followUri: string }[]>`
    select follow_uri as "followUri" from memberships where group_id = ${groupId} and actor_id = ${actorId}`;
  return row?.followUri ?? null;
}
