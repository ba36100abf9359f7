/** Refusals: one table of codes, statuses and sentences. */
import { describe, expect, it } from "vitest";
import { Refusal, type RefusalCode, refusals } from "../../src/base/errors.ts";

describe("a Refusal", () => {
  it("carries its code, its status and its usual sentence", () => {
    const refusal = new Refusal("slug-taken");
    expect(refusal).toBeInstanceOf(Error);
    expect([refusal.code, refusal.status, refusal.message, refusal.name]).toEqual([
      "slug-taken",
      409,
      "This name is taken.",
      "Refusal",
    ]);
  });

  it("may say more exactly what happened, and what caused it", () => {
    const cause = new Error("connect ECONNREFUSED");
    const refusal = new Refusal("database-unreachable", "The database at 10.0.0.1 does not answer.", { cause });
    expect(refusal.message).toBe("The database at 10.0.0.1 does not answer.");
    expect(refusal.cause).toBe(cause);
  });

  it.each(Object.keys(refusals) as RefusalCode[])("of code %s has an error status and one sentence", (code) => {
    expect(refusals[code].status).toBeGreaterThanOrEqual(400);
    expect(refusals[code].status).toBeLessThan(600);
    expect(refusals[code].sentence).toMatch(/^[A-Z][^.]*\.$/);
  });
});
