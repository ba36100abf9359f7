/** English for looking after the server. */

export const admin = {};

export type AdminWords = typeof admin;
