/** Reads a community of another server that is known here: what it is, how the viewer stands to it, and those of its threads that are here. */
import type { Id } from "../ids.ts";
import type { Db } from "../open.ts";
import { threadVisible } from "../visible.ts";
import { readPlace, writePlace } from "./cursor.ts";
import { joinOpening, type ListedThread, listedThreadColumns, replyCount } from "./listed-thread.ts";
import { literal } from "./literal.ts";

const THREADS_PER_PAGE = 30;

export interface GroupElsewhere {
  id: Id;
  uri: string;
  url: string;
  username: string;
  host: string;
  name: string;
  /** Sanitised HTML. */
  summary: string;
  blocked: boolean;
  /** How the viewer follows it. */
  mine: "pending" | "accepted" | null;
  /** Somebody here follows it: only then does it send us what is new. */
  followed: boolean;
  /** What was fetched of its past; null: nothing yet. */
  history: { fetched: boolean; total: number | null; complete: boolean } | null;
}

export interface ElsewherePage {
  group: GroupElsewhere;
  threads: ListedThread[];
  first: boolean;
  /** The word for the page of older threads, null on the last. */
  older: string | null;
}

/** A group elsewhere by its handle, or null when it is not known here. */
export async function findGroupElsewhere(
  db: Db,
  username: string,
  host: string,
  viewerId: Id | null,
): Promise<GroupElsewhere | null> {
  const [row] = await db<GroupElsewhere[]>`
    select g.id, g.uri, g.url, g.username, ge.host, coalesce(nullif(g.name, ''), g.username) as name, g.summary,
      ge.blocked_at is not null as blocked,
      (select m.state from memberships m where m.group_id = g.id and m.actor_id = ${viewerId}) as mine,
      exists (select from memberships m join accounts ac on ac.actor_id = m.actor_id
        where m.group_id = g.id and m.state = 'accepted') as followed,
      (select json_build_object('fetched', h.fetched_at is not null, 'total', h.total, 'complete', h.complete)
         from histories h where h.group_id = g.id) as history
    from actors g join peers ge on ge.id = g.peer_id
    where g.kind = 'group' and lower(g.username) = ${username.toLowerCase()} and ge.host = ${host.toLowerCase()} and g.gone_at is null
    order by g.id limit 1`;
  return row ?? null;
}

/** Its threads by activity, before the place that the word `before` names; null when that is no word of ours. */
export async function readThreadsElsewhere(
  db: Db,
  group: GroupElsewhere,
  before: string | undefined,
): Promise<ElsewherePage | null> {
  const place = before === undefined ? null : readPlace(before);
  if (before !== undefined && !place) return null;
  const keys = place
    ? db`and (t.active_at, t.id) < (timestamptz 'epoch' + ${place.first}::bigint * interval '1 microsecond', ${place.id})`
    : db``;
  const threads = await db<ListedThread[]>`
    select ${listedThreadColumns(db)}, ${replyCount(db)} from threads t ${joinOpening(db)}
     where t.group_id = ${group.id} and ${threadVisible(db)} ${keys}
     order by t.active_at desc, t.id desc limit ${literal(db, THREADS_PER_PAGE + 1)}`;
  const more = threads.length > THREADS_PER_PAGE;
  if (more) threads.pop();
  const last = threads.at(-1);
  return { group, threads, first: !place, older: more && last ? writePlace(last.activeMicros, last.id) : null };
}
