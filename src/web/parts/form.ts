/** The parts of forms, the same everywhere: a label above, a hint below it, what is wrong beside it, in words and tied to the field. */
import { html, raw } from "hono/html";
import type { RefusalCode } from "../../base/errors.ts";
import type { Html } from "../site.ts";
import type { Frame } from "./layout.ts";

/** What was typed, by the names of the fields. */
export type Fields = Readonly<Record<string, string>>;

/** Why a form is shown again: the sentence, and the code that says which field it is about. */
export interface Wrong {
  problem?: string | undefined;
  code?: RefusalCode | undefined;
}

/** The sentence, where it is about the field that these codes are about. */
export function wrongAt({ problem, code }: Wrong, ...codes: RefusalCode[]): string | undefined {
  return code !== undefined && codes.includes(code) ? problem : undefined;
}

/** What a field is shown with that was refused. */
export type Marked = Pick<Common, "problem" | "focused">;

interface Common {
  name: string;
  label: string;
  /** A sentence under the label. */
  hint?: string | Html | undefined;
  /** What is wrong with what was typed. */
  problem?: string | undefined;
  required?: boolean;
  maxlength?: number;
  /** The keyboard begins here, where the browser lets it. */
  focused?: boolean;
}

export interface TextField extends Common {
  value?: string;
  type?: "text" | "email" | "password" | "url" | "date" | "search" | "number";
  /** The autofill token, such as `username` (WCAG 1.3.5). */
  autocomplete?: string;
  inputmode?: "email" | "numeric" | "url" | "search";
  /** Names and codes: no capitals, no spelling. */
  exact?: boolean;
  minlength?: number;
  placeholder?: string;
}

/** An id that is unique as long as a page has one field of that name. */
const idOf = (name: string) => `f-${name.replace(/[^\w-]/g, "-")}`;

function described({ name, hint, problem }: Common): Html | "" {
  const by = [hint ? `${idOf(name)}-hint` : "", problem ? `${idOf(name)}-problem` : ""]
    .filter((id) => id !== "")
    .join(" ");
  return by === "" ? "" : html` aria-describedby="${by}"${problem ? raw(' aria-invalid="true"') : ""}`;
}

function around(props: Common, control: Html): Html {
  const id = idOf(props.name);
  return html`<div class="form-field">
<label for="${id}">${props.label}</label>
${props.hint ? html`<p class="hint" id="${id}-hint">${props.hint}</p>\n` : ""}${control}
${props.problem ? html`<p class="problem" id="${id}-problem">${props.problem}</p>\n` : ""}</div>
`;
}

/** One line. */
export function textField(props: TextField): Html {
  const { name, value = "", type = "text" } = props;
  const control = html`<input id="${idOf(name)}" name="${name}" type="${type}" value="${value}"${props.required ? raw(" required") : ""}${
    props.maxlength === undefined ? "" : html` maxlength="${props.maxlength}"`
  }${props.minlength === undefined ? "" : html` minlength="${props.minlength}"`}${
    props.autocomplete === undefined ? "" : html` autocomplete="${props.autocomplete}"`
  }${props.inputmode === undefined ? "" : html` inputmode="${props.inputmode}"`}${
    props.placeholder === undefined ? "" : html` placeholder="${props.placeholder}"`
  }${props.exact ? raw(' autocapitalize="none" spellcheck="false"') : ""}${described(props)}${props.focused ? raw(" autofocus") : ""}>`;
  return around(props, control);
}

/** Several lines; `dir="auto"` follows what is typed. */
export function textArea(props: Common & { value?: string; rows?: number }): Html {
  const { name, value = "", rows = 6 } = props;
  // A first line break in a textarea is swallowed: one more keeps it.
  const control = html`<textarea id="${idOf(name)}" name="${name}" rows="${rows}" dir="auto"${props.required ? raw(" required") : ""}${
    props.maxlength === undefined ? "" : html` maxlength="${props.maxlength}"`
  }${described(props)}${props.focused ? raw(" autofocus") : ""}>
${value}</textarea>`;
  return around(props, control);
}

export interface Choice {
  value: string;
  label: string;
  hint?: string;
}

/** One of several, in a list that opens. */
export function selectField(props: Common & { value?: string; choices: readonly Choice[] }): Html {
  const { name, value, choices } = props;
  const control = html`<select id="${idOf(name)}" name="${name}"${described(props)}>${choices.map(
    (choice) =>
      html`<option value="${choice.value}"${choice.value === value ? raw(" selected") : ""}>${choice.label}</option>`,
  )}</select>`;
  return around(props, control);
}

/** One of a few, all in sight. */
export function choiceField(props: Common & { value?: string; choices: readonly Choice[] }): Html {
  const { name, label, hint, problem, value, choices } = props;
  const id = idOf(name);
  return html`<fieldset class="form-field choices"${described(props)}>
<legend>${label}</legend>
${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>\n` : ""}${choices.map(
  (
    choice,
  ) => html`<div class="choice"><input type="radio" id="${id}-${choice.value}" name="${name}" value="${choice.value}"${
    choice.value === value ? raw(" checked") : ""
  }${props.required ? raw(" required") : ""}${choice.hint ? html` aria-describedby="${id}-${choice.value}-hint"` : ""}>
<label for="${id}-${choice.value}">${choice.label}</label>${
    choice.hint ? html`<p class="hint" id="${id}-${choice.value}-hint">${choice.hint}</p>` : ""
  }</div>
`,
)}${problem ? html`<p class="problem" id="${id}-problem">${problem}</p>\n` : ""}</fieldset>
`;
}

/** Yes or no. */
export function checkField(props: Common & { checked?: boolean; value?: string }): Html {
  const { name, label, hint, checked, value = "yes" } = props;
  const id = value === "yes" ? idOf(name) : `${idOf(name)}-${value}`;
  return html`<div class="form-field check"><input type="checkbox" id="${id}" name="${name}" value="${value}"${checked ? raw(" checked") : ""}${
    props.required ? raw(" required") : ""
  }${hint ? html` aria-describedby="${id}-hint"` : ""}>
<label for="${id}">${label}</label>${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : ""}</div>
`;
}

/** Said above a form that is shown again: read out, and takes the focus where the browser lets it, unless the field that is wrong does. */
export function problemNote(frame: Frame, problem: string | undefined, focused = true): Html | "" {
  if (problem === undefined) return "";
  return html`<div class="problem-note" role="alert" tabindex="-1"${focused ? raw(" autofocus") : ""}>
<p><strong>${frame.words.frame.problem}.</strong> ${problem}</p>
</div>
`;
}

/** Said above a page after something was done: takes the focus as well, so that whoever works by keyboard goes on from there. */
export function doneNote(text: string | undefined): Html | "" {
  return text === undefined ? "" : html`<p class="done-note" role="status" tabindex="-1" autofocus>${text}</p>\n`;
}

/** The button that sends a form. `quiet` is for what is not the main thing; `grave` for what cannot be taken back. */
export function submit(text: string, options: { kind?: "quiet" | "grave"; name?: string; value?: string } = {}): Html {
  const { kind, name, value } = options;
  return html`<button type="submit"${kind === undefined ? "" : html` class="${kind}"`}${
    name === undefined ? "" : html` name="${name}" value="${value ?? ""}"`
  }>${text}</button>`;
}
