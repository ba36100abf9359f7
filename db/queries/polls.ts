/** Polls: what is asked, who chose what, and what is still to be told to others. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** A poll as its author's server tells it. */
export interface ToldPoll {
  multiple: boolean;
  /** Null: it has no end. */
  closesAt: Date | null;
  /** How many people voted, where it is said. */
  voters: number | null;
  options: { text: string; votes: number }[];
}

/** Writes a poll that begins here. */
export async function insertOwnPoll(
  db: Queryable,
  threadId: Id,
  poll: { multiple: boolean; closesAt: Date; options: readonly string[] },
): Promise<void> {
  await db`insert into polls (thread_id, multiple, closes_at) values (${threadId}, ${poll.multiple}, ${poll.closesAt})`;
  await insertOptions(
    db,
    threadId,
    poll.options.map((text) => ({ text, votes: 0 })),
  );
}

async function insertOptions(db: Queryable, threadId: Id, options: ToldPoll["options"]): Promise<void> {
  await db`
    insert into poll_options (thread_id, position, text, votes_elsewhere)
    select ${threadId}, o.place - 1, o.text, o.votes
      from unnest(${options.map(({ text }) => text)}::text[], ${options.map(({ votes }) => votes)}::int[]) with ordinality o (text, votes, place)`;
}

/**
 * Writes a poll of another server, or brings it up to date; its thread is a poll from then on. Other options than before make it another poll,
 * in which nobody has voted. Returns whether anything is new.
 */
export async function writePoll(db: Queryable, threadId: Id, poll: ToldPoll, at: Date): Promise<boolean> {
  const { multiple, closesAt, voters, options } = poll;
  const [before] = await db<(ToldPoll & { closesAt: Date | null })[]>`
    select multiple, closes_at as "closesAt", voters_elsewhere as voters,
      (select coalesce(json_agg(json_build_object('text', o.text, 'votes', o.votes_elsewhere) order by o.position), '[]')
         from poll_options o where o.thread_id = ${threadId}) as options
    from polls where thread_id = ${threadId} for update of polls`;
  if (before && facts(before) === facts(poll)) return false;
  await db`
    insert into polls (thread_id, multiple, closes_at, voters_elsewhere, counted_at)
    values (${threadId}, ${multiple}, ${closesAt}, ${voters}, ${at})
    on conflict (thread_id) do update set multiple = excluded.multiple, closes_at = excluded.closes_at,
      end_noticed_at = case when excluded.closes_at <= ${at} then polls.end_noticed_at end, voters_elsewhere = excluded.voters_elsewhere, counted_at = excluded.counted_at`;
  const same = before?.multiple === multiple && texts(before) === texts(poll);
  if (same) {
    await db`
      update poll_options set votes_elsewhere = o.votes
        from unnest(${options.map(({ votes }) => votes)}::int[]) with ordinality o (votes, place)
       where thread_id = ${threadId} and position = o.place - 1`;
    return true;
  }
  await db`delete from poll_options where thread_id = ${threadId}`;
  await insertOptions(db, threadId, options);
  await db`update threads set kind = 'poll' where id = ${threadId}`;
  return true;
}

function texts({ options }: ToldPoll): string {
  return JSON.stringify(options.map(({ text }) => text));
}

function facts({ multiple, closesAt, voters, options }: ToldPoll): string {
  return JSON.stringify([
    multiple,
    closesAt?.getTime() ?? null,
    voters,
    options.map(({ text, votes }) => [text, votes]),
  ]);
}

/** Its author's server says that this is no poll any more. */
export async function dropPoll(db: Queryable, threadId: Id): Promise<void> {
  await db`
    with gone as (delete from polls where thread_id = ${threadId} returning thread_id)
    update threads set kind = 'discussion' from gone where id = gone.thread_id and kind = 'poll'`;
}

export interface PollRow {
  threadId: Id;
  groupId: Id;
  /** The ActivityPub id of the post that asks. */
  uri: string;
  author: { id: Id; uri: string };
  /** Its author is somebody of this server: votes are counted here. */
  ours: boolean;
  removed: boolean;
  multiple: boolean;
  closesAt: Date | null;
  /** In their order. */
  options: string[];
}

/** The poll of a thread, or null. In a transaction, `hold` keeps others from voting until its end. */
export async function findPoll(db: Queryable, threadId: Id, hold = false): Promise<PollRow | null> {
  const [row] = await db<PollRow[]>`
    select t.id as "threadId", t.group_id as "groupId", p.uri, json_build_object('id', a.id::text, 'uri', a.uri) as author,
      a.peer_id is null as ours, t.removed_at is not null or a.gone_at is not null as removed, l.multiple, l.closes_at as "closesAt",
      array(select o.text from poll_options o where o.thread_id = t.id order by o.position) as options
    from polls l join threads t on t.id = l.thread_id join posts p on p.id = t.id join actors a on a.id = p.author_id
    where l.thread_id = ${threadId} ${hold ? db`for update of l` : db``}`;
  return row ?? null;
}

