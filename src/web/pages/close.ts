/** Closing an account: what it means, what stands in its way, and that it is done. */
import { html } from "hono/html";
import { problemNote, submit, textField } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { passwordAsked } from "../parts/password-asked.ts";
import type { Html } from "../site.ts";
import { settingsPage } from "./settings.ts";

export interface Closing {
  communities: readonly { slug: string; name: string }[];
  lastOwner: boolean;
  /** Posts that would be removed. */
  posts: number;
  /** The password has to be typed. */
  asks: boolean;
  problem?: string | undefined;
}

export function closePage(frame: Frame, props: Closing): string {
  const words = frame.words.settings;
  const export_ = html`<a href="/settings/export">${words.closeExportLink}</a>`;
  const main = html`<section class="section settings" aria-label="${words.close}"><div>
${problemNote(frame, props.problem)}<p>${words.closeLede}</p>
<ul class="plain-list">${words.closeParts.map((part) => html`<li>${part}</li>\n`)}</ul>
<p>${words.closePosts(props.posts)}</p>
<p>${words.closeExport(export_)}</p>
${props.lastOwner || props.communities.length > 0 ? inTheWay(frame, props) : form(frame, props.asks)}
</div></section>`;
  const { close: title, closeDescription: description } = words;
  return settingsPage(frame, { page: "close", title, description, path: "/settings/close" }, main);
}

function inTheWay(frame: Frame, { lastOwner, communities }: Closing): Html {
  const words = frame.words.settings;
  return html`<div class="problem-note">${lastOwner ? html`<p>${words.closeLastOwner}</p>` : ""}${
    communities.length === 0
      ? ""
      : html`<p>${words.closeFacilitator}</p>
<ul class="plain-list">${communities.map(({ slug, name }) => html`<li><a href="/c/${slug}/members"><bdi>${name}</bdi></a></li>`)}</ul>`
  }</div>`;
}

function form(frame: Frame, asks: boolean): Html {
  const words = frame.words.settings;
  const label = words.closeName(frame.viewer?.username ?? "");
  return html`<form method="post" action="/settings/close" class="form" autocomplete="off">
${textField({ name: "name", label, exact: true, required: true, maxlength: 40, autocomplete: "off" })}${asks ? passwordAsked(frame) : ""}<p class="actions">${submit(words.closeDo, { kind: "grave" })}</p>
</form>`;
}

/** Shown in answer to the form, to somebody who is nobody here any more. */
export function closedPage(frame: Frame): string {
  const words = frame.words.settings;
  const main = html`<header class="plain-title">
<h1>${words.closed}</h1>
<p class="lede">${words.closedLede}</p>
</header>`;
  const visitors = { ...frame, viewer: null, here: "/" };
  return layout(visitors, { title: words.closed, description: words.closedLede, path: null, unlisted: true }, main);
}
