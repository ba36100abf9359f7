/** The lanes of delivery as a worker sees them: leasing inboxes that have something due, reading their letters, writing down what became of them. */
import type { Id } from "../ids.ts";
import { NODE_LOCK } from "../node.ts";
import type { Db, Queryable, Tx } from "../open.ts";

export type SignatureStyle = "cavage" | "rfc9421";

/** An inbox leased by this process, with what is known of the server behind it. */
export interface Lane {
  inboxId: number;
  inboxUri: string;
  /** Different days on which it answered 404 or 410, since it last took a letter. */
  goneDays: number;
  peerId: Id;
  host: string;
  signatureStyle: SignatureStyle;
  /** Consecutive failures of the peer; above 0 this lane is its probe. */
  failures: number;
  lastError: string | null;
  lastSentAt: Date | null;
}

/** One letter that may go out now. */
export interface Letter {
  inboxId: number;
  activityId: Id;
  /** The thread or actor that it is about, `thread_id` in the table. Letters about the same go in the order of their ids. */
  aboutId: Id;
  attempts: number;
  /** Null: as soon as it was made. */
  dueAt: Date | null;
}

export interface ClaimOptions {
  /** The number of this process (db/node.ts). */
  node: number;
  now: Date;
  until: Date;
  /** The inbox id after which to begin to look; 0 is the beginning. */
  cursor: number;
  /** Lanes taken at most, and of these at most so many of peers that are failing. */
  limit: number;
  failingLimit: number;
  /** Lanes of one peer at most, counted over all processes; a failing peer has one. */
  perPeer: number;
  /** Lanes looked at, at most. */
  hops: number;
  /** Letters read of one lane, at most. */
  perLane: number;
}

export interface Claim {
  lanes: Lane[];
  /** Of these lanes, oldest first. */
  letters: Letter[];
  /** Where to go on looking; 0 when the end was reached. */
  cursor: number;
  /** Whether lanes that are ready were left, for one of the limits. */
  more: boolean;
  /** Lanes that were looked at in vain: they wait, or are leased. */
  passed: number;
}

/**
 * The condition that a row `d` of deliveries may go: it is due, and no earlier one about the same is still to wait. "is not true" keeps it from
 * becoming a join, for which all of a long lane would be read.
 */
export const mayGo = (db: Queryable, now: Date) => db`
  d.due_at <= ${now} and exists (select from deliveries e where e.inbox_id = d.inbox_id and e.thread_id = d.thread_id
    and e.activity_id < d.activity_id and e.due_at > ${now}) is not true`;

/**
 * Runs statements that find every row by its key, whatever Postgres believes about the sizes of tables. Deliveries grow from nothing to a hundred
 * thousand in a moment: a plan kept from when there were few would read them all again for every lane.
 */
export function byKey<T>(db: Db, act: (tx: Tx) => Promise<T>): Promise<T> {
  return db.begin(async (tx) => {
    const [, result] = await Promise.all([useKeys(tx), act(tx)]);
    return result;
  }) as Promise<T>;
}

async function useKeys(db: Tx): Promise<void> {
  await db`select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
    set_config('enable_sort', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('plan_cache_mode', 'force_generic_plan', true)`;
}

/**
 * Leases lanes that have a letter that may go: free ones, of peers that are neither blocked nor to be left alone for now. Their letters are read by a
 * second statement, when nobody else can touch them any more: what another process sent before is gone by then.
 */
export function claimLanes(db: Db, o: ClaimOptions): Promise<Claim> {
  return byKey(db, async (tx) => {
    const claim = await leaseLanes(tx, o);
    const ids = claim.lanes.map((lane) => lane.inboxId);
    return { ...claim, letters: ids.length > 0 ? await readLetters(tx, ids, o.now, o.perLane) : [] };
  });
}

