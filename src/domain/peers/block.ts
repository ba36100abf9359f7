/** Blocks another server, and ends that. */
import { dropForBlocked } from "../../../db/queries/lanes.ts";
import { setBlocked } from "../../../db/queries/peers.ts";
import { Refusal } from "../../base/errors.ts";
import type { House } from "../transact.ts";

/** From now on nothing is taken from `host` and the names below it, and nothing sent there. Returns how many waiting letters were dropped. */
export async function blockPeer(house: House, host: string): Promise<number> {
  if (host === new URL(house.origin).host) throw new Refusal("input-invalid", `${host} is this server itself.`);
  await setBlocked(house.db, house.makeId(), host, true);
  return dropForBlocked(house.db);
}

/** Takes the block back. Returns false when there was none. */
export function unblockPeer(house: House, host: string): Promise<boolean> {
  return setBlocked(house.db, house.makeId(), host, false);
}
