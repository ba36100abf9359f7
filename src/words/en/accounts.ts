/** English for registering, invitations, approval. */

export const accounts = {};

export type AccountsWords = typeof accounts;
