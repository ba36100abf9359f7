/** Accounts: the people of this server. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export type AccountRole = "owner" | "administrator" | "member";
export type AccountState = "asked" | "active" | "suspended" | "closed";

export interface AccountRow {
  id: Id;
  uri: string;
  username: string;
  name: string;
  role: AccountRole;
  state: AccountState;
  email: string | null;
  emailConfirmedAt: Date | null;
  passwordHash: string | null;
  answer: string;
  language: string | null;
  createdAt: Date;
}

const ACCOUNT = (db: Queryable) => db`
  a.id, a.uri, a.username, a.name, ac.role, ac.state, ac.email, ac.email_confirmed_at as "emailConfirmedAt",
  ac.password_hash as "passwordHash", ac.answer, ac.language, ac.created_at as "createdAt"
  from accounts ac join actors a on a.id = ac.actor_id`;

export async function findAccount(db: Queryable, id: Id): Promise<AccountRow | null> {
  const [row] = await db<AccountRow[]>`select ${ACCOUNT(db)} where a.id = ${id}`;
  return row ?? null;
}

/** The one form of all that somebody may type to mean the same account. */
export function accountKey(name: string): string {
  return name.trim().replace(/^@/, "").toLowerCase();
}

/** By user name or mail address, in any case; closed accounts are not found. */
export async function findAccountByName(db: Queryable, name: string): Promise<AccountRow | null> {
  const key = accountKey(name);
  const by = key.includes("@")
    ? db`lower(ac.email) = ${key} and ac.email_confirmed_at is not null`
    : db`lower(a.username) = ${key} and a.peer_id is null`;
  const [row] = await db<AccountRow[]>`select ${ACCOUNT(db)} where ${by} and ac.state <> 'closed'`;
  return row ?? null;
}

export interface NewAccount {
  actorId: Id;
  role: AccountRole;
  state: "asked" | "active";
  email: string | null;
  emailConfirmed: boolean;
  passwordHash: string | null;
  answer: string;
  invitationId: Id | null;
  language: string | null;
}

/** Makes a person of this server an account, with an empty profile. */
export async function insertAccount(db: Queryable, account: NewAccount): Promise<void> {
  await db`
    insert into accounts (actor_id, role, state, email, email_confirmed_at, password_hash, answer, invitation_id, language, approved_at)
    values (${account.actorId}, ${account.role}, ${account.state}, ${account.email}, ${account.emailConfirmed ? db`now()` : null},
      ${account.passwordHash}, ${account.answer}, ${account.invitationId}, ${account.language}, ${account.state === "active" ? db`now()` : null})`;
  await db`insert into profiles (actor_id) values (${account.actorId})`;
}

/** Whether this server has an owner. */
export async function hasOwner(db: Queryable): Promise<boolean> {
  const [row] = await db<{ yes: boolean }[]>`
    select exists (select from accounts where role = 'owner' and state = 'active') as yes`;
  return row?.yes ?? false;
}
