/** What an answer means for a letter and for its host, and when to try again (R58). */
import type { OutboundError, PostResult } from "../http.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Minutes to wait after the second, third … failure; the last holds from then on. */
const WAITS = [5, 15, 60, 180, 360];
/** So long after it was made a letter is given up. */
export const LIFETIME_MS = 7 * DAY_MS;
export const TOO_LATE = "Not delivered within 7 days";

/**
 * - `delivered`: done
 * - `refused`: this letter will never be taken; `gone` when the inbox is not there
 * - `failed`: try again later; `opens` when the whole host is to be left alone at once, not only after some failures in a row
 */
export type Verdict =
  | { is: "delivered" }
  | { is: "refused"; reason: string; gone: boolean }
  | { is: "failed"; reason: string; opens: boolean; retryAfterMs: number | null };

/** Milliseconds to wait after so many failures (1 is the first); `random` gives 0 to 1. */
export function waitMs(failures: number, random: () => number): number {
  if (failures <= 1) return MINUTE_MS * (0.5 + 0.5 * random());
  return MINUTE_MS * (WAITS[failures - 2] ?? 360) * (0.9 + 0.2 * random());
}

/** What an answer means. */
export function judge(answer: Pick<PostResult, "status" | "headers" | "text">, now: number): Verdict {
  const { status } = answer;
  if (status >= 200 && status < 300) return { is: "delivered" };
  const words = firstWords(answer.text);
  const reason = words ? `HTTP ${status}: ${words}` : `HTTP ${status}`;
  // 401: it may be that our key could not be had for a moment.
  const passing = [401, 408, 425, 429].includes(status) || (status >= 500 && status !== 501);
  if (!passing) return { is: "refused", reason, gone: status === 404 || status === 410 };
  const opens = status === 429 || status === 503;
  return { is: "failed", reason, opens, retryAfterMs: readRetryAfter(answer.headers["retry-after"], now) };
}

/** What it means that there was no answer. A redirect that is not followed may be an hour's maintenance: it tells against the host only when it stays. */
export function judgeError(error: OutboundError): Verdict {
  return { is: "failed", reason: error.message, opens: error.kind !== "redirect", retryAfterMs: null };
}

/** Milliseconds that a Retry-After asks for (RFC 9110 section 10.2.3: seconds or a date), 24 hours at most; null for none, the past, and nonsense. */
export function readRetryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined || value.length > 40) return null;
  const wait = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return wait > 0 ? Math.min(wait, DAY_MS) : null;
}

/** The first words of an answer, without markup. */
function firstWords(text: string): string {
  const words = text
    .slice(0, 500)
    .replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return words.length > 120 ? `${words.slice(0, 119)}…` : words;
}
