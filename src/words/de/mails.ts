/** German for mails. */
import type { MailsWords } from "../en/mails.ts";

export const mails: MailsWords = {};
