/** Times for machines, and the state of a thread in words. */
import { html } from "hono/html";
import type { Frame } from "../frame.ts";
import type { Html } from "../site.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const TWO = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"));

/** `12 Nov 2026`, in UTC; `at` in milliseconds since 1970. */
function day(at: number): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `2026-11-12T14:03Z`, for a machine: as exact as what is shown. */
export function minute(at: number): string {
  const date = new Date(at);
  return `${date.getUTCFullYear()}-${TWO[date.getUTCMonth() + 1]}-${TWO[date.getUTCDate()]}T${TWO[date.getUTCHours()]}:${TWO[date.getUTCMinutes()]}Z`;
}

/** A day, as an element. */
export function dayElement(at: number): Html {
  return html`<time datetime="${minute(at)}">${day(at)}</time>`;
}

/** How many replies there are, in words; numbers over `most` were not counted to the end. */
export function repliesInWords({ words }: Pick<Frame, "words">, n: number, most: number): string {
  const { nobodyYet, moreReplies, replies } = words.thread;
  if (n === 0) return nobodyYet;
  return n > most ? moreReplies(most) : replies(n);
}
