/** A thread in a list: its title and first line in the text, what is said about it in the margin. */
import { html } from "hono/html";
import { type ListedThread, MOST_COUNTED_IN_LIST } from "../../../db/views/listed-thread.ts";
import type { Html } from "../site.ts";
import { clothOf } from "./cloth.ts";
import { glimpse } from "./excerpt.ts";
import { nameElement, shownHost } from "./names.ts";
import { dayElement, repliesInWords } from "./words.ts";

/** A well-set list. `mixed` names the community of each thread; `level` is that of the titles' headings. */
export function threadList(threads: readonly ListedThread[], { mixed }: { mixed: boolean }): Html {
  return html`<ol class="threads">${threads.map((thread) => listed(thread, mixed))}</ol>`;
}

function listed(thread: ListedThread, mixed: boolean): Html {
  const quiet = thread.replies === 0;
  const line = firstLine(thread);
  return html`<li class="listed${mixed ? ` ${clothOf(thread.slug)}` : ""}">
<h3><a href="/c/${thread.slug}/t/${thread.id}"><bdi>${thread.title}</bdi></a></h3>
${line === "" ? "" : html`<p class="line" dir="auto"${thread.language ? html` lang="${thread.language}"` : ""}>${line}</p>`}
<p class="by">${nameElement({ name: thread.authorName, username: thread.authorUsername })}${
    thread.authorHost === null ? "" : html` <span class="from">${shownHost(thread.authorHost)}</span>`
  }${mixed ? html` <span class="in">in <a href="/c/${thread.slug}">${thread.communityName}</a></span>` : ""}</p>
<p class="margin"><span class="state${quiet ? " open" : ""}">${repliesInWords(thread.replies, MOST_COUNTED_IN_LIST)}</span> <span class="when">${
    quiet ? "" : "last "
  }${dayElement(quiet ? thread.startedAt : thread.activeAt)}</span></p>
</li>
`;
}

function firstLine(thread: ListedThread): string {
  if (thread.warning !== "") return `Content warning: ${thread.warning}`;
  const line = glimpse(thread.glimpse, 180, thread.title);
  if (line !== "" || thread.pictures === 0) return line;
  return thread.pictures === 1 ? "With a picture." : `With ${thread.pictures} pictures.`;
}
