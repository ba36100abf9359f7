/** Somebody's settings: what they say about themselves, how the site looks to them, and whom they do not hear from. */
import { html, raw } from "hono/html";
import type { Blocks, ProfileSettings } from "../../../db/views/settings.ts";
import * as limits from "../../domain/people/profile.ts";
import { LANGUAGES } from "../../words/index.ts";
import {
  type Choice,
  choiceField,
  doneNote,
  problemNote,
  selectField,
  submit,
  textArea,
  textField,
} from "../parts/form.ts";
import { languageChoices } from "../parts/languages.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { callName, handleOf, nameElement, shownHost } from "../parts/names.ts";
import { type SettingsPage, settingsNav } from "../parts/settings-nav.ts";
import type { Html } from "../site.ts";

/** What was typed, as text: shown again when it is refused. */
export interface ProfileForm {
  name: string;
  bio: string;
  does: string;
  helpsWith: string;
  wantsToLearn: string;
  languages: readonly string[];
  timeZone: string;
  links: readonly { label: string; url: string }[];
  aliases: string;
}

export interface Said {
  /** What was done just now. */
  done?: string | undefined;
  problem?: string | undefined;
}

/** A page of the settings around `main`. */
export function settingsPage(
  frame: Frame,
  props: { page: SettingsPage; title: string; description: string; path: string; lede?: unknown },
  main: Html,
): string {
  const { page, title, description, path, lede } = props;
  const whole = html`<header class="plain-title">
<h1>${title}</h1>
${lede === undefined ? "" : html`<p class="lede">${lede}</p>\n`}</header>
${settingsNav(frame, page)}
${main}`;
  return layout(frame, { title, description, path, unlisted: true }, whole);
}

export function profilePage(
  frame: Frame,
  saved: ProfileSettings,
  form: ProfileForm,
  said: Said & { pictureProblem?: string | undefined },
): string {
  const words = frame.words.settings;
  const own = `/u/${frame.viewer?.username ?? ""}`;
  const main = html`<section class="section settings" aria-label="${words.profile}"><div>
${doneNote(said.done)}${said.done !== undefined && saved.summary !== "" ? bioShown(frame, saved.summary) : ""}${problemNote(frame, said.problem)}
<form method="post" action="/settings" class="form">
${textField({ name: "name", label: words.name, hint: words.nameHint, value: form.name, maxlength: 100, autocomplete: "name" })}${textField({ name: "does", label: words.does, hint: words.doesHint, value: form.does, maxlength: limits.MOST_DOES })}${textArea({ name: "bio", label: words.bio, hint: words.bioHint, value: form.bio, maxlength: limits.MOST_BIO, rows: 5 })}${textField({ name: "helps-with", label: words.helpsWith, hint: words.helpsWithHint, value: form.helpsWith })}${textField({ name: "wants-to-learn", label: words.wantsToLearn, hint: words.wantsToLearnHint, value: form.wantsToLearn })}${languageFields(frame, form.languages)}${selectField({ name: "time-zone", label: words.timeZone, hint: words.timeZoneHint, value: form.timeZone, choices: zoneChoices(frame) })}${linkFields(frame, saved, form.links)}${textArea({ name: "aliases", label: words.aliases, hint: words.aliasesHint, value: form.aliases, rows: 2 })}<p class="actions">${submit(words.save)}</p>
</form>
</div></section>
${picture(frame, saved.iconUrl, said.pictureProblem)}`;
  const lede = words.profileLede(html`<a href="${own}">${words.yourPage}</a>`);
  const { profile: title, profileDescription: description } = words;
  return settingsPage(frame, { page: "profile", title, description, path: "/settings", lede }, main);
}

function bioShown(frame: Frame, summary: string): Html {
  return html`<div class="bio-shown"><p class="hint">${frame.words.settings.bioShown}</p>
<div class="prose" dir="auto">${raw(summary)}</div></div>
`;
}

/** As many as they have, two more, and two at least. */
function languageFields(frame: Frame, chosen: readonly string[]): Html {
  const words = frame.words.settings;
  const choices: Choice[] = [{ value: "", label: words.noLanguage }, ...languageChoices(frame.language.tag)];
  const rows = Math.min(limits.MOST_LANGUAGES, chosen.length + 2);
  return html`<fieldset class="form-field"><legend>${words.languages}</legend>
<div class="pair">${Array.from({ length: rows }, (_, at) =>
    selectField({ name: `language-${at + 1}`, label: words.language(at + 1), value: chosen[at] ?? "", choices }),
  )}</div>
</fieldset>
`;
}

function zoneChoices(frame: Frame): Choice[] {
  const zones = limits.timeZones().map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }));
  return [{ value: "", label: frame.words.settings.noTimeZone }, ...zones];
}

