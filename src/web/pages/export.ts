/** What an export holds, and the way to it. */
import { html } from "hono/html";
import { problemNote, submit } from "../parts/form.ts";
import type { Frame } from "../parts/layout.ts";
import { passwordAsked } from "../parts/password-asked.ts";
import { settingsPage } from "./settings.ts";

/** `asks`: the password has to be typed. */
export function exportPage(frame: Frame, { asks, problem }: { asks: boolean; problem?: string | undefined }): string {
  const words = frame.words.settings;
  const main = html`<section class="section settings" aria-label="${words.export}"><div>
${problemNote(frame, problem)}<p>${words.exportLede}</p>
<ul class="plain-list">${words.exportParts.map((part) => html`<li>${part}</li>\n`)}</ul>
<p>${words.exportWithout}</p>
<form method="post" action="/settings/export" class="form">
${asks ? passwordAsked(frame) : ""}<p class="actions">${submit(words.exportGet)}</p>
</form>
</div></section>`;
  const { export: title, exportDescription: description } = words;
  return settingsPage(frame, { page: "export", title, description, path: "/settings/export" }, main);
}
