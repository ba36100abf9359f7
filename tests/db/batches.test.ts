/** Batches: the first goes at once, company shares the next, and a bad one harms nobody else. */
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inBatches, MOST_ALONE } from "../../db/batches.ts";

/** Notes what was run together; each run takes as long as the test says. */
function openLedger(fails: (items: readonly string[]) => boolean = () => false) {
  const batches: string[][] = [];
  const open = Promise.withResolvers<void>();
  return {
    batches,
    /** Lets what runs now, and all that follows, come to its end. */
    release: () => open.resolve(),
    async run(items: readonly string[]): Promise<(string | Error)[]> {
      batches.push([...items]);
      await open.promise;
      if (fails(items)) throw new Error(`no ${items.join()}`);
      return items.map((item) => (item.startsWith("bad") ? new Error(item) : item.toUpperCase()));
    },
  };
}

test("the first goes at once and alone, and those that come meanwhile go together as soon as it is done", async () => {
  const { batches, release, run } = openLedger();
  const add = inBatches(run, { max: 10 });
  const first = add("a");
  expect(batches).toEqual([["a"]]);
  const others = ["b", "c", "d"].map((item) => add(item));
  await sleep(5);
  expect(batches).toHaveLength(1);
  release();
  expect(await Promise.all([first, ...others])).toEqual(["A", "B", "C", "D"]);
  expect(batches).toEqual([["a"], ["b", "c", "d"]]);
  expect(await add("e")).toBe("E");
  expect(batches).toHaveLength(3);
});

test("no batch is larger than it may be, and nobody is left behind", async () => {
  const { batches, release, run } = openLedger();
  const add = inBatches(run, { max: 4 });
  const all = Array.from({ length: 11 }, (_, i) => add(`${i}`));
  release();
  await Promise.all(all);
  expect(batches.map((batch) => batch.length)).toEqual([1, 4, 4, 2]);
  expect(batches.flat()).toEqual(Array.from({ length: 11 }, (_, i) => `${i}`));
});

test("what is heavy takes the place of many, and what is too heavy goes alone", async () => {
  const { batches, release, run } = openLedger();
  const add = inBatches(run, { max: 4, weightOf: Number });
  const all = ["1", "2", "3", "1", "9", "1", "1"].map((item) => add(item));
  release();
  await Promise.all(all);
  expect(batches).toEqual([["1"], ["2", "1", "1"], ["3", "1"], ["9"]]);
});

test("what has a key in common never shares a batch, and keeps its order", async () => {
  const { batches, release, run } = openLedger();
  const add = inBatches(run, { max: 10, keysOf: (item) => [...item] });
  const all = ["x", "ab", "bc", "c", "d", "a"].map((item) => add(item));
  release();
  await Promise.all(all);
  expect(batches).toEqual([["x"], ["ab", "d"], ["bc", "a"], ["c"]]);
});

test("an item that fails by itself fails alone", async () => {
  const { batches, release, run } = openLedger();
  const add = inBatches(run, { max: 10 });
  const all = ["a", "b", "bad", "c"].map((item) => add(item));
  release();
  const ends = await Promise.allSettled(all);
  expect(ends.map((end) => (end.status === "fulfilled" ? end.value : String(end.reason)))).toEqual([
    "A",
    "B",
    "Error: bad",
    "C",
  ]);
  expect(batches).toHaveLength(2);
});

test("a batch that fails as a whole is done again one by one, and only the one to blame fails", async () => {
  const { batches, release, run } = openLedger((items) => items.includes("poison"));
  const add = inBatches(run, { max: 10 });
  const all = ["a", "b", "poison", "c"].map((item) => add(item));
  release();
  const ends = await Promise.allSettled(all);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(batches).toEqual([["a"], ["b", "poison", "c"], ["b"], ["poison"], ["c"]]);
});

test("one that takes its time after a failure does not hold up the next batch", async () => {
  const slow = Promise.withResolvers<void>();
  const batches: string[][] = [];
  const add = inBatches(
    async (items: readonly string[]) => {
      batches.push([...items]);
      await sleep(1);
      if (items.length > 1 && items.includes("slow")) throw new Error("all of you");
      if (items.includes("slow")) await slow.promise;
      return items;
    },
    { max: 2 },
  );
  const all = ["a", "slow", "b", "c"].map((item) => add(item));
  expect(await all[3]).toBe("c");
  slow.resolve();
  expect(await Promise.all(all)).toEqual(["a", "slow", "b", "c"]);
});

