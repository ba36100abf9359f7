/** Setting a new password by a link: asked for by mail, or made by the operator for somebody who is locked out. */
import type { Id } from "../../db/ids.ts";
import { type AccountRow, accountKey, findAccount, findAccountByName } from "../../db/queries/accounts.ts";
import { lockCredentials, setPasswordHash } from "../../db/queries/credentials.ts";
import { deleteSessionsOf } from "../../db/queries/sessions.ts";
import { Refusal } from "../base/errors.ts";
import { hashPassword, requireStrongPassword } from "../domain/accounts/password.ts";
import { type ComposeNotice, writeNotice } from "../domain/accounts/security-notice.ts";
import { writeMail } from "../domain/mails/write.ts";
import type { House } from "../domain/transact.ts";
import { countAsking, type From } from "./attempts.ts";
import { stampOf } from "./identity.ts";
import type { Tokens } from "./tokens.ts";

/** Seconds for which the link in a mail works. */
const MAILED_S = 3_600;
/** The same for a link that an operator hands over. */
const HANDED_S = 24 * 3_600;

/** A link by which `account` sets a new password; it works once, and dies when the password is set in any way. */
export async function passwordLink(
  house: Pick<House, "origin">,
  tokens: Tokens,
  account: Pick<AccountRow, "id" | "passwordHash">,
  seconds: number = HANDED_S,
): Promise<string> {
  const token = await tokens.sign(
    "reset-password",
    { actor: account.id, stamp: stampOf(account.passwordHash) },
    seconds,
  );
  return `${house.origin}/reset?token=${token}`;
}

/** Writes a mail with such a link, if an account has this address and has confirmed it. Nothing says whether one has. Throws TooManyTries. */
export async function mailPasswordLink(
  house: House,
  tokens: Tokens,
  email: string,
  from: From,
  compose: (account: Pick<AccountRow, "username" | "language">, link: string) => { subject: string; text: string },
): Promise<void> {
  const key = accountKey(email);
  await countAsking(house, "forgot", from, tokens.mark(key));
  const account = key.includes("@") ? await findAccountByName(house.db, key) : null;
  if (!account?.email || !account.emailConfirmedAt || account.state === "suspended") return;
  const { subject, text } = compose(account, await passwordLink(house, tokens, account, MAILED_S));
  const mail = { to: account.email, actorId: account.id, purpose: "reset-password", subject, text };
  await house.db.begin((tx) => writeMail(tx, house, mail));
}

/** Whose password such a link sets. Throws `token-invalid`. */
export async function readPasswordLink(house: House, tokens: Tokens, token: string): Promise<AccountRow> {
  const { actor, stamp } = await tokens.read("reset-password", token);
  const account = await findAccount(house.db, actor as Id);
  if (!account || account.state === "closed" || stampOf(account.passwordHash) !== stamp)
    throw new Refusal("token-invalid");
  return account;
}

/** Sets the password; every session of the account ends, and a notice is written. Throws `token-invalid`, or `password-weak`. */
export async function setPasswordByLink(
  house: House,
  tokens: Tokens,
  token: string,
  password: string,
  notice: ComposeNotice,
): Promise<void> {
  const account = await readPasswordLink(house, tokens, token);
  requireStrongPassword(password, [account.username, account.name, account.email]);
  const fresh = await hashPassword(password);
  await house.db.begin(async (tx) => {
    const { stamp } = await tokens.spend(tx, "reset-password", token);
    const now = await lockCredentials(tx, account.id);
    if (!now || stampOf(now.passwordHash) !== stamp) throw new Refusal("token-invalid");
    await setPasswordHash(tx, account.id, fresh);
    await deleteSessionsOf(tx, account.id, null);
    await writeNotice(tx, house, account.id, "password", notice);
  });
}
