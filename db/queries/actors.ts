/** Actors: people and groups, ours and theirs, with their keys. */
import type { Id } from "../ids.ts";
import type { Queryable, Tx } from "../open.ts";

export type ActorKind = "person" | "group" | "service" | "application" | "organization";

export interface ActorRow {
  id: Id;
  uri: string;
  /** Null: ours. */
  peerId: Id | null;
  kind: ActorKind;
  username: string;
  name: string;
  summary: string;
  url: string;
  iconUrl: string | null;
  inboxId: number | null;
  movedTo: string | null;
  movedAt: Date | null;
  goneAt: Date | null;
  fetchedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const ACTOR = (db: Queryable) => db`
  a.id, a.uri, a.peer_id as "peerId", a.kind, a.username, a.name, a.summary, a.url, a.icon_url as "iconUrl", a.inbox_id as "inboxId",
  a.moved_to as "movedTo", a.moved_at as "movedAt", a.gone_at as "goneAt", a.fetched_at as "fetchedAt", a.created_at as "createdAt",
  a.updated_at as "updatedAt"`;

export async function findActor(db: Queryable, id: Id): Promise<ActorRow | null> {
  const [row] = await db<ActorRow[]>`select ${ACTOR(db)} from actors a where a.id = ${id}`;
  return row ?? null;
}

export async function findActorByUri(db: Queryable, uri: string): Promise<ActorRow | null> {
  const [row] = await db<ActorRow[]>`select ${ACTOR(db)} from actors a where a.uri = ${uri}`;
  return row ?? null;
}

/** An actor of this server by its name, whatever the case. */
export async function findLocalActor(db: Queryable, username: string): Promise<ActorRow | null> {
  const [row] = await db<ActorRow[]>`
    select ${ACTOR(db)} from actors a where lower(a.username) = ${username.toLowerCase()} and a.peer_id is null`;
  return row ?? null;
}

export interface ActorKey {
  uri: string;
  algorithm: "rsa" | "ed25519";
  /** SPKI, DER. */
  publicKey: Buffer;
}

/** What we learn of an actor elsewhere by fetching it. */
export interface RemoteActor {
  uri: string;
  peerId: Id;
  kind: ActorKind;
  username: string;
  name: string;
  summary: string;
  url: string;
  iconUrl: string | null;
  /** Where to post: its server's shared inbox, or its own. */
  inboxUri: string;
  followersUri: string | null;
  movedTo: string | null;
  keys: ActorKey[];
}

/**
 * Writes what was fetched: a new actor gets `id`, a known one is renewed; its keys are replaced by the ones it lists now. A key that somebody else
 * on the same server listed first becomes its own only where its name is a part of its own.
 * Only for actors elsewhere: the caller has made sure that the uri is not on this server.
 */
export async function saveRemoteActor(db: Queryable, id: Id, actor: RemoteActor): Promise<ActorRow> {
  await db`insert into inboxes (uri, peer_id) values (${actor.inboxUri}, ${actor.peerId}) on conflict (uri) do nothing`;
  const [row] = await db<ActorRow[]>`
    insert into actors as a (id, uri, peer_id, kind, username, name, summary, url, icon_url, inbox_id, followers_uri, moved_to, fetched_at)
    values (${id}, ${actor.uri}, ${actor.peerId}, ${actor.kind}, ${actor.username}, ${actor.name}, ${actor.summary}, ${actor.url},
      ${actor.iconUrl}, (select i.id from inboxes i where i.uri = ${actor.inboxUri}), ${actor.followersUri}, ${actor.movedTo}, now())
    on conflict (uri) do update set kind = excluded.kind, username = excluded.username, name = excluded.name, summary = excluded.summary,
      url = excluded.url, icon_url = excluded.icon_url, inbox_id = excluded.inbox_id, followers_uri = excluded.followers_uri,
      moved_to = excluded.moved_to, fetched_at = now(), updated_at = now()
    where a.peer_id is not null
    returning ${ACTOR(db)}`;
  if (!row) throw new Error(`${actor.uri} is an actor of this server`);
  const uris = actor.keys.map((key) => key.uri);
  await db`delete from actor_keys where actor_id = ${row.id} and uri <> all(${uris})`;
  for (const key of actor.keys) {
    await db`insert into actor_keys as k (uri, actor_id, algorithm, public_key)
      values (${key.uri}, ${row.id}, ${key.algorithm}, ${key.publicKey})
      on conflict (uri) do update set actor_id = excluded.actor_id, algorithm = excluded.algorithm, public_key = excluded.public_key
      where k.actor_id = excluded.actor_id or ${key.uri.startsWith(`${actor.uri}#`)}`;
  }
  return row;
}

export interface KeyOwner {
  key: ActorKey;
  actor: ActorRow;
}

/** A key with the actor that lists it, or null. */
export async function findKey(db: Queryable, uri: string): Promise<KeyOwner | null> {
  const [row] = await db<(ActorRow & { algorithm: "rsa" | "ed25519"; publicKey: Buffer })[]>`
    select ${ACTOR(db)}, k.algorithm, k.public_key as "publicKey"
    from actor_keys k join actors a on a.id = k.actor_id where k.uri = ${uri}`;
  if (!row) return null;
  const { algorithm, publicKey, ...actor } = row;
  return { key: { uri, algorithm, publicKey }, actor };
}

export interface OwnKey extends ActorKey {
  sealedPrivateKey: Buffer;
}

/** The keys of one of our actors. */
export function findOwnKeys(db: Queryable, actorId: Id): Promise<OwnKey[]> {
  return db<OwnKey[]>`
    select uri, algorithm, public_key as "publicKey", sealed_private_key as "sealedPrivateKey"
    from actor_keys where actor_id = ${actorId} and sealed_private_key is not null order by algorithm desc`;
}

export interface NewLocalActor {
  id: Id;
  uri: string;
  kind: ActorKind;
  username: string;
  name: string;
  summary: string;
  url: string;
  keys: OwnKey[];
}

/** Makes an actor of this server. Breaks `actors_local_name` when the name is taken. */
export async function insertLocalActor(db: Queryable, actor: NewLocalActor): Promise<void> {
  await db`insert into actors (id, uri, peer_id, kind, username, name, summary, url)
    values (${actor.id}, ${actor.uri}, null, ${actor.kind}, ${actor.username}, ${actor.name}, ${actor.summary}, ${actor.url})`;
  for (const key of actor.keys) {
    await db`insert into actor_keys (uri, actor_id, algorithm, public_key, sealed_private_key)
      values (${key.uri}, ${actor.id}, ${key.algorithm}, ${key.publicKey}, ${key.sealedPrivateKey})`;
  }
}

/** Marks an actor as gone. Its rows stay, so that what others wrote under its posts keeps its place. */
export async function markGone(db: Queryable, id: Id): Promise<void> {
  await db`update actors set gone_at = now(), name = '', summary = '', icon_url = null where id = ${id} and gone_at is null`;
}

/**
 * Waits until all that is being written in an actor's name is committed, and holds off what comes after until the transaction ends: each letter and each
 * post holds a lock on its author. Returns false when the actor is gone already.
 */
export async function holdWriters(tx: Tx, id: Id): Promise<boolean> {
  return (await tx`select from actors where id = ${id} and gone_at is null for update`).count > 0;
}

/** Writes down where an actor moved to. */
export async function markMoved(db: Queryable, id: Id, target: string): Promise<void> {
  await db`update actors set moved_to = ${target}, moved_at = now() where id = ${id}`;
}
