/** The colour of a community: one of twelve bookcloths, chosen by its name, with the book that it binds. */
import { html } from "hono/html";
import type { Html } from "../site.ts";

/** As many as commonplace.css has. */
export const CLOTHS = 12;

/** The class that gives a community's colour to everything in it. The same slug has the same colour for ever. */
export function clothOf(slug: string): string {
  let hash = 2_166_136_261;
  for (let i = 0; i < slug.length; i++) hash = Math.imul(hash ^ slug.charCodeAt(i), 16_777_619);
  return `cloth-${((hash ^ (hash >>> 15)) >>> 0) % CLOTHS}`;
}

/** A small bound book with the community's initial on its label: decoration, the name stands beside it. */
export function book({ slug, name }: { slug: string; name: string }): Html {
  const initial = Array.from(name.trim() || slug)[0]?.toUpperCase() ?? "";
  return html`<span class="book ${clothOf(slug)}" aria-hidden="true"><span class="label">${initial}</span></span>`;
}
