/** Reads a poll as its thread's page shows it: what is asked, the count, and what the viewer chose. */
import type { Db } from "../open.ts";

export interface ShownPoll {
  multiple: boolean;
  /** Milliseconds since 1970; null: it has no end. */
  closesAt: number | null;
  closed: boolean;
  /** Where it is counted; null: here. */
  host: string | null;
  /** How many people voted; null: its server does not say. */
  voters: number | null;
  options: { text: string; votes: number }[];
  /** Positions of the options that the viewer chose. */
  own: number[];
  /** The viewer voted, and the poll's server has not counted since. */
  onItsWay: boolean;
}

/** The poll of a thread, or null. `viewerId` is null for a visitor. */
export async function readPoll(db: Db, threadId: string, viewerId: string | null): Promise<ShownPoll | null> {
  const [row] = await db<ShownPoll[]>`
    select l.multiple, date_part('epoch', l.closes_at) * 1000 as "closesAt", coalesce(l.closes_at <= now(), false) as closed, pe.host,
      case when a.peer_id is null then (select count(distinct v.actor_id)::int from poll_votes v where v.thread_id = l.thread_id)
        else l.voters_elsewhere end as voters,
      (select coalesce(json_agg(json_build_object('text', o.text, 'votes', case when a.peer_id is null
          then (select count(*)::int from poll_votes v where v.thread_id = l.thread_id and v.position = o.position)
          else o.votes_elsewhere end) order by o.position), '[]') from poll_options o where o.thread_id = l.thread_id) as options,
      (select coalesce(json_agg(v.position order by v.position), '[]') from poll_votes v
        where v.thread_id = l.thread_id and v.actor_id = ${viewerId}::bigint) as own,
      a.peer_id is not null and exists (select from poll_votes v where v.thread_id = l.thread_id and v.actor_id = ${viewerId}::bigint
        and v.at > l.counted_at) as "onItsWay"
    from polls l join posts p on p.id = l.thread_id join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
    where l.thread_id = ${threadId}`;
  return row ?? null;
}
