/** What somebody does with a whole thread: follow or mute it, and look after it, as far as the policy lets them. */
import { html, raw } from "hono/html";
import type { ThreadFacts, ThreadPage } from "../../../db/views/thread.ts";
import type { Keeping, ThreadReader } from "../../../db/views/thread-reader.ts";
import { type Act, may, type Standing } from "../../domain/policy.ts";
import { CHOOSABLE_KINDS } from "../../domain/threads/classify.ts";
import type { Html } from "../site.ts";
import { selectField, submit, textField } from "./form.ts";
import type { Frame } from "./layout.ts";

/** What a viewer may do with the thread. */
export interface Looking {
  pin: boolean;
  lock: boolean;
  move: boolean;
  retitle: boolean;
  classify: boolean;
  /** May make it an announcement. */
  announce: boolean;
}

/** As the policy says. */
export function lookingAfter(thread: ThreadFacts, standings: readonly Standing[]): Looking {
  const can = (act: Act) => may(act, standings);
  return {
    pin: can("thread.pin"),
    lock: can("thread.lock"),
    move: can("thread.move"),
    retitle: can("thread.retitle"),
    classify: can("thread.classify") && thread.kind !== "poll",
    announce: can("thread.start.facilitators"),
  };
}

/** `home` is the thread's address. */
export function keepingForms(
  frame: Frame,
  thread: ThreadPage,
  home: string,
  { reader, looking, keeping }: { reader: ThreadReader; looking: Looking; keeping: Keeping | null },
): Html {
  const words = frame.words.thread;
  const told = { follow: words.following, mute: words.muted };
  return html`<div class="keeping" id="keeping">
<form class="subscription" method="post" action="${home}/follow">${reader.level === null ? "" : html`<span>${told[reader.level]}</span> `}${
    reader.level === null
      ? html`<button class="act" aria-describedby="follow-hint">${words.follow}</button><span class="vh" id="follow-hint">${words.followHint}</span> <button class="act" formaction="${home}/mute">${words.mute}</button>`
      : html`<button class="act" formaction="${home}/unfollow">${reader.level === "follow" ? words.unfollow : words.unmute}</button>`
  }</form>
${Object.values(looking).includes(true) ? lookAfter(frame, thread, home, looking, keeping) : ""}</div>
`;
}

function lookAfter(frame: Frame, thread: ThreadPage, home: string, looking: Looking, keeping: Keeping | null): Html {
  const words = frame.words.thread;
  const press = (act: string, text: string) =>
    html`<form method="post" action="${home}/${act}">${submit(text, { kind: "quiet" })}</form>\n`;
  const { topics = [], communities = [] } = keeping ?? {};
  const kinds = CHOOSABLE_KINDS.filter((kind) => kind !== "announcement" || thread.kind === kind || looking.announce);
  const has = new Set(thread.topics.map((topic) => topic.slug));
  return html`<details class="look-after"><summary class="act">${words.lookAfter}</summary>
<div class="tools">
${
  looking.pin || looking.lock
    ? html`<div class="presses">${looking.pin ? press(thread.pinned ? "unpin" : "pin", thread.pinned ? words.unpin : words.pin) : ""}${
        looking.lock ? press(thread.locked ? "unlock" : "lock", thread.locked ? words.unlock : words.lock) : ""
      }</div>`
    : ""
}
${
  looking.retitle
    ? html`<form class="form" method="post" action="${home}/retitle">${textField({ name: "title", label: words.title, value: thread.title, maxlength: 200, required: true })}
<div class="actions">${submit(words.retitle, { kind: "quiet" })}</div></form>`
    : ""
}
${
  looking.classify
    ? html`<form class="form" method="post" action="${home}/classify">${selectField({ name: "kind", label: words.kind, value: thread.kind, choices: kinds.map((kind) => ({ value: kind, label: words.kinds[kind] })) })}
${
  topics.length === 0
    ? ""
    : html`<fieldset class="form-field topics"><legend>${words.topics}</legend>${topics.map(
        ({ slug, name }) =>
          html`<label class="topic"><input type="checkbox" name="topic" value="${slug}"${has.has(slug) ? raw(" checked") : ""}> ${name}</label>\n`,
      )}</fieldset>`
}<div class="actions">${submit(words.classify, { kind: "quiet" })}</div></form>`
    : ""
}
${
  looking.move && communities.length > 0
    ? html`<form class="form" method="post" action="${home}/move">${selectField({ name: "to", label: words.moveTo, choices: communities.map(({ id, name }) => ({ value: id, label: name })) })}
<div class="actions">${submit(words.move, { kind: "quiet" })}</div></form>`
    : ""
}
</div>
</details>
`;
}
