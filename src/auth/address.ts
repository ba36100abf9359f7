/** The links by which somebody changes their mail address: of several that were asked for, the newest works, once, and only while nothing else changed. */
import { hash } from "node:crypto";
import type { Id } from "../../db/ids.ts";
import type { Queryable, Tx } from "../../db/open.ts";
import { findAccount } from "../../db/queries/accounts.ts";
import { newestAttempt } from "../../db/queries/attempts.ts";
import { lockCredentials } from "../../db/queries/credentials.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { Refusal } from "../base/errors.ts";
import { mailNewAddress, requireMailAddress } from "../domain/accounts/change-email.ts";
import { type Letter, LINK_HOURS } from "../domain/accounts/register.ts";
import type { ComposeNotice } from "../domain/accounts/security-notice.ts";
import type { House } from "../domain/transact.ts";
import { countAsking, type From } from "./attempts.ts";
import type { Tokens } from "./tokens.ts";

/** What stands for all that somebody asks of mails to confirm an address, where it is counted. */
export function addressMark(tokens: Tokens, actorId: string): Buffer {
  return tokens.mark(`confirm-email ${actorId}`);
}

export interface AddressLetters {
  /** To the new address. */
  confirm(who: { username: string; language: string | null }, link: string): Letter;
  /** To the one that the account has. */
  notice: ComposeNotice;
}

/**
 * Writes a link to `email` that makes it the address of the viewer's account, and takes the power of all earlier ones. Ask who they are first.
 * Throws `email-invalid`, `already-done`, or TooManyTries.
 */
export async function askForAddress(
  house: House,
  tokens: Tokens,
  viewer: Viewer,
  email: string,
  from: From,
  letters: AddressLetters,
): Promise<void> {
  requireMailAddress(email);
  const request = await countAsking(house, "forgot", from, addressMark(tokens, viewer.id));
  const change = { request, stamp: await stampOfAccount(house.db, viewer.id) };
  const token = await tokens.sign("confirm-email", { actor: viewer.id, email, change }, LINK_HOURS * 3_600);
  const link = `${house.origin}/confirm-email?token=${token}`;
  await mailNewAddress(house, viewer.id, email, (who) => letters.confirm(who, link), letters.notice);
}

/**
 * Uses the link up. One that changes the address works only as long as it is the newest, and password and address are those of when it was asked
 * for: whoever finds somebody else in their account stops them with a new password. Throws `token-invalid`.
 */
export async function spendAddressLink(
  tx: Tx,
  tokens: Tokens,
  token: string,
): Promise<{ actor: string; email: string; changes: boolean }> {
  const { actor, email, change } = await tokens.spend(tx, "confirm-email", token);
  if (!change) return { actor, email, changes: false };
  const id = actor as Id;
  if (!(await lockCredentials(tx, id))) throw new Refusal("token-invalid");
  const newest = await newestAttempt(tx, addressMark(tokens, id), "forgot");
  if (newest !== change.request || (await stampOfAccount(tx, id)) !== change.stamp) throw new Refusal("token-invalid");
  return { actor, email, changes: true };
}

async function stampOfAccount(db: Queryable, id: Id): Promise<string> {
  const account = await findAccount(db, id);
  if (!account) throw new Refusal("not-found");
  const { email, passwordHash } = account;
  return hash("sha256", JSON.stringify([email, passwordHash]), "base64url").slice(0, 22);
}
