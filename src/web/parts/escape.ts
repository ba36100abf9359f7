/** Text on its way into HTML that is written by hand. */
import { html } from "hono/html";

/** Text fit for an element or a quoted attribute. */
export function escaped(text: string): string {
  return /[&<>"']/.test(text) ? String(html`${text}`) : text;
}
