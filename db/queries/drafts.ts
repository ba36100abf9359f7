/** What was typed and not sent yet: one draft per person and page, and what was sent by nobody in particular. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export type Fields = Record<string, string>;

/**
 * Keeps what `actorId` has typed on the page `path`, in place of what was kept before; returns the draft's token. Null, and nothing is kept, when
 * the form with the key `unlessSent` became a post.
 */
export async function saveDraft(
  db: Queryable,
  draft: { token: string; actorId: Id; path: string; fields: Fields },
  unlessSent: string | null,
): Promise<string | null> {
  const [row] = await db<{ token: string }[]>`
    insert into drafts (token, actor_id, path, fields)
    select ${draft.token}, ${draft.actorId}::bigint, ${draft.path}, ${db.json(draft.fields)}::jsonb
     where not exists (select from submissions where actor_id = ${draft.actorId} and key = ${unlessSent}::text)
    on conflict (actor_id, path) where actor_id is not null do update set fields = excluded.fields, saved_at = now()
    returning token`;
  return row?.token ?? null;
}

/** How many drafts somebody has besides the one of `path`. */
export async function countDrafts(db: Queryable, actorId: Id, path: string): Promise<number> {
  const [row] = await db<{ n: number }[]>`
    select count(*)::int as n from drafts where actor_id = ${actorId} and path <> ${path}`;
  return row?.n ?? 0;
}

export interface LostDraft {
  token: string;
  path: string;
  fields: Fields;
}

/** Keeps what came from a session of `senderId` that had ended. Of theirs only the newest `most` are kept. */
export async function keepLostDraft(db: Queryable, draft: LostDraft, senderId: Id, most: number): Promise<void> {
  await db`
    with full_up as (
      delete from drafts where token in (
        select token from drafts where actor_id is null and sender_id = ${senderId} order by saved_at desc offset ${most - 1}))
    insert into drafts (token, path, fields, sender_id) values (${draft.token}, ${draft.path}, ${db.json(draft.fields)}, ${senderId})`;
}

/** Keeps what a stranger sent. Of all strangers' only the newest `most` are kept. */
export async function keepStrangersDraft(
  db: Queryable,
  draft: LostDraft,
  network: string,
  most: number,
): Promise<void> {
  await db`
    with full_up as (
      delete from drafts where token in (
        select token from drafts where actor_id is null and sender_id is null order by saved_at desc offset ${most - 1}))
    insert into drafts (token, path, fields, sender_network) values (${draft.token}, ${draft.path}, ${db.json(draft.fields)}, ${network})`;
}

/** How many drafts strangers have sent from this network within the last `seconds`. */
export async function countStrangersDrafts(db: Queryable, network: string, seconds: number): Promise<number> {
  const [row] = await db<{ n: number }[]>`
    select count(*)::int as n from drafts where actor_id is null and sender_id is null and sender_network = ${network}
      and saved_at > now() - ${seconds} * interval '1 second'`;
  return row?.n ?? 0;
}

/**
 * True for a draft that `actorId` may have: their own, what they sent themselves when their session had ended, or a stranger's. Who signs in as somebody
 * else in the same browser does not get what the one before them wrote.
 */
export function openFor(db: Queryable, actorId: Id) {
  return db`(actor_id = ${actorId} or (actor_id is null and (sender_id is null or sender_id = ${actorId})))`;
}

/** Makes a draft that is nobody's the draft of `actorId`, where it may be theirs, unless they have one of that page already. */
export async function claimDraft(db: Queryable, token: string, actorId: Id): Promise<void> {
  await db`
    update drafts d set actor_id = ${actorId}, sender_id = null, sender_network = null
    where d.token = ${token} and d.actor_id is null and ${openFor(db, actorId)}
      and not exists (select from drafts o where o.actor_id = ${actorId} and o.path = d.path)`;
}

/** Forgets what somebody kept of the page `path`, and the draft with this token if it may be theirs. */
export async function forgetDraft(db: Queryable, actorId: Id, path: string, token: string | null): Promise<void> {
  await db`
    delete from drafts where (actor_id = ${actorId} and path = ${path})
      or (token = ${token}::text and ${openFor(db, actorId)})`;
}

/** Forgets drafts saved before `before`, and those that are nobody's and were saved before `lostBefore`; returns how many. */
export async function forgetDrafts(db: Queryable, before: Date, lostBefore: Date): Promise<number> {
  const gone = await db`
    delete from drafts where saved_at < ${before} or (actor_id is null and saved_at < ${lostBefore})`;
  return gone.count;
}
