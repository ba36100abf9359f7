/** What changed between two texts, marked in them. */
import { html } from "hono/html";
import { type Change, difference, MOST_COMPARED } from "../../base/text/difference.ts";
import type { Html } from "../site.ts";
import type { Frame } from "./layout.ts";

/** Marked by elements and by words that are read out, not by colour alone. One of `sharing` that stand on a page. */
export function changesHtml(frame: Frame, before: string, after: string, sharing = 1): Html {
  const words = frame.words.charter;
  const { changes, whole } = difference(before, after, MOST_COMPARED / sharing);
  return html`<div class="changes prose" dir="auto">${whole ? html`<p class="aside">${words.tooLong}</p>` : ""}${changes.map((change) => changeHtml(frame, change))}</div>`;
}

function changeHtml(frame: Frame, change: Change): Html {
  const words = frame.words.charter;
  if (change.is === "same") return html`<p class="as-before">${words.unchanged(change.paragraphs)}</p>\n`;
  return html`<p>${change.pieces.map(({ is, text }) =>
    is === "same"
      ? text
      : is === "added"
        ? html`<ins><span class="vh">${words.added} </span>${text}</ins>`
        : html`<del><span class="vh">${words.removed} </span>${text}</del>`,
  )}</p>\n`;
}
