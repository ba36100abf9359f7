/** Ids: unique, in order of time, also when the clock goes back or processes share a millisecond. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { idAt, idMaker, parseId, timeOf } from "../../db/ids.ts";

test("ids grow, whatever the clock does", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1, maxLength: 50 }), (steps) => {
      let time = 1_800_000_000_000;
      const make = idMaker(
        () => 3,
        () => time,
      );
      let last = 0n;
      for (const change of steps) {
        time += change;
        const id = BigInt(make());
        expect(id > last).toBe(true);
        last = id;
      }
    }),
  );
});

test("five thousand in one millisecond are all different and in order", () => {
  const make = idMaker(
    () => 1,
    () => 1_800_000_000_000,
  );
  const ids = Array.from({ length: 5_000 }, make);
  expect(new Set(ids).size).toBe(5_000);
  expect(ids.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))).toEqual(ids);
});

test("two processes never make the same id", () => {
  const [a, b] = [
    idMaker(
      () => 1,
      () => 7,
    ),
    idMaker(
      () => 2,
      () => 7,
    ),
  ];
  const ids = Array.from({ length: 500 }, () => [a(), b()]).flat();
  expect(new Set(ids).size).toBe(1_000);
});

test("an id tells when it was made", () => {
  const now = new Date("2026-11-23T20:00:00.123Z");
  const id = idMaker(
    () => 0,
    () => now.getTime(),
  )();
  expect(timeOf(id)).toEqual(now);
  expect(BigInt(idAt(now)) <= BigInt(id)).toBe(true);
});

test.each(["", "0", "-1", "1e3", "9223372036854775808", "01", "12a", " 1"])("%j is not an id", (text) => {
  expect(parseId(text)).toBeNull();
});
test("the largest bigint is one", () => expect(parseId("9223372036854775807")).toBe("9223372036854775807"));