/** Hops from inbox to inbox over the key of deliveries, so what it costs depends on the number of lanes and not on the letters in them. */
async function leaseLanes(db: Tx, o: ClaimOptions): Promise<Omit<Claim, "letters">> {
  const rows = await db<(Lane & Omit<Claim, "lanes" | "letters">)[]>`
    with recursive hop (id, nth) as (
      (select inbox_id, 1 from deliveries where inbox_id > ${o.cursor} order by inbox_id limit 1)
      union all
      select next.inbox_id, nth + 1 from hop, lateral (
        select inbox_id from deliveries where inbox_id > hop.id order by inbox_id limit 1) next
      where nth < ${o.hops}
    ), free as (
      select i.id, i.peer_id, p.failures > 0 as failing from hop join inboxes i on i.id = hop.id join peers p on p.id = i.peer_id
      where i.leased_until <= ${o.now} and p.retry_at <= ${o.now} and p.blocked_at is null order by i.id limit ${2 * o.limit}
    ), busy as materialized (
      select i.peer_id, count(*) as lanes from (select distinct peer_id from free) f join inboxes i using (peer_id)
      where i.leased_until > ${o.now} and i.leased_by is not null group by i.peer_id
    ), ready as (
      select free.id, failing, coalesce(busy.lanes, 0) + row_number() over (partition by free.peer_id order by free.id) as of_peer
      from free left join busy using (peer_id), lateral (
        select from deliveries d where d.inbox_id = free.id and ${mayGo(db, o.now)} limit 1) letter
    ), allowed as (
      select id, failing, row_number() over (partition by failing order by id) as of_kind
      from ready where of_peer <= case when failing then 1 else ${o.perPeer} end
    ), picked as (
      select id from allowed where not failing or of_kind <= ${o.failingLimit} order by id limit ${o.limit}
    ), locked as (
      select i.id from picked join inboxes i on i.id = picked.id where i.leased_until <= ${o.now} for update of i skip locked
    ), leased as (
      update inboxes i set leased_by = ${o.node}, leased_until = ${o.until}
      from locked, peers p where i.id = locked.id and p.id = i.peer_id
      returning i.id as "inboxId", i.uri as "inboxUri", i.gone_days as "goneDays", p.id as "peerId", p.host,
        p.signature_style as "signatureStyle", p.failures, p.last_error as "lastError", p.last_sent_at as "lastSentAt"
    )
    select leased.*, seen.* from (
      select (select count(*) from ready) > (select count(*) from picked) as more,
        (select count(*) from hop)::int - (select count(*) from ready)::int as passed,
        case when (select count(*) from picked) = ${o.limit} and (select max(id) from picked) < (select max(id) from hop)
            then (select max(id) from picked)
          when (select count(*) from free) = ${2 * o.limit} then (select max(id) from free)
          when (select count(*) from hop) = ${o.hops} then (select max(id) from hop) else 0 end as cursor
    ) seen left join leased on true`;
  const [first] = rows;
  const lanes = rows.filter((row) => row.inboxId !== null).map(({ cursor: _, more: __, passed: ___, ...lane }) => lane);
  return { lanes, cursor: first?.cursor ?? 0, more: first?.more ?? false, passed: first?.passed ?? 0 };
}

function readLetters(db: Tx, inboxIds: number[], now: Date, perLane: number): Promise<Letter[]> {
  return db<Letter[]>`
    select letter.* from unnest(${inboxIds}::int[]) as lane (id) cross join lateral (
      select d.inbox_id as "inboxId", d.activity_id as "activityId", d.thread_id as "aboutId", d.attempts,
        nullif(d.due_at, '-infinity') as "dueAt" from deliveries d
      where d.inbox_id = lane.id and ${mayGo(db, now)} order by d.activity_id limit ${perLane}) letter
    order by 1, 2`;
}

export interface ActivityToSend {
  id: Id;
  actorId: Id;
  body: string;
}

/** What is to be sent, by id; one that is missing was cleaned away. */
export function readActivities(db: Queryable, ids: Id[]): Promise<ActivityToSend[]> {
  return db<ActivityToSend[]>`select id, actor_id as "actorId", body from activities where id = any(${ids}::bigint[])`;
}

/** What became of letters and lanes since it was last written down. */
export interface Results {
  delivered: Letter[];
  putOff: { letter: Letter; dueAt: Date }[];
  dead: { letter: Letter; reason: string }[];
  /** Inboxes whose lease ends. */
  released: number[];
  /** Peers that took a letter. */
  sentTo: Id[];
}

/** Writes results down, all or none. */
export function writeResults(db: Db, node: number, now: Date, is: Results): Promise<void> {
  const inboxes = (list: { letter: Letter }[]) => list.map(({ letter }) => letter.inboxId);
  const activities = (list: { letter: Letter }[]) => list.map(({ letter }) => letter.activityId);
  const delivered = is.delivered.map((letter) => ({ letter }));
  return byKey(db, async (tx) => {
    // The second half says nothing new, but leaves Postgres no way of reading more rows than may be meant.
    const isIn = (list: { letter: Letter }[]) => tx`d.inbox_id = x.inbox_id and d.activity_id = x.activity_id
      and d.inbox_id = any(${inboxes(list)}::int[]) and d.activity_id = any(${activities(list)}::bigint[])`;
    await tx`
    with delivered as (
      -- "is true" makes it a filter on what the key finds, and no join: many rows come here.
      delete from deliveries where inbox_id = any(${inboxes(delivered)}::int[]) and activity_id = any(${activities(delivered)}::bigint[])
        and ((inbox_id, activity_id) in (
          select * from unnest(${inboxes(delivered)}::int[], ${activities(delivered)}::bigint[]))) is true
    ), put_off as (
      update deliveries d set attempts = attempts + 1, due_at = x.due_at
      from unnest(${inboxes(is.putOff)}::int[], ${activities(is.putOff)}::bigint[], ${is.putOff.map((one) => one.dueAt.toISOString())}::timestamptz[])
        as x (inbox_id, activity_id, due_at)
      where ${isIn(is.putOff)}
    ), dead as (
      delete from deliveries d
      using unnest(${inboxes(is.dead)}::int[], ${activities(is.dead)}::bigint[], ${is.dead.map((one) => one.reason)}::text[])
        as x (inbox_id, activity_id, reason)
      where ${isIn(is.dead)}
      returning d.inbox_id, d.activity_id, d.thread_id, d.attempts, x.reason
    ), buried as (
      insert into dead_letters (inbox_id, activity_id, thread_id, attempts, reason, died_at)
      select inbox_id, activity_id, thread_id, attempts + 1, reason, ${now} from dead on conflict do nothing
    ), sent as (
      update peers set last_sent_at = ${now} where id = any(${is.sentTo}::bigint[])
    )
    update inboxes set leased_by = null, leased_until = '-infinity' where id = any(${is.released}::int[]) and leased_by = ${node}`;
  });
}

