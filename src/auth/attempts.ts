/**
 * How often somebody may try to sign in (R33): 25 times in five minutes from one network, and ten times an hour wrongly on one account, whoever
 * tries. A try is written down before it is looked at, so that a hundred at once are a hundred tries.
 */
import { isIPv6 } from "node:net";
import type { Id } from "../../db/ids.ts";
import {
  type AttemptCount,
  countAttemptsFrom,
  countFailuresOf,
  insertAttempt,
  setAttemptOutcome,
} from "../../db/queries/attempts.ts";
import { Refusal } from "../base/errors.ts";
import type { House } from "../domain/transact.ts";

/** Where a try comes from. */
export interface From {
  address: string;
  userAgent: string;
}

interface Limit {
  most: number;
  seconds: number;
}
const PER_NETWORK: Limit = { most: 25, seconds: 5 * 60 };
export const PER_ACCOUNT: Limit = { most: 10, seconds: 3_600 };
const MAX_USER_AGENT = 300;

/** A Refusal that says when to come back. */
export class TooManyTries extends Refusal {
  /** Seconds. */
  readonly retryAfterS: number;

  constructor(retryAfterS: number) {
    super("too-many-tries");
    this.retryAfterS = Math.max(1, Math.ceil(retryAfterS));
  }
}

/**
 * Writes down a try on the account `actorId` (null: there is none of that name), as one that failed in the way `failure` says until somebody knows
 * better. Returns its id. Throws TooManyTries.
 */
export async function beginAttempt(
  house: Pick<House, "db" | "makeId">,
  actorId: Id | null,
  from: From,
  failure: "wrong" | "second-factor-wrong",
): Promise<Id> {
  const id = house.makeId();
  const address = networkOf(from.address);
  const userAgent = from.userAgent.slice(0, MAX_USER_AGENT);
  await insertAttempt(house.db, { id, actorId, address, userAgent, outcome: failure });
  const [network, account] = await Promise.all([
    countAttemptsFrom(house.db, address, PER_NETWORK.seconds),
    actorId === null ? null : countFailuresOf(house.db, actorId, PER_ACCOUNT.seconds),
  ]);
  const waits = [waitOf(network, PER_NETWORK), account === null ? 0 : waitOf(account, PER_ACCOUNT)];
  if (Math.max(...waits) === 0) return id;
  await setAttemptOutcome(house.db, id, "limited");
  throw new TooManyTries(Math.max(...waits));
}

/** Seconds until one more is possible; 0: now. */
function waitOf({ count, oldestS }: AttemptCount, { most, seconds }: Limit): number {
  return count <= most ? 0 : Math.max(1, seconds - oldestS);
}

/** What counts as one place: an IPv4 address, or the /64 of an IPv6 address, which one household has whole. */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = (URL.parse(`http://[${plain}]`)?.hostname.slice(1, -1) ?? plain).split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const all = [...groups, ...Array<string>(Math.max(0, 8 - groups.length - after.length)).fill("0"), ...after];
  return `${all.slice(0, 4).join(":")}::/64`;
}
