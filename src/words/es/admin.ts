/** Spanish for looking after the server. */
import type { AdminWords } from "../en/admin.ts";

export const admin: AdminWords = {};
