/** German for registering, invitations, approval. */
import type { AccountsWords } from "../en/accounts.ts";

export const accounts: AccountsWords = {};
