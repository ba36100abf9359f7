/** Facts on one line. */
import { html } from "hono/html";
import type { Html } from "../site.ts";

/** One after the other with a dot between them, which stays with what stands before it where the line breaks. */
export function dotted(facts: readonly unknown[]): Html {
  return html`${facts.map((fact, at) => (at === 0 ? fact : html`\u00a0· ${fact}`))}`;
}
