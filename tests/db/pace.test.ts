/** How often something may be done: bursts, the steady pace, what is remembered and what is told. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { openPace, paceHeaders } from "../../db/pace.ts";

/** A pace with a clock that stands until it is moved. */
function paced(most: number, seconds: number, keys?: number) {
  const clock = { ms: 1_700_000_000_000 };
  const pace = openPace({ most, seconds, now: () => clock.ms, ...(keys && { keys }) });
  return { clock, pace, takeAll: (key: string, n: number) => Array.from({ length: n }, () => pace.take(key).ok) };
}

test("so many may be done at once, and then one each time that one has come again", () => {
  const { clock, pace, takeAll } = paced(30, 60);
  expect(takeAll("a", 31)).toEqual([...Array(30).fill(true), false]);
  expect(pace.take("a")).toMatchObject({ ok: false, limit: 30, remaining: 0, retryAfterS: 2 });
  clock.ms += 1_999;
  expect(pace.take("a")).toMatchObject({ ok: false, retryAfterS: 1 });
  clock.ms += 1;
  expect(takeAll("a", 2)).toEqual([true, false]);
  clock.ms += 60_000;
  expect(takeAll("a", 31).filter(Boolean)).toHaveLength(30);
});

test("one is not kept from anything by another", () => {
  const { pace, takeAll } = paced(2, 10);
  expect(takeAll("a", 3)).toEqual([true, true, false]);
  expect(pace.take("b").ok).toBe(true);
});

test("what is refused counts for nothing: whoever keeps trying comes in no later", () => {
  const { clock, pace, takeAll } = paced(5, 10);
  takeAll("a", 500);
  clock.ms += 2_000;
  expect(pace.take("a").ok).toBe(true);
});

test("looking counts for nothing either", () => {
  const { pace, takeAll } = paced(2, 10);
  for (let i = 0; i < 10; i++) expect(pace.look("a")).toMatchObject({ ok: true, remaining: 2 });
  takeAll("a", 2);
  expect(pace.look("a")).toMatchObject({ ok: false, remaining: 0, retryAfterS: 5 });
});

test("of many refusals one a minute is worth a line in the log", () => {
  const { clock, pace, takeAll } = paced(1, 3_600);
  takeAll("a", 1);
  const told = () => Array.from({ length: 20 }, () => pace.take("a")).filter(({ tell }) => tell).length;
  expect(told()).toBe(1);
  clock.ms += 59_000;
  expect(told()).toBe(0);
  clock.ms += 1_000;
  expect(told()).toBe(1);
});

test("only so many are remembered, and those who go on are not forgotten for a crowd", () => {
  const { pace, takeAll } = paced(3, 3_600, 100);
  takeAll("busy", 3);
  for (let i = 0; i < 10_000; i++) {
    pace.take(`other ${i}`);
    if (i % 50 === 0) expect(pace.take("busy").ok).toBe(false);
  }
  // Whoever was not heard of for longest begins anew.
  expect(pace.look("other 0").remaining).toBe(3);
  expect(pace.look("other 9999").remaining).toBe(2);
});

test("a refusal says when to come back, and how much there is", () => {
  const { clock, pace, takeAll } = paced(2, 60);
  takeAll("a", 2);
  expect(paceHeaders(pace.take("a"))).toEqual({
    "retry-after": "30",
    "x-ratelimit-limit": "2",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": new Date(clock.ms + 60_000).toISOString(),
  });
});

test("in no stretch of time does more come through than a full measure and what came again meanwhile", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 4_000 }),
      fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 300 }),
      (most, seconds, waits) => {
        const { clock, pace } = paced(most, seconds);
        const start = clock.ms;
        let through = 0;
        for (const wait of waits) {
          clock.ms += wait;
          const step = pace.take("a");
          if (step.ok) through++;
          else expect(step.retryAfterS).toBeGreaterThan(0);
          expect(step.remaining).toBeGreaterThanOrEqual(0);
          expect(through).toBeLessThanOrEqual(
            most + Math.floor(((clock.ms - start) * most) / (seconds * 1_000) + 1e-3),
          );
        }
      },
    ),
    { numRuns: 300 },
  );
});
