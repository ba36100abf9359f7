/** What answers mean, and how long to wait. */
import { expect, test } from "vitest";
import { judge, judgeError, readRetryAfter, waitMs } from "../../../federation/delivery/schedule.ts";
import { OutboundError } from "../../../federation/http.ts";

const answer = (status: number, headers: Record<string, string> = {}) => judge({ status, headers, text: "" }, 0);

test("the waits grow from half a minute to six hours, with jitter", () => {
  const waits = (random: number) => [1, 2, 3, 4, 5, 6, 7, 50].map((n) => waitMs(n, () => random) / 60_000);
  expect(waits(0)).toEqual([0.5, 4.5, 13.5, 54, 162, 324, 324, 324]);
  expect(waits(0.5)).toEqual([0.75, 5, 15, 60, 180, 360, 360, 360]);
});

test.each([
  [200, "delivered"],
  [202, "delivered"],
  [301, "refused"],
  [400, "refused"],
  [401, "failed"],
  [403, "refused"],
  [404, "refused"],
  [410, "refused"],
  [413, "refused"],
  [501, "refused"],
  [408, "failed"],
  [425, "failed"],
  [429, "failed"],
  [500, "failed"],
  [502, "failed"],
  [503, "failed"],
  [504, "failed"],
])("an answer of %i means that the letter is %s", (status, is) => {
  expect(answer(status).is).toBe(is);
});

test("only 404 and 410 say that the inbox is gone, only 429 and 503 that the host wants to be left alone at once", () => {
  const statuses = [400, 403, 404, 410, 429, 500, 502, 503];
  const gone = statuses.filter((status) => {
    const verdict = answer(status);
    return verdict.is === "refused" && verdict.gone;
  });
  const opens = statuses.filter((status) => {
    const verdict = answer(status);
    return verdict.is === "failed" && verdict.opens;
  });
  expect({ gone, opens }).toEqual({ gone: [404, 410], opens: [429, 503] });
});

test("no answer opens the breaker, a redirect that is not followed does not by itself", () => {
  expect(judgeError(new OutboundError("timeout", "too slow"))).toMatchObject({ opens: true, reason: "too slow" });
  expect(judgeError(new OutboundError("redirect", "elsewhere"))).toMatchObject({ is: "failed", opens: false });
});

test("Retry-After is read as seconds or a date, a day at most, and nonsense is nothing", () => {
  const now = Date.UTC(2026, 0, 1);
  expect(readRetryAfter("120", now)).toBe(120_000);
  expect(readRetryAfter("Thu, 01 Jan 2026 00:02:00 GMT", now)).toBe(120_000);
  expect(readRetryAfter("99999999", now)).toBe(86_400_000);
  expect(readRetryAfter("Fri, 01 Jan 2027 00:00:00 GMT", now)).toBe(86_400_000);
  for (const value of [undefined, "", "0", "-5", "soon", "Thu, 01 Jan 2015 00:00:00 GMT", "9".repeat(100)]) {
    expect(readRetryAfter(value, now)).toBeNull();
  }
});

test("the reason carries the first words of the answer, without markup", () => {
  const verdict = judge({ status: 403, headers: {}, text: `<p>No\n<b>way</b></p> ${"x".repeat(400)}` }, 0);
  expect(verdict).toMatchObject({ is: "refused", reason: expect.stringMatching(/^HTTP 403: No way x+…$/) });
});
