/** The composer: one form for threads, replies and edits, with what was typed, what is wrong, and what it will look like. */
import { html, raw } from "hono/html";
import type { RefusalCode } from "../../base/errors.ts";
import { MOST_TEXT, MOST_TITLE, MOST_WARNING } from "../../domain/posts/words.ts";
import type { Html } from "../site.ts";
import { checkField, type Fields, type Marked, problemNote, selectField, submit, textArea, textField } from "./form.ts";
import { languageField } from "./languages.ts";
import type { Frame } from "./layout.ts";
import { pictureFields, type ShownPicture } from "./pictures.ts";
import { pollFields } from "./poll.ts";
import { type PreviewProps, previewSection } from "./preview.ts";

export interface ComposerProps {
  /** The path of the page, where the form goes and under which its draft is kept. */
  path: string;
  /** Hidden: one form is one post, however often it is sent. */
  key: string;
  fields: Fields;
  /** Those that were put in already. */
  pictures?: readonly ShownPicture[];
  problem?: string | undefined;
  /** What the problem is: it says which field is marked. */
  code?: RefusalCode | undefined;
  /** A picture has no description: it may be published without one, once that was said. */
  asksDescriptions?: boolean;
  preview?: PreviewProps | null | undefined;
  /** The token of the draft that the form was filled from. */
  draftToken?: string | undefined;
}

export interface ThreadFormProps extends ComposerProps {
  /** Questions that belong to the kind; what is answered becomes part of the text, under its heading. */
  prompts: readonly { ask: string; heading: string }[];
  topics: readonly { id: string; name: string }[];
  /** The title cannot be changed by its author any more. */
  retitled?: string | undefined;
  /** Where the kind can be chosen in the form itself. */
  kinds?: readonly { value: string; label: string }[];
  submitText: string;
  /** It is a poll already: what it asks stays as it is. */
  fixedPoll?: boolean;
}

/** The form of a thread: title, prompts of its kind, text, topics, and the rest folded away. */
export function threadForm(frame: Frame, props: ThreadFormProps): Html {
  const words = frame.words.composer;
  const { fields, prompts, topics, kinds, retitled } = props;
  const wrong = marker(props);
  const isPoll = fields.kind === "poll" && kinds === undefined;
  const isLink = fields.kind === "link" || kinds !== undefined;
  const fieldset = html`${
    retitled === undefined
      ? textField({
          name: "title",
          label: isPoll ? frame.words.poll.title : words.title,
          hint: isPoll ? frame.words.poll.titleHint : words.titleHint,
          value: fields.title ?? "",
          required: true,
          maxlength: MOST_TITLE,
          ...wrong("title"),
        })
      : html`<p class="aside">${words.retitled(html`<bdi>${retitled}</bdi>`)}</p><input type="hidden" name="title" value="${retitled}">`
  }${
    kinds === undefined
      ? html`<input type="hidden" name="kind" value="${fields.kind ?? "discussion"}">`
      : selectField({ name: "kind", label: words.kind, value: fields.kind ?? "discussion", choices: kinds })
  }${isLink ? textField({ name: "link", label: words.link, hint: words.linkHint, type: "url", value: fields.link ?? "", inputmode: "url", exact: true, required: kinds === undefined, ...wrong("link") }) : ""}${
    !isPoll
      ? ""
      : props.fixedPoll
        ? html`<p class="aside">${frame.words.poll.fixed}</p>`
        : pollFields(frame, fields, wrong("options"))
  }${
    prompts.length === 0 ? "" : html`<p class="aside prompts-note">${words.promptsHint}</p>`
  }${prompts.map(({ ask }, index) => textArea({ name: `prompt-${index + 1}`, label: ask, value: fields[`prompt-${index + 1}`] ?? "", rows: 3, maxlength: MOST_TEXT }))}`;
  const after =
    topics.length === 0
      ? ""
      : html`<fieldset class="form-field choices topics-field"><legend>${words.topics}</legend>
${topics.map(({ id, name }) => html`<div class="choice"><input type="checkbox" id="f-topic-${id}" name="topic-${id}" value="yes"${fields[`topic-${id}`] ? raw(" checked") : ""}><label for="f-topic-${id}"><bdi>${name}</bdi></label></div>\n`)}</fieldset>`;
  const label = isPoll ? frame.words.poll.about : prompts.length === 0 ? words.text : words.anythingElse;
  return form(frame, props, {
    before: fieldset,
    after,
    label,
    submitText: props.submitText,
    rows: isPoll || prompts.length > 0 ? 4 : 10,
  });
}

