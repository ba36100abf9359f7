/** Deliveries: who is owed what. Queueing for a group's audience, reviving a peer, and what the operator asks and does. */
import type { Id } from "../ids.ts";
import { type Db, type Queryable, type Tx, table } from "../open.ts";
import { byKey, mayGo, type SignatureStyle } from "./lanes.ts";
import type { Dialect } from "./peers.ts";

export interface OutgoingActivity {
  id: Id;
  /** Whose key signs the request. */
  actorId: Id;
  /** JSON, sent byte for byte. */
  body: string;
}

/** An activity that passes a letter on: the letter, byte for byte, stands between `body` and `end`. It is in the database already and need not go there again. */
export interface PassingOn extends OutgoingActivity {
  letterId: Id;
  end: string;
}

/** What is told of one event: peers that speak as forums get `forum`, the others `microblog`. */
export interface Announced {
  /** The community or person whose audience is told; null: only `alsoTo` are. */
  groupId: Id | null;
  /** The thread or actor that it is about: what is about the same reaches an inbox in the order in which it was made, and waits for nothing else. */
  aboutId: Id;
  forum?: OutgoingActivity | PassingOn;
  microblog?: OutgoingActivity;
  /** Actors who get it as well, members or not. */
  alsoTo?: readonly Id[];
  /** Of forums, only those that run one of these: others would refuse it. */
  software?: readonly string[];
}

const eventTable = table({
  groupId: "bigint",
  aboutId: "bigint",
  forumId: "bigint",
  microblogId: "bigint",
  software: "text",
});
const alsoTable = table({
  actorId: "bigint",
  aboutId: "bigint",
  forumId: "bigint",
  microblogId: "bigint",
  software: "text",
});
const activityTable = table({ id: "bigint", actorId: "bigint", body: "text", letterId: "bigint", end: "text" });

/**
 * Owes activities to every distinct inbox of their groups' audiences, in the caller's transaction. Where the one a peer would get is missing, and
 * where a peer is blocked, it gets nothing. An activity that nobody gets is not written. Returns the number of deliveries.
 */
export async function queueForAudience(db: Queryable, ...announced: readonly Announced[]): Promise<number> {
  const told = announced.filter(({ forum, microblog }) => forum ?? microblog);
  if (told.length === 0) return 0;
  const events = told.map(({ groupId, aboutId, forum, microblog, software, alsoTo = [] }) => ({
    groupId,
    aboutId,
    forumId: forum?.id,
    microblogId: microblog?.id,
    software: software?.join(","),
    alsoTo,
  }));
  const also = events.flatMap(({ alsoTo, ...event }) => alsoTo.map((actorId) => ({ ...event, actorId })));
  // What is said to both kinds of servers alike is one activity.
  const activities = new Map(
    told.flatMap(({ forum, microblog }) => [forum, microblog].flatMap((one) => (one ? [[one.id, one] as const] : []))),
  );
  const queued = await db`
    with event as materialized (
      select * from ${eventTable(db, events)} e
    ), reader as materialized (
      select au.group_id, au.inbox_id, p.dialect, p.software
      from (select distinct "groupId" from event) e join audience au on au.group_id = e."groupId"
        join inboxes i on i.id = au.inbox_id join peers p on p.id = i.peer_id
      where p.blocked_at is null
    ), owed as materialized (
      select r.inbox_id, e."aboutId", case r.dialect when 'forum' then e."forumId" else e."microblogId" end as activity_id
      from event e join reader r on r.group_id = e."groupId"
      where e.software is null or r.dialect <> 'forum' or r.software = any(string_to_array(e.software, ','))
      union
      select p.inbox_id, e."aboutId", case p.dialect when 'forum' then e."forumId" else e."microblogId" end
      from ${alsoTable(db, also)} e, lateral (
        select i.id as inbox_id, p.dialect, p.software from actors a join inboxes i on i.id = a.inbox_id join peers p on p.id = i.peer_id
        where a.id = e."actorId" and p.blocked_at is null limit 1) p
      where e.software is null or p.dialect <> 'forum' or p.software = any(string_to_array(e.software, ','))
    ), written as (
      insert into activities (id, actor_id, body)
      select id, "actorId", body || coalesce((select btrim(r.body, E' \\t\\r\\n') from received r where r.id = a."letterId") || a."end", '')
      from ${activityTable(db, [...activities.values()])} a
      where id in (select activity_id from owed)
    )
    insert into deliveries (inbox_id, activity_id, thread_id)
    select inbox_id, activity_id, "aboutId" from owed where activity_id is not null`;
  return queued.count;
}

/**
 * Owes an activity to these inboxes, each once, in the caller's transaction; blocked peers get nothing. An activity that was queued before
 * may be queued for further inboxes. Returns the number of inboxes that it is newly owed to.
 */