test("one that is to be run again is not overtaken by a later one with the same key, which holds up nobody else", async () => {
  const slow = Promise.withResolvers<void>();
  const ran: string[] = [];
  const add = inBatches(
    async (items: readonly string[]) => {
      await sleep(1);
      if (items.length > 1 && items.includes("a1")) throw new Error("all of you");
      if (items.includes("a1")) await slow.promise;
      ran.push(...items);
      return items;
    },
    { max: 3, keysOf: ([key = ""]) => [key] },
  );
  const [, , , , a2, e1] = ["x1", "a1", "b1", "c1", "a2", "e1"].map((item) => add(item));
  expect(await e1).toBe("e1");
  expect(ran.toSorted()).toEqual(["b1", "c1", "e1", "x1"]);
  slow.resolve();
  expect(await a2).toBe("a2");
  expect(ran.slice(-2)).toEqual(["a1", "a2"]);
});

test("of batches that fail, only so many are run again at a time, and what follows goes on meanwhile", async () => {
  const open = Promise.withResolvers<void>();
  let alone = 0;
  let most = 0;
  const add = inBatches(
    async (items: readonly string[]) => {
      await sleep(1);
      if (items.length > 1 && items[0]?.startsWith("bad")) throw new Error("all of you");
      if (!items[0]?.startsWith("bad")) return items;
      most = Math.max(most, ++alone);
      await open.promise;
      alone--;
      return items;
    },
    { max: 8 },
  );
  const all = ["x", ...Array.from({ length: 40 }, (_, i) => `bad ${i}`), "good"].map((item) => add(item));
  expect(await all.at(-1)).toBe("good");
  await expect.poll(() => alone).toBe(MOST_ALONE);
  open.resolve();
  expect(await Promise.all(all)).toHaveLength(42);
  expect(most).toBe(MOST_ALONE);
});

interface Planned {
  keys: string[];
  weight: number;
  /** Fails every batch that it shares. */
  spoils: boolean;
  fails: "never" | "itself" | "throwing";
  /** Turns of the event loop before it comes, and for which it runs. */
  pause: number;
  takes: number;
}

const planned: fc.Arbitrary<Planned> = fc.record({
  keys: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { maxLength: 2 }),
  weight: fc.integer({ min: 1, max: 5 }),
  spoils: fc.boolean(),
  fails: fc.constantFrom("never", "never", "itself", "throwing"),
  pause: fc.integer({ min: 0, max: 3 }),
  takes: fc.integer({ min: 0, max: 6 }),
});

async function turns(n: number) {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve));
}

test("whatever fails, each item has one result, its own, and of two with a key in common the earlier ends before the later begins", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(planned, { maxLength: 40 }), async (plan) => {
      const ended: number[] = [];
      const working = new Map<string, number>();
      let runs = 0;
      let most = 0;
      const add = inBatches(
        async (items: readonly number[]) => {
          const things = items.map((i) => plan[i] as Planned);
          const keys = things.flatMap((thing) => thing.keys);
          if (new Set(keys).size < keys.length || keys.some((key) => working.has(key))) throw new Error("a key twice");
          for (const key of keys) working.set(key, 1);
          most = Math.max(most, ++runs);
          await turns(Math.max(...things.map(({ takes }) => takes)));
          runs--;
          for (const key of keys) working.delete(key);
          const spoilt = items.length > 1 && things.some(({ spoils }) => spoils);
          if (spoilt || things.some(({ fails }) => fails === "throwing")) {
            if (items.length === 1) ended.push(...items);
            throw new Error(`threw ${items.join()}`);
          }
          ended.push(...items);
          return items.map((i, at) => (things[at]?.fails === "itself" ? new Error(`failed ${i}`) : i));
        },
        { max: 6, weightOf: (i) => plan[i]?.weight ?? 1, keysOf: (i) => plan[i]?.keys ?? [] },
      );
      const settled: Promise<unknown>[] = [];
      for (const [i, { pause }] of plan.entries()) {
        await turns(pause);
        settled.push(
          add(i).then(
            (result) => result,
            (error: Error) => error.message,
          ),
        );
      }
      const expected = { itself: "failed", throwing: "threw" };
      expect(await Promise.all(settled)).toEqual(
        plan.map(({ fails }, i) => (fails === "never" ? i : `${expected[fails]} ${i}`)),
      );
      expect(ended.toSorted((one, other) => one - other)).toEqual(plan.map((_, i) => i));
      for (const key of ["a", "b", "c"]) {
        const inOrder = ended.filter((i) => plan[i]?.keys.includes(key));
        expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
      }
      expect(most).toBeLessThanOrEqual(1 + MOST_ALONE);
    }),
    { numRuns: 200 },
  );
});
