/** Mail at the reader's rhythm: who is due, and what they have not been told by mail yet, taken once. */
import type { Id } from "../ids.ts";
import type { Db, Queryable, Tx } from "../open.ts";

/** What happened longer ago is no news any more: it is not mailed. */
const NEWS_DAYS = 8;

export type Rhythm = "at-once" | "daily" | "weekly" | "never";

/** Somebody who is due, as they stand when their mail is written. */
export interface Reader {
  id: Id;
  email: string;
  username: string;
  name: string;
  language: string | null;
  timeZone: string | null;
  rhythm: "at-once" | "daily" | "weekly";
  /** When they were last looked after, or joined. */
  since: Date;
}

/** The time zones in which somebody waits for a mail at a time of day. */
export async function listTimeZones(db: Db): Promise<string[]> {
  const rows = await db<{ zone: string }[]>`
    select distinct coalesce(time_zone, 'UTC') as zone from accounts where mail_rhythm in ('daily', 'weekly') and ${reachable(db)}`;
  return rows.map(({ zone }) => zone);
}

/** Readers who get mail at once and have something unread and unmailed. */
export async function listDueAtOnce(db: Db, most: number): Promise<Id[]> {
  const rows = await db<{ id: Id }[]>`
    select actor_id as id from accounts where mail_rhythm = 'at-once' and ${reachable(db)} and exists (
      select from notifications n where n.actor_id = accounts.actor_id and n.read_at is null and n.mailed_at is null and ${news(db)})
    limit ${most}`;
  return rows.map(({ id }) => id);
}

/** Readers of that rhythm whose last mail was before the last morning in their time zone, with that morning; `mornings` by zone. */
export async function listDueMornings(
  db: Db,
  rhythm: "daily" | "weekly",
  mornings: ReadonlyMap<string, Date>,
  most: number,
): Promise<{ id: Id; morning: Date }[]> {
  return db<{ id: Id; morning: Date }[]>`
    select actor_id as id, z.morning from accounts
      join unnest(${[...mornings.keys()]}::text[], ${[...mornings.values()].map((at) => at.toISOString())}::timestamptz[]) as z (zone, morning)
        on z.zone = coalesce(time_zone, 'UTC')
     where mail_rhythm = ${rhythm} and ${reachable(db)} and coalesce(last_digest_at, created_at) < z.morning
     order by actor_id limit ${most}`;
}

/**
 * Takes a reader's turn: their account is held until the transaction ends. Null when another worker holds it, when they have been looked after
 * since `morning` (null: at once, no matter when), or have chosen another rhythm meanwhile.
 */
export async function takeTurn(tx: Tx, id: Id, rhythm: Reader["rhythm"], morning: Date | null): Promise<Reader | null> {
  const [row] = await tx<Reader[]>`
    select ac.actor_id as id, ac.email, a.username, a.name, ac.language, ac.time_zone as "timeZone", ac.mail_rhythm as rhythm,
           coalesce(ac.last_digest_at, ac.created_at) as since
      from accounts ac join actors a on a.id = ac.actor_id
     where ac.actor_id = ${id} and ac.state = 'active' and ac.email is not null and ac.email_confirmed_at is not null
       and ac.mail_rhythm = ${rhythm} ${morning === null ? tx`` : tx`and coalesce(ac.last_digest_at, ac.created_at) < ${morning}`}
       for no key update of ac skip locked`;
  return row ?? null;
}

/** Takes what a reader has not read and was not mailed: nobody takes it again. Returns the ids. */
export async function takeUnmailed(tx: Tx, id: Id): Promise<Id[]> {
  const rows = await tx<{ id: Id }[]>`
    update notifications n set mailed_at = now() where n.actor_id = ${id} and n.read_at is null and n.mailed_at is null and ${news(tx)}
    returning n.id`;
  return rows.map((row) => row.id);
}

/** A reader was looked after. */
export async function noteDigest(tx: Tx, id: Id, at: Date): Promise<void> {
  await tx`update accounts set last_digest_at = ${at} where actor_id = ${id}`;
}

/**
 * Sets at what rhythm somebody gets mail. What they were told before is not mailed any more: whoever turns mails on wants what comes. Returns
 * false when there is no such account.
 */
export async function setRhythm(db: Queryable, id: Id, rhythm: Rhythm, now: Date): Promise<boolean> {
  const done = await db`
    with old as (select mail_rhythm from accounts where actor_id = ${id}), seen as (
      update notifications set mailed_at = now() from old
       where actor_id = ${id} and read_at is null and mailed_at is null and old.mail_rhythm = 'never')
    update accounts set mail_rhythm = ${rhythm}, last_digest_at = case when mail_rhythm = 'never' then ${now} else last_digest_at end
     where actor_id = ${id} and mail_rhythm <> ${rhythm}`;
  return done.count > 0;
}

function reachable(db: Queryable) {
  return db`state = 'active' and email is not null and email_confirmed_at is not null`;
}

function news(db: Queryable) {
  return db`n.at > now() - ${db.unsafe(String(NEWS_DAYS))} * interval '1 day'`;
}
