/** What this process knows of a host while it has lanes to it, and the host's breaker. */
import { type Id, idAt } from "../../db/ids.ts";
import type { Db } from "../../db/open.ts";
import { revivePeer } from "../../db/queries/deliveries.ts";
import { buryOverdue, type Lane, recordFailure, type SignatureStyle } from "../../db/queries/lanes.ts";
import { LIFETIME_MS, TOO_LATE, type Verdict, waitMs } from "./schedule.ts";

/** Failures in a row after which a host is left alone, when each alone did not say so. */
const TOLERATED = 5;

export interface Host {
  readonly peerId: Id;
  readonly name: string;
  style: SignatureStyle;
  /** In a row. Above 0, one letter at a time finds out whether it is well again. */
  failures: number;
  /** Milliseconds since 1970 until which it is left alone. */
  openUntil: number;
  /** It asked for that itself: a letter that it takes meanwhile does not end it. */
  asked: boolean;
  /** Lanes of this process. */
  lanes: number;
  /** When `last_sent_at` was last written. */
  notedAt: number;
}

export interface BreakerContext {
  db: Db;
  now: () => Date;
  random: () => number;
  onError: (error: unknown, what: string) => void;
}

/** The host behind a lane that was just leased, so that its breaker is closed as of now. */
export function meetHost(known: Host | undefined, lane: Lane): Host {
  const { peerId, host: name, signatureStyle: style, failures } = lane;
  if (known) return Object.assign(known, { style, failures, openUntil: 0, asked: false });
  return {
    peerId,
    name,
    style,
    failures,
    openUntil: 0,
    asked: false,
    lanes: 0,
    notedAt: lane.lastSentAt?.getTime() ?? 0,
  };
}

/**
 * Counts a failure and opens the breaker when it is time. Of letters that were under way together only the first counts.
 * Returns until when the host is left alone, in milliseconds since 1970; 0 when it is not. Never rejects.
 */
export async function hostFailed(
  { db, now, random, onError }: BreakerContext,
  host: Host,
  failure: Extract<Verdict, { is: "failed" }>,
): Promise<number> {
  const at = now();
  if (host.openUntil > at.getTime()) return host.openUntil;
  host.failures += 1;
  const opens = failure.opens || host.failures >= TOLERATED;
  const round = failure.opens ? host.failures : host.failures - TOLERATED + 1;
  if (opens) host.openUntil = at.getTime() + (failure.retryAfterMs ?? waitMs(round, random));
  host.asked = opens && failure.retryAfterMs !== null;
  const until = host.openUntil;
  const retryAt = opens ? new Date(until) : null;
  try {
    await recordFailure(db, host.peerId, { now: at, retryAt, asked: host.asked, reason: failure.reason });
    if (opens) {
      const before = idAt(new Date(at.getTime() - LIFETIME_MS));
      await buryOverdue(db, host.peerId, before, at, `${TOO_LATE}: ${failure.reason}`);
    }
  } catch (error) {
    // This process leaves the host alone all the same.
    onError(error, `The failure of ${host.name} could not be written down`);
  }
  return opens ? until : 0;
}

/** The host took a letter, or refused one for good: it is there, and whatever was put off for it is due, unless it asked for a pause. */
export async function hostAnswered({ db, now }: BreakerContext, host: Host): Promise<void> {
  if (host.failures === 0 || (host.asked && host.openUntil > now().getTime())) return;
  host.failures = 0;
  host.openUntil = 0;
  await revivePeer(db, host.peerId, now());
}
