/** Sends what mail is due: each is leased first, so that several workers never send one at the same time, and none is lost with a worker. */
import { failMail, type LeasedMail, leaseMails, markMailSent, postponeMail } from "../../../db/queries/mails.ts";
import { type Mailer, MailRefused } from "../../base/mail.ts";
import { oneLine } from "../../base/text/characters.ts";
import type { House } from "../transact.ts";

const AT_ONCE = 10;
/** Seconds for which a mail is ours: longer than a mail server may keep us waiting for all of a round. */
const LEASE_S = 600;
/** Seconds between tries; the last pause is repeated. */
const PAUSES_S = [60, 300, 900, 3_600, 3 * 3_600, 6 * 3_600];
/** A mail is tried for so long. */
const PATIENCE_MS = 3 * 24 * 3_600_000;
const LONGEST_ERROR = 500;

export interface Sent {
  sent: number;
  postponed: number;
  failed: number;
}

/** One round; call again at once while there was anything. The server's own words about a failure are kept with the mail. */
export async function sendMails(house: Pick<House, "db" | "now">, mailer: Mailer): Promise<Sent> {
  const mails = await leaseMails(house.db, AT_ONCE, LEASE_S);
  const ends = await Promise.all(mails.map((mail) => sendOne(house, mailer, mail)));
  const count = (end: keyof Sent) => ends.filter((one) => one === end).length;
  return { sent: count("sent"), postponed: count("postponed"), failed: count("failed") };
}

async function sendOne(house: Pick<House, "db" | "now">, mailer: Mailer, mail: LeasedMail): Promise<keyof Sent> {
  try {
    await mailer.send({ ...mail, writtenAt: mail.createdAt });
  } catch (error) {
    const why = oneLine(error instanceof Error ? error.message : String(error)).slice(0, LONGEST_ERROR);
    const waited = house.now().getTime() - mail.createdAt.getTime();
    if (error instanceof MailRefused || waited > PATIENCE_MS) {
      await failMail(house.db, mail.id, why);
      return "failed";
    }
    const pause = PAUSES_S[Math.min(mail.attempts, PAUSES_S.length) - 1] ?? LEASE_S;
    await postponeMail(house.db, mail.id, pause, why);
    return "postponed";
  }
  await markMailSent(house.db, mail.id);
  return "sent";
}
