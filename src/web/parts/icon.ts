/** The few signs of this site, from one sprite; always beside words. */
import { html } from "hono/html";
import type { Html } from "../site.ts";
import type { Assets } from "../static.ts";

export type IconName = "hand" | "copy" | "feed" | "out";

/** A sign, hidden from readers' tools: the words beside it say what it means. */
export function icon(assets: Pick<Assets, "sprite">, name: IconName): Html {
  return html`<svg class="icon icon-${name}" aria-hidden="true" focusable="false"><use href="${assets.sprite}#${name}"></use></svg>`;
}