/** What somebody chose: positions, in order. */
export async function chosenBy(db: Queryable, threadId: Id, actorId: Id): Promise<number[]> {
  const rows = await db<{ position: number }[]>`
    select position from poll_votes where thread_id = ${threadId} and actor_id = ${actorId} order by position`;
  return rows.map(({ position }) => position);
}

/** Counts a vote; says so to others later where it is a poll of ours. False when it was counted before. */
export async function insertPollVote(
  db: Queryable,
  vote: { threadId: Id; position: number; actorId: Id; uri: string; at: Date; ours: boolean },
): Promise<boolean> {
  const rows = await db`
    with vote as (
      insert into poll_votes (thread_id, position, actor_id, uri, at)
      values (${vote.threadId}, ${vote.position}, ${vote.actorId}, ${vote.uri}, ${vote.at}) on conflict do nothing returning thread_id
    ), told as (
      update polls l set changed_at = coalesce(l.changed_at, ${vote.at}) from vote where l.thread_id = vote.thread_id and ${vote.ours})
    select from vote`;
  return rows.length > 0;
}

export interface PollToTell {
  threadId: Id;
  groupId: Id;
  authorId: Id;
  uri: string;
}

/** Polls of this server with votes that others were not told of since `before`, and those that closed since; `limit` at most. */
export function pollsToTell(db: Queryable, now: Date, before: Date, limit: number): Promise<PollToTell[]> {
  return db<PollToTell[]>`
    select t.id as "threadId", t.group_id as "groupId", p.author_id as "authorId", p.uri
    from (
      select thread_id from polls where changed_at is not null and (told_at is null or told_at <= ${before})
      union select thread_id from polls where closed_told_at is null and closes_at <= ${now}) due
    join threads t on t.id = due.thread_id join posts p on p.id = t.id join actors a on a.id = p.author_id
    where a.peer_id is null and a.gone_at is null and t.removed_at is null order by t.id limit ${limit}`;
}

/** Others are told now. False when somebody else has just done so. */
export async function markPollTold(db: Queryable, threadId: Id, now: Date, before: Date): Promise<boolean> {
  const rows = await db`
    update polls set told_at = ${now}, changed_at = null, closed_told_at = case when closes_at <= ${now} then ${now} else closed_told_at end
    where thread_id = ${threadId} and ((changed_at is not null and (told_at is null or told_at <= ${before}))
      or (closed_told_at is null and closes_at <= ${now}))`;
  return rows.count > 0;
}

export interface EndedPoll {
  threadId: Id;
  groupId: Id;
  authorId: Id;
  uri: string;
}

/**
 * Polls that are over and of which nobody was told yet, `limit` at most; those of other servers from `lag` milliseconds after their end, when their
 * last count should have come. Polls that concern nobody here are passed over for good.
 */
export async function endedPolls(db: Queryable, now: Date, lag: number, limit: number): Promise<EndedPoll[]> {
  const due = db`l.end_noticed_at is null and l.closes_at <= ${now}
    and (a.peer_id is null or l.closes_at <= ${new Date(now.getTime() - lag)})`;
  const concerned = db`t.removed_at is null and a.gone_at is null and (a.peer_id is null or exists (
    select from poll_votes v join accounts ac on ac.actor_id = v.actor_id where v.thread_id = l.thread_id))`;
  await db`
    update polls l set end_noticed_at = ${now} from threads t, posts p join actors a on a.id = p.author_id
     where t.id = l.thread_id and p.id = l.thread_id and ${due} and not (${concerned})`;
  return db<EndedPoll[]>`
    select l.thread_id as "threadId", t.group_id as "groupId", p.author_id as "authorId", p.uri
      from polls l join threads t on t.id = l.thread_id join posts p on p.id = l.thread_id join actors a on a.id = p.author_id
     where ${due} and ${concerned} order by l.closes_at limit ${limit}`;
}

/** Its end is noticed now. False when somebody else has just done so, or it goes on after all. */
export async function markPollEnded(db: Queryable, threadId: Id, now: Date): Promise<boolean> {
  const rows = await db`
    update polls set end_noticed_at = ${now} where thread_id = ${threadId} and end_noticed_at is null and closes_at <= ${now}`;
  return rows.count > 0;
}
