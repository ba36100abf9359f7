/** A small cache in memory: bounded, least recently used goes first, entries expire. */

export interface Memory<V> {
  get(key: string): V | undefined;
  /** `forMs` where it is another time than usual. */
  set(key: string, value: V, forMs?: number): void;
  delete(key: string): void;
}

/** Remembers at most `max` values, each for `ttlMs`. */
export function memory<V>(max: number, ttlMs: number, now: () => number = () => Date.now()): Memory<V> {
  const entries = new Map<string, { value: V; until: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      if (entry.until <= now()) return undefined;
      entries.set(key, entry);
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
