/** Numbers, dates and states in words, always the same for everybody, so that pages can be kept. */
import { html } from "hono/html";
import type { Html } from "../site.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `12 Nov 2026`, in UTC; `at` in milliseconds since 1970. */
export function day(at: number): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

const TWO = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"));

/** `14:03`, in UTC. */
export function clock(at: number): string {
  const minutes = ((Math.floor(at / 60_000) % 1440) + 1440) % 1440;
  return `${TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}`;
}

/** `2026-11-12T14:03Z`, for a machine: as exact as what is shown. */
export function minute(at: number): string {
  const date = new Date(at);
  return `${date.getUTCFullYear()}-${TWO[date.getUTCMonth() + 1]}-${TWO[date.getUTCDate()]}T${clock(at)}Z`;
}

/** A day, as an element. */
export function dayElement(at: number): Html {
  return html`<time datetime="${minute(at)}">${day(at)}</time>`;
}

/** A day and the time of day, as an element. */
export function momentElement(at: number): Html {
  return html`<time datetime="${minute(at)}">${day(at)}, ${clock(at)} UTC</time>`;
}

/** `1,204`. */
export function number(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 reply`, `14 replies`. */
export function counted(n: number, one: string, many: string): string {
  return `${number(n)} ${n === 1 ? one : many}`;
}

/** How many replies there are, in words; numbers over `most` were not counted to the end. */
export function repliesInWords(n: number, most: number): string {
  if (n === 0) return "nobody has replied yet";
  return n > most ? `more than ${number(most)} replies` : counted(n, "reply", "replies");
}
