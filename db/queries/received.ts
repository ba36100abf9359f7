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
});

/**
 * Keeps letters, but no words of those that no post is made of and that are not passed on. Returns the ids of those that were not seen before, or that
 * were taken back since and are said again by the same id; of the others nothing is kept.
 */
export async function writeReceived(db: Queryable, marks: readonly Mark[]): Promise<Set<Id>> {
  const fresh = await insertMarks(db, marks);
  // Only what its own sender says: what others pass on may have been on its way since before it was taken back.
  const seen = marks.filter(({ id, announceable }) => announceable && !fresh.has(id));
  return new Set([...fresh, ...(await insertMarks(db, await forgetTakenBack(db, seen)))]);
}

/** Forgets those that were taken back, with what took them back: by the same ids they may be taken back again. Returns which they were. */
async function forgetTakenBack(db: Queryable, marks: readonly Mark[]): Promise<Mark[]> {
  if (marks.length === 0) return [];
  const rows = await db<{ id: Id }[]>`
    with again as (
      delete from received r using ${markTable(db, marks)} m
       where r.uri = m.uri and r.actor_id = m."actorId" and r.taken_back_by is not null returning m.id, r.actor_id, r.taken_back_by
    ), undone as (
      delete from received r using again where r.uri = again.taken_back_by and r.actor_id = again.actor_id
    ) select id from again`;
  const again = new Set(rows.map(({ id }) => id));
  return marks.filter(({ id }) => again.has(id));
}

/** Notes on the mark of a letter that another one of the same sender has taken back what it did. */
export async function markTakenBack(db: Queryable, letter: { actorId: Id; uri: string }, by: string): Promise<void> {
  await db`update received set taken_back_by = ${by} where uri = ${letter.uri} and actor_id = ${letter.actorId}`;
}

async function insertMarks(db: Queryable, marks: readonly Mark[]): Promise<Set<Id>> {
  if (marks.length === 0) return new Set();
  // In one order everywhere: two transactions that mark the same letters wait for each other one way round only.
  const rows = await db<{ id: Id }[]>`
    insert into received (id, actor_id, uri, type, announceable, body, keep)
    select id, "actorId", uri, type, announceable, case when keep or announceable then body else '' end, keep
    from ${markTable(db, marks)} m order by uri, "actorId"
    on conflict (uri, actor_id) do nothing returning id`;
  return new Set(rows.map(({ id }) => id));
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
