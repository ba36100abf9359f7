/** Reads the accounts of this server for whoever works at the machine. */
import type { Db } from "../open.ts";
import { type AccountRow, findAccountByName } from "../queries/accounts.ts";

export interface ListedAccount {
  username: string;
  role: AccountRow["role"];
  state: AccountRow["state"];
  secondFactor: boolean;
  seenAt: Date | null;
}

/** Those that are closed are not among them. Whoever looks after the server comes first. */
export async function listAccounts(db: Db): Promise<ListedAccount[]> {
  return await db<ListedAccount[]>`
    select a.username, ac.role, ac.state, ac.seen_at as "seenAt",
      (ac.totp_confirmed_at is not null or exists (select from passkeys k where k.actor_id = a.id)) as "secondFactor"
    from accounts ac join actors a on a.id = ac.actor_id where ac.state <> 'closed'
    order by array_position(array['owner', 'administrator', 'member'], ac.role), a.username`;
}

/** By user name, with or without `@`; null when there is none. */
export function readAccount(db: Db, name: string): Promise<AccountRow | null> {
  const [username = ""] = name.replace(/^@/, "").split("@");
  return findAccountByName(db, username);
}
