/** Looking after the mail that waits or failed: the owner reads one, or has it tried again. */
import type { Id } from "../../../db/ids.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import { reviveMail } from "../../../db/queries/mails.ts";
import { Refusal } from "../../base/errors.ts";
import { standingsOf } from "../standing.ts";
import { type House, transact } from "../transact.ts";

/** Notes that `by` reads a mail to somebody else: it may hold a link that opens their account. */
export async function noteMailRead(house: House, by: Id, mailId: Id): Promise<void> {
  const standings = await standingsOf(house.db, by, { groupId: null });
  await transact(house, "server.mail", standings, undefined, async (tx) => {
    await writeAudit(tx, { id: house.makeId(), actorId: by, act: "mail.read", data: { mail: mailId } });
    return { result: undefined, line: null };
  });
}

/** A mail that failed waits again, as if it were new. */
export async function tryMailAgain(house: House, by: Id, mailId: Id): Promise<void> {
  const standings = await standingsOf(house.db, by, { groupId: null });
  await transact(house, "server.mail", standings, undefined, async (tx) => {
    if (!(await reviveMail(tx, mailId))) throw new Refusal("already-done");
    await writeAudit(tx, { id: house.makeId(), actorId: by, act: "mail.tried-again", data: { mail: mailId } });
    return { result: undefined, line: null };
  });
}
