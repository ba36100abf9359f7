/** A page for when there is no page: what happened, and what to do. */
import { html } from "hono/html";
import { icon } from "../parts/icon.ts";
import { type Frame, layout } from "../parts/layout.ts";

export interface ErrorProps {
  title: string;
  /** One or two sentences in our own words. */
  sentence: string;
  /** Where to go instead. */
  way?: { href: string; text: string };
  requestId?: string;
}

/** The page for one error. */
export function errorPage(frame: Frame, { title, sentence, way, requestId }: ErrorProps): string {
  const main = html`<header class="plain-title error">
${icon(frame.assets, "hand")}
<h1>${title}</h1>
<p class="lede">${sentence}</p>
<p><a class="button" href="${way?.href ?? "/"}">${way?.text ?? frame.words.frame.communities}</a></p>
${requestId === undefined ? "" : html`<p class="facts">${frame.words.errors.requestId} <code>${requestId}</code></p>`}
</header>`;
  return layout(frame, { title, description: sentence, path: null, unlisted: true }, main);
}
