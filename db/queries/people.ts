/** People of this server, as other servers see them. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";
import { avoids } from "../visible.ts";

export interface OwnPerson {
  id: Id;
  uri: string;
  username: string;
  name: string;
  /** HTML. */
  summary: string;
  iconUrl: string | null;
  does: string;
  helpsWith: string[];
  wantsToLearn: string[];
  languages: string[];
  links: { label: string; url: string; verifiedAt: string | null }[];
  alsoKnownAs: string[];
  createdAt: Date;
  updatedAt: Date;
}

/** Whoever has an account here that is not waiting for approval; by user name in any case. */
export function findOwnPerson(db: Queryable, username: string): Promise<OwnPerson | null> {
  return one(db, db`lower(a.username) = ${username.toLowerCase()}`);
}

export function findOwnPersonById(db: Queryable, id: Id): Promise<OwnPerson | null> {
  return one(db, db`a.id = ${id}`);
}

/** Those of `uris` that are people of this server. */
export async function findOwnPeopleAmong(db: Queryable, uris: readonly string[]): Promise<{ id: Id; uri: string }[]> {
  if (uris.length === 0) return [];
  return db<{ id: Id; uri: string }[]>`
    select a.id, a.uri from actors a join accounts ac on ac.actor_id = a.id
    where a.uri = any(${uris as string[]}) and a.peer_id is null and a.gone_at is null and ac.state in ('active', 'suspended')`;
}

async function one(db: Queryable, where: ReturnType<typeof db>): Promise<OwnPerson | null> {
  const [row] = await db<OwnPerson[]>`
    select a.id, a.uri, a.username, a.name, a.summary, a.icon_url as "iconUrl", p.does, p.helps_with as "helpsWith",
      p.wants_to_learn as "wantsToLearn", p.languages, p.links, p.also_known_as as "alsoKnownAs", a.created_at as "createdAt",
      a.updated_at as "updatedAt"
    from actors a join accounts ac on ac.actor_id = a.id join profiles p on p.actor_id = a.id
    where ${where} and a.peer_id is null and a.gone_at is null and ac.state in ('active', 'suspended')`;
  return row ?? null;
}

/** Whether `personId` does not want to hear from `actorId`, or from the server they are on. */
export async function hasBlocked(db: Queryable, personId: Id, actorId: Id): Promise<boolean> {
  const [row] = await db<{ yes: boolean }[]>`
    select ${avoids(db, db`${personId}`, db`a.id`, db`pe.host`)} as yes from actors a left join peers pe on pe.id = a.peer_id
    where a.id = ${actorId}`;
  return row?.yes ?? false;
}

/** Id and uri of somebody who has, or had, an account here: what they did is told in their name to the end. Null for those who were never let in. */
export async function findOwnAuthor(db: Queryable, id: Id): Promise<{ id: Id; uri: string } | null> {
  const [row] = await db<{ id: Id; uri: string }[]>`
    select a.id, a.uri from actors a join accounts ac on ac.actor_id = a.id
    where a.id = ${id} and a.peer_id is null and ac.state <> 'asked'`;
  return row ?? null;
}

/** Somebody who closed their account. */
export interface ClosedPerson {
  id: Id;
  uri: string;
  username: string;
  /** Whether what they took away may still be on its way: so it is for 30 days (R84). */
  lately: boolean;
}

/** Whoever of that name was here and has closed their account, or null. */
export async function findClosedPerson(db: Queryable, username: string): Promise<ClosedPerson | null> {
  const [row] = await db<ClosedPerson[]>`
    select a.id, a.uri, a.username, coalesce(a.gone_at, now()) > now() - interval '30 days' as lately
    from actors a join accounts ac on ac.actor_id = a.id
    where lower(a.username) = ${username.toLowerCase()} and a.peer_id is null and ac.state = 'closed'`;
  return row ?? null;
}
