/** An administrator lets in who asked, or does not. */
import type { Id } from "../../../db/ids.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import {
  activateAccount,
  deleteAskedAccount,
  type HeldAccount,
  holdAccount,
} from "../../../db/queries/registrations.ts";
import { Refusal } from "../../base/errors.ts";
import { writeMail } from "../mails/write.ts";
import { standingsOf } from "../standing.ts";
import { type House, type Tx, transact } from "../transact.ts";
import type { Letter } from "./register.ts";

export interface Decide {
  /** The administrator. */
  by: Id;
  accountId: Id;
  /** What they are told. */
  letter(who: { username: string; name: string; language: string | null }): Letter;
}

/** The account is active from now on. Throws a Refusal when it does not wait (any more). */
export async function approveAccount(house: House, act: Decide): Promise<void> {
  const standings = await standingsOf(house.db, act.by, { groupId: null });
  await transact(house, "account.approve", standings, undefined, async (tx) => {
    const account = await asked(tx, act.accountId);
    await activateAccount(tx, account.id);
    await tell(tx, house, account, "approved", account.id, act);
    const { username } = account;
    const audited = { id: house.makeId(), actorId: act.by, subjectId: account.id, data: { username } };
    await writeAudit(tx, { ...audited, act: "account.approved" });
    const line = { groupId: null, actorId: account.id, threadId: null, postId: null, data: { username } };
    return { result: undefined, line: { kind: "account.approved" as const, ...line } };
  });
}

/** The account is forgotten, and its name is free again. Throws a Refusal when it does not wait (any more). */
export async function refuseAccount(house: House, act: Decide): Promise<void> {
  const standings = await standingsOf(house.db, act.by, { groupId: null });
  await transact(house, "account.approve", standings, undefined, async (tx) => {
    const account = await asked(tx, act.accountId);
    await tell(tx, house, account, "refused", null, act);
    await deleteAskedAccount(tx, account.id);
    const { username } = account;
    await writeAudit(tx, { id: house.makeId(), actorId: act.by, act: "account.refused", data: { username } });
    return { result: undefined, line: null };
  });
}

async function asked(tx: Tx, id: Id): Promise<HeldAccount> {
  const account = await holdAccount(tx, id);
  if (!account) throw new Refusal("not-found");
  if (account.state !== "asked") throw new Refusal("already-done");
  return account;
}

async function tell(tx: Tx, house: House, account: HeldAccount, purpose: string, actorId: Id | null, act: Decide) {
  if (account.email === null) return;
  // It may be a stranger's address: they get no words of whoever typed it.
  const who = account.confirmed ? account : { ...account, name: "" };
  await writeMail(tx, house, { to: account.email, actorId, purpose, ...act.letter(who) });
}
