/** What the collections of a community and of a thread hold, for other servers; only what the public may see. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";
import { postVisible, type ThreadState, threadState, threadVisible } from "../visible.ts";

/** Bytes of a letter that is listed: fifty of the largest that are taken would make a document of 50 MiB. */
const MAX_LISTED = 64 * 1024;

/**
 * What started the newest threads of a group, newest first; only what may be announced (R48, R52): the letter as received, or null for what was
 * written here.
 */
export function newestLetters(
  db: Queryable,
  groupId: Id,
  limit: number,
): Promise<{ threadId: Id; body: string | null }[]> {
  return db<{ threadId: Id; body: string | null }[]>`
    select t.id as "threadId", r.body
    from threads t join posts p on p.id = t.id left join received r on r.id = p.received_id
      join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
    where t.group_id = ${groupId} and ${threadVisible(db)}
      and (a.peer_id is null or (r.announceable and octet_length(r.body) between 1 and ${MAX_LISTED}))
    order by t.id desc limit ${limit}`;
}

/** The threads that are pinned in a group, the last pinned first: with the letter they came by, or null for what was written here. */
export function pinnedThreads(db: Queryable, groupId: Id): Promise<{ id: Id; body: string | null }[]> {
  return db<{ id: Id; body: string | null }[]>`
    select t.id, nullif(r.body, '') as body
    from threads t join posts p on p.id = t.id left join received r on r.id = p.received_id
      join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
    where t.group_id = ${groupId} and t.pinned_at is not null and ${threadVisible(db)} order by t.pinned_at desc limit 20`;
}

/**
 * How many follow a group or a person: those elsewhere summed over their inboxes, which are far fewer, and those here account by account, behind
 * `offset 0` for the reason that `db/views/community.ts` gives.
 */
export async function countFollowers(db: Queryable, id: Id): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select (select coalesce(sum(members), 0) from audience where group_id = ${id})::int
      + (select count(*) from accounts ac, lateral (select from memberships m
          where m.group_id = ${id} and m.actor_id = ac.actor_id and m.state = 'accepted' offset 0) own)::int as count`;
  return row?.count ?? 0;
}

/** How many groups and people somebody here follows. */
export async function countFollowed(db: Queryable, actorId: Id): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select count(*)::int as count from memberships where actor_id = ${actorId} and state = 'accepted'`;
  return row?.count ?? 0;
}

/** The actor ids of a group's facilitators, longest serving first. */
export async function facilitators(db: Queryable, groupId: Id): Promise<string[]> {
  const rows = await db<{ uri: string }[]>`
    select a.uri from memberships m join actors a on a.id = m.actor_id
    where m.group_id = ${groupId} and m.role = 'facilitator' and m.state = 'accepted' and a.gone_at is null order by m.accepted_at`;
  return rows.map((row) => row.uri);
}

export interface PublicThread {
  id: Id;
  uri: string;
  groupId: Id;
  groupUri: string;
  boostId: Id;
  title: string;
  authorUri: string;
  announceable: boolean;
  state: ThreadState;
}

/** A thread of a community here, by the id of its opening, or of the boost by which its community tells of it; or null. */
export async function findThread(db: Queryable, id: Id, by: "id" | "boost" = "id"): Promise<PublicThread | null> {
  const [row] = await db<PublicThread[]>`
    select t.id, p.uri, t.group_id as "groupId", g.uri as "groupUri", coalesce(t.boost_id, t.id) as "boostId", t.title, a.uri as "authorUri",
      coalesce(r.announceable, a.peer_id is null) as announceable, ${threadState(db)} as state
    from threads t join posts p on p.id = t.id join actors g on g.id = t.group_id join communities c on c.actor_id = g.id
      join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id left join received r on r.id = p.received_id
    where ${by === "id" ? db`t.id = ${id}` : db`(t.boost_id = ${id} or (t.id = ${id} and t.boost_id is null))`}`;
  return row ?? null;
}

export interface Items {
  total: number;
  items: { id: Id; uri: string }[];
}

/** Ids of the posts of a thread after `after`, oldest first, the opening among them; and how many there are in all. */
export function threadItems(db: Queryable, threadId: Id, after: Id | null, limit: number): Promise<Items> {
  return items(db, db`p.thread_id = ${threadId}`, after, limit);
}

/** Ids of the direct replies to a post, as threadItems. */
export function replyItems(db: Queryable, postId: Id, after: Id | null, limit: number): Promise<Items> {
  return items(db, db`p.parent_id = ${postId}`, after, limit);
}

async function items(
  db: Queryable,
  of: ReturnType<typeof postVisible>,
  after: Id | null,
  limit: number,
): Promise<Items> {
  const visible = db`from posts p join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id where ${of} and ${postVisible(db)}`;
  const [counted, page] = await Promise.all([
    db<{ total: number }[]>`select count(*)::int as total ${visible}`,
    db<
      { id: Id; uri: string }[]
    >`select p.id, p.uri ${visible} and p.id > ${after ?? "0"} order by p.id limit ${limit}`,
  ]);
  return { total: counted[0]?.total ?? 0, items: page };
}

export interface InstanceFigures {
  people: number;
  peopleThisMonth: number;
  peopleThisHalfYear: number;
  localPosts: number;
  localReplies: number;
  communities: number;
  threads: number;
  replies: number;
}

/** What NodeInfo tells: people of this server and what they wrote, and what its communities hold. */
export async function instanceFigures(db: Queryable): Promise<InstanceFigures> {
  const [row] = await db<InstanceFigures[]>`
    with person as (select a.id from actors a join accounts ac on ac.actor_id = a.id where a.gone_at is null and ac.state in ('active', 'suspended')),
      written as (select p.author_id, p.id = p.thread_id as opens, p.published_at from posts p join person on person.id = p.author_id
        where p.removed_at is null)
    select (select count(*)::int from person) as people,
      (select count(distinct author_id)::int from written where published_at > now() - interval '30 days') as "peopleThisMonth",
      (select count(distinct author_id)::int from written where published_at > now() - interval '180 days') as "peopleThisHalfYear",
      (select count(*)::int from written where opens) as "localPosts",
      (select count(*)::int from written where not opens) as "localReplies",
      (select count(*)::int from communities c join actors a on a.id = c.actor_id where a.gone_at is null) as communities,
      (select count(*)::int from threads where removed_at is null) as threads,
      (select count(*)::int from posts where id <> thread_id and removed_at is null) as replies`;
  return row as InstanceFigures;
}
