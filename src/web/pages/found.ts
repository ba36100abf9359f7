/** Founding a community, and its settings afterwards: the same fields. */
import { html } from "hono/html";
import type { CommunityHead, CommunitySettingsRow } from "../../../db/views/community.ts";
import { LANGUAGES } from "../../words/index.ts";
import { shownColour } from "../parts/cloth.ts";
import {
  checkField,
  choiceField,
  problemNote,
  selectField,
  submit,
  textArea,
  textField,
  type Wrong,
  wrongAt,
} from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";
import type { Html } from "../site.ts";
import { communityLayout, shortTitle } from "./community.ts";

/** Languages that a community may be in, beside those the site itself speaks. */
const MORE_LANGUAGES = [
  "ar",
  "bn",
  "ca",
  "cs",
  "da",
  "el",
  "eo",
  "et",
  "eu",
  "fa",
  "fi",
  "fr",
  "ga",
  "gl",
  "he",
  "hi",
  "hr",
  "hu",
  "id",
  "is",
  "it",
  "ja",
  "ko",
  "lt",
  "lv",
  "ms",
  "nb",
  "nl",
  "nn",
  "pl",
  "pt",
  "ro",
  "ru",
  "sk",
  "sl",
  "sq",
  "sr",
  "sv",
  "sw",
  "ta",
  "th",
  "tr",
  "uk",
  "ur",
  "vi",
  "zh",
];

const JOINING = ["open", "request", "invitation"] as const;
const POSTING = ["anyone", "members", "facilitators"] as const;

export interface FoundValues {
  name: string;
  slug: string;
  summary: string;
  language: string;
  colour: string;
  joining: string;
  posting: string;
}

export const NEW_COMMUNITY: FoundValues = {
  name: "",
  slug: "",
  summary: "",
  language: "",
  colour: shownColour(""),
  joining: "open",
  posting: "anyone",
};

/** The form; `wrong` says why it is shown again with what was typed. */
export function foundPage(frame: Frame, values: FoundValues, wrong: Wrong = {}): string {
  const words = frame.words.community.found;
  const main = html`<header class="plain-title">
<h1>${words.title}</h1>
<p class="lede">${words.lede}</p>
</header>
<section class="section" aria-label="${words.title}"><div>
${problemNote(frame, wrong.problem)}<form class="form" method="post" action="/communities/new">
${textField({ name: "name", label: words.name, hint: words.nameHint, value: values.name, required: true, maxlength: 100, problem: wrongAt(wrong, "name-missing") })}
${textField({ name: "slug", label: words.slug, hint: words.slugHint(frame.host), value: values.slug, exact: true, maxlength: 30, problem: wrongAt(wrong, "slug-invalid", "slug-taken") })}
${textArea({ name: "summary", label: words.summary, hint: words.summaryHint, value: values.summary, rows: 3, required: true, maxlength: 500 })}
${languageField(frame, values.language)}
${colourField(frame, values.colour)}
${joiningField(frame, values.joining)}
${postingField(frame, values.posting)}
<p class="actions">${submit(words.submit)}</p>
</form>
</div></section>`;
  return layout(frame, { title: words.title, description: words.lede, path: "/communities/new", unlisted: true }, main);
}

/** What is said to those who may not. */
export function mayNotFoundPage(frame: Frame): string {
  const words = frame.words.community.found;
  const main = html`<header class="plain-title">
<h1>${words.title}</h1>
<p class="lede">${words.restricted}</p>
</header>`;
  return layout(frame, { title: words.title, description: words.lede, path: "/communities/new", unlisted: true }, main);
}

export interface SettingsValues extends Omit<FoundValues, "slug"> {
  rules: string;
  questions: string;
  welcome: string;
  downVotes: boolean;
  manyAnswers: boolean;
  secondFactor: boolean;
}

/** What the settings are now. */
export function settingsOf(community: CommunityHead, settings: CommunitySettingsRow): SettingsValues {
  const { name, summary, language, colour, joining, posting, rules, secondFactor, slug } = community;
  return {
    name,
    summary,
    language: language ?? "",
    colour: colour ?? shownColour(slug),
    joining,
    posting,
    rules: rules.join("\n"),
    questions: settings.questions.join("\n"),
    welcome: settings.welcome,
    downVotes: settings.downVotes,
    manyAnswers: settings.manyAnswers,
    secondFactor,
  };
}

