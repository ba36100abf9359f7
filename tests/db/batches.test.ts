/** Batches: the first goes at once, company shares the next, and a bad one harms nobody else. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { inBatches } from "../../db/batches.ts";

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
