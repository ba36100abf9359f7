/** A day on a page, in the reader's language and time zone. */
import { html } from "hono/html";
import { timesIn } from "../../words/index.ts";
import type { Frame } from "../frame.ts";
import type { Html } from "../site.ts";
import { minute } from "./words.ts";

/** `12 Nov 2026`, as an element; `at` in milliseconds since 1970. */
export function dayIn(frame: Frame, at: number): Html {
  return html`<time datetime="${minute(at)}">${frame.times.day(at)}</time>`;
}

/** A day without a time of day, written `2026-11-12`: the same everywhere. */
export function plainDay(frame: Frame, day: string): Html {
  const words = timesIn(frame.language.tag, "UTC").day(Date.parse(`${day}T00:00:00Z`));
  return html`<time datetime="${day}">${words}</time>`;
}
