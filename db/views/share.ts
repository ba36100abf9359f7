/** Reads where a member may begin a conversation: their own communities first. */
import type { Id } from "../ids.ts";
import type { Db } from "../open.ts";
import { literal } from "./literal.ts";

const MOST = 120;

export interface ShareTarget {
  slug: string;
  name: string;
  /** The colour its facilitators chose: `#rrggbb`, or null. */
  colour: string | null;
  joined: boolean;
}

/** Communities of this server in which this member may start threads, by name. */
export function readShareTargets(db: Db, viewerId: Id): Promise<ShareTarget[]> {
  return db<ShareTarget[]>`
    select g.username as slug, g.name, c.colour, m.actor_id is not null as joined
    from communities c join actors g on g.id = c.actor_id
      left join memberships m on m.group_id = g.id and m.actor_id = ${viewerId} and m.state = 'accepted'
    where g.gone_at is null and case c.posting when 'anyone' then true when 'members' then m.actor_id is not null
      else m.role = 'facilitator' end
    order by joined desc, lower(g.name), g.id limit ${literal(db, MOST)}`;
}
