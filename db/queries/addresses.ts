/** Where a person is written to about their own account, and that they are written to no more. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** Somebody who is written to, with what a mail in their language and time zone needs. */
export interface Addressee {
  id: Id;
  username: string;
  name: string;
  /** Confirmed. */
  email: string;
  language: string | null;
  timeZone: string | null;
}

/** Null when they have no address, or have not confirmed it. */
export async function findAddressee(db: Queryable, id: Id): Promise<Addressee | null> {
  const [row] = await db<Addressee[]>`
    select a.id, a.username, a.name, ac.email, ac.language, ac.time_zone as "timeZone"
    from accounts ac join actors a on a.id = ac.actor_id
    where ac.actor_id = ${id} and ac.email is not null and ac.email_confirmed_at is not null and ac.state <> 'closed'`;
  return row ?? null;
}

/** Those who look after the server and can be written to. */
export function findKeepers(db: Queryable): Promise<Addressee[]> {
  return db<Addressee[]>`
    select a.id, a.username, a.name, ac.email, ac.language, ac.time_zone as "timeZone"
    from accounts ac join actors a on a.id = ac.actor_id
    where ac.role in ('owner', 'administrator') and ac.state = 'active' and ac.email is not null and ac.email_confirmed_at is not null
    order by a.id`;
}

/** The account has no mail address any more. */
export async function removeAddress(db: Queryable, id: Id): Promise<void> {
  await db`update accounts set email = null, email_confirmed_at = null where actor_id = ${id}`;
}
