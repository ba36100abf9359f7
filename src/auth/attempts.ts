/**
 * How often somebody may try to sign in (R33): 25 times in five minutes from one network, and ten times an hour wrongly on one account from all
 * browsers that are not known for it, and from each that is. A try is written down before it is looked at, so that a hundred at once are a hundred tries. Asking for a new password and registering
 * are counted in the same way.
 */
import type { Id } from "../../db/ids.ts";
import {
  type AttemptCount,
  type AttemptOutcome,
  countAttemptsFrom,
  countAttemptsOn,
  deleteAttempt,
  insertAttempt,
  setAttemptOutcome,
} from "../../db/queries/attempts.ts";
import { networkOf } from "../base/client-address.ts";
import { Refusal } from "../base/errors.ts";
import type { House } from "../domain/transact.ts";

/** Where a try comes from. */
export interface From {
  address: string;
  userAgent: string;
  /** What the browser keeps by which it is known, if it does (devices.ts). */
  device?: string | undefined;
}

interface Limit {
  most: number;
  seconds: number;
}
const PER_NETWORK: Limit = { most: 25, seconds: 5 * 60 };
const PER_ACCOUNT: Limit = { most: 10, seconds: 3_600 };
const SIGN_IN = ["signed-in", "wrong", "second-factor-wrong"] as const satisfies AttemptOutcome[];
const FAILED = ["wrong", "second-factor-wrong"] as const satisfies AttemptOutcome[];

/** Links to set a new password: from one network, and for one address. Sign-ups from one network. */
const ASKING = {
  forgot: { network: PER_NETWORK, mark: { most: 5, seconds: 30 * 60 } },
  "sign-up": { network: { most: 5, seconds: 30 * 60 }, mark: null },
} as const satisfies Record<string, { network: Limit; mark: Limit | null }>;
const MAX_USER_AGENT = 300;

/** A Refusal that says when to come back. */
export class TooManyTries extends Refusal {
  /** Of the answer, besides Retry-After. */
  readonly headers: Readonly<Record<string, string>>;
  /** Worth a line in the log: the first in a while. */
  readonly tell: boolean;

  constructor(retryAfterS: number, headers: Readonly<Record<string, string>> = {}, tell = false) {
    super("too-many-tries", undefined, { retryAfterS: Math.max(1, Math.ceil(retryAfterS)) });
    this.headers = headers;
    this.tell = tell;
  }
}

/**
 * Writes down a try on the account `actorId` (null: there is none of that name), as one that failed in the way `failure` says until somebody knows
 * better. `mark` is what it is counted on in place of the account: a browser that is known, or a name that nobody has, which is limited as accounts
 * are: else the limit would tell which there are. Returns its id. Throws TooManyTries.
 */
export async function beginAttempt(
  house: Pick<House, "db" | "makeId">,
  actorId: Id | null,
  from: From,
  failure: "wrong" | "second-factor-wrong",
  mark: Buffer | null = null,
): Promise<Id> {
  const id = house.makeId();
  const address = networkOf(from.address);
  const userAgent = from.userAgent.slice(0, MAX_USER_AGENT);
  await insertAttempt(house.db, { id, actorId, mark, address, userAgent, outcome: failure });
  const on = mark !== null ? { mark } : actorId !== null ? { actorId } : null;
  const [network, account] = await Promise.all([
    countAttemptsFrom(house.db, address, SIGN_IN, PER_NETWORK.seconds),
    on && countAttemptsOn(house.db, on, FAILED, PER_ACCOUNT.seconds),
  ]);
  const wait = Math.max(waitOf(network, PER_NETWORK), account === null ? 0 : waitOf(account, PER_ACCOUNT));
  if (wait === 0) return id;
  // Nobody would see it who is nobody's.
  if (actorId === null) await deleteAttempt(house.db, id);
  else await setAttemptOutcome(house.db, id, "limited");
  throw new TooManyTries(wait);
}

/**
 * Counts one more who asks for a link (for what `mark` stands for), or registers. Returns its id, which is greater than all before. Throws
 * TooManyTries.
 */
export async function countAsking(
  house: Pick<House, "db" | "makeId">,
  what: keyof typeof ASKING,
  from: From,
  mark: Buffer | null = null,
): Promise<Id> {
  const id = house.makeId();
  const limits = ASKING[what];
  const address = networkOf(from.address);
  await insertAttempt(house.db, { id, actorId: null, mark, address, userAgent: "", outcome: what });
  const [network, asked] = await Promise.all([
    countAttemptsFrom(house.db, address, [what], limits.network.seconds),
    mark && limits.mark && countAttemptsOn(house.db, { mark }, [what], limits.mark.seconds),
  ]);
  const wait = Math.max(waitOf(network, limits.network), asked && limits.mark ? waitOf(asked, limits.mark) : 0);
  if (wait === 0) return id;
  await deleteAttempt(house.db, id);
  throw new TooManyTries(wait);
}

/** Seconds until one more is possible; 0: now. */
function waitOf({ count, oldestS }: AttemptCount, { most, seconds }: Limit): number {
  return count <= most ? 0 : Math.max(1, seconds - oldestS);
}
