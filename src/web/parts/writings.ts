/** What somebody wrote here, newest first: what they wrote one after the other in the same thread stands together. */
import { html } from "hono/html";
import type { PersonPage, WrittenPost } from "../../../db/views/person.ts";
import { oneLine } from "../../base/text/characters.ts";
import type { Html } from "../site.ts";
import { clothOf } from "./cloth.ts";
import { glimpse } from "./excerpt.ts";
import type { Frame } from "./layout.ts";
import { nameElement } from "./names.ts";
import { pager } from "./pager.ts";
import { dayIn } from "./when.ts";

/** `home` is the path of their page. */
export function writings(frame: Frame, person: PersonPage, home: string): Html {
  const words = frame.words.person;
  const older = person.older === null ? null : { href: `${home}?before=${person.older}`, text: words.older };
  const none =
    frame.viewer?.id === person.id ? words.nothingWrittenYou : words.nothingWritten(html`${nameElement(person)}`);
  return html`<section class="section" aria-labelledby="written">
<h2 id="written">${person.first ? words.written : words.writtenBefore}</h2>
${
  person.posts.length === 0
    ? html`<p class="empty">${none}</p>`
    : html`<ol class="threads">${byThread(person.posts).map((posts) => written(frame, posts))}</ol>`
}
</section>
${pager(words.pages, person.first ? null : { href: home, text: words.newest }, older)}`;
}

function byThread(posts: readonly WrittenPost[]): WrittenPost[][] {
  const groups: WrittenPost[][] = [];
  for (const post of posts) {
    const last = groups.at(-1);
    if (last?.[0]?.threadId === post.threadId) last.push(post);
    else groups.push([post]);
  }
  return groups;
}

function written(frame: Frame, posts: WrittenPost[]): Html {
  const words = frame.words.person;
  const [newest] = posts as [WrittenPost];
  const replies = posts.filter((post) => post.id !== post.threadId).length;
  const started = replies < posts.length;
  const did = replies === 0 ? words.started : started ? words.startedAndReplied(replies) : words.replied(replies);
  const day = dayIn(frame, newest.publishedAt);
  return html`<li class="listed ${clothOf(newest.slug, newest.colour)}">
<h3><a href="/c/${newest.slug}/t/${newest.threadId}"><bdi>${newest.title}</bdi></a></h3>
<ul class="sayings">${posts.map((post) => saying(frame, post))}</ul>
<p class="by"><span class="in">${words.inCommunity(html`<a href="/c/${newest.slug}">${newest.communityName}</a>`)}</span></p>
<p class="margin"><span class="state">${did}</span> <span class="when">${posts.length > 1 ? words.last(day) : day}</span></p>
</li>
`;
}

function saying(frame: Frame, post: WrittenPost): Html {
  const words = frame.words.person;
  const opening = post.id === post.threadId;
  const line =
    post.warning === ""
      ? glimpse(post.glimpse, 220, opening ? post.title : "")
      : words.contentWarning(oneLine(post.warning));
  const lang = post.language ? html` lang="${post.language}"` : "";
  return html`<li dir="auto"${lang}><a href="/posts/${post.id}">${line || (opening ? words.opening : words.noWords)}</a></li>`;
}
