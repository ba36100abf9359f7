/** Ends the mails to an account, from the mail itself (RFC 8058). Once more changes nothing. */
import type { Id } from "../../../db/ids.ts";
import type { House } from "../transact.ts";
import { chooseRhythm } from "./rhythm.ts";

/** `actor` as the token carries it. */
export function unsubscribe(house: House, actor: string): Promise<void> {
  return chooseRhythm(house, actor as Id, "never");
}
