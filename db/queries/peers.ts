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

/** 253 characters of a name, a colon and a port. */
const MAX_HOST = 259;

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

/** Writes down what a peer runs; where it did not say, what was known of it stays. */
export async function describePeer(
  db: Queryable,
  id: Id,
  is: { software: string; version: string; dialect: Dialect } | null,
): Promise<void> {
  if (is === null)
    await db`update peers set described_at = now(), unanswered = least(unanswered + 1, ${DAILY}) where id = ${id}`;
  else
    await db`update peers set software = ${is.software}, version = ${is.version}, dialect = ${is.dialect}, described_at = now(), unanswered = 0
      where id = ${id}`;
}

/** So often it is asked again within the hour; then once a day. */
const PAUSES = ["1 minute", "5 minutes", "15 minutes", "1 hour"];
const DAILY = PAUSES.length + 1;

/** Peers that were never described, not since `before`, or that never answered when they were asked, if it is time to try again; oldest first. */
export function peersToDescribe(db: Queryable, before: Date, limit: number): Promise<{ id: Id; host: string }[]> {
  return db<{ id: Id; host: string }[]>`
    select id, host from peers
    where blocked_at is null and retry_at <= now()
      and (described_at is null or described_at < ${before} or (software is null
        and described_at < now() - coalesce((${PAUSES}::interval[])[unanswered], '1 day')))
    order by described_at nulls first limit ${limit}`;
}

/** Notes that a verified letter came from there. */
export async function heardFrom(db: Queryable, id: Id): Promise<void> {
  await db`update peers set last_heard_at = now() where id = ${id}`;
}

/**
 * Blocks or unblocks a host, with the peers below it and on other ports: what we show and send goes by each peer's own mark. Returns false when
 * nothing was to be unblocked.
 */
export async function setBlocked(db: Queryable, id: Id, host: string, blocked: boolean): Promise<boolean> {
  if (blocked) {
    await db`insert into peers (id, host, blocked_at) values (${id}, ${host}, now())
      on conflict (host) do update set blocked_at = coalesce(peers.blocked_at, now())`;
    await db`update peers set blocked_at = now() where blocked_at is null and ${belongsTo(db, host)}`;
    return true;
  }
  return (
    (await db`update peers set blocked_at = null where blocked_at is not null and ${belongsTo(db, host)}`).count > 0
  );
}

function belongsTo(db: Queryable, host: string) {
  return db`(host = ${host} or split_part(host, ':', 1) = ${host} or right(split_part(host, ':', 1), ${host.length + 1}) = ${`.${host}`})`;
}

/** Whether `host` or a domain above it is blocked (exact or dot-suffix, R46); a host that is blocked without a port is so on every port. */
export async function isBlocked(db: Queryable, host: string): Promise<boolean> {
  // No name is longer; a stranger's key id may be, and every label makes one more name to look up.
  if (host.length > MAX_HOST) return true;
  const labels = host.replace(/:\d+$/, "").split(".");
  const names = [host, ...labels.map((_, i) => labels.slice(i).join("."))];
  const [row] = await db<{ yes: boolean }[]>`
    select exists (select from peers where host = any(${names}) and blocked_at is not null) as yes`;
  return row?.yes ?? false;
}
