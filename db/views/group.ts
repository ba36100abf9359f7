/** The community that a thread is in, of this server or of another one, as pages name and address it: fragments over `t`, which give `g`, `ge` and `c`. */
import type { Queryable } from "../open.ts";

/** Joins it to each thread `t`: the group `g`, its server `ge` (null: this one), and what is kept of a community of ours, `c`. */
export function joinGroup(db: Queryable) {
  return db`join actors g on g.id = t.group_id left join peers ge on ge.id = g.peer_id left join communities c on c.actor_id = g.id`;
}

/** How it stands in an address: `welding`, or `cooking@lemmy.example`. */
export function groupSlug(db: Queryable) {
  return db`(case when ge.host is null then g.username else lower(g.username) || '@' || ge.host end)`;
}

/** What to call it. */
export function groupName(db: Queryable) {
  return db`coalesce(nullif(g.name, ''), g.username)`;
}
