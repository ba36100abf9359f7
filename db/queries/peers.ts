/** Peers: the other servers, by host. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export type Dialect = "forum" | "microblog";

export interface PeerRow {
  id: Id;
  host: string;
  software: string | null;
  dialect: Dialect;
  describedAt: Date | null;
  failures: number;
  blockedAt: Date | null;
  lastHeardAt: Date | null;
}

const PEER = (db: Queryable) => db`
  id, host, software, dialect, described_at as "describedAt", failures, blocked_at as "blockedAt", last_heard_at as "lastHeardAt"`;

/** A peer by its host (lower case, with port where it has one), or null. */
export async function findPeer(db: Queryable, host: string): Promise<PeerRow | null> {
  const [row] = await db<PeerRow[]>`select ${PEER(db)} from peers where host = ${host}`;
  return row ?? null;
}

/** The peer at `host`, made known if it was not. */
export async function ensurePeer(db: Queryable, id: Id, host: string): Promise<PeerRow> {
  const found = await findPeer(db, host);
  if (found) return found;
  await db`insert into peers (id, host) values (${id}, ${host}) on conflict (host) do nothing`;
  return (await findPeer(db, host)) as PeerRow;
}

/** Writes down what a peer runs. */
export async function describePeer(
  db: Queryable,
  id: Id,
  is: { software: string | null; version: string | null; dialect: Dialect },
): Promise<void> {
  await db`update peers set software = ${is.software}, version = ${is.version}, dialect = ${is.dialect}, described_at = now() where id = ${id}`;
}

/** Peers that were never described, or not since `before`, and that we have anything to do with; oldest first. */
export function peersToDescribe(db: Queryable, before: Date, limit: number): Promise<{ id: Id; host: string }[]> {
  return db<{ id: Id; host: string }[]>`
    select id, host from peers
    where blocked_at is null and (described_at is null or described_at < ${before}) and retry_at <= now()
    order by described_at nulls first limit ${limit}`;
}

/** Notes that a verified letter came from there. */
export async function heardFrom(db: Queryable, id: Id): Promise<void> {
  await db`update peers set last_heard_at = now() where id = ${id}`;
}

/** Blocks or unblocks a peer. Returns false when no such host is known and nothing was to be unblocked. */
export async function setBlocked(db: Queryable, id: Id, host: string, blocked: boolean): Promise<boolean> {
  if (blocked) {
    await db`insert into peers (id, host, blocked_at) values (${id}, ${host}, now())
      on conflict (host) do update set blocked_at = coalesce(peers.blocked_at, now())`;
    return true;
  }
  return (await db`update peers set blocked_at = null where host = ${host} and blocked_at is not null`).count > 0;
}

/** Whether `host` or a domain above it is blocked (exact or dot-suffix, R46); a host that is blocked without a port is so on every port. */
export async function isBlocked(db: Queryable, host: string): Promise<boolean> {
  const labels = host.replace(/:\d+$/, "").split(".");
  const names = [host, ...labels.map((_, i) => labels.slice(i).join("."))];
  const [row] = await db<{ yes: boolean }[]>`
    select exists (select from peers where host = any(${names}) and blocked_at is not null) as yes`;
  return row?.yes ?? false;
}
