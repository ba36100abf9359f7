/** One turn of one lane: its letters go out oldest first, in order where they are about the same, a few at once. */
import { type Id, timeOf } from "../../db/ids.ts";
import { isDatabaseTrouble } from "../../db/open.ts";
import {
  countGoneDay,
  dropInbox,
  forgetGoneDays,
  type Lane,
  type Letter,
  rememberStyle,
  type SignatureStyle,
} from "../../db/queries/lanes.ts";
import { type Outbound, OutboundError } from "../http.ts";
import { type BreakerContext, type Host, hostAnswered, hostFailed } from "./host.ts";
import { type Envelope, knock } from "./knock.ts";
import type { Ledger } from "./ledger.ts";
import { judge, judgeError, LIFETIME_MS, TOO_LATE, type Verdict, waitMs } from "./schedule.ts";

/** Letters of one lane under way at once, and of one host over all its lanes (as many as there are connections to it). */
const LETTERS_AT_ONCE = 4;
const LETTERS_PER_HOST = 8;
/** After so long a lane gives its place to the next. */
const TURN_MS = 20_000;
const GONE_DAYS = 3;
/** So often `last_sent_at` of a host is written at most. */
const NOTE_MS = 60_000;

export interface LaneContext extends BreakerContext {
  outbound: Outbound;
  ledger: Ledger;
  envelopeOf: (activityId: Id) => Promise<Envelope | null>;
  stopping: () => boolean;
  /** Ends what is under way. */
  signal: AbortSignal;
}

export interface Turn {
  readonly lane: Lane;
  readonly host: Host;
  /** The lease is another's now, or the inbox is gone: nothing more may be sent. */
  lost: boolean;
  /** When it ended there were letters left that might go at once. */
  more: boolean;
  /** It has ended; the lease ends when that is written down. */
  over: boolean;
}

/** Sends what may be sent of `letters`. Returns whether some that might have gone were left for want of time. */
export async function runTurn(context: LaneContext, turn: Turn, letters: Letter[]): Promise<boolean> {
  const { host } = turn;
  const waiting = [...letters];
  // What has a letter under way, or with one put off: the later ones stay behind it.
  const closed = new Set<Id>();
  const underWay = new Set<Promise<void>>();
  const end = performance.now() + TURN_MS;
  const mayGoOn = () =>
    !turn.lost && !context.stopping() && host.openUntil <= context.now().getTime() && performance.now() < end;

  const start = (letter: Letter) => {
    closed.add(letter.aboutId);
    const sending: Promise<void> = send(context, turn, letter).then((done) => {
      underWay.delete(sending);
      if (done) closed.delete(letter.aboutId);
    });
    underWay.add(sending);
  };

  while (true) {
    while (mayGoOn() && underWay.size < width(host)) {
      const next = waiting.findIndex((letter) => !closed.has(letter.aboutId));
      if (next < 0) break;
      for (const letter of waiting.splice(next, 1)) start(letter);
    }
    if (underWay.size === 0) break;
    await Promise.race(underWay);
  }
  return !turn.lost && host.openUntil === 0 && waiting.some((letter) => !closed.has(letter.aboutId));
}

function width(host: Host): number {
  if (host.failures > 0) return 1;
  return Math.min(LETTERS_AT_ONCE, Math.max(1, Math.floor(LETTERS_PER_HOST / host.lanes)));
}

