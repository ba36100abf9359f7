/** The pages on which something is written: choosing a kind, beginning a thread, answering, editing, and what was not finished. */
import { html, raw } from "hono/html";
import type { ComposedPost, ComposePlace, KeptDraft, ListedDraft } from "../../../db/views/compose.ts";
import { clothOf } from "../parts/cloth.ts";
import {
  type ComposerProps,
  editReplyForm,
  type ReplyFormProps,
  replyForm,
  type ThreadFormProps,
  threadForm,
} from "../parts/composer.ts";
import { doneNote, submit } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { callName, handleOf } from "../parts/names.ts";
import type { Html } from "../site.ts";

const PAGE = { unlisted: true, scripts: ["compose"] } as const;

type Kinds = Frame["words"]["composer"]["kinds"];

/** Choose a kind first: plain links, each with a line that says what it is for. */
export function kindsPage(
  frame: Frame,
  place: ComposePlace,
  kinds: readonly (keyof Kinds)[],
  offer: Html | "",
): string {
  const words = frame.words.composer;
  const path = `/c/${place.slug}/new`;
  const main = html`<div class="compose-page">
${threadHeading(frame, place)}
${offer}<h2>${words.whichKind}</h2>
<ul class="kind-list">${kinds.map((kind) => html`<li><a href="${path}?kind=${kind}">${words.kinds[kind].name}</a> <span>${words.kinds[kind].why}</span></li>\n`)}</ul>
</div>`;
  return layout(
    frame,
    {
      ...PAGE,
      scripts: [],
      title: words.begin,
      description: words.whichKind,
      path,
      cloth: clothOf(place.slug, place.colour),
    },
    main,
  );
}

export interface Notes {
  /** A draft that is kept of this page, and may be taken up again. */
  offer: KeptDraft | null;
  /** Said above the form. */
  done?: string | undefined;
}

export function newThreadPage(frame: Frame, place: ComposePlace, form: ThreadFormProps, notes: Notes): string {
  const words = frame.words.composer;
  const kind = words.kinds[(form.fields.kind ?? "discussion") as keyof Kinds] ?? words.kinds.discussion;
  const main = html`<div class="compose-page">
${threadHeading(frame, place)}
<p class="facts">${kind.name}: ${kind.why} <a href="${form.path}">${words.otherKind}</a></p>
${doneNote(notes.done)}${offerNote(frame, notes.offer)}${threadForm(frame, form)}
</div>`;
  return layout(
    frame,
    { ...PAGE, title: words.begin, description: kind.why, path: form.path, cloth: clothOf(place.slug, place.colour) },
    main,
  );
}

function threadHeading(frame: Frame, place: ComposePlace): Html {
  const words = frame.words.composer;
  return html`<p class="eyebrow"><a href="/c/${place.slug}"><bdi>${place.name}</bdi></a></p>
<h1>${words.begin}</h1>`;
}

export function replyPage(frame: Frame, post: ComposedPost, form: ReplyFormProps, notes: Notes): string {
  const words = frame.words.composer;
  const person = { name: post.authorName, username: post.authorUsername, host: post.authorHost };
  const main = html`<div class="compose-page answering">
<header><p class="eyebrow"><a href="/posts/${post.id}"><bdi>${post.title}</bdi></a></p>
<h1>${words.answering(html`<bdi>${callName(person)}</bdi>`)}</h1></header>
<article class="answered" aria-label="${callName(person)}">
<p class="facts"><bdi>${handleOf(person, frame.host)}</bdi>, ${frame.times.moment(post.publishedAt)}&nbsp;· <a href="?quote=1">${words.quoteIt}</a></p>
${post.warning === "" ? proseOf(post) : html`<details class="warning"><summary><span>${words.warning}:</span> <bdi>${post.warning}</bdi></summary>${proseOf(post)}</details>`}
</article>
<div class="answer-form">${doneNote(notes.done)}${offerNote(frame, notes.offer)}${replyForm(frame, form)}</div>
</div>`;
  const title = words.replyTo(callName(person));
  const path = `/posts/${post.id}/reply`;
  return layout(frame, { ...PAGE, title, description: title, path, cloth: clothOf(post.slug, post.colour) }, main);
}

function proseOf(post: ComposedPost): Html {
  return html`<div class="prose" dir="auto"${post.language === null ? "" : html` lang="${post.language}"`}>${raw(post.content)}</div>`;
}

export function editPage(
  frame: Frame,
  post: ComposedPost,
  form: ThreadFormProps | ComposerProps,
  notes: Notes,
): string {
  const words = frame.words.composer;
  const main = html`<div class="compose-page">
<p class="eyebrow"><a href="/posts/${post.id}"><bdi>${post.title}</bdi></a></p>
<h1>${words.editTitle}</h1>
<p class="facts">${words.editNote} <a href="/posts/${post.id}/history">${words.history}</a> · <a href="/posts/${post.id}">${words.cancel}</a></p>
${doneNote(notes.done)}${offerNote(frame, notes.offer)}${"prompts" in form ? threadForm(frame, form) : editReplyForm(frame, form)}
</div>`;
  return layout(
    frame,
    {
      ...PAGE,
      title: words.editTitle,
      description: words.editNote,
      path: form.path,
      cloth: clothOf(post.slug, post.colour),
    },
    main,
  );
}

/** "You began this on …: continue / discard". */
export function offerNote(frame: Frame, draft: KeptDraft | null): Html | "" {
  if (!draft) return "";
  const words = frame.words.composer;
  return html`<div class="draft-offer" data-saved="${Math.round(draft.savedAt)}"><p>${words.began(frame.times.moment(draft.savedAt))}</p>
<div class="actions"><a class="button quiet" href="${draft.path}?draft=${draft.token}">${words.goOn}</a>
<form method="post" action="/drafts/discard"><input type="hidden" name="path" value="${draft.path}">${submit(words.discard, { kind: "quiet" })}</form></div></div>
`;
}

export function draftsPage(frame: Frame, drafts: readonly ListedDraft[]): string {
  const words = frame.words.composer;
  const main = html`<div class="compose-page"><h1>${words.drafts}</h1>
${
  drafts.length === 0
    ? html`<p>${words.noDrafts}</p>`
    : html`<ul class="drafts">${drafts.map(
        (
          draft,
        ) => html`<li><p>${words.draftOf[draft.what](html`<bdi>${draft.place}</bdi>`)} <span class="facts">${frame.times.moment(draft.savedAt)}</span></p>
<div class="actions"><a class="button quiet" href="${draft.path}?draft=${draft.token}">${words.goOn}<span class="vh">: ${draft.place}</span></a>
<form method="post" action="/drafts/discard"><input type="hidden" name="path" value="${draft.path}"><input type="hidden" name="next" value="/drafts"><button type="submit" class="quiet">${words.discard}<span class="vh">: ${draft.place}</span></button></form></div></li>
`,
      )}</ul>`
}
</div>`;
  return layout(frame, { unlisted: true, title: words.drafts, description: words.drafts, path: "/drafts" }, main);
}
