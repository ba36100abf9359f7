/** Looking after the server: the frame of its pages, and the settings. */
import { html, raw } from "hono/html";
import type { Waiting } from "../../../db/views/admin.ts";
import type { Settings } from "../../../db/views/instance.ts";
import type { Viewer } from "../../../db/views/viewer.ts";
import { choiceField, doneNote, problemNote, submit, textField } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { pager } from "../parts/pager.ts";
import type { Html } from "../site.ts";

type Part = "settings" | "people" | "invitations" | "mail" | "audit";

const PATHS: Readonly<Record<Part, string>> = {
  settings: "/admin",
  people: "/admin/people",
  invitations: "/admin/invitations",
  mail: "/admin/mail",
  audit: "/admin/audit",
};

/** A page of the administration. `under`: a page below that part's own, with its own title. */
export function adminPage(
  frame: Frame,
  { viewer, part, under, scripts }: { viewer: Viewer; part: Part; under?: string; scripts?: readonly ["copy"] },
  main: Html,
): string {
  const words = frame.words.admin;
  const title = under ?? words[part];
  const parts: readonly Part[] =
    viewer.role === "owner"
      ? ["settings", "people", "invitations", "mail", "audit"]
      : ["settings", "people", "invitations", "audit"];
  const current = (one: Part) =>
    one !== part ? "" : under === undefined ? raw(' aria-current="page"') : raw(' aria-current="true"');
  const whole = html`<header class="plain-title">
<p class="eyebrow">${words.title}</p>
<h1>${title}</h1>
${part === "settings" ? html`<p class="lede">${words.lede(frame.host)}</p>` : ""}
</header>
<nav class="parts" aria-label="${words.sections}"><ul>
${parts.map((one) => html`<li><a href="${PATHS[one]}"${current(one)}>${words[one]}</a></li>\n`)}</ul></nav>
${main}`;
  const props = { title: `${title} · ${words.title}`, description: words.title, path: null, unlisted: true };
  return layout(frame, { ...props, ...(scripts && { scripts }) }, whole);
}

/** The way to earlier rows and back to the newest. */
export function rowsPager(
  frame: Frame,
  path: string,
  { first, next }: { first: boolean; next: string | null },
  search = "",
): Html | "" {
  const words = frame.words.admin;
  const query = new URLSearchParams(search === "" ? {} : { search });
  const newest = query.size === 0 ? path : `${path}?${query}`;
  if (next !== null) query.set("before", next);
  return pager(
    words.pages,
    first ? null : { href: newest, text: words.newest },
    next === null ? null : { href: `${path}?${query}`, text: words.older },
  );
}

export interface SettingsProps {
  viewer: Viewer;
  settings: Settings;
  waiting: Waiting;
  done: boolean;
  problem?: string;
}

export function settingsPage(frame: Frame, { viewer, settings, waiting, done, problem }: SettingsProps): string {
  const words = frame.words.admin;
  const choices = (["approval", "invitation", "open", "closed"] as const).map((value) => ({
    value,
    label: words.registrationChoices[value],
    hint: words.registrationHints[value],
  }));
  const mails = viewer.role === "owner" ? waiting.failedMails : 0;
  const main = html`${
    waiting.requests + mails === 0 && !waiting.closedItself
      ? ""
      : html`<ul class="waiting">
${waiting.closedItself ? html`<li>${words.closedItself}</li>\n` : ""}${waiting.requests === 0 ? "" : html`<li>${words.waitingRequests(waiting.requests)} <a href="/admin/people">${words.look}</a></li>\n`}${
  mails === 0 ? "" : html`<li>${words.failedMails(mails)} <a href="/admin/mail">${words.look}</a></li>\n`
}</ul>`
  }<section class="section" aria-label="${words.settings}"><div>
${doneNote(done ? words.saved : undefined)}${problemNote(frame, problem)}<form class="form" method="post" action="/admin">
${textField({ name: "name", label: words.serverName, hint: words.serverNameHint(frame.host), value: settings.name, maxlength: 60 })}${choiceField(
  { name: "registration", label: words.registration, value: settings.registration, choices },
)}${textField({
  name: "question",
  label: words.question,
  hint: words.questionHint,
  value: settings.question,
  maxlength: 500,
})}${choiceField({
  name: "founding",
  label: words.founding,
  value: settings.founding,
  choices: (["members", "administrators"] as const).map((value) => ({ value, label: words.foundingChoices[value] })),
})}<div class="actions">${submit(words.save)}</div>
</form>
</div></section>`;
  return adminPage(frame, { viewer, part: "settings" }, main);
}
