/** Whom and which servers somebody does not want to see or hear from. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** Returns false when they were blocked already. */
export async function insertBlock(
  db: Queryable,
  actorId: Id,
  blocked: { id: Id } | { host: string },
): Promise<boolean> {
  const [id, host] = "id" in blocked ? [blocked.id, null] : [null, blocked.host];
  const made = await db`
    insert into blocks (actor_id, blocked_id, blocked_host) values (${actorId}, ${id}, ${host}) on conflict do nothing`;
  return made.count > 0;
}

/** Returns false when there was no such block. */
export async function deleteBlock(
  db: Queryable,
  actorId: Id,
  blocked: { id: Id } | { host: string },
): Promise<boolean> {
  const which = "id" in blocked ? db`blocked_id = ${blocked.id}` : db`blocked_host = ${blocked.host}`;
  return (await db`delete from blocks where actor_id = ${actorId} and ${which}`).count > 0;
}

/** How many people and servers somebody has blocked. */
export async function countBlocks(db: Queryable, actorId: Id): Promise<number> {
  const [row] = await db<{ n: number }[]>`select count(*)::int as n from blocks where actor_id = ${actorId}`;
  return row?.n ?? 0;
}

/** Somebody who can be blocked: a person, here or elsewhere. */
export interface Blockable {
  id: Id;
  /** Null: of this server. */
  host: string | null;
}

export async function findBlockable(db: Queryable, id: Id): Promise<Blockable | null> {
  const [row] = await db<Blockable[]>`
    select a.id, pe.host from actors a left join peers pe on pe.id = a.peer_id left join accounts ac on ac.actor_id = a.id
    where a.id = ${id} and a.kind <> 'group' and (a.peer_id is not null or ac.state in ('active', 'suspended'))`;
  return row ?? null;
}

/** By handle: the user name in any case, and the host, null for this server. */
export async function findBlockableByHandle(
  db: Queryable,
  username: string,
  host: string | null,
): Promise<Blockable | null> {
  const [row] = await db<Blockable[]>`
    select a.id, pe.host from actors a left join peers pe on pe.id = a.peer_id left join accounts ac on ac.actor_id = a.id
    where lower(a.username) = ${username.toLowerCase()} and a.kind <> 'group' and a.gone_at is null
      and ${host === null ? db`a.peer_id is null and ac.state in ('active', 'suspended')` : db`pe.host = ${host}`}
    order by a.id limit 1`;
  return row ?? null;
}

export interface Follower {
  actorId: Id;
  followUri: string;
}

/** Those followers of `actorId` whom they block from now on, by person or by server (and whatever is under its name); `limit` at most. */
export function findBlockedFollowers(
  db: Queryable,
  actorId: Id,
  blocked: { id: Id } | { host: string },
  limit: number,
): Promise<Follower[]> {
  const which = "id" in blocked ? db`m.actor_id = ${blocked.id}` : db`${blocked.host} = any(host_names(pe.host))`;
  return db<Follower[]>`
    select m.actor_id as "actorId", m.follow_uri as "followUri"
    from memberships m join actors f on f.id = m.actor_id left join peers pe on pe.id = f.peer_id
    where m.group_id = ${actorId} and ${which} limit ${limit}`;
}