/** Prolongs leases; returns the inboxes that are still ours. */
export async function prolongLeases(db: Queryable, node: number, inboxIds: number[], until: Date): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    update inboxes set leased_until = ${until} where id = any(${inboxIds}::int[]) and leased_by = ${node} returning id`;
  return rows.map((row) => row.id);
}

/** Frees the lanes of processes that are gone: leases that ran out, and those of a number whose lock (db/node.ts) nobody holds. Returns how many. */
export async function freeOrphans(db: Queryable, now: Date): Promise<number> {
  const freed = await db`
    update inboxes set leased_by = null, leased_until = '-infinity'
    where leased_by is not null and (leased_until <= ${now} or leased_by <> all (array(
      select objid::int from pg_locks where locktype = 'advisory' and classid = ${NODE_LOCK}::oid and objsubid = 2
        and database = (select oid from pg_database where datname = current_database()))))`;
  return freed.count;
}

/** Takes away what waits for blocked peers. Returns how many letters. */
export async function dropForBlocked(db: Queryable): Promise<number> {
  const gone = await db`
    delete from deliveries d using inboxes i, peers p where p.blocked_at is not null and i.peer_id = p.id and d.inbox_id = i.id`;
  return gone.count;
}

/** One more failure of a peer, unless it is being left alone already; `retryAt` opens its breaker, until when the peer may have `asked` itself. */
export async function recordFailure(
  db: Queryable,
  peerId: Id,
  is: { now: Date; retryAt: Date | null; asked: boolean; reason: string },
): Promise<void> {
  await db`
    update peers set failures = failures + 1, failing_since = coalesce(failing_since, ${is.now}), last_error = ${is.reason},
      retry_at = coalesce(${is.retryAt}, retry_at), asked_until = ${is.asked ? is.retryAt : null}
    where id = ${peerId} and retry_at <= ${is.now}`;
}

/** Buries what has waited for a peer since before the activity id `before`. Returns how many letters. */
export async function buryOverdue(db: Queryable, peerId: Id, before: Id, now: Date, reason: string): Promise<number> {
  const buried = await db`
    with dead as (
      delete from deliveries d using inboxes i where i.peer_id = ${peerId} and d.inbox_id = i.id and d.activity_id < ${before}
      returning d.inbox_id, d.activity_id, d.thread_id, d.attempts
    )
    insert into dead_letters (inbox_id, activity_id, thread_id, attempts, reason, died_at)
    select inbox_id, activity_id, thread_id, attempts, ${reason}, ${now} from dead on conflict do nothing`;
  return buried.count;
}

/** Remembers which style of signature a peer took. */
export async function rememberStyle(db: Queryable, peerId: Id, style: SignatureStyle): Promise<void> {
  await db`update peers set signature_style = ${style} where id = ${peerId}`;
}

/** Counts a day on which an inbox answered that it is gone, once a day. Returns the days by now, or null when today is counted already. */
export async function countGoneDay(db: Queryable, inboxId: number, now: Date): Promise<number | null> {
  const [row] = await db<{ days: number }[]>`
    update inboxes set gone_days = gone_days + 1, gone_on = ${now}::date
    where id = ${inboxId} and gone_on is distinct from ${now}::date returning gone_days as days`;
  return row?.days ?? null;
}

/** An inbox took a letter again. */
export async function forgetGoneDays(db: Queryable, inboxId: number): Promise<void> {
  await db`update inboxes set gone_days = 0, gone_on = null where id = ${inboxId}`;
}

/** An inbox is gone for good: ends the memberships of all actors that are reached there (their audience follows) and buries what waits for it. */
export async function dropInbox(db: Queryable, inboxId: number, now: Date, reason: string): Promise<void> {
  await db`
    with members as (
      delete from memberships m using actors a where a.inbox_id = ${inboxId} and m.actor_id = a.id
    ), dead as (
      delete from deliveries where inbox_id = ${inboxId} returning inbox_id, activity_id, thread_id, attempts
    )
    insert into dead_letters (inbox_id, activity_id, thread_id, attempts, reason, died_at)
    select inbox_id, activity_id, thread_id, attempts, ${reason}, ${now} from dead on conflict do nothing`;
}
