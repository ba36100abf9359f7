/** Whom this server has to do with nothing: asked for every letter and every signed fetch, so an answer is good for half a minute. */
import type { Db } from "../../db/open.ts";
import { isBlocked } from "../../db/queries/peers.ts";
import { memory } from "../memory.ts";

const HOSTS = 10_000;
const GOOD_MS = 30_000;

/** Says whether a host, or one above it, is blocked (R46). Who is not may be for half a minute after the operator has blocked it. */
export function openBlocked(db: Db): (host: string) => Promise<boolean> {
  const allowed = memory<true>(HOSTS, GOOD_MS);
  return async (host) => {
    if (allowed.get(host)) return false;
    if (await isBlocked(db, host)) return true;
    allowed.set(host, true);
    return false;
  };
}
