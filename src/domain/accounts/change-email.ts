/** Another mail address for an account: asked for by a mail to it, or taken away. It changes only when the link in that mail is followed. */
import type { Id } from "../../../db/ids.ts";
import { removeAddress } from "../../../db/queries/addresses.ts";
import { findAccountByAddress, forgetExpired, holdAccount } from "../../../db/queries/registrations.ts";
import { Refusal } from "../../base/errors.ts";
import { isMailAddress } from "../../base/text/addresses.ts";
import { writeMail } from "../mails/write.ts";
import { type House, transact } from "../transact.ts";
import { type Letter, LINK_HOURS } from "./register.ts";
import { type ComposeNotice, writeNotice } from "./security-notice.ts";

/** Refuses (`email-invalid`) what is no mail address. */
export function requireMailAddress(email: string): void {
  if (!isMailAddress(email)) throw new Refusal("email-invalid");
}

/**
 * Writes `letter`, with the link, to `email`, and a notice to the address that the account has. When somebody else has that address, nothing is
 * written to it, and whoever asked learns nothing. Throws `already-done` when it is theirs, and confirmed.
 */
export async function mailNewAddress(
  house: House,
  actorId: Id,
  email: string,
  letter: (who: { username: string; language: string | null }) => Letter,
  notice: ComposeNotice,
): Promise<void> {
  requireMailAddress(email);
  const holder = await findAccountByAddress(house.db, email);
  // Whoever claimed it and never confirmed it stands in nobody's way.
  if (holder && holder.id !== actorId) await house.db.begin((tx) => forgetExpired(tx, "", email, LINK_HOURS));
  await transact(house, "actor.update", "author", undefined, async (tx) => {
    const account = await holdAccount(tx, actorId);
    if (account?.state !== "active") throw new Refusal("not-allowed");
    if (account.confirmed && account.email?.toLowerCase() === email.toLowerCase()) throw new Refusal("already-done");
    const owner = await findAccountByAddress(tx, email);
    if (!owner || owner.id === actorId)
      await writeMail(tx, house, { to: email, actorId, purpose: "confirm-email", ...letter(account) });
    // Also when nothing was written to the new one: else its absence would tell that somebody has it.
    await writeNotice(tx, house, actorId, "address-asked", notice);
    return { result: undefined, line: null };
  });
}

/** From now on the account has no address, and gets no mail. Throws `already-done` when it has none. */
export function dropAddress(house: House, actorId: Id, notice: ComposeNotice): Promise<void> {
  return transact(house, "actor.update", "author", undefined, async (tx) => {
    const account = await holdAccount(tx, actorId);
    if (!account || account.email === null) throw new Refusal("already-done");
    await writeNotice(tx, house, actorId, "address-removed", notice);
    await removeAddress(tx, actorId);
    return { result: undefined, line: null };
  });
}
