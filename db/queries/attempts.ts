/** Tries to sign in: kept so that there can be only so many of them, and so that people see who tried their door. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** `forgot` and `sign-up` are no tries to sign in, but counted beside them. */
export type AttemptOutcome = "signed-in" | "wrong" | "second-factor-wrong" | "limited" | "forgot" | "sign-up";

export interface NewAttempt {
  id: Id;
  actorId: Id | null;
  /** Stands for what was typed, where that is counted. */
  mark: Buffer | null;
  address: string;
  userAgent: string;
  outcome: AttemptOutcome;
}

export async function insertAttempt(db: Queryable, attempt: NewAttempt): Promise<void> {
  await db`
    insert into sign_in_attempts (id, actor_id, mark, address, user_agent, outcome)
    values (${attempt.id}, ${attempt.actorId}, ${attempt.mark}, ${attempt.address}, ${attempt.userAgent}, ${attempt.outcome})`;
}

/** `actorId`: whose attempt it turned out to be, when it was not known before. */
export async function setAttemptOutcome(
  db: Queryable,
  id: Id,
  outcome: AttemptOutcome,
  actorId: Id | null = null,
): Promise<void> {
  await db`update sign_in_attempts set outcome = ${outcome}, actor_id = coalesce(actor_id, ${actorId}) where id = ${id}`;
}

/** For what was no attempt to sign in after all. */
export async function deleteAttempt(db: Queryable, id: Id): Promise<void> {
  await db`delete from sign_in_attempts where id = ${id}`;
}

export interface AttemptCount {
  count: number;
  /** Seconds since the oldest that counts; 0 when there is none. */
  oldestS: number;
}

const COUNTED = (db: Queryable) =>
  db`count(*)::int as count, coalesce(extract(epoch from now() - min(at)), 0)::float8 as "oldestS"`;

/** Those from `address` within the last `seconds` with one of `outcomes`. */
export async function countAttemptsFrom(
  db: Queryable,
  address: string,
  outcomes: readonly AttemptOutcome[],
  seconds: number,
): Promise<AttemptCount> {
  const [row] = await db<AttemptCount[]>`
    select ${COUNTED(db)} from sign_in_attempts
    where address = ${address} and outcome = any(${outcomes as AttemptOutcome[]}) and at > now() - ${seconds} * interval '1 second'`;
  return row ?? { count: 0, oldestS: 0 };
}

/** Those on one account without a mark, or with one mark, within the last `seconds` with one of `outcomes`. */
export async function countAttemptsOn(
  db: Queryable,
  on: { actorId: Id } | { mark: Buffer },
  outcomes: readonly AttemptOutcome[],
  seconds: number,
): Promise<AttemptCount> {
  const [row] = await db<AttemptCount[]>`
    select ${COUNTED(db)} from sign_in_attempts
    where ${"actorId" in on ? db`actor_id = ${on.actorId} and mark is null` : db`mark = ${on.mark}`}
      and outcome = any(${outcomes as AttemptOutcome[]}) and at > now() - ${seconds} * interval '1 second'`;
  return row ?? { count: 0, oldestS: 0 };
}

/** Forgets up to 1,000 attempts from before `before`; returns how many. */
export async function forgetAttempts(db: Queryable, before: Date): Promise<number> {
  return (
    await db`delete from sign_in_attempts where id in (
      select id from sign_in_attempts where at < ${before} limit 1000)`
  ).count;
}

/** The newest with one mark and outcome; null when there is none. */
export async function newestAttempt(db: Queryable, mark: Buffer, outcome: AttemptOutcome): Promise<Id | null> {
  const [row] = await db<{ id: Id }[]>`
    select id from sign_in_attempts where mark = ${mark} and outcome = ${outcome} order by id desc limit 1`;
  return row?.id ?? null;
}
