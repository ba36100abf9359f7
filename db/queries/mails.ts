/** Mail on its way: written with what it tells of, leased by whoever sends it, and kept a while to be read. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export interface NewMail {
  id: Id;
  to: string;
  /** Whose account it is about; null when it is nobody's here. */
  actorId: Id | null;
  purpose: string;
  subject: string;
  text: string;
  headers: Readonly<Record<string, string>>;
}

export async function insertMail(db: Queryable, mail: NewMail): Promise<void> {
  await db`
    insert into mails (id, to_address, actor_id, purpose, subject, text_body, headers) values (
      ${mail.id}, ${mail.to}, ${mail.actorId}, ${mail.purpose}, ${mail.subject}, ${mail.text}, ${db.json(mail.headers)})`;
}

/** A mail that somebody took to send. */
export interface LeasedMail {
  id: Id;
  to: string;
  subject: string;
  text: string;
  headers: Record<string, string>;
  /** How often it was tried, this time included. */
  attempts: number;
  createdAt: Date;
}

/**
 * Takes up to `most` mails that are due, oldest first. Nobody else takes them for `seconds`; who dies with one in hand leaves it to the next.
 */
export async function leaseMails(db: Queryable, most: number, seconds: number): Promise<LeasedMail[]> {
  return db<LeasedMail[]>`
    update mails set attempts = attempts + 1, due_at = now() + ${seconds} * interval '1 second'
    where id in (select id from mails where sent_at is null and failed_at is null and due_at <= now()
      order by due_at limit ${most} for update skip locked)
    returning id, to_address as "to", subject, text_body as "text", headers, attempts, created_at as "createdAt"`;
}

/** That it was sent is kept; its words, which may hold a link that opens an account, are not. */
export async function markMailSent(db: Queryable, id: Id): Promise<void> {
  await db`update mails set sent_at = now(), last_error = null, text_body = '', headers = '{}' where id = ${id}`;
}

/** Not now: once more in `seconds`. */
export async function postponeMail(db: Queryable, id: Id, seconds: number, error: string): Promise<void> {
  await db`update mails set due_at = now() + ${seconds} * interval '1 second', last_error = ${error} where id = ${id}`;
}

/** Not at all. */
export async function failMail(db: Queryable, id: Id, error: string): Promise<void> {
  await db`update mails set failed_at = now(), last_error = ${error} where id = ${id}`;
}

/** Puts a mail that failed among those that wait, as if it were new; whether there was one. */
export async function reviveMail(db: Queryable, id: Id): Promise<boolean> {
  const done = await db`
    update mails set failed_at = null, last_error = null, attempts = 0, due_at = now(), created_at = now()
    where id = ${id} and failed_at is not null`;
  return done.count > 0;
}

/** Whether there was a mail for `purpose` about that account within the last `hours`. */
export async function wasMailed(db: Queryable, actorId: Id, purpose: string, hours: number): Promise<boolean> {
  const [row] = await db<{ yes: boolean }[]>`
    select exists (select from mails where actor_id = ${actorId} and purpose = ${purpose}
      and created_at > now() - ${hours} * interval '1 hour') as yes`;
  return row?.yes ?? false;
}

/** Deletes the mails that are older than `days`; returns how many. */
export async function forgetOldMails(db: Queryable, days: number): Promise<number> {
  const done = await db`delete from mails where created_at < now() - ${days} * interval '1 day'`;
  return done.count;
}
