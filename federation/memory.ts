/** A small cache in memory: bounded, what was not used for long goes first, entries expire. */

export interface Memory<V> {
  get(key: string): V | undefined;
  /** `forMs` where it is another time than usual. */
  set(key: string, value: V, forMs?: number): void;
  delete(key: string): void;
}

/** Remembers at most `max` values, each for `ttlMs`. While less than half of that are here, nothing goes, and who uses what is not kept in mind. */
export function memory<V>(max: number, ttlMs: number, now: () => number = () => Date.now()): Memory<V> {
  const entries = new Map<string, { value: V; until: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (entry.until <= now()) {
        entries.delete(key);
        return undefined;
      }
      if (entries.size > max / 2) {
        entries.delete(key);
        entries.set(key, entry);
      }
      return entry.value;
    },
    set(key, value, forMs = ttlMs) {
      entries.delete(key);
      entries.set(key, { value, until: now() + forMs });
      if (entries.size > max) entries.delete(entries.keys().next().value as string);
    },
    delete(key) {
      entries.delete(key);
    },
  };
}
