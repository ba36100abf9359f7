/** How often somebody may try: throttles, the rule about second factors. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { beginAttempt, TooManyTries } from "../../src/auth/attempts.ts";
import { needSecondFactor, needSecondFactorFor } from "../../src/auth/rule.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson } from "../support/people.ts";

describe("the rule about second factors", () => {
  const viewer = (role: "owner" | "administrator" | "member", secondFactor: boolean) =>
    ({ role, secondFactor }) as never;
  const refused = expect.objectContaining({ code: "second-factor-first" });

  test("binds owners and administrators, and nobody else", () => {
    for (const role of ["owner", "administrator"] as const) {
      expect(() => needSecondFactor(viewer(role, false))).toThrow(refused);
      expect(() => needSecondFactor(viewer(role, true))).not.toThrow();
    }
    expect(() => needSecondFactor(viewer("member", false))).not.toThrow();
  });

  test("binds facilitators where their community says so", () => {
    expect(() => needSecondFactorFor(viewer("member", false), true)).toThrow(refused);
    expect(() => needSecondFactorFor(viewer("member", true), true)).not.toThrow();
    expect(() => needSecondFactorFor(viewer("member", false), false)).not.toThrow();
  });
});

describe("tries to sign in", () => {
  let world: TestHouse;
  beforeAll(async () => {
    world = await openTestHouse();
  });
  afterAll(() => world[Symbol.asyncDispose]());
  const from = (address: string) => ({ address, userAgent: "test" });

  test("from one network are 25 in five minutes, also when they come all at once", async () => {
    const attempt = () => beginAttempt(world.house, null, from("2001:db8:9::1"), "wrong");
    const tries = await Promise.allSettled(Array.from({ length: 60 }, attempt));
    let through = tries.filter(({ status }) => status === "fulfilled").length;
    expect(through).toBeLessThanOrEqual(25);
    for (const outcome of tries) if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(TooManyTries);
    for (; through < 25; through++) await attempt();
    await expect(beginAttempt(world.house, null, from("2001:db8:9::ffff:2"), "wrong")).rejects.toBeInstanceOf(
      TooManyTries,
    );
    await beginAttempt(world.house, null, from("2001:db8:9:1::1"), "wrong");
  });

  test("on one account are ten an hour, from wherever; an hour later there is room again", async () => {
    const { id } = await makePerson(world.house, "ana");
    for (let i = 0; i < 10; i++) await beginAttempt(world.house, id, from(`198.51.100.${i}`), "wrong");
    const error = await beginAttempt(world.house, id, from("198.51.100.99"), "wrong").catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TooManyTries);
    expect((error as TooManyTries).retryAfterS).toBeGreaterThan(3_500);
    expect((error as TooManyTries).retryAfterS).toBeLessThanOrEqual(3_600);
    await world.db`update sign_in_attempts set at = at - interval '61 minutes' where actor_id = ${id}`;
    await beginAttempt(world.house, id, from("198.51.100.99"), "wrong");
  });
});
