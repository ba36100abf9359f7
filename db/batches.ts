/** Gathers what comes while the database is busy, so that many small changes share one transaction and one wait for the disk. */

export interface BatchOptions<A> {
  /** What the items of a batch may weigh together; one that is heavier by itself goes alone. */
  max: number;
  /** 1 for each, unless this says otherwise. */
  weightOf?(item: A): number;
  /** Items that have a key in common never share a batch: the later one sees what became of the earlier. */
  keysOf?(item: A): readonly string[];
}

/** After a batch has failed, so many of its items at most are run again at a time, beside the batches that follow. */
export const MOST_ALONE = 4;

interface Waiting<A, R> {
  item: A;
  resolve(result: R): void;
  reject(reason: unknown): void;
}

/**
 * Gives `run` one item at a time. The first is run at once; what comes meanwhile waits, and is run together as soon as that has ended. `run` gives the
 * result of each item in the order given, an Error for those that fail alone. When it throws, each of its items is run again by itself, so that
 * a bad one does no harm to its neighbours: whatever `run` does must be undone when it throws. Meanwhile other batches go on, but what has a key
 * in common with an item that is to be run again waits for it: of two that have one, the later never overtakes the earlier.
 */
export function inBatches<A, R>(
  run: (items: readonly A[]) => Promise<readonly (R | Error)[]>,
  { max, weightOf = () => 1, keysOf = () => [] }: BatchOptions<A>,
): (item: A) => Promise<R> {
  let waiting: Waiting<A, R>[] = [];
  let running = false;
  /** Those of a batch that failed, which wait to be run again. */
  const again: Waiting<A, R>[] = [];
  /** The keys of these, and of those that are being run again. */
  const held = new Set<string>();
  let alone = 0;

  /** Empty where all that waits has to wait for what is run again. */
  function take(): Waiting<A, R>[] {
    const batch: Waiting<A, R>[] = [];
    const left: Waiting<A, R>[] = [];
    const met = new Set<string>(held);
    let weight = 0;
    for (const entry of waiting) {
      const full = weight >= max;
      const keys = full ? [] : keysOf(entry.item);
      const sum = full ? 0 : weight + weightOf(entry.item);
      const fits = !full && (sum <= max || batch.length === 0) && !keys.some((key) => met.has(key));
      (fits ? batch : left).push(entry);
      if (fits) weight = sum;
      for (const key of keys) met.add(key);
    }
    waiting = left;
    return batch;
  }

  async function settle(batch: readonly Waiting<A, R>[]): Promise<void> {
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [i, { resolve, reject }] of batch.entries()) {
        const result = results[i] as R | Error;
        if (result instanceof Error) reject(result);
        else resolve(result);
      }
    } catch (error) {
      const [first, ...others] = batch;
      if (others.length === 0) return first?.reject(error);
      for (const { item } of batch) for (const key of keysOf(item)) held.add(key);
      again.push(...batch);
      // Nobody waits for them but what has a key in common: one that takes its time must not hold up the next batch.
      while (alone < MOST_ALONE && again.length > 0) void runAgain();
    }
  }

  async function runAgain(): Promise<void> {
    alone++;
    for (let entry = again.shift(); entry; entry = again.shift()) {
      await settle([entry]);
      for (const key of keysOf(entry.item)) held.delete(key);
      if (!running) void work();
    }
    alone--;
  }

  async function work(): Promise<void> {
    running = true;
    for (let batch = take(); batch.length > 0; batch = take()) await settle(batch);
    running = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void work();
    });
}
