/** Signing in by password, and by a code where somebody has set one up. Whoever gets anything wrong learns only that. */
import type { Id } from "../../db/ids.ts";
import { type AccountRow, accountKey, findAccount, findAccountByName } from "../../db/queries/accounts.ts";
import { deleteAttempt, setAttemptOutcome } from "../../db/queries/attempts.ts";
import { findCredentials, renewPasswordHash } from "../../db/queries/credentials.ts";
import { Refusal } from "../base/errors.ts";
import { hashPassword, verifyPassword } from "../domain/accounts/password.ts";
import type { House } from "../domain/transact.ts";
import { beginAttempt, type From } from "./attempts.ts";
import { markOfDevice } from "./devices.ts";
import { stampOf } from "./identity.ts";
import { takeCode } from "./second-factor.ts";
import { startSession } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";

/** Seconds between the password and the code. */
export const SECOND_STEP_S = 10 * 60;

/** The token of a new session, or one that says that the password was right and a code is still to come. */
export type SignedIn = { session: string } | { secondStep: string };

/** `name` is a user name or a mail address. Throws `wrong-credentials`, TooManyTries; after a right password `account-waiting` or `account-suspended`. */
export async function signInByPassword(
  house: House,
  tokens: Tokens,
  { name, password }: { name: string; password: string },
  from: From,
): Promise<SignedIn> {
  const account = await findAccountByName(house.db, name);
  const mark = account ? await markOfDevice(tokens, from.device, account.id) : tokens.mark(accountKey(name));
  const attempt = await beginAttempt(house, account?.id ?? null, from, "wrong", mark);
  const { right, outdated } = await verifyPassword(account?.passwordHash ?? null, password);
  if (!account || !right) throw new Refusal("wrong-credentials");
  requireActive(account);
  // The password that was typed, not one that somebody may have set since.
  let { passwordHash } = account;
  if (outdated && passwordHash) {
    const renewed = await hashPassword(password);
    await renewPasswordHash(house.db, account.id, passwordHash, renewed);
    passwordHash = renewed;
  }
  const credentials = await findCredentials(house.db, account.id);
  if (credentials?.totpConfirmed) {
    await setAttemptOutcome(house.db, attempt, "second-factor-wrong");
    const claims = { actor: account.id, attempt, stamp: stampOf(passwordHash) };
    return { secondStep: await tokens.sign("second-factor", claims, SECOND_STEP_S) };
  }
  const session = await startSession(house, { actorId: account.id, secondFactor: false, passwordHash, ...from });
  await setAttemptOutcome(house.db, attempt, "signed-in");
  return { session };
}

/** The second step. Returns the token of a new session. Throws `token-invalid` when it is too late, `wrong-credentials`, TooManyTries. */
export async function signInByCode(
  house: House,
  tokens: Tokens,
  { token, code }: { token: string; code: string },
  from: From,
): Promise<string> {
  const claims = await tokens.read("second-factor", token);
  const account = await findAccount(house.db, claims.actor as Id);
  if (!account || stampOf(account.passwordHash) !== claims.stamp) throw new Refusal("token-invalid");
  requireActive(account);
  const mark = await markOfDevice(tokens, from.device, account.id);
  const attempt = await beginAttempt(house, account.id, from, "second-factor-wrong", mark);
  await house.db.begin(async (tx) => {
    if (!(await takeCode(house, tx, account.id, code))) throw new Refusal("wrong-credentials");
    await tokens.spend(tx, "second-factor", token);
    await deleteAttempt(tx, attempt);
    await setAttemptOutcome(tx, claims.attempt as Id, "signed-in");
  });
  return startSession(house, { actorId: account.id, secondFactor: true, passwordHash: account.passwordHash, ...from });
}

/** Says why somebody who proved who they are may not come in. */
export function requireActive(account: Pick<AccountRow, "state">): void {
  if (account.state === "asked") throw new Refusal("account-waiting");
  if (account.state === "suspended") throw new Refusal("account-suspended");
  if (account.state !== "active") throw new Refusal("wrong-credentials");
}
