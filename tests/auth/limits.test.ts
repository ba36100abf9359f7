/** How much the site does for one person or one address, by a clock that is moved by hand. */
import { expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { TooManyTries } from "../../src/auth/attempts.ts";
import { type Asking, type Limits, openLimits } from "../../src/auth/limits.ts";

const ANA = "1" as Id;
const visitor = (network = "203.0.113.7"): Asking => ({ personId: null, network });
const member = (personId: Id = ANA, network = "203.0.113.7"): Asking => ({ personId, network });

function limited() {
  const clock = { ms: Date.UTC(2026, 10, 24) };
  return { clock, limits: openLimits(() => clock.ms) };
}

/** How often it is done before it is refused, 5,000 times at most. */
function until(act: () => void): { done: number; no: TooManyTries | null } {
  for (let done = 0; done < 5_000; done++) {
    try {
      act();
    } catch (error) {
      return { done, no: error as TooManyTries };
    }
  }
  return { done: 5_000, no: null };
}

test.each<[string, number, number, (limits: Limits) => void, (limits: Limits) => void]>([
  ["pages of a visitor's address", 3_000, 1, (l) => l.page(visitor()), (l) => l.page(visitor("203.0.113.8"))],
  ["pages of a member", 1_500, 1, (l) => l.page(member()), (l) => l.page(member("2" as Id))],
  ["forms of a visitor's address", 300, 1, (l) => l.form(visitor()), (l) => l.form(visitor("203.0.113.8"))],
  ["forms of a member", 300, 1, (l) => l.form(member()), (l) => l.form(member("2" as Id))],
  ["searches of a visitor's address", 300, 1, (l) => l.search(visitor()), (l) => l.search(member())],
  ["look-ups of a member", 30, 10, (l) => l.lookUp(ANA), (l) => l.lookUp("2" as Id)],
  ["removals of a member", 30, 60, (l) => l.removal(ANA), (l) => l.removal("2" as Id)],
])("%s are %i; one more comes again after %i s, and others are not held to it", (_, most, seconds, act, other) => {
  const { clock, limits } = limited();
  const { done, no } = until(() => act(limits));
  expect(done).toBe(most);
  expect(no).toBeInstanceOf(TooManyTries);
  expect(no?.retryAfterS).toBe(seconds);
  expect(no?.headers).toMatchObject({ "x-ratelimit-limit": String(most), "x-ratelimit-remaining": "0" });
  expect(no?.tell).toBe(true);
  expect(until(() => act(limits)).no?.tell, "one line in the log a minute").toBe(false);
  other(limits);
  clock.ms += seconds * 1_000;
  act(limits);
});

test("a class of thirty behind one address works without meeting a limit, page after page and form after form", () => {
  const { clock, limits } = limited();
  for (let minute = 0; minute < 60; minute++) {
    for (let pupil = 1; pupil <= 30; pupil++) {
      for (let i = 0; i < 12; i++) limits.page(member(String(pupil) as Id));
      for (let i = 0; i < 6; i++) limits.form(member(String(pupil) as Id));
    }
    // Before they sign in, they are visitors all.
    for (let i = 0; i < 300; i++) limits.page(visitor());
    clock.ms += 60_000;
  }
});

test("all members at one address send 1,500 forms together", () => {
  const { limits } = limited();
  let person = 0;
  const { done } = until(() => limits.form(member(String(++person % 100) as Id)));
  expect(done).toBe(1_500);
  limits.form(member("1" as Id, "203.0.113.8"));
});

test("an address that must not be counted is not", () => {
  const { limits } = limited();
  expect(until(() => limits.page(visitor(""))).no).toBeNull();
  expect(until(() => limits.form(visitor(""))).no).toBeNull();
});
