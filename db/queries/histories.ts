/** How much is here of what was said in communities of other servers before somebody here followed them. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** A fetch that was begun so long ago is taken up again; so often at most. */
const GIVEN_UP_MINUTES = 30;
const AFTER_FAULT_MINUTES = 2;
const MOST_ATTEMPTS = 3;

/** Takes up one group elsewhere that somebody here follows and whose history is not here yet, or null when there is none. */
export async function claimHistory(db: Queryable): Promise<{ id: Id; uri: string } | null> {
  const [row] = await db<{ id: Id; uri: string }[]>`
    with next as (
      select g.id, g.uri from actors g left join histories h on h.group_id = g.id
      where g.kind = 'group' and g.peer_id is not null and g.gone_at is null
        and exists (select from memberships m join accounts ac on ac.actor_id = m.actor_id where m.group_id = g.id and m.state = 'accepted')
        and (h.group_id is null or (h.fetched_at is null and h.attempts < ${MOST_ATTEMPTS}
          and h.begun_at < now() - ${GIVEN_UP_MINUTES} * interval '1 minute'))
      limit 1
    ), claimed as (
      insert into histories (group_id) select id from next
      on conflict (group_id) do update set begun_at = now(), attempts = histories.attempts + 1
        where histories.begun_at < now() - ${GIVEN_UP_MINUTES} * interval '1 minute'
      returning group_id
    )
    select next.id, next.uri from next join claimed on claimed.group_id = next.id`;
  return row ?? null;
}

/** What went wrong by a fault of ours is taken up again soon. */
export async function putOffHistory(db: Queryable, groupId: Id): Promise<void> {
  await db`
    update histories set begun_at = now() - ${GIVEN_UP_MINUTES - AFTER_FAULT_MINUTES} * interval '1 minute'
    where group_id = ${groupId} and fetched_at is null`;
}

export interface History {
  total: number | null;
  threads: number;
  replies: number;
  complete: boolean;
}

/** Writes down what came of it. */
export async function finishHistory(db: Queryable, groupId: Id, history: History): Promise<void> {
  await db`update histories set fetched_at = now(), total = ${history.total}, threads = ${history.threads},
    replies = ${history.replies}, complete = ${history.complete} where group_id = ${groupId}`;
}
