/** Reads what those who look after the server see: who asks to come in, who is here, what was done, and the mail. */
import { type Id, parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import type { AccountRole, AccountState } from "../queries/accounts.ts";
import { literal } from "./literal.ts";

export { parseId };

/** Rows on a page. */
const PAGE = 50;
const MOST_REQUESTS = 200;
const LONGEST_SEARCH = 100;

/** What waits for somebody to look at it. */
export interface Waiting {
  requests: number;
  mails: number;
  failedMails: number;
  /** Registration closed itself, and nobody has decided about it since. */
  closedItself: boolean;
}

export async function readWaiting(db: Db): Promise<Waiting> {
  const [row] = await db<Waiting[]>`
    select (select count(*)::int from accounts where state = 'asked' and approved_at is null) as requests,
      (select count(*)::int from mails where sent_at is null and failed_at is null) as mails,
      (select count(*)::int from mails where failed_at is not null) as "failedMails",
      coalesce((select act = 'registration.closed-itself' from audit
        where act in ('server.settings', 'registration.closed-itself') order by id desc limit 1), false) as "closedItself"`;
  return row ?? { requests: 0, mails: 0, failedMails: 0, closedItself: false };
}

export interface AskedAccount {
  id: Id;
  username: string;
  name: string;
  email: string | null;
  confirmed: boolean;
  answer: string;
  /** Milliseconds since 1970. */
  createdAt: number;
}

/** Those who wait for approval, the longest waiting first. */
export async function readRequests(db: Db): Promise<AskedAccount[]> {
  return await db<AskedAccount[]>`
    select a.id, a.username, a.name, ac.email, ac.email_confirmed_at is not null as confirmed, ac.answer,
      date_part('epoch', ac.created_at) * 1000 as "createdAt"
    from accounts ac join actors a on a.id = ac.actor_id
    where ac.state = 'asked' and ac.approved_at is null order by ac.created_at, a.id limit ${literal(db, MOST_REQUESTS)}`;
}

export interface ListedPerson {
  id: Id;
  username: string;
  name: string;
  role: AccountRole;
  state: AccountState;
  email: string | null;
  confirmed: boolean;
  secondFactor: boolean;
  /** Milliseconds since 1970; `seenAt` is null for who was never here since. */
  createdAt: number;
  seenAt: number | null;
}

export interface Page<Row> {
  rows: Row[];
  /** The id to ask for what comes after this page; null at the end. */
  next: Id | null;
}

const PERSON = (db: Db) => db`
  a.id, a.username, a.name, ac.role, ac.state, ac.email, ac.email_confirmed_at is not null as confirmed,
  (ac.totp_confirmed_at is not null or exists (select from passkeys k where k.actor_id = a.id)) as "secondFactor",
  date_part('epoch', ac.created_at) * 1000 as "createdAt", date_part('epoch', ac.seen_at) * 1000 as "seenAt"
  from accounts ac join actors a on a.id = ac.actor_id`;

/**
 * Accounts, the newest first, those before `before` if that is given; `search` is a part of a user name, a name or a mail address. Those who are
 * not in yet are listed once they are.
 */
export async function readPeople(db: Db, search: string, before: string | undefined): Promise<Page<ListedPerson>> {
  const likeness = `%${search
    .slice(0, LONGEST_SEARCH)
    .replace(/^@/, "")
    .replace(/[\\%_]/g, "\\$&")}%`;
  const place = parseId(before ?? "");
  const rows = await db<ListedPerson[]>`
    select ${PERSON(db)}
    where ac.state in ('active', 'suspended') and ${place === null ? db`true` : db`ac.actor_id < ${place}`}
      and ${search === "" ? db`true` : db`(a.username ilike ${likeness} or a.name ilike ${likeness} or ac.email ilike ${likeness})`}
    order by ac.actor_id desc limit ${literal(db, PAGE + 1)}`;
  return paged(rows);
}

/** One of them; null when there is none of that name. */
export async function readPersonToDecideOn(db: Db, username: string): Promise<ListedPerson | null> {
  const [row] = await db<ListedPerson[]>`
    select ${PERSON(db)}
    where lower(a.username) = ${username.toLowerCase()} and a.peer_id is null and ac.state in ('active', 'suspended')`;
  return row ?? null;
}

export interface AuditedAct {
  id: Id;
  /** Milliseconds since 1970. */
  at: number;
  act: string;
  /** User names; null where nobody is meant, or they are gone. */
  by: string | null;
  subject: string | null;
  group: string | null;
  data: Record<string, string | number | boolean | null>;
}

/** Privileged acts, the newest first. */
export async function readAudit(db: Db, before: string | undefined): Promise<Page<AuditedAct>> {
  const place = parseId(before ?? "");
  const rows = await db<AuditedAct[]>`
    select u.id, date_part('epoch', u.at) * 1000 as at, u.act, b.username as by, s.username as subject, g.username as "group", u.data
    from audit u left join actors b on b.id = u.actor_id left join actors s on s.id = u.subject_id left join actors g on g.id = u.group_id
    where ${place === null ? db`true` : db`u.id < ${place}`} order by u.id desc limit ${literal(db, PAGE + 1)}`;
  return paged(rows);
}

export interface ListedMail {
  id: Id;
  to: string;
  subject: string;
  state: "waiting" | "sent" | "failed";
  attempts: number;
  error: string | null;
  /** Milliseconds since 1970. */
  createdAt: number;
  sentAt: number | null;
}

const MAIL = (db: Db) => db`
  id, to_address as "to", subject, attempts, last_error as error, date_part('epoch', created_at) * 1000 as "createdAt",
  date_part('epoch', sent_at) * 1000 as "sentAt",
  case when sent_at is not null then 'sent' when failed_at is not null then 'failed' else 'waiting' end as state`;

/** Mail, the newest first, without what it says. */
export async function readMails(db: Db, before: string | undefined): Promise<Page<ListedMail>> {
  const place = parseId(before ?? "");
  const rows = await db<ListedMail[]>`
    select ${MAIL(db)} from mails where ${place === null ? db`true` : db`id < ${place}`} order by id desc limit ${literal(db, PAGE + 1)}`;
  return paged(rows);
}

/** One mail with its words, which are empty once it was sent; null when there is none. */
export async function readMail(db: Db, id: string): Promise<(ListedMail & { text: string }) | null> {
  const known = parseId(id);
  if (known === null) return null;
  const [row] = await db<
    (ListedMail & { text: string })[]
  >`select ${MAIL(db)}, text_body as text from mails where id = ${known}`;
  return row ?? null;
}

function paged<Row extends { id: Id }>(rows: Row[]): Page<Row> {
  const more = rows.length > PAGE;
  const shown = more ? rows.slice(0, PAGE) : rows;
  return { rows: shown, next: more ? (shown.at(-1)?.id ?? null) : null };
}
