/**
 * How often somebody may do something: so many at once, and then as many as come again in time (the generic cell rate algorithm: one figure is kept of
 * each). Known to this process alone, so that several of them let pass as many times more; bounded, whoever tries. It stands here because both
 * federation and the house need it.
 */

export interface PaceOptions {
  /** May be done at once by whoever has done nothing for a while. */
  most: number;
  /** In so many seconds as many come again, one by one. */
  seconds: number;
  /** How many are remembered; whoever was not heard of for longest is forgotten first. */
  keys?: number;
  /** Milliseconds. */
  now?: () => number;
}

/** What became of one try. */
export interface Step {
  ok: boolean;
  limit: number;
  /** May be done right now. */
  remaining: number;
  /** Milliseconds since 1970 from when on all may be done again. */
  resetAt: number;
  /** Seconds until one may be done; 0 for now. */
  retryAfterS: number;
  /** The first that was refused to them for a minute: worth a line in the log, where the others are not. */
  tell: boolean;
}

export interface Pace {
  /** Counts one, unless it is one too many. */
  take(key: string): Step;
  /** Looks without counting. */
  look(key: string): Step;
}

interface Entry {
  /** When, at the steady pace, the next would be due. */
  dueAt: number;
  toldAt: number;
}

const KEYS = 20_000;
const TOLD_MS = 60_000;

export function openPace({ most, seconds, keys = KEYS, now = () => Date.now() }: PaceOptions): Pace {
  const entries = new Map<string, Entry>();
  const eachMs = (seconds * 1_000) / most;
  const wholeMs = seconds * 1_000;

  function step(key: string, counts: boolean): Step {
    const at = now();
    const before = entries.get(key);
    const dueAt = Math.max(before?.dueAt ?? at, at);
    // A clock in floating point must not refuse the last one.
    const ok = dueAt + eachMs - at <= wholeMs + 1e-6;
    const after = ok && counts ? dueAt + eachMs : dueAt;
    const tell = !ok && at - (before?.toldAt ?? Number.NEGATIVE_INFINITY) >= TOLD_MS;
    if (counts || tell) {
      entries.delete(key);
      entries.set(key, { dueAt: after, toldAt: tell ? at : (before?.toldAt ?? Number.NEGATIVE_INFINITY) });
      if (entries.size > keys) entries.delete(entries.keys().next().value as string);
    }
    return {
      ok,
      limit: most,
      remaining: Math.max(0, Math.floor((wholeMs - (after - at)) / eachMs + 1e-6)),
      resetAt: after,
      retryAfterS: ok ? 0 : Math.max(1, Math.ceil((dueAt + eachMs - at - wholeMs) / 1_000)),
      tell,
    };
  }

  return { take: (key) => step(key, true), look: (key) => step(key, false) };
}

/** What a refusal says in its headers: when to come back, and in Mastodon's words how much there is. */
export function paceHeaders({ limit, remaining, resetAt, retryAfterS }: Step): Record<string, string> {
  return {
    "retry-after": String(retryAfterS),
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": new Date(resetAt).toISOString(),
  };
}
