/** What decides how somebody stands to a community: their account, their membership, and how long and how much they took part. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** A member is a newcomer for this long, or until so many contributions. */
const NEWCOMER_DAYS = 30;
const NEWCOMER_CONTRIBUTIONS = 5;

export interface StandingRow {
  /** Null: no active account here. */
  accountRole: "owner" | "administrator" | "member" | null;
  /** Null: not an accepted member. */
  memberRole: "facilitator" | "steward" | "member" | null;
  newcomer: boolean;
}

/** How `actorId` stands to the community `groupId` (null: to the server only). */
export async function readStanding(db: Queryable, actorId: Id, groupId: Id | null): Promise<StandingRow> {
  const [row] = await db<StandingRow[]>`
    select ac.role as "accountRole", m.role as "memberRole",
      coalesce(m.role = 'member' and m.accepted_at > now() - ${NEWCOMER_DAYS} * interval '1 day'
        and (select count(*) from (select from posts p join threads t on t.id = p.thread_id
          where p.author_id = a.id and t.group_id = m.group_id and p.removed_at is null limit ${NEWCOMER_CONTRIBUTIONS}) few) < ${NEWCOMER_CONTRIBUTIONS}, false) as newcomer
    from actors a
    left join accounts ac on ac.actor_id = a.id and ac.state = 'active'
    left join memberships m on m.actor_id = a.id and m.group_id = ${groupId} and m.state = 'accepted'
    where a.id = ${actorId} and a.gone_at is null`;
  return row ?? { accountRole: null, memberRole: null, newcomer: false };
}