/** What a page needs to let somebody answer: exported for the end of a thread. */
export interface ReplyFormProps extends Partial<Omit<ComposerProps, "path" | "key">> {
  parentId: string;
  key: string;
  /** Shorthand for `fields`. */
  draft?: Fields | undefined;
}

/** The form of a reply to the post `parentId`. `key` is a new random one for each page that is made (`newKey`). */
export function replyForm(frame: Frame, props: ReplyFormProps): Html {
  const words = frame.words.composer;
  const path = `/posts/${props.parentId}/reply`;
  const all = { ...props, path, fields: props.fields ?? props.draft ?? {} };
  return form(frame, all, { before: "", after: "", label: words.yourReply, submitText: words.reply, rows: 6 });
}

/** The form of an edit of a reply. */
export function editReplyForm(frame: Frame, props: ComposerProps): Html {
  const words = frame.words.composer;
  return form(frame, props, { before: "", after: "", label: words.text, submitText: words.save, rows: 10 });
}

/** The field that a refusal is about; null when it is about none of them. */
function wrongField({ code, fields, pictures = [] }: ComposerProps): string | null {
  switch (code) {
    case "title-missing":
      return "title";
    case "text-missing":
      return "source";
    case "too-long":
      return tooLong(fields);
    case "link-invalid":
      return "link";
    case "poll-options":
      return "options";
    case "description-missing":
      return `alt-${1 + pictures.findIndex(({ description }) => description === "")}`;
    default:
      return null;
  }
}

/** Null: it is not a field that is too long, but what there is of something else. */
function tooLong({ title = "", warning = "", ...fields }: Fields): string | null {
  if (title.length > MOST_TITLE) return "title";
  if (warning.length > MOST_WARNING) return "warning";
  const parts = Object.entries(fields).filter(([name]) => /^(?:source|prompt-\d)$/.test(name));
  return parts.reduce((sum, [, text]) => sum + text.length, 0) > MOST_TEXT ? "source" : null;
}

/** Marks the field that was refused, and puts the keyboard there. */
function marker(props: ComposerProps): (name: string) => Marked {
  const at = wrongField(props);
  return (name) => (name === at ? { problem: props.problem, focused: true } : {});
}

interface Shape {
  before: Html | "";
  after: Html | "";
  label: string;
  submitText: string;
  rows: number;
}

function form(frame: Frame, props: ComposerProps, shape: Shape): Html {
  const words = frame.words.composer;
  const { path, key, fields, problem, preview, asksDescriptions = false, draftToken } = props;
  const pictures = props.pictures ?? [];
  const more =
    (fields.warning ?? "") !== "" || pictures.length > 0 || asksDescriptions || wrongField(props) === "warning";
  const wrong = marker(props);
  return html`${problemNote(frame, problem, wrongField(props) === null)}<form class="form composer" method="post" action="${path}" enctype="multipart/form-data" data-path="${path}"
 data-offline="${words.keptHere}" data-kept="${words.keptDraft}" data-go-on="${words.goOn}" data-discard="${words.discard}" data-began="${words.began("{when}").join("")}" data-lang="${frame.times.locale}" data-suggestion="${words.suggestions(1)}" data-suggestions="${words.suggestions(2).replace("2", "{n}")}">
<input type="hidden" name="key" value="${key}" autocomplete="off">
${draftToken === undefined ? "" : html`<input type="hidden" name="draft" value="${draftToken}">\n`}${shape.before}${textArea({ name: "source", label: shape.label, hint: words.textHint, value: fields.source ?? "", rows: shape.rows, maxlength: MOST_TEXT, ...wrong("source") })}${shape.after}<details class="more"${more ? raw(" open") : ""}><summary>${words.more}</summary>
<div class="more-fields">${textField({ name: "warning", label: words.warning, hint: words.warningHint, value: fields.warning ?? "", maxlength: MOST_WARNING, ...wrong("warning") })}${languageField(frame, fields.language)}${pictureFields(frame, pictures, fields, wrong)}</div></details>
${asksDescriptions ? checkField({ name: "undescribed", label: words.withoutDescriptions, hint: words.missingDescriptions }) : ""}<div class="actions">
<button type="submit" class="quiet" name="do" value="preview" formnovalidate>${words.preview}</button>
${submit(shape.submitText, { name: "do", value: "publish" })}
<button type="submit" class="quiet" name="do" value="keep" formnovalidate>${words.keep}</button>
</div>
<p class="aside">${words.whoSees}</p>
<p class="aside compose-status" role="status"></p>
<p class="vh suggested" role="status"></p>
</form>
${previewSection(frame, preview)}`;
}
