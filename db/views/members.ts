/** Reads who belongs to a community, who waits to, and what newcomers have done so far. */
import { type Id, idAt } from "../ids.ts";
import type { Db } from "../open.ts";
import { authorVisible, threadVisible } from "../visible.ts";
import { joinOpening, type ListedThread, listedThreadColumns, replyCount } from "./listed-thread.ts";
import { literal } from "./literal.ts";

/** How somebody belongs to a community. */
export interface OwnMembership {
  state: "pending" | "accepted";
  role: "facilitator" | "steward" | "member";
  /** The charter's version when they joined, or last read it. */
  charter: number;
  welcomed: boolean;
}

/** The viewer's own membership, or null. */
export async function readOwnMembership(db: Db, groupId: Id, actorId: Id): Promise<OwnMembership | null> {
  const [row] = await db<OwnMembership[]>`
    select state, role, charter_version as charter, welcomed_at is not null as welcomed
      from memberships where group_id = ${groupId} and actor_id = ${actorId}`;
  return row ?? null;
}

export interface Member {
  id: Id;
  name: string;
  username: string;
  /** Null: somebody of this server. */
  host: string | null;
  role: "facilitator" | "steward" | "member";
  newcomer: boolean;
  /** What they say that they do; "" where that is not known. */
  does: string;
  /** Milliseconds since 1970. */
  joinedAt: number;
}

export const MEMBERS_PER_PAGE = 100;
const NEWCOMER_DAYS = 30;
const NEWCOMER_POSTS = 5;
const MOST_TEAM = 100;

function memberColumns(db: Db) {
  return db`a.id, a.name, a.username, pe.host, m.role, coalesce(pr.does, '') as does, date_part('epoch', m.accepted_at) * 1000 as "joinedAt",
    (m.role = 'member' and m.accepted_at > now() - ${literal(db, NEWCOMER_DAYS)} * interval '1 day' and (select count(*) from (
      select from posts p join threads t on t.id = p.thread_id
       where p.author_id = a.id and t.group_id = m.group_id and p.removed_at is null limit ${literal(db, NEWCOMER_POSTS)}) few)
      < ${literal(db, NEWCOMER_POSTS)}) as newcomer
    from memberships m join actors a on a.id = m.actor_id left join peers pe on pe.id = a.peer_id left join profiles pr on pr.actor_id = a.id`;
}

/** Facilitators and stewards, longest serving first. */
export async function readTeam(db: Db, groupId: Id): Promise<Member[]> {
  return await db<Member[]>`
    select ${memberColumns(db)}
     where m.group_id = ${groupId} and m.state = 'accepted' and m.role <> 'member' and ${authorVisible(db)}
     order by m.role, m.accepted_at, a.id limit ${literal(db, MOST_TEAM)}`;
}

/** The other members after the one of this id, and the word for the next page. */
export async function readMembers(
  db: Db,
  groupId: Id,
  after: Id | null,
): Promise<{ members: Member[]; next: Id | null }> {
  const members: Member[] = await db<Member[]>`
    select ${memberColumns(db)}
     where m.group_id = ${groupId} and m.state = 'accepted' and m.role = 'member' and ${authorVisible(db)}
       ${after ? db`and m.actor_id > ${after}` : db``}
     order by m.actor_id limit ${literal(db, MEMBERS_PER_PAGE + 1)}`;
  const more = members.length > MEMBERS_PER_PAGE;
  if (more) members.pop();
  return { members, next: more ? (members.at(-1)?.id ?? null) : null };
}

export interface JoinRequest {
  id: Id;
  name: string;
  username: string;
  host: string | null;
  /** Their own page. */
  url: string;
  kind: string;
  answers: string[];
  /** Milliseconds since 1970. */
  askedAt: number;
}

const MOST_REQUESTS = 100;

/** Who waits to be taken in, longest first. */
export async function readRequests(db: Db, groupId: Id): Promise<JoinRequest[]> {
  return await db<JoinRequest[]>`
    select a.id, a.name, a.username, pe.host, a.url, a.kind, m.answers, date_part('epoch', m.requested_at) * 1000 as "askedAt"
      from memberships m join actors a on a.id = m.actor_id left join peers pe on pe.id = a.peer_id
     where m.group_id = ${groupId} and m.state = 'pending' and ${authorVisible(db)}
     order by m.requested_at, a.id limit ${literal(db, MOST_REQUESTS)}`;
}

/** How many wait. */
export async function countRequests(db: Db, groupId: Id): Promise<number> {
  const [row] = await db<{ n: number }[]>`
    select count(*)::int as n from memberships m join actors a on a.id = m.actor_id left join peers pe on pe.id = a.peer_id
     where m.group_id = ${groupId} and m.state = 'pending' and ${authorVisible(db)}`;
  return row?.n ?? 0;
}

/** The three small first steps, and which of them were taken. */
export interface FirstSteps {
  introduced: boolean;
  answeredStory: boolean;
  worked: boolean;
}

export async function readFirstSteps(db: Db, groupId: Id, actorId: Id): Promise<FirstSteps> {
  const [row] = await db<FirstSteps[]>`
    select exists (select from threads t join posts p on p.id = t.id
        where t.group_id = ${groupId} and p.author_id = ${actorId} and p.removed_at is null) as introduced,
      exists (select from posts p join threads t on t.id = p.thread_id
        where p.author_id = ${actorId} and p.parent_id is not null and p.removed_at is null
          and t.group_id = ${groupId} and t.kind = 'story') as "answeredStory",
      exists (select from worked w join posts p on p.id = w.post_id join threads t on t.id = p.thread_id
        where w.actor_id = ${actorId} and t.group_id = ${groupId}) as worked`;
  return row ?? { introduced: false, answeredStory: false, worked: false };
}

const MOST_NEWCOMERS = 50;
/** Older first threads than this are not news any more. */
const NEWS_MS = 60 * 24 * 3_600_000;

/** First threads of members who are new, that nobody but themselves has answered: longest waiting first. */
export async function readUnansweredNewcomers(db: Db, groupId: Id, now: Date): Promise<ListedThread[]> {
  return await db<ListedThread[]>`
    select ${listedThreadColumns(db)}, ${replyCount(db)} from threads t ${joinOpening(db)}
      join memberships m on m.group_id = t.group_id and m.actor_id = p.author_id
     where t.group_id = ${groupId} and t.id > ${idAt(new Date(now.getTime() - NEWS_MS))} and ${threadVisible(db)}
       and m.state = 'accepted' and m.role = 'member' and m.accepted_at > now() - ${literal(db, NEWCOMER_DAYS)} * interval '1 day'
       and not exists (select from posts r where r.thread_id = t.id and r.author_id <> p.author_id and r.removed_at is null)
       and not exists (select from posts f join threads ft on ft.id = f.id
         where f.author_id = p.author_id and f.id < t.id and ft.group_id = t.group_id)
     order by t.id limit ${literal(db, MOST_NEWCOMERS)}`;
}
