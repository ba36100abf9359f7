/** Tries again, now, to send what waits for another server or was given up. */
import { retryHost } from "../../../db/queries/deliveries.ts";
import { Refusal } from "../../base/errors.ts";
import type { House } from "../transact.ts";

/** Returns how many letters that had been given up wait again. Throws a Refusal when no such server is known. */
export async function retryPeer(house: Pick<House, "db">, host: string): Promise<number> {
  const risen = await retryHost(house.db, host);
  if (risen === null) throw new Refusal("not-found", `We do not know a server named ${host}.`);
  return risen;
}
