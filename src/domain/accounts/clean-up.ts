/** What is done every night about accounts and mail: who never confirmed is forgotten, old mail too, and a door nobody watches is closed. */
import { writeAudit } from "../../../db/queries/audit.ts";
import { forgetOldMails } from "../../../db/queries/mails.ts";
import { deleteAskedAccount, findForgotten, isLookedAfter } from "../../../db/queries/registrations.ts";
import { closeOpenRegistration } from "../../../db/queries/settings.ts";
import type { House } from "../transact.ts";

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

export async function cleanUpAccounts(house: Pick<House, "db" | "makeId">): Promise<CleanedUpAccounts> {
  let unconfirmed = 0;
  for (const id of await findForgotten(house.db, UNCONFIRMED_DAYS, UNAPPROVED_DAYS))
    if (await house.db.begin((tx) => deleteAskedAccount(tx, id))) unconfirmed++;
  const mails = await forgetOldMails(house.db, MAIL_DAYS);
  return { unconfirmed, mails, registrationClosed: await closeUnwatched(house) };
}

function closeUnwatched(house: Pick<House, "db" | "makeId">): Promise<boolean> {
  return house.db.begin(async (tx) => {
    if (await isLookedAfter(tx, UNWATCHED_DAYS)) return false;
    const closed = await closeOpenRegistration(tx);
    if (closed) await writeAudit(tx, { id: house.makeId(), actorId: null, act: "registration.closed-itself" });
    return closed;
  });
}