export async function queueForInboxes(
  db: Queryable,
  o: { aboutId: Id; activity: OutgoingActivity; inboxIds: readonly number[] },
): Promise<number> {
  if (o.inboxIds.length === 0) return 0;
  const { id, actorId, body } = o.activity;
  const queued = await db`
    with owed as materialized (
      select i.id from inboxes i join peers p on p.id = i.peer_id where i.id = any(${[...o.inboxIds]}::int[]) and p.blocked_at is null
    ), written as (
      insert into activities (id, actor_id, body) select ${id}, ${actorId}, ${body} where exists (select from owed) on conflict (id) do nothing
    )
    insert into deliveries (inbox_id, activity_id, thread_id) select id, ${id}, ${o.aboutId} from owed on conflict do nothing`;
  return queued.count;
}

/**
 * A peer is well again: its failures are forgotten, and if its breaker was open, what was put off for it is due from `at`. Does nothing, cheaply,
 * when it was not failing, or asked to be left alone for longer (R58). Returns whether it was revived.
 */
export async function revivePeer(db: Queryable, peerId: Id, at: Date = new Date()): Promise<boolean> {
  const [row] = await db<{ revived: boolean }[]>`
    with ill as (
      select id, retry_at > '-infinity' as open from peers
      where id = ${peerId} and failures > 0 and coalesce(asked_until <= ${at}, true) for update
    ), peer as (
      update peers p set failures = 0, failing_since = null, retry_at = '-infinity', last_error = null from ill where p.id = ill.id
    ), due as (
      update deliveries d set due_at = ${at} from ill join inboxes i on i.peer_id = ill.id
      where ill.open and d.inbox_id = i.id and d.due_at > ${at}
    )
    select exists (select from ill) as revived`;
  return row?.revived ?? false;
}

/** Puts the dead letters of a host back among the waiting, closes its breaker, and makes all due. Returns how many, or null when no such host is known. */
export async function retryHost(db: Queryable, host: string, at: Date = new Date()): Promise<number | null> {
  const [row] = await db<{ known: boolean; letters: number }[]>`
    with peer as (
      update peers set failures = 0, failing_since = null, retry_at = '-infinity', asked_until = null, last_error = null where host = lower(${host}) returning id
    ), risen as (
      delete from dead_letters l using inboxes i, peer where i.peer_id = peer.id and l.inbox_id = i.id
      returning l.inbox_id, l.activity_id, l.thread_id
    ), due as (
      update deliveries d set due_at = ${at} from inboxes i, peer where i.peer_id = peer.id and d.inbox_id = i.id and d.due_at > ${at}
    ), queued as (
      insert into deliveries (inbox_id, activity_id, thread_id, due_at) select inbox_id, activity_id, thread_id, ${at} from risen
      on conflict do nothing
    )
    select exists (select from peer) as known, (select count(*)::int from risen) as letters`;
  return row?.known ? row.letters : null;
}

/** Seconds that the letter has waited which has waited longest of those that could go now; 0 when there is none. Paused and blocked peers do not count. */
export function deliveryLag(db: Db, now: Date = new Date()): Promise<number> {
  return byKey(db, (tx) => longestWait(tx, now));
}

async function longestWait(db: Tx, now: Date): Promise<number> {
  const [row] = await db<{ seconds: number }[]>`
    with recursive lane (id) as (
      (select inbox_id from deliveries order by inbox_id limit 1)
      union all
      select next.inbox_id from lane, lateral (select inbox_id from deliveries where inbox_id > lane.id order by inbox_id limit 1) next
    )
    select coalesce(extract(epoch from ${now} - min(greatest(oldest.due_at, ${madeAt(db, "oldest")}))), 0)::float as seconds
    from lane join inboxes i on i.id = lane.id join peers p on p.id = i.peer_id and p.blocked_at is null and p.retry_at <= ${now}, lateral (
      select d.activity_id, d.due_at from deliveries d where d.inbox_id = lane.id and ${mayGo(db, now)} order by d.activity_id limit 1) oldest`;
  return Math.max(0, row?.seconds ?? 0);
}

/** When an activity was made, by its id (db/ids.ts). */
const madeAt = (db: Queryable, table: string) => db`to_timestamp((${db(table)}.activity_id >> 16) / 1000.0)`;

export interface HostDeliveries {
  host: string;
  /** Letters that wait, and how many of them were tried in vain at least once. */
  waiting: number;
  failing: number;
  dead: number;
  /** When the oldest waiting letter was made. */
  oldestAt: Date | null;
  /** Null: not being left alone. */
  retryAt: Date | null;
  /** Why the host fails, or else why the letter died that was given up last. */
  lastError: string | null;
}

