/** Something was shared from another app: where is it to be told? */
import { html } from "hono/html";
import type { ShareTarget } from "../../../db/views/share.ts";
import { cutAtWord } from "../../base/text/characters.ts";
import { clothOf } from "../parts/cloth.ts";
import { type Frame, layout } from "../parts/layout.ts";
import type { Html } from "../site.ts";

/** What came along; each may be empty. */
export interface Shared {
  title: string;
  text: string;
  link: string;
}

/** Every community leads to its form, with what was shared in it. */
export function sharePage(frame: Frame, shared: Shared, targets: readonly ShareTarget[]): string {
  const words = frame.words.search;
  const { title, text, link } = shared;
  const query = new URLSearchParams(Object.entries(shared).filter(([, value]) => value !== ""));
  if (link !== "") query.set("kind", "link");
  const yours = targets.filter(({ joined }) => joined);
  const others = targets.filter(({ joined }) => !joined);
  const list = (some: readonly ShareTarget[]) =>
    html`<ul class="cards">${some.map(
      ({ slug, name, colour }) =>
        html`<li class="${clothOf(slug, colour)}"><a href="/c/${slug}/new${query.size > 0 ? `?${query}` : ""}"><bdi>${name}</bdi></a></li>\n`,
    )}</ul>`;
  const section = (id: string, heading: string, body: Html) =>
    html`<section class="section" aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>${body}</section>\n`;
  const main = html`<header class="plain-title">
<h1>${words.shareTo}</h1>
<p class="lede">${query.size > 0 ? words.shareSaid : words.shareEmpty}</p>
${
  query.size > 0
    ? html`<blockquote class="shared" dir="auto">${title === "" ? "" : html`<p><strong>${title}</strong></p>`}${
        text === "" ? "" : html`<p>${cutAtWord(text, 300)}</p>`
      }${link === "" ? "" : html`<p>${link}</p>`}</blockquote>`
    : ""
}
</header>
${section("yours", words.shareYours, yours.length > 0 ? list(yours) : html`<p class="empty">${words.shareNothing}</p>`)}${
  others.length > 0 ? section("others", words.shareOthers, list(others)) : ""
}`;
  return layout(frame, { title: words.share, description: words.shareTo, path: "/share", unlisted: true }, main);
}
