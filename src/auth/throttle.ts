/** How often one and the same may be asked for: counted in this process, and forgotten in time. */
import { TooManyTries } from "./attempts.ts";

export interface Throttle {
  /** Counts one more for `key`. Throws TooManyTries. */
  take(key: string): void;
}

const MOST_KEYS = 10_000;

/** At most `most` times within `seconds` for each key. Of more keys than can be remembered the one that was heard of first is forgotten. */
export function openThrottle(most: number, seconds: number, now: () => number = Date.now): Throttle {
  const taken = new Map<string, number[]>();
  return {
    take(key) {
      const since = now() - seconds * 1_000;
      const times = (taken.get(key) ?? []).filter((time) => time > since);
      const oldest = times[0];
      if (times.length >= most && oldest !== undefined) throw new TooManyTries((oldest - since) / 1_000);
      taken.delete(key);
      taken.set(key, [...times, now()]);
      const first = taken.keys().next().value;
      if (taken.size > MOST_KEYS && first !== undefined) taken.delete(first);
    },
  };
}
