/** Sessions: known by the hash of a value that only the browser holds. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export interface NewSession {
  id: Id;
  tokenHash: Buffer;
  actorId: Id;
  secondFactor: boolean;
  /** The password's hash must still be this one, where it was what let them in. */
  passwordHash?: string | null;
  address: string;
  userAgent: string;
}

/**
 * Returns false when the account may not sign in (any more), or its password was changed meanwhile. The account, which was seen by this, is held
 * for a moment: whoever changes the password or suspends it ends this session as well, or keeps it from beginning.
 */
export async function insertSession(db: Queryable, session: NewSession): Promise<boolean> {
  const { id, tokenHash, actorId, secondFactor, passwordHash, address, userAgent } = session;
  const { count } = await db`
    with ac as (update accounts set seen_at = now() where actor_id = ${actorId} and state = 'active'
      and ${passwordHash === undefined ? db`true` : db`password_hash is not distinct from ${passwordHash}`} returning actor_id)
    insert into sessions (id, token_hash, actor_id, second_factor_at, address, user_agent)
    select ${id}::bigint, ${tokenHash}::bytea, ac.actor_id, ${secondFactor ? db`now()` : db`null::timestamptz`}, ${address}::text, ${userAgent}::text
    from ac`;
  return count > 0;
}

/** Notes that a session was used. */
export async function touchSession(db: Queryable, id: Id): Promise<void> {
  await db`update sessions set seen_at = now() where id = ${id}`;
  await db`update accounts set seen_at = now() from sessions s where s.id = ${id} and accounts.actor_id = s.actor_id`;
}

/** Ends one session of `actorId`; returns false when it has none of that id. */
export async function deleteSession(db: Queryable, actorId: Id, id: Id): Promise<boolean> {
  return (await db`delete from sessions where id = ${id} and actor_id = ${actorId}`).count > 0;
}

/** Ends all sessions of `actorId`, but for the one given. */
export async function deleteSessionsOf(db: Queryable, actorId: Id, except: Id | null): Promise<void> {
  await db`delete from sessions where actor_id = ${actorId} and id is distinct from ${except}`;
}

/** Ends the session of that token, whoever's it is. */
export async function deleteSessionByToken(db: Queryable, tokenHash: Buffer): Promise<void> {
  await db`delete from sessions where token_hash = ${tokenHash}`;
}

/** A second factor was shown in this session just now. */
export async function raiseSession(db: Queryable, id: Id): Promise<void> {
  await db`update sessions set second_factor_at = now() where id = ${id}`;
}

/** That a second factor was shown counts no more in any session of `actorId`, once there is none: a new one has to be shown itself. */
export async function lowerSessions(db: Queryable, actorId: Id): Promise<void> {
  await db`
    update sessions set second_factor_at = null where actor_id = ${actorId} and second_factor_at is not null
      and not exists (select from passkeys where actor_id = ${actorId})
      and not exists (select from accounts where actor_id = ${actorId} and totp_confirmed_at is not null)`;
}

/** Whether a second factor was shown in this session within the last `seconds`. */
export async function isFresh(db: Queryable, id: Id, seconds: number): Promise<boolean> {
  const [row] = await db<{ fresh: boolean }[]>`
    select coalesce(second_factor_at > now() - ${seconds} * interval '1 second', false) as fresh from sessions where id = ${id}`;
  return row?.fresh ?? false;
}

/** Whose session the one with this token is or was, if it has not ended before `since`. */
export async function findSessionHolder(db: Queryable, tokenHash: Buffer, since: Date): Promise<Id | null> {
  const [row] = await db<{ id: Id }[]>`
    select actor_id as id from sessions where token_hash = ${tokenHash}
    union all select actor_id from ended_sessions where token_hash = ${tokenHash} and ended_at > ${since} limit 1`;
  return row?.id ?? null;
}

/** Forgets what is known of sessions that ended before `before`; returns how many. */
export async function forgetEndedSessions(db: Queryable, before: Date): Promise<number> {
  return (await db`delete from ended_sessions where ended_at < ${before}`).count;
}

/** Forgets sessions that ended by themselves: unused since `idle`, or begun before `oldest`. Returns how many. */
export async function forgetSessions(db: Queryable, idle: Date, oldest: Date): Promise<number> {
  return (await db`delete from sessions where seen_at < ${idle} or created_at < ${oldest}`).count;
}
