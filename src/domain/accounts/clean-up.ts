/** What is done every night about accounts and mail: who never confirmed is forgotten, old mail too, and a door nobody watches is closed. */
import { type Addressee, findKeepers } from "../../../db/queries/addresses.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import { forgetOldMails } from "../../../db/queries/mails.ts";
import { deleteAskedAccount, findForgotten, isLookedAfter } from "../../../db/queries/registrations.ts";
import { closeOpenRegistration } from "../../../db/queries/settings.ts";
import { writeMail } from "../mails/write.ts";
import type { House } from "../transact.ts";
import type { Letter } from "./register.ts";

/** Days to confirm an address in; who waits for approval as well may have no way to get mail, and waits longer. */
const UNCONFIRMED_DAYS = 7;
const UNAPPROVED_DAYS = 30;
const MAIL_DAYS = 30;
/** Days without an owner or administrator after which registration is not open any more (R35). */
const UNWATCHED_DAYS = 7;

export interface CleanedUpAccounts {
  unconfirmed: number;
  mails: number;
  registrationClosed: boolean;
}

/** Tells somebody who looks after the server that registration was closed, since nobody of them was here for so many days. */
export type ComposeClosed = (who: Addressee, days: number) => Letter;

export async function cleanUpAccounts(
  house: Pick<House, "db" | "makeId">,
  compose: ComposeClosed,
): Promise<CleanedUpAccounts> {
  let unconfirmed = 0;
  for (const id of await findForgotten(house.db, UNCONFIRMED_DAYS, UNAPPROVED_DAYS))
    if (await house.db.begin((tx) => deleteAskedAccount(tx, id))) unconfirmed++;
  const mails = await forgetOldMails(house.db, MAIL_DAYS);
  return { unconfirmed, mails, registrationClosed: await closeUnwatched(house, compose) };
}

function closeUnwatched(house: Pick<House, "db" | "makeId">, compose: ComposeClosed): Promise<boolean> {
  return house.db.begin(async (tx) => {
    if (await isLookedAfter(tx, UNWATCHED_DAYS)) return false;
    const closed = await closeOpenRegistration(tx);
    if (!closed) return false;
    await writeAudit(tx, { id: house.makeId(), actorId: null, act: "registration.closed-itself" });
    for (const who of await findKeepers(tx)) {
      const mail = { to: who.email, actorId: who.id, purpose: "registration-closed" };
      await writeMail(tx, house, { ...mail, ...compose(who, UNWATCHED_DAYS) });
    }
    return true;
  });
}
