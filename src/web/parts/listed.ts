/** A thread in a list: its title and first line in the text, what is said about it in the margin. */
import { html } from "hono/html";
import { type ListedThread, MOST_COUNTED_IN_LIST } from "../../../db/views/listed-thread.ts";
import type { Html } from "../site.ts";
import { clothOf } from "./cloth.ts";
import { glimpse } from "./excerpt.ts";
import type { Frame } from "./layout.ts";
import { nameElement, shownHost } from "./names.ts";
import { dayIn } from "./when.ts";
import { repliesInWords } from "./words.ts";

/** A well-set list. `mixed` names the community of each thread. */
export function threadList(frame: Frame, threads: readonly ListedThread[], { mixed }: { mixed: boolean }): Html {
  return html`<ol class="threads">${threads.map((thread) => listed(frame, thread, mixed))}</ol>`;
}

function listed(frame: Frame, thread: ListedThread, mixed: boolean): Html {
  const words = frame.words.thread;
  const quiet = thread.replies === 0;
  const line = firstLine(frame, thread);
  const when = dayIn(frame, quiet ? thread.startedAt : thread.activeAt);
  return html`<li class="listed${mixed ? ` ${clothOf(thread.slug, thread.colour)}` : ""}">
<h3><a href="/c/${thread.slug}/t/${thread.id}"><bdi>${thread.title}</bdi></a></h3>
${line === "" ? "" : html`<p class="line" dir="auto"${thread.language ? html` lang="${thread.language}"` : ""}>${line}</p>`}
<p class="by">${nameElement({ name: thread.authorName, username: thread.authorUsername })}${
    thread.authorHost === null ? "" : html` <span class="from">${shownHost(thread.authorHost)}</span>`
  }${mixed ? html` <span class="in">${words.inCommunity(html`<a href="/c/${thread.slug}">${thread.communityName}</a>`)}</span>` : ""}</p>
<p class="margin">${kindInWords(frame, thread)}<span class="state${quiet ? " open" : ""}">${repliesInWords(frame, thread.replies, MOST_COUNTED_IN_LIST)}</span> <span class="when">${
    quiet ? when : words.last(when)
  }</span></p>
</li>
`;
}

/** What it is, and what has become of it: `question, answered`. */
function kindInWords({ words }: Frame, { kind, answered, pinned, locked }: ListedThread): Html | "" {
  const said = [
    ...(kind === "discussion" ? [] : [words.thread.kinds[kind]]),
    ...(answered ? [words.thread.answered] : []),
    ...(pinned ? [words.thread.pinned] : []),
    ...(locked ? [words.thread.locked] : []),
  ];
  return said.length === 0 ? "" : html`<span class="kind${answered ? " settled" : ""}">${said.join(", ")}</span> `;
}

function firstLine({ words }: Frame, thread: ListedThread): string {
  if (thread.warning !== "") return words.thread.contentWarning(thread.warning);
  const line = glimpse(thread.glimpse, 180, thread.title);
  return line !== "" || thread.pictures === 0 ? line : words.thread.pictures(thread.pictures);
}
