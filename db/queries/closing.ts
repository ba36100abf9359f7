/** Closing an account: what goes at once, what is left to do, and the end. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** Communities of this server that nobody but `actorId` facilitates who has an account here that is in use; their facilitators are held until the transaction ends. */
export async function facilitatedAlone(db: Queryable, actorId: Id): Promise<{ slug: string; name: string }[]> {
  await db`
    select m.actor_id from memberships m where m.role = 'facilitator' and m.state = 'accepted' and exists (
      select from memberships o where o.group_id = m.group_id and o.actor_id = ${actorId} and o.role = 'facilitator' and o.state = 'accepted')
    order by m.group_id, m.actor_id for update of m`;
  return db<{ slug: string; name: string }[]>`
    select g.username as slug, g.name from memberships m join communities c on c.actor_id = m.group_id join actors g on g.id = m.group_id
    where m.actor_id = ${actorId} and m.role = 'facilitator' and m.state = 'accepted' and g.gone_at is null and not exists (
      select from memberships o join accounts ac on ac.actor_id = o.actor_id where o.group_id = m.group_id and o.actor_id <> ${actorId}
        and o.role = 'facilitator' and o.state = 'accepted' and ac.state = 'active')
    order by g.name`;
}

/**
 * Takes away all that belongs to an account alone, and shuts it. What others see stays a little longer, since its removal has to be told: posts,
 * votes, and who follows them. Keys and name stay for good (R84).
 */
export async function shutAccount(db: Queryable, id: Id): Promise<void> {
  await db`
    update accounts set state = 'closed', role = 'member', email = null, email_confirmed_at = null, password_hash = null,
      totp_confirmed_at = null, sealed_totp_secret = null, totp_last_step = 0, answer = '', language = null, time_zone = null,
      appearance = 'auto', mail_rhythm = 'never', seen_at = null, pictures_brought_at = '{}' where actor_id = ${id}`;
  await db`update actors set name = '', summary = '', icon_url = null, updated_at = now() where id = ${id}`;
  await db`
    update profiles set bio_source = '', does = '', helps_with = '{}', wants_to_learn = '{}', languages = '{}', links = '[]', also_known_as = '{}'
    where actor_id = ${id}`;
  await db`delete from sessions where actor_id = ${id}`;
  await db`delete from ended_sessions where actor_id = ${id}`;
  await db`delete from sign_in_attempts where actor_id = ${id}`;
  await db`delete from recovery_codes where actor_id = ${id}`;
  await db`delete from passkeys where actor_id = ${id}`;
  await db`delete from blocks where actor_id = ${id} or blocked_id = ${id}`;
  await db`delete from mails where actor_id = ${id}`;
  await db`delete from notifications where actor_id = ${id} or from_id = ${id}`;
  await db`delete from invited where actor_id = ${id} or invited_by = ${id}`;
  await db`delete from thread_subscriptions where actor_id = ${id}`;
  await db`delete from thread_reads where actor_id = ${id}`;
  await db`delete from drafts where actor_id = ${id} or (actor_id is null and sender_id = ${id})`;
  await db`delete from submissions where actor_id = ${id}`;
  await db`update invitations set revoked_at = now() where created_by = ${id} and revoked_at is null`;
  // Pictures of posts go with their posts, and those of communities are the communities'.
  await db`delete from media where owner_id = ${id} and (purpose = 'avatar' or (used_at is null and purpose = 'post'))`;
  await db`delete from memberships m using communities c where m.actor_id = ${id} and c.actor_id = m.group_id`;
}

/** What somebody follows elsewhere; `limit` at most. */
export async function followedBy(db: Queryable, actorId: Id, limit: number): Promise<Id[]> {
  const rows = await db<{ groupId: Id }[]>`
    select group_id as "groupId" from memberships where actor_id = ${actorId} order by group_id limit ${limit}`;
  return rows.map(({ groupId }) => groupId);
}

/** Accounts that were closed and whose end has not come, or came and was not cleared up after; `limit` at most. */
export function findClosing(db: Queryable, limit: number): Promise<{ id: Id; uri: string }[]> {
  return db<{ id: Id; uri: string }[]>`
    select a.id, a.uri from accounts ac join actors a on a.id = ac.actor_id
    where ac.state = 'closed' and (a.gone_at is null or exists (select from memberships m where m.group_id = a.id))
    order by a.id limit ${limit}`;
}

/** Whether the account is closed and its end has not come; held until the transaction ends. */
export async function holdClosing(db: Queryable, id: Id): Promise<boolean> {
  const rows = await db`
    select a.id from accounts ac join actors a on a.id = ac.actor_id
    where a.id = ${id} and ac.state = 'closed' and a.gone_at is null for update of ac, a`;
  return rows.length > 0;
}

/** All that is left of somebody: what they said about others' posts, pictures that no post had, who followed them. */
export async function deleteTraces(db: Queryable, id: Id): Promise<void> {
  await db`delete from worked where actor_id = ${id}`;
  await db`delete from poll_votes where actor_id = ${id}`;
  await db`delete from mentions where actor_id = ${id}`;
  await db`delete from media where owner_id = ${id} and purpose <> 'community'`;
  await db`delete from memberships where actor_id = ${id} or group_id = ${id}`;
}
