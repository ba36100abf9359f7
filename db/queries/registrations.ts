/** Accounts as they come in and as administrators change them: asked, confirmed, approved, refused, suspended, promoted. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";
import type { AccountRole, AccountState } from "./accounts.ts";

export interface HeldAccount {
  id: Id;
  username: string;
  name: string;
  role: AccountRole;
  state: AccountState;
  email: string | null;
  confirmed: boolean;
  /** Let in, at the latest when their address is confirmed. */
  approved: boolean;
  language: string | null;
}

/** An account, held until the transaction ends; null when there is none. */
export async function holdAccount(db: Queryable, id: Id): Promise<HeldAccount | null> {
  const [row] = await db<HeldAccount[]>`
    select a.id, a.username, a.name, ac.role, ac.state, ac.email, ac.email_confirmed_at is not null as confirmed,
      ac.approved_at is not null as approved, ac.language
    from accounts ac join actors a on a.id = ac.actor_id where ac.actor_id = ${id} for update of ac`;
  return row ?? null;
}

/** Whose mail address it is, confirmed or not. */
export async function findAccountByAddress(
  db: Queryable,
  email: string,
): Promise<{ id: Id; email: string; username: string; language: string | null } | null> {
  const [row] = await db<{ id: Id; email: string; username: string; language: string | null }[]>`
    select a.id, ac.email, a.username, ac.language from accounts ac join actors a on a.id = ac.actor_id
    where lower(ac.email) = lower(${email}) and ac.state <> 'closed'`;
  return row ?? null;
}

/** Notes that somebody is let in as soon as their address is confirmed. */
export async function markApproved(db: Queryable, id: Id): Promise<void> {
  await db`update accounts set approved_at = now() where actor_id = ${id}`;
}

export async function activateAccount(db: Queryable, id: Id): Promise<void> {
  await db`update accounts set state = 'active', approved_at = coalesce(approved_at, now()) where actor_id = ${id}`;
}

export async function updateAccountState(db: Queryable, id: Id, state: "active" | "suspended"): Promise<void> {
  await db`update accounts set state = ${state} where actor_id = ${id}`;
}

export async function updateAccountRole(db: Queryable, id: Id, role: AccountRole): Promise<void> {
  await db`update accounts set role = ${role} where actor_id = ${id}`;
}

/** The address of an account is `email` from now on, and confirmed. */
export async function confirmAddress(db: Queryable, id: Id, email: string): Promise<void> {
  await db`update accounts set email = ${email}, email_confirmed_at = now() where actor_id = ${id}`;
}

/** How many active owners there are; they are held until the transaction ends, so that two of them cannot both be the last but one. */
export async function holdOwners(db: Queryable): Promise<number> {
  const rows =
    await db`select actor_id from accounts where role = 'owner' and state = 'active' order by actor_id for update`;
  return rows.length;
}

/** Forgets somebody who was never let in, so that their name is free again. Does nothing to anybody else. */
export async function deleteAskedAccount(db: Queryable, id: Id): Promise<boolean> {
  const [row] = await db`delete from accounts where actor_id = ${id} and state = 'asked' returning actor_id`;
  if (!row) return false;
  await db`update mails set actor_id = null where actor_id = ${id}`;
  await db`delete from notifications where from_id = ${id}`;
  await db`delete from actors where id = ${id}`;
  return true;
}

/**
 * Those who never confirmed their address: who only had to do that within `days`, and who was not approved within `longDays`.
 */
export async function findForgotten(db: Queryable, days: number, longDays: number): Promise<Id[]> {
  const rows = await db<{ id: Id }[]>`
    select actor_id as id from accounts where state = 'asked' and email_confirmed_at is null
      and created_at < now() - case when approved_at is null then ${longDays}::int else ${days}::int end * interval '1 day'
    order by created_at limit 500`;
  return rows.map((row) => row.id);
}

/**
 * Forgets who had only to confirm their address, did not within `hours`, and stands in the way of somebody who registers with that name or address:
 * as a rule the same person, whose link has expired. An address that somebody else claimed and never confirmed is theirs no more.
 */
export async function forgetExpired(db: Queryable, username: string, email: string, hours: number): Promise<void> {
  const rows = await db<{ id: Id }[]>`
    select a.id from actors a join accounts ac on ac.actor_id = a.id
    where (lower(a.username) = ${username} and a.peer_id is null or lower(ac.email) = lower(${email})) and ac.state = 'asked'
      and ac.approved_at is not null and ac.email_confirmed_at is null and ac.created_at < now() - ${hours} * interval '1 hour'`;
  for (const { id } of rows) await deleteAskedAccount(db, id);
  await db`
    update accounts set email = null where lower(email) = lower(${email}) and email_confirmed_at is null
      and state <> 'closed' and created_at < now() - ${hours} * interval '1 hour'`;
}

/** Whether an owner or administrator has been here within `days`. */
export async function isLookedAfter(db: Queryable, days: number): Promise<boolean> {
  const [row] = await db<{ yes: boolean }[]>`
    select exists (select from accounts where role in ('owner', 'administrator') and state = 'active'
      and coalesce(seen_at, created_at) > now() - ${days} * interval '1 day') as yes`;
  return row?.yes ?? false;
}
