/** English for mails. */

export const mails = {};

export type MailsWords = typeof mails;