/** Sends one letter and notes what became of it. Returns whether the next about the same may follow. Never rejects. */
async function send(context: LaneContext, turn: Turn, letter: Letter): Promise<boolean> {
  if (isStale(letter, context.now())) {
    const { lastError } = turn.lane;
    context.ledger.dead(letter, lastError ? `${TOO_LATE}: ${lastError}` : TOO_LATE);
    return true;
  }
  let outcome: Outcome;
  try {
    outcome = await deliver(context, turn, letter);
  } catch (error) {
    // Cut short because we stop, or because our own database is away for a moment: the letter stays as it is, and is due as before.
    if (context.signal.aborted || isDatabaseTrouble(error)) return false;
    // Anything else is a fault of ours, and no reason to leave the host alone.
    context.onError(error, `Letter ${letter.activityId} to ${turn.lane.inboxUri} could not be sent`);
    const reason = error instanceof Error ? error.message : String(error);
    putOff(context, letter, { is: "failed", reason, opens: false, retryAfterMs: null }, 0);
    return false;
  }
  const { verdict } = outcome;
  if (verdict.is === "failed") {
    putOff(context, letter, verdict, await hostFailed(context, turn.host, verdict));
    return false;
  }
  if (verdict.is === "delivered") context.ledger.delivered(letter);
  else context.ledger.dead(letter, verdict.reason);
  try {
    await remember(context, turn, outcome);
  } catch (error) {
    // The letter's fate stands; what was learned of the host will be learned again.
    context.onError(error, `What ${turn.host.name} answered could not be written down`);
  }
  return true;
}

/** It comes from a backup that was restored, or waited behind another one: by now what it tells is no news, or was told already (R86). */
function isStale({ activityId, dueAt }: Letter, now: Date): boolean {
  const wanted = Math.max(timeOf(activityId).getTime(), dueAt?.getTime() ?? 0);
  return wanted + LIFETIME_MS <= now.getTime();
}

interface Outcome {
  verdict: Verdict;
  style: SignatureStyle;
}

async function deliver(context: LaneContext, { lane, host }: Turn, letter: Letter): Promise<Outcome> {
  const envelope = await context.envelopeOf(letter.activityId);
  // Nothing is left to send: as good as done.
  if (!envelope) return { verdict: { is: "delivered" }, style: host.style };
  const now = () => context.now().getTime();
  try {
    const { outbound, signal } = context;
    const { inboxUri } = lane;
    const { answer, style } = await knock({ outbound, inboxUri, envelope, style: host.style, now, signal });
    return { verdict: judge(answer, now()), style };
  } catch (error) {
    if (error instanceof OutboundError && !context.signal.aborted)
      return { verdict: judgeError(error), style: host.style };
    throw error;
  }
}

/** Keeps what an answer that was no failure tells of the host and the inbox. */
async function remember(context: LaneContext, turn: Turn, { verdict, style }: Outcome): Promise<void> {
  const { ledger, db, now } = context;
  const { lane, host } = turn;
  if (verdict.is === "delivered") {
    const at = now().getTime();
    if (at - host.notedAt >= NOTE_MS) {
      host.notedAt = at;
      ledger.sentTo(host.peerId);
    }
    if (style !== host.style) {
      host.style = style;
      await rememberStyle(db, host.peerId, style);
    }
    if (lane.goneDays > 0) {
      lane.goneDays = 0;
      await forgetGoneDays(db, lane.inboxId);
    }
  } else if (verdict.is === "refused" && verdict.gone) {
    await inboxGone(context, turn, verdict.reason);
  }
  await hostAnswered(context, host);
}

/** `hostUntil`: until when the host is left alone, or 0. */
function putOff(
  { ledger, now, random }: LaneContext,
  letter: Letter,
  failure: Extract<Verdict, { is: "failed" }>,
  hostUntil: number,
): void {
  const at = now().getTime();
  if (timeOf(letter.activityId).getTime() + LIFETIME_MS <= at) {
    ledger.dead(letter, `${TOO_LATE}: ${failure.reason}`);
    return;
  }
  const until = hostUntil || at + (failure.retryAfterMs ?? waitMs(letter.attempts + 1, random));
  ledger.putOff(letter, new Date(until));
}

async function inboxGone(context: LaneContext, turn: Turn, reason: string): Promise<void> {
  const { inboxId } = turn.lane;
  const days = await countGoneDay(context.db, inboxId, context.now());
  if (days === null) return;
  turn.lane.goneDays = days;
  if (days < GONE_DAYS) return;
  turn.lost = true;
  await dropInbox(context.db, inboxId, context.now(), `The inbox was gone on ${days} different days: ${reason}`);
}
