/** The first owner: whoever has the link that the program prints while there is none. */

import type { Id } from "../../db/ids.ts";
import { hasOwner } from "../../db/queries/accounts.ts";
import { writeAudit } from "../../db/queries/audit.ts";
import { lockOwners } from "../../db/queries/owners.ts";
import { Refusal } from "../base/errors.ts";
import { isMailAddress } from "../base/text/addresses.ts";
import { createAccount } from "../domain/accounts/create.ts";
import { hashPassword, requireStrongPassword } from "../domain/accounts/password.ts";
import type { Letter } from "../domain/accounts/register.ts";
import { writeMail } from "../domain/mails/write.ts";
import type { House } from "../domain/transact.ts";
import type { Tokens } from "./tokens.ts";

const LINK_S = 24 * 3_600;

/** The link by which the first owner sets up their account; it works once, and only while there is no owner. */
export async function setupLink(origin: string, tokens: Tokens): Promise<string> {
  return `${origin}/setup?token=${await tokens.sign("setup", {}, LINK_S)}`;
}

/** Throws `token-invalid` when the link is not good, or there is an owner by now. */
export async function requireSetup(house: House, tokens: Tokens, token: string): Promise<void> {
  await tokens.read("setup", token);
  if (await hasOwner(house.db)) throw new Refusal("token-invalid");
}

/**
 * Makes the owner's account; returns its id. What they type as their mail address counts once they confirm it: `letter` brings the link. Throws
 * `token-invalid`, or what is wrong with name, mail address or password.
 */
export async function setUpOwner(
  house: House,
  tokens: Tokens,
  token: string,
  who: { username: string; name: string; email: string; password: string; language: string },
  letter: (id: Id) => Promise<Letter>,
): Promise<Id> {
  await requireSetup(house, tokens, token);
  const email = who.email === "" ? null : who.email;
  if (email !== null && !isMailAddress(email)) throw new Refusal("email-invalid");
  requireStrongPassword(who.password, [who.username, who.name, email]);
  return createAccount(house, "operator", {
    username: who.username,
    name: who.name,
    role: "owner",
    state: "active",
    email,
    emailConfirmed: false,
    passwordHash: await hashPassword(who.password),
    language: who.language,
    async before(tx) {
      await lockOwners(tx);
      if (await hasOwner(tx)) throw new Refusal("token-invalid");
      await tokens.spend(tx, "setup", token);
      await writeAudit(tx, {
        id: house.makeId(),
        actorId: null,
        act: "owner.set-up",
        data: { username: who.username },
      });
    },
    async after(tx, id) {
      if (email !== null)
        await writeMail(tx, house, { to: email, actorId: id, purpose: "confirm-email", ...(await letter(id)) });
    },
  });
}