function linkFields(frame: Frame, saved: ProfileSettings, links: ProfileForm["links"]): Html {
  const words = frame.words.settings;
  return html`<fieldset class="form-field"><legend>${words.links}</legend>
<p class="hint">${words.linksHint}</p>
${Array.from({ length: limits.MOST_LINKS }, (_, at) => {
  const link = links[at] ?? { label: "", url: "" };
  const known = saved.links.find(({ url }) => url === link.url);
  const state = known === undefined ? undefined : known.verifiedAt === null ? words.doesNotLinkBack : words.linksBack;
  return html`<div class="pair">${textField({ name: `label-${at + 1}`, label: words.linkLabel(at + 1), value: link.label, maxlength: limits.MOST_LABEL })}${textField({ name: `url-${at + 1}`, label: words.linkUrl(at + 1), value: link.url, inputmode: "url", exact: true, placeholder: "https://", hint: state })}</div>
`;
})}</fieldset>
`;
}

function picture(frame: Frame, url: string | null, problem: string | undefined): Html {
  const words = frame.words.settings;
  const field = html`<div class="form-field"><label for="picture-file">${words.pictureChoose}</label>
<p class="hint" id="picture-hint">${words.pictureHint}</p>
<input type="file" id="picture-file" name="picture" accept="image/jpeg,image/png,image/webp,image/gif,image/avif" required aria-describedby="picture-hint${problem === undefined ? "" : " picture-problem"}"${problem === undefined ? "" : raw(' aria-invalid="true"')}>
${problem === undefined ? "" : html`<p class="problem" id="picture-problem">${problem}</p>`}</div>`;
  return html`<section class="section settings" aria-labelledby="picture" id="your-picture">
<h2 id="picture">${words.picture}</h2>
<div class="picture-settings">
${url === null ? html`<p>${words.pictureNone}</p>` : html`<img class="portrait" src="${url}" alt="" width="88" height="88">`}
<form method="post" action="/settings/picture" enctype="multipart/form-data" class="form">
${field}
<p class="actions">${submit(words.pictureSet)}</p>
</form>
${url === null ? "" : html`<form method="post" action="/settings/picture/remove">${submit(words.pictureRemove, { kind: "quiet" })}</form>`}
</div></section>`;
}

export function appearancePage(frame: Frame, said: Said): string {
  const words = frame.words.settings;
  const choices = (["auto", "light", "dark"] as const).map((value) => ({ value, label: words.colourChoices[value] }));
  const languages = [
    { value: "", label: words.automatic },
    ...LANGUAGES.map(({ tag, name }) => ({ value: tag, label: name })),
  ];
  const main = html`<section class="section settings" aria-label="${words.appearance}"><div>
${doneNote(said.done)}<form method="post" action="/settings/appearance" class="form">
${selectField({ name: "language", label: words.siteLanguage, value: frame.viewer?.language ?? "", choices: languages })}${choiceField({ name: "appearance", label: words.colours, value: frame.viewer?.appearance ?? "auto", choices })}<p class="actions">${submit(words.save)}</p>
</form>
</div></section>`;
  const { appearance: title, appearanceDescription: description } = words;
  return settingsPage(frame, { page: "appearance", title, description, path: "/settings/appearance" }, main);
}

export function blocksPage(frame: Frame, blocks: Blocks, typed: string, said: Said): string {
  const words = frame.words.settings;
  const unblock = (name: string, field: string, value: string) =>
    html`<form method="post" action="/settings/blocks/remove"><input type="hidden" name="${field}" value="${value}"><button type="submit" class="quiet" aria-label="${words.unblockNamed(name)}">${words.unblock}</button></form>`;
  const listed = (id: string, title: string, items: Html[]) =>
    items.length === 0
      ? ""
      : html`<section class="section settings" aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
<ul class="blocked">${items}</ul>
</section>
`;
  const people = blocks.people.map(
    (
      person,
    ) => html`<li><span><a href="${person.host === null ? `/u/${person.username}` : `/people/${person.id}`}">${nameElement(person)}</a> <span class="from"><bdi>${handleOf(person, frame.host)}</bdi></span></span>
${unblock(callName(person), "person", person.id)}</li>
`,
  );
  const hosts = blocks.hosts.map(
    (host) => html`<li><bdi>${shownHost(host)}</bdi>\n${unblock(shownHost(host), "host", host)}</li>\n`,
  );
  const none = people.length === 0 && hosts.length === 0;
  const main = html`<section class="section settings" aria-label="${words.blocks}"><div>
${doneNote(said.done)}${problemNote(frame, said.problem)}<form method="post" action="/settings/blocks" class="form">
${textField({ name: "what", label: words.blockWhat, hint: words.blockHint, value: typed, exact: true, required: true, maxlength: 320 })}<p class="actions">${submit(words.block)}</p>
</form>
${none ? html`<p class="empty">${words.noneBlocked}</p>` : ""}</div></section>
${listed("people", words.people, people)}${listed("servers", words.servers, hosts)}`;
  const { blocks: title, blocksDescription: description, blocksLede: lede } = words;
  return settingsPage(frame, { page: "blocks", title, description, path: "/settings/blocks", lede }, main);
}