export interface DeliverySummary {
  waiting: number;
  failing: number;
  dead: number;
  oldestAt: Date | null;
  /** Hosts with anything waiting or dead; the longest line first. */
  hosts: HostDeliveries[];
}

/** What waits, fails and died, in all and per host. Reads every row: for the operator, not for a page. */
export async function deliverySummary(db: Queryable): Promise<DeliverySummary> {
  const hosts = await db<HostDeliveries[]>`
    with waiting as (
      select i.peer_id, sum(n)::int as n, sum(failing)::int as failing, min(oldest) as activity_id
      from (select inbox_id, count(*) as n, count(*) filter (where attempts > 0) as failing, min(activity_id) as oldest
        from deliveries group by inbox_id) w
      join inboxes i on i.id = w.inbox_id group by i.peer_id
    ), dead as (
      select i.peer_id, count(*)::int as n, (array_agg(l.reason order by l.died_at desc))[1] as reason
      from dead_letters l join inboxes i on i.id = l.inbox_id group by i.peer_id
    )
    select p.host, coalesce(w.n, 0) as waiting, coalesce(w.failing, 0) as failing, coalesce(d.n, 0) as dead,
      ${madeAt(db, "w")} as "oldestAt", nullif(p.retry_at, '-infinity') as "retryAt", coalesce(p.last_error, d.reason) as "lastError"
    from peers p left join waiting w on w.peer_id = p.id left join dead d on d.peer_id = p.id
    where w.n > 0 or d.n > 0 order by waiting desc, dead desc, p.host`;
  const sum = (of: (host: HostDeliveries) => number) => hosts.reduce((total, host) => total + of(host), 0);
  const oldest = hosts.reduce<Date | null>((a, { oldestAt: b }) => (a && (!b || a < b) ? a : b), null);
  return {
    waiting: sum((host) => host.waiting),
    failing: sum((host) => host.failing),
    dead: sum((host) => host.dead),
    oldestAt: oldest,
    hosts: [...hosts],
  };
}

export interface PeerListing {
  host: string;
  software: string | null;
  version: string | null;
  dialect: Dialect;
  signatureStyle: SignatureStyle;
  waiting: number;
  dead: number;
  /** Seconds since the oldest waiting letter was made; null when none waits. */
  lag: number | null;
  failures: number;
  failingSince: Date | null;
  retryAt: Date | null;
  lastError: string | null;
  lastHeardAt: Date | null;
  lastSentAt: Date | null;
  blockedAt: Date | null;
}

/** Every server we know, by host, with how letters to it fare. Reads every waiting row: for the operator, not for a page. */
export function peerList(db: Queryable): Promise<PeerListing[]> {
  return db<PeerListing[]>`
    with waiting as (
      select i.peer_id, sum(n)::int as n, min(oldest) as activity_id
      from (select inbox_id, count(*) as n, min(activity_id) as oldest from deliveries group by inbox_id) w
      join inboxes i on i.id = w.inbox_id group by i.peer_id
    ), dead as (
      select i.peer_id, count(*)::int as n from dead_letters l join inboxes i on i.id = l.inbox_id group by i.peer_id
    )
    select p.host, p.software, p.version, p.dialect, p.signature_style as "signatureStyle", coalesce(w.n, 0) as waiting,
      coalesce(d.n, 0) as dead, greatest(0, extract(epoch from now() - ${madeAt(db, "w")}))::float as lag, p.failures,
      p.failing_since as "failingSince", nullif(p.retry_at, '-infinity') as "retryAt", p.last_error as "lastError",
      p.last_heard_at as "lastHeardAt", p.last_sent_at as "lastSentAt", p.blocked_at as "blockedAt"
    from peers p left join waiting w on w.peer_id = p.id left join dead d on d.peer_id = p.id order by p.host`;
}

/** Forgets activities made before `olderThan` that nobody is owed and that are no dead letter. Returns how many; at most `limit`. */
export async function cleanUpActivities(db: Queryable, olderThan: Date, limit = 5_000): Promise<number> {
  const gone = await db`
    delete from activities where id in (
      select a.id from activities a
      where a.id < ${olderThan.getTime()}::bigint << 16
        and not exists (select from deliveries d where d.activity_id = a.id)
        and not exists (select from dead_letters l where l.activity_id = a.id)
      order by a.id limit ${limit})`;
  return gone.count;
}

/** Forgets dead letters of before `before`, and with them what their activities still say. Returns how many; at most `limit`. */
export async function forgetDeadLetters(db: Queryable, before: Date, limit = 5_000): Promise<number> {
  const gone = await db`
    delete from dead_letters where (inbox_id, activity_id) in (
      select inbox_id, activity_id from dead_letters where died_at < ${before} limit ${limit})`;
  return gone.count;
}
