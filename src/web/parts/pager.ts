/** The way to the pages before and after this one, in words. */
import { html } from "hono/html";
import type { Html } from "../site.ts";

export interface PagerLink {
  href: string;
  /** Where it leads, such as "Older conversations". */
  text: string;
}

/** Nothing when there is only one page. */
export function pager(label: string, previous: PagerLink | null, next: PagerLink | null): Html | "" {
  if (!previous && !next) return "";
  return html`<nav class="pager" aria-label="${label}">
${previous ? html`<a rel="prev" href="${previous.href}"><span aria-hidden="true">←</span> ${previous.text}</a>` : ""}
${next ? html`<a rel="next" href="${next.href}">${next.text} <span aria-hidden="true">→</span></a>` : ""}
</nav>`;
}
