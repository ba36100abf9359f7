/** Reads what open pages are told: how many replies are new, how much is unread, and which sessions have ended. */
import { parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import { avoids, postVisible } from "../visible.ts";
import { literal } from "./literal.ts";

export type { Live, News } from "../listen.ts";

/** Beyond this many, new replies are not counted any more. */
export const MOST_NEW = 100;

export interface NewReply {
  id: string;
  authorId: string;
  /** Those of the readers who do not want to hear from its author. */
  avoidedBy: string[];
}

/** The replies of a thread that came after the post `after` and may be read: the newest of them, MOST_NEW + 1 at most, newest first. */
export async function readNewReplies(
  db: Db,
  threadId: string,
  after: string,
  readers: readonly string[],
): Promise<NewReply[]> {
  const [thread, last] = [parseId(threadId), parseId(after)];
  if (!thread || !last) return [];
  return await db<NewReply[]>`
    select p.id, p.author_id as "authorId",
           array(select r::text from unnest(${[...readers]}::bigint[]) r where ${avoids(db, db`r`, db`a.id`, db`pe.host`)}) as "avoidedBy"
      from posts p join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
     where p.thread_id = ${thread} and p.id > ${last} and p.parent_id is not null and ${postVisible(db)}
     order by p.id desc limit ${literal(db, MOST_NEW + 1)}`;
}

/** Notifications of somebody of this server that were not read, counted up to 100. */
export async function readUnread(db: Db, actorId: string): Promise<number> {
  const [row] = await db<{ n: number }[]>`
    select count(*)::int as n from (select from notifications where actor_id = ${actorId} and read_at is null limit 100) unread`;
  return row?.n ?? 0;
}

/** Which of these sessions still hold (R39). */
export async function readSessionsThatHold(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db<{ id: string }[]>`
    select s.id from sessions s join accounts ac on ac.actor_id = s.actor_id
     where s.id = any(${[...ids]}::bigint[]) and ac.state = 'active'`;
  return new Set(rows.map((row) => row.id));
}
