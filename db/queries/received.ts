/** The letters that arrived: marking one as seen, and clearing what is no longer needed. */
import type { Id } from "../ids.ts";
import { type Queryable, table } from "../open.ts";

export interface ReceivedLetter {
  actorId: Id;
  uri: string;
  type: string;
  /** False for what we went out to fetch, or must not pass on (R50, R52). */
  announceable: boolean;
  body: string;
  /** When its sender signed it to us, in milliseconds since 1970 by their clock; absent where others brought it. */
  signedAt?: number;
}

/** A letter that is marked as seen, and its id here. */
export interface Mark extends ReceivedLetter {
  id: Id;
  /** A post is made of it. */
  keep: boolean;
}

const markTable = table({
  id: "bigint",
  actorId: "bigint",
  uri: "text",
  type: "text",
  announceable: "boolean",
  body: "text",
  keep: "boolean",
  signedAt: "timestamptz",
});

/** Marks as something to select from. */
function marksTable(db: Queryable, marks: readonly Mark[]) {
  return markTable(
    db,
    marks.map(({ signedAt, ...mark }) => ({ ...mark, signedAt: signedAt === undefined ? null : new Date(signedAt) })),
  );
}

/**
 * Keeps letters, but no words of those that no post is made of and that are not passed on. Returns the ids of those that were not seen before, or that
 * are said again by the same id since they were taken back; of the others nothing is kept, nor of what somebody says who is gone.
 */
export async function writeReceived(db: Queryable, marks: readonly Mark[]): Promise<Set<Id>> {
  if (marks.length === 0) return new Set();
  // In one order everywhere: two transactions that mark the same letters wait for each other one way round only. Whether the sender is gone is looked at
  // here because another process may have taken that in, and behind the lock that each mark holds on its sender anyway.
  const rows = await db<{ id: Id }[]>`
    insert into received (id, actor_id, uri, type, announceable, body, keep)
    select m.id, "actorId", m.uri, type, announceable, case when keep or announceable then body else '' end, keep
    from ${marksTable(db, marks)} m join actors a on a.id = m."actorId" and a.gone_at is null order by m.uri, "actorId" for key share of a
    on conflict (uri, actor_id) do nothing returning id`;
  const fresh = new Set(rows.map(({ id }) => id));
  const seen = marks.filter(({ id, signedAt }) => signedAt !== undefined && !fresh.has(id));
  return seen.length === 0 ? fresh : new Set([...fresh, ...(await sayAgain(db, seen))]);
}

/**
 * Marks anew the letters among these that were signed later than what they did was taken back, and what took it back as taken back by them. Bytes that somebody
 * else sends once more were signed before. Returns their ids.
 */
async function sayAgain(db: Queryable, marks: readonly Mark[]): Promise<Id[]> {
  const rows = await db<{ id: Id }[]>`
    with again as (
      select r.id as old, r.taken_back_by, m.* from ${marksTable(db, marks)} m
        join received r on r.uri = m.uri and r.actor_id = m."actorId" join actors a on a.id = r.actor_id and a.gone_at is null
        where r.taken_back_at < m."signedAt" for update of r for key share of a
    ), said as (
      update received r set id = again.id, body = case when again.announceable then again.body else '' end, received_at = now(),
             taken_back_by = null, taken_back_at = null
        from again where r.id = again.old
    ), turned as (
      update received r set taken_back_by = again.uri, taken_back_at = again."signedAt"
        from again where r.uri = again.taken_back_by and r.actor_id = again."actorId"
    ) select id from again`;
  return rows.map(({ id }) => id);
}

/** Notes on the mark of a letter that another one of the same sender has taken back what it did. */
export async function markTakenBack(db: Queryable, uri: string, by: ReceivedLetter): Promise<void> {
  if (by.signedAt === undefined) return;
  await db`
    update received set taken_back_by = ${by.uri}, taken_back_at = ${new Date(by.signedAt)}
     where uri = ${uri} and actor_id = ${by.actorId}`;
}

/**
 * Marks a letter as seen that its sender has taken back before it came, so that it counts for nothing when it does. Returns false when it was seen: then
 * whoever took it in at the same moment has committed.
 */
export async function markUndone(db: Queryable, id: Id, letter: { actorId: Id; uri: string }): Promise<boolean> {
  const mark = { ...letter, id, type: "Undone", announceable: false, body: "", keep: false };
  return (await writeReceived(db, [mark])).size > 0;
}

/** Keeps nothing but the marks of these letters. */
export async function emptyReceived(db: Queryable, ids: readonly Id[]): Promise<void> {
  await db`update received set body = '' where id = any(${[...ids]}::bigint[])`;
}

/** Takes marks back that were written in this transaction, for letters that changed nothing after all. */
export async function unmark(db: Queryable, ids: readonly Id[]): Promise<void> {
  if (ids.length > 0) await db`delete from received where id = any(${[...ids]}::bigint[])`;
}

/**
 * Forgets letters received before `before` that no post is made of: 30 days is how long a replay must be recognised (R8).
 * Goes by `limit` rows at a time and returns how many went.
 */
export async function forgetReceived(db: Queryable, before: Date, limit = 5_000): Promise<number> {
  const gone = await db`
    delete from received where id in (
      select id from received where not keep and received_at < ${before} order by received_at limit ${limit})`;
  return gone.count;
}
