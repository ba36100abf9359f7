/** The letters that arrived: marking one as seen, and clearing what is no longer needed. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export interface ReceivedLetter {
  actorId: Id;
  uri: string;
  type: string;
  /** False for what we went out to fetch, or must not pass on (R50, R52). */
  announceable: boolean;
  body: string;
}

/** Keeps a letter; `keep` when a post is made of it. Breaks `received_uri_actor_id_key` when it was seen before. */
export async function writeReceived(db: Queryable, id: Id, letter: ReceivedLetter, keep: boolean): Promise<void> {
  await db`insert into received (id, actor_id, uri, type, announceable, body, keep)
    values (${id}, ${letter.actorId}, ${letter.uri}, ${letter.type}, ${letter.announceable}, ${letter.body}, ${keep})`;
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
