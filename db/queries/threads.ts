/** Threads as those see them who look after them: pinned, locked, moved, retitled, told what kind they are and what they are about. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export const THREAD_KINDS = [
  "discussion",
  "question",
  "story",
  "how-to",
  "request",
  "link",
  "announcement",
  "poll",
] as const;
/** What a thread is for. */
export type ThreadKind = (typeof THREAD_KINDS)[number];

export interface ThreadRow {
  id: Id;
  /** The ActivityPub id of its opening post. */
  uri: string;
  title: string;
  kind: ThreadKind;
  groupId: Id;
  /** What its community decided; where that is of another server, it decides there, and nothing is refused or replaced here. */
  downVotes: boolean;
  manyAnswers: boolean;
  /** Its facilitators must have shown a second factor. */
  secondFactor: boolean;
  /** Who opened it. */
  askerId: Id;
  /** Of the boost by which its community tells microblogs of it. */
  boostId: Id;
  pinned: boolean;
  locked: boolean;
  removed: boolean;
}

/** A thread by its id, or null. */
export async function findThread(db: Queryable, id: Id): Promise<ThreadRow | null> {
  const [row] = await db<ThreadRow[]>`
    select t.id, p.uri, t.title, t.kind, t.group_id as "groupId", coalesce(c.down_votes, true) as "downVotes",
      coalesce(c.many_answers, true) as "manyAnswers",
      coalesce(c.second_factor, false) as "secondFactor", p.author_id as "askerId", coalesce(t.boost_id, t.id) as "boostId", t.pinned_at is not null as pinned,
      t.locked_at is not null as locked, t.removed_at is not null as removed
    from threads t join posts p on p.id = t.id left join communities c on c.actor_id = t.group_id
    where t.id = ${id}`;
  return row ?? null;
}

/** Pins it or takes the pin out. Returns false when that is how it was. */
export async function pinThread(db: Queryable, id: Id, pinned: boolean): Promise<boolean> {
  return (
    (
      await db`
    update threads set pinned_at = ${pinned ? db`now()` : null} where id = ${id} and (pinned_at is not null) <> ${pinned} and removed_at is null`
    ).count > 0
  );
}

/** Closes it to further replies or opens it again. Returns false when that is how it was. */
export async function lockThread(db: Queryable, id: Id, locked: boolean): Promise<boolean> {
  return (
    (
      await db`
    update threads set locked_at = ${locked ? db`now()` : null} where id = ${id} and (locked_at is not null) <> ${locked} and removed_at is null`
    ).count > 0
  );
}

/** The ActivityPub id of a boost by a community of this server. */
export function boostUri(origin: string, boostId: Id): string {
  return `${origin}/boosts/${boostId}`;
}

/** The id of the boost by which a thread's community tells of it; also of one that was just removed. */
export async function findBoostId(db: Queryable, id: Id): Promise<Id> {
  const [row] = await db<{ boostId: Id }[]>`select coalesce(boost_id, id) as "boostId" from threads where id = ${id}`;
  return row?.boostId ?? id;
}

/**
 * Gives it from one community to another, which boosts it under another id; its pin and its topics belonged to the old one. Returns false when it
 * stands there already, or somebody else has just moved it.
 */
export async function moveThread(
  db: Queryable,
  id: Id,
  { fromId, toId, boostId }: { fromId: Id; toId: Id; boostId: Id },
): Promise<boolean> {
  const rows = await db`
    with moved as (
      update threads set moved_from_id = group_id, group_id = ${toId}, pinned_at = null, boost_id = ${boostId}
      where id = ${id} and group_id = ${fromId} and group_id <> ${toId} and removed_at is null returning id
    ), topics as (
      delete from thread_topics x using moved where x.thread_id = moved.id
    )
    select from moved`;
  return rows.count > 0;
}

/** Gives it another title. Returns false when it has that one. */
export async function retitleThread(db: Queryable, id: Id, title: string): Promise<boolean> {
  const rows = await db`
    update threads set title = ${title}, retitled_at = now() where id = ${id} and title <> ${title} and removed_at is null`;
  return rows.count > 0;
}

/** Says what kind it is, and what of its community's topics it is about: those of these slugs. Returns false when nothing is new. */
export async function classifyThread(
  db: Queryable,
  id: Id,
  kind: ThreadKind,
  topics: readonly string[],
): Promise<boolean> {
  const [row] = await db<{ changed: boolean }[]>`
    with thread as (select id, group_id, kind from threads where id = ${id} and removed_at is null),
    wanted as (
      select o.id from topics o join thread t on t.group_id = o.group_id where o.slug = any(${[...topics]}::text[])),
    kinds as (update threads set kind = ${kind} from thread t where threads.id = t.id and t.kind <> ${kind} returning 1),
    gone as (
      delete from thread_topics x using thread t where x.thread_id = t.id and x.topic_id not in (select id from wanted) returning 1),
    added as (
      insert into thread_topics (thread_id, topic_id) select t.id, w.id from thread t, wanted w on conflict do nothing returning 1)
    select exists (select from kinds) or exists (select from gone) or exists (select from added) as changed`;
  return row?.changed ?? false;
}
