/** A short mail to somebody whenever what keeps their account safe has changed: whoever did it, they learn of it. */
import type { Id } from "../../../db/ids.ts";
import type { Queryable } from "../../../db/open.ts";
import { type Addressee, findAddressee } from "../../../db/queries/addresses.ts";
import { writeMail } from "../mails/write.ts";
import type { House } from "../transact.ts";
import type { Letter } from "./register.ts";

/** What happened. `address-asked`: nothing yet, but somebody asked for another address. */
export type Notice =
  | "password"
  | "totp-on"
  | "totp-off"
  | "passkey-added"
  | "passkey-removed"
  | "codes"
  | "second-factor-dropped"
  | "address-asked"
  | "address-changed"
  | "address-removed";

/** Says it in their language; `at` is in milliseconds since 1970. */
export type ComposeNotice = (what: Notice, who: Addressee, at: number) => Letter;

/**
 * Writes it to the confirmed address that the account has now: call it before that changes, in the same transaction. Without a confirmed address
 * nothing is written.
 */
export async function writeNotice(
  tx: Queryable,
  house: Pick<House, "makeId" | "now">,
  actorId: Id,
  what: Notice,
  compose: ComposeNotice,
): Promise<void> {
  const who = await findAddressee(tx, actorId);
  if (!who) return;
  const letter = compose(what, who, house.now().getTime());
  await writeMail(tx, house, { to: who.email, actorId, purpose: "security-notice", ...letter });
}
