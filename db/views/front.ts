/** Reads the front page: the communities of this server, and the threads started last. */
import type { Db } from "../open.ts";
import { threadVisible } from "../visible.ts";
import { joinOpening, type ListedThread, listedThreadColumns, replyCount } from "./listed-thread.ts";
import { literal } from "./literal.ts";

/** A server with more communities than this shows those that were active last. */
const MOST_COMMUNITIES = 120;
const NEWEST = 8;

export interface ShelvedCommunity {
  slug: string;
  name: string;
  summary: string;
  /** `#rrggbb`; null: its name decides. */
  colour: string | null;
  pictureId: string | null;
  /** Milliseconds since 1970; null while nobody has started a thread. */
  activeAt: number | null;
}

export interface FrontPage {
  communities: ShelvedCommunity[];
  newest: ListedThread[];
}

/** Everything the front page shows. */
export async function readFront(db: Db): Promise<FrontPage> {
  const [communities, newest] = await Promise.all([readShelf(db), readNewest(db)]);
  return { communities, newest };
}

/**
 * The communities of this server, by name. Their actors are looked up one by one behind `offset 0`: a planner that has not noticed the
 * newest community yet would read all actors there are, which is most of what the page costs.
 */
export async function readShelf(db: Db): Promise<ShelvedCommunity[]> {
  const rows = await db<ShelvedCommunity[]>`
    select g.username as slug, g.name, c.summary_source as summary, c.colour, c.picture_id as "pictureId", date_part('epoch', l.active_at) * 1000 as "activeAt"
      from communities c
      join lateral (select id, username, name, gone_at from actors where id = c.actor_id offset 0) g on g.gone_at is null
      left join lateral (
        select active_at from threads where group_id = g.id and removed_at is null order by active_at desc limit 1) l on true
     order by l.active_at desc nulls last, g.id limit ${literal(db, MOST_COMMUNITIES)}`;
  return rows.sort((one, other) => one.name.localeCompare(other.name, "en"));
}

async function readNewest(db: Db): Promise<ListedThread[]> {
  return await db<ListedThread[]>`
    select ${listedThreadColumns(db)}, ${replyCount(db)} from threads t ${joinOpening(db)}
     where g.peer_id is null and ${threadVisible(db)} order by t.id desc limit ${literal(db, NEWEST)}`;
}