/** The community's settings. */
export function settingsPage(
  frame: Frame,
  community: CommunityHead,
  values: SettingsValues,
  note: Wrong & { done?: "founded" | "saved" | undefined } = {},
): string {
  const words = frame.words.community.edit;
  const found = frame.words.community.found;
  const path = `/c/${community.slug}/settings`;
  const main = html`${shortTitle(community, words.title, note.done && words[note.done])}
<section class="section" aria-label="${words.title}"><div>
${problemNote(frame, note.problem)}<form class="form" method="post" action="${path}" enctype="multipart/form-data">
<h2>${words.basics}</h2>
${textField({ name: "name", label: found.name, value: values.name, required: true, maxlength: 100, problem: wrongAt(note, "name-missing") })}
${textArea({ name: "summary", label: found.summary, hint: found.summaryHint, value: values.summary, rows: 3, maxlength: 500 })}
${languageField(frame, values.language)}
${colourField(frame, values.colour)}
<div class="form-field"><label for="f-picture">${words.picture}</label>
<p class="hint" id="f-picture-hint">${words.pictureHint}</p>
<input type="file" id="f-picture" name="picture" accept="image/jpeg,image/png,image/webp,image/avif,image/gif" aria-describedby="f-picture-hint"></div>
${community.pictureId === null ? "" : checkField({ name: "picture-remove", label: words.pictureRemove })}
${textArea({ name: "rules", label: words.rules, hint: words.rulesHint, value: values.rules, rows: 5 })}
<h2>${words.taking}</h2>
${joiningField(frame, values.joining)}
${textArea({ name: "questions", label: words.questions, hint: words.questionsHint, value: values.questions, rows: 3 })}
${textArea({ name: "welcome", label: words.welcome, hint: words.welcomeHint, value: values.welcome, rows: 6 })}
<h2>${words.talking}</h2>
${postingField(frame, values.posting)}
${checkField({ name: "down-votes", label: words.downVotes, checked: values.downVotes })}
${checkField({ name: "many-answers", label: words.manyAnswers, checked: values.manyAnswers })}
<h2>${words.safety}</h2>
${checkField({ name: "second-factor", label: words.secondFactor, hint: words.secondFactorHint, checked: values.secondFactor })}
<p class="actions">${submit(words.submit)}</p>
</form>
</div></section>`;
  return communityLayout(frame, community, { title: `${words.title} · ${community.name}`, path }, main);
}

function languageField(frame: Frame, value: string): Html {
  const words = frame.words.community.found;
  const names = new Intl.DisplayNames([frame.language.tag], { type: "language" });
  const tags = [...new Set([...LANGUAGES.map(({ tag }) => tag), ...MORE_LANGUAGES, ...(value === "" ? [] : [value])])];
  const choices = tags
    .map((tag) => ({ value: tag, label: names.of(tag) ?? tag }))
    .sort((one, other) => one.label.localeCompare(other.label, frame.language.tag));
  return selectField({
    name: "language",
    label: words.language,
    value,
    choices: [{ value: "", label: words.noLanguage }, ...choices],
  });
}

/** The field of a browser always has a colour: what is sent back as it was shown is no choice. */
function colourField(frame: Frame, value: string): Html {
  const words = frame.words.community.found;
  return html`<div class="form-field colour"><label for="f-colour">${words.colour}</label>
<p class="hint" id="f-colour-hint">${words.colourHint}</p>
<input type="hidden" name="colour-shown" value="${value}">
<input type="color" id="f-colour" name="colour" value="${value}" aria-describedby="f-colour-hint"></div>
`;
}

function joiningField(frame: Frame, value: string): Html {
  const { joining, joiningChoices } = frame.words.community.found;
  const choices = JOINING.map((one) => ({ value: one, ...joiningChoices[one] }));
  return choiceField({ name: "joining", label: joining, value, choices });
}

function postingField(frame: Frame, value: string): Html {
  const { posting, postingChoices } = frame.words.community.found;
  const choices = POSTING.map((one) => ({ value: one, ...postingChoices[one] }));
  return choiceField({ name: "posting", label: posting, value, choices });
}
