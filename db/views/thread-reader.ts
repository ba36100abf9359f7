/** Reads what a thread's page shows to one person alone: what they pressed, how far they had read, whom they do not want to see. */
import { type Id, parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import { avoids, postVisible } from "../visible.ts";
import { literal } from "./literal.ts";
import { readPostsById, type ThreadFacts, type ThreadPage, type ThreadPost } from "./thread.ts";

/** Beyond this many, new replies are not counted any more. */
export const MOST_NEW = 500;

/** What somebody pressed on the posts of a page. */
export interface OwnMarks {
  /** By post: `up` or `down`. */
  votes: ReadonlyMap<string, "up" | "down">;
  /** By post: the emoji they reacted with. */
  reactions: ReadonlyMap<string, readonly string[]>;
  /** Posts of which they said that it worked for them. */
  worked: ReadonlySet<string>;
}

export interface ThreadReader extends OwnMarks {
  level: "follow" | "mute" | null;
  /** The newest post they had seen; null: they were never here. */
  readTo: string | null;
  /** Where they are when they have read this page to its end, if it is the thread's end as well; else null. */
  readNow: string | null;
  /** Replies by others since then: how many (at most MOST_NEW + 1), and which came first. */
  news: { count: number; first: string | null };
}

type MarkRow = [postId: string, kind: "up" | "down" | "reaction" | "worked", emoji: string];

/** Everything in one query; posts of those whom the viewer blocked lose their words in `thread`. */
export async function readThreadReader(db: Db, viewerId: Id, thread: ThreadPage): Promise<ThreadReader> {
  const posts = [...(thread.opening ? [thread.opening] : []), ...thread.answers, ...thread.replies];
  const [row] = await db<
    {
      marks: MarkRow[];
      level: ThreadReader["level"];
      readTo: string | null;
      count: number;
      first: string | null;
      newest: string;
      avoided: string[];
    }[]
  >`
    select ${marksOf(db, viewerId, posts)} as marks, s.level, r.post_id as "readTo", n.count, n.first,
      (select max(id) from posts where thread_id = ${thread.id}) as newest,
      (select coalesce(json_agg(a.id::text), '[]') from actors a left join peers pe on pe.id = a.peer_id
        where a.id = any(${[...new Set(posts.map((post) => post.authorId))]}::bigint[])
          and ${avoids(db, db`${viewerId}`, db`a.id`, db`pe.host`)}) as avoided
    from (select) here
      left join thread_reads r on r.actor_id = ${viewerId} and r.thread_id = ${thread.id}
      left join thread_subscriptions s on s.actor_id = ${viewerId} and s.thread_id = ${thread.id}
      left join lateral (
        select count(*)::int as count, min(id) as first from (
          select p.id from posts p join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
           where p.thread_id = ${thread.id} and p.id > r.post_id and p.author_id <> ${viewerId} and p.parent_id is not null
             and ${postVisible(db)} and not ${avoids(db, db`${viewerId}`, db`a.id`, db`pe.host`)}
           order by p.id limit ${literal(db, MOST_NEW + 1)}) fresh) n on true`;
  if (row && row.avoided.length > 0) {
    const avoided = new Set(row.avoided);
    for (const post of posts) {
      if (post.state !== "shown" || !avoided.has(post.authorId)) continue;
      Object.assign(post, { state: "avoided", content: "", attachments: null });
    }
    thread.answers = thread.answers.filter((post) => post.state === "shown");
  }
  return {
    ...toMarks(row?.marks ?? []),
    level: row?.level ?? null,
    readTo: row?.readTo ?? null,
    readNow: readNow(thread, row?.newest ?? thread.id),
    news: { count: row?.count ?? 0, first: row?.first ?? null },
  };
}

/** One post with what decides what may be done with it, and what the viewer pressed on it; null when it may not be read. */
export async function readPostFor(
  db: Db,
  viewerId: Id,
  postId: string,
): Promise<{ post: ThreadPost; thread: ThreadFacts; marks: OwnMarks } | null> {
  const id = parseId(postId);
  if (!id) return null;
  const [[post], [row]] = await Promise.all([
    readPostsById(db, [id]),
    db<(ThreadFacts & { marks: MarkRow[] })[]>`
      select t.id, t.group_id as "groupId", o.author_id as "askerId", t.kind, t.locked_at is not null as locked,
        coalesce(c.down_votes, true) as "downVotes", ${marksOf(db, viewerId, [{ id }])} as marks
      from posts p join threads t on t.id = p.thread_id join posts o on o.id = t.id left join communities c on c.actor_id = t.group_id
      where p.id = ${id} and t.removed_at is null`,
  ]);
  if (post?.state !== "shown" || !row) return null;
  const { marks, ...thread } = row;
  return { post, thread, marks: toMarks(marks) };
}

/** What those choose from who look after a thread: its community's topics, and other communities that they are facilitators of. */
export interface Keeping {
  topics: { slug: string; name: string }[];
  communities: { id: string; name: string }[];
}

export async function readKeeping(db: Db, viewerId: Id, groupId: string): Promise<Keeping> {
  const [row] = await db<Keeping[]>`
    select (select coalesce(json_agg(json_build_object('slug', slug, 'name', name) order by name), '[]')
              from topics where group_id = ${groupId}) as topics,
      (select coalesce(json_agg(json_build_object('id', g.id::text, 'name', g.name) order by g.name), '[]')
         from memberships m join communities c on c.actor_id = m.group_id join actors g on g.id = m.group_id
        where m.actor_id = ${viewerId} and m.role = 'facilitator' and m.state = 'accepted' and g.gone_at is null
          and m.group_id <> ${groupId}) as communities`;
  return row ?? { topics: [], communities: [] };
}

/**
 * Pages are in reading order, and what is new may stand on any of them: whoever has come to the last one has gone by all of it. On a thread's
 * only page, what came in while it was made is still to be read.
 */
function readNow(thread: ThreadPage, newest: string): string | null {
  if (thread.next !== null) return null;
  if (thread.previous !== null) return newest;
  return thread.replies.reduce((last, { id }) => (BigInt(id) > BigInt(last) ? id : last), thread.id);
}

function marksOf(db: Db, viewerId: Id, posts: readonly { id: string }[]) {
  const ids = posts.map((post) => post.id);
  return db`(select coalesce(json_agg(json_build_array(id::text, kind, emoji)), '[]') from (
      select post_id as id, kind, emoji from votes where actor_id = ${viewerId} and post_id = any(${ids}::bigint[])
      union all
      select post_id, 'worked', '' from worked where actor_id = ${viewerId} and post_id = any(${ids}::bigint[])) mine)`;
}

function toMarks(rows: readonly MarkRow[]): OwnMarks {
  const votes = new Map<string, "up" | "down">();
  const reactions = new Map<string, string[]>();
  const worked = new Set<string>();
  for (const [id, kind, emoji] of rows) {
    if (kind === "worked") worked.add(id);
    else if (kind !== "reaction") votes.set(id, kind);
    else reactions.set(id, [...(reactions.get(id) ?? []), emoji]);
  }
  return { votes, reactions, worked };
}
