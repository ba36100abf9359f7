/** Reads a community's page: what it is, who follows it, and its threads by activity. */
import type { Db } from "../open.ts";
import { threadVisible } from "../visible.ts";
import { readPlace, writePlace } from "./cursor.ts";
import { joinOpening, type ListedThread, listedThreadColumns, replyCount } from "./listed-thread.ts";
import { literal } from "./literal.ts";

/** Threads on one page. */
export const THREADS_PER_PAGE = 30;

export interface CommunityHead {
  slug: string;
  name: string;
  /** One sentence, as it was written. */
  summary: string;
  /** Its ActivityPub id. */
  uri: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  followers: number;
  /** How many servers those followers are on, or rather how many inboxes they share. */
  servers: number;
}

export interface CommunityPage {
  community: CommunityHead;
  threads: ListedThread[];
  first: boolean;
  /** The word for the page of older threads, null on the last. */
  older: string | null;
  /** The word for the page of newer threads; "" is the first page, null there. */
  newer: string | null;
}

export type CommunityAnswer = ({ is: "shown" } & CommunityPage) | { is: "gone" } | { is: "none" };

/** The community alone; `slug` as it stands in the address, in any case. */
export async function readCommunityHead(
  db: Db,
  slug: string,
): Promise<(CommunityHead & { id: string; gone: boolean }) | null> {
  const [row] = await db<(CommunityHead & { id: string; gone: boolean })[]>`
    select g.id, g.username as slug, g.name, c.summary_source as summary, g.uri, g.gone_at is not null as gone,
           date_part('epoch', g.created_at) * 1000 as "createdAt", f.followers, f.servers
      from actors g join communities c on c.actor_id = g.id,
           lateral (select coalesce(sum(members), 0)::int as followers, count(*)::int as servers from audience where group_id = g.id) f
     where g.peer_id is null and lower(g.username) = ${slug.toLowerCase()}`;
  return row ?? null;
}

/** `slug` and `before` as they stand in the address. */
export async function readCommunity(db: Db, slug: string, before: string | undefined): Promise<CommunityAnswer> {
  const place = before === undefined ? null : readPlace(before);
  if (before !== undefined && !place) return { is: "none" };
  const community = await readCommunityHead(db, slug);
  if (!community) return { is: "none" };
  if (community.gone) return { is: "gone" };

  const keys = place ? db`and (t.active_at, t.id) < (${moment(db, place.first)}, ${place.id})` : db``;
  const threads = await db<ListedThread[]>`
    select ${listedThreadColumns(db)}, ${replyCount(db)} from threads t ${joinOpening(db)}
     where t.group_id = ${community.id} and ${threadVisible(db)} ${keys}
     order by t.active_at desc, t.id desc limit ${literal(db, THREADS_PER_PAGE + 1)}`;
  if (place && threads.length === 0) return { is: "none" };
  const more = threads.length > THREADS_PER_PAGE;
  if (more) threads.pop();
  const last = threads.at(-1);
  return {
    is: "shown",
    community,
    threads,
    first: !place,
    older: more && last ? writePlace(last.activeMicros, last.id) : null,
    newer: place && threads[0] ? await readNewer(db, community.id, threads[0]) : null,
  };
}

/** Where the page before `first` begins: below the thread that stands a page and one above it. */
async function readNewer(db: Db, groupId: string, first: ListedThread): Promise<string> {
  const [row] = await db<{ id: string; activeMicros: string }[]>`
    select t.id, (extract(epoch from t.active_at) * 1000000)::bigint as "activeMicros" from threads t ${joinOpening(db)}
     where t.group_id = ${groupId} and ${threadVisible(db)}
       and (t.active_at, t.id) > (${moment(db, first.activeMicros)}, ${first.id})
     order by t.active_at, t.id offset ${literal(db, THREADS_PER_PAGE)} limit 1`;
  return row ? writePlace(row.activeMicros, row.id) : "";
}

/** Microseconds since 1970 as a timestamp; numbers up to 2^53 are exact in an interval's factor. */
function moment(db: Db, micros: string) {
  return db`(timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond')`;
}
