/** Tries again, now, to send what waits for another server or was given up. */
import { retryHost } from "../../../db/queries/deliveries.ts";
import { findPeer } from "../../../db/queries/peers.ts";
import { Refusal } from "../../base/errors.ts";
import type { House } from "../transact.ts";

/**
 * Returns how many letters that had been given up wait again. Throws a Refusal when no such server is known, and when it is blocked: what waits for
 * such a one is dropped.
 */
export async function retryPeer(house: Pick<House, "db">, host: string): Promise<number> {
  if ((await findPeer(house.db, host))?.blockedAt)
    throw new Refusal("blocked", `${host} is blocked: \`peers --unblock ${host}\` first.`);
  const risen = await retryHost(house.db, host);
  if (risen === null) throw new Refusal("not-found", `We do not know a server named ${host}.`);
  return risen;
}
