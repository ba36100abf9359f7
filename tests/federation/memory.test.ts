/** The small caches of federation: bounded in number and in time. */
import { expect, test } from "vitest";
import { memory } from "../../federation/memory.ts";

test("a value is remembered for its time and no longer", () => {
  const clock = { ms: 0 };
  const known = memory<string>(10, 1_000, () => clock.ms);
  known.set("usual", "a");
  known.set("short", "b", 100);
  clock.ms = 100;
  expect([known.get("usual"), known.get("short")]).toEqual(["a", undefined]);
  clock.ms = 999;
  expect(known.get("usual")).toBe("a");
  clock.ms = 1_000;
  expect(known.get("usual")).toBeUndefined();
});

test("there are never more than so many, and what was not used for long goes first", () => {
  const known = memory<number>(4, 1_000, () => 0);
  for (const [i, key] of ["a", "b", "c"].entries()) known.set(key, i);
  expect(known.get("a")).toBe(0);
  known.set("d", 3);
  known.set("e", 4);
  expect(["a", "b", "c", "d", "e"].map((key) => known.get(key))).toEqual([0, undefined, 2, 3, 4]);
});

test("what is set again has its new value and its time anew", () => {
  const clock = { ms: 0 };
  const known = memory<string>(10, 1_000, () => clock.ms);
  known.set("a", "before");
  clock.ms = 900;
  known.set("a", "after");
  clock.ms = 1_800;
  expect(known.get("a")).toBe("after");
  known.delete("a");
  expect(known.get("a")).toBeUndefined();
});
