/** Writes a mail, in the transaction of what it tells of; whoever sends mail takes it from there. */
import type { Id } from "../../../db/ids.ts";
import type { Queryable } from "../../../db/open.ts";
import { insertMail } from "../../../db/queries/mails.ts";
import { oneLine } from "../../base/text/characters.ts";
import type { House } from "../transact.ts";

export interface Mail {
  to: string;
  /** Whose account it is about; null when it is nobody's here. */
  actorId: Id | null;
  /** What it is for, in a word, such as `confirm-email`. */
  purpose: string;
  /** One line; line breaks become spaces. */
  subject: string;
  /** Plain text. */
  text: string;
  /** Further headers, such as List-Unsubscribe. */
  headers?: Record<string, string>;
}

const LONGEST_SUBJECT = 200;

/** It waits from the moment `tx` commits. */
export async function writeMail(tx: Queryable, house: Pick<House, "makeId">, mail: Mail): Promise<void> {
  await insertMail(tx, {
    id: house.makeId(),
    to: mail.to,
    actorId: mail.actorId,
    purpose: mail.purpose,
    subject: oneLine(mail.subject).slice(0, LONGEST_SUBJECT),
    text: mail.text,
    headers: mail.headers ?? {},
  });
}
