/** A member's home: what is new where they take part, whom they could help, what has changed; each list says why it is there. */
import { html } from "hono/html";
import type { AnsweredThread, ChangedCharter, HomePage } from "../../../db/views/home.ts";
import { clothOf } from "../parts/cloth.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { threadList } from "../parts/listed.ts";
import { nameElement, plainName } from "../parts/names.ts";
import type { Html } from "../site.ts";

/** The home of whoever is signed in. */
export function homePage(frame: Frame, home: HomePage): string {
  const words = frame.words.home;
  const main = html`<header class="plain-title">
<h1>${words.title}</h1>
${home.communities.length === 0 ? "" : html`<p class="lede">${words.lede(pieces(home.communities.map((one) => html`<a href="/c/${one.slug}"><bdi>${one.name}</bdi></a>`)))}</p>`}
</header>
${home.communities.length === 0 ? nowhere(frame) : html`${newThreads(frame, home)}${questions(frame, home)}${changes(frame, home)}`}`;
  const { title, description } = words;
  return layout(frame, { title, description, path: "/home", unlisted: true }, main);
}

function nowhere(frame: Frame): Html {
  const words = frame.words.home;
  return html`<section class="section home-start" aria-label="${words.title}"><div>
<p>${words.noCommunities}</p>
<p><a class="button" href="/">${words.noCommunitiesDo}</a></p>
</div></section>
`;
}

function newThreads(frame: Frame, { newThreads: threads, moreNew, lastReadAt }: HomePage): Html {
  const words = frame.words.home;
  const since = lastReadAt === null ? null : frame.times.moment(lastReadAt);
  if (threads.length === 0) {
    const nothing = since === null ? words.nothingLately : words.nothingNew(since);
    return section("new", words.newHere, nothing, "");
  }
  const why = since === null ? words.newLately : words.newSince(since);
  const more = moreNew ? html`<p class="why">${words.moreNew}</p>\n` : "";
  return section("new", words.newHere, why, html`${threadList(frame, threads, { mixed: true })}${more}`);
}

function questions(frame: Frame, { helpsWith, questions: threads }: HomePage): Html {
  const words = frame.words.home;
  const to = (text: string) => html` <a href="/settings">${text}</a>`;
  if (helpsWith.length === 0) return section("help", words.couldHelp, [words.sayHelp, to(words.sayHelpDo)], "");
  const things = pieces(helpsWith.map((thing) => html`<bdi>${plainName(thing)}</bdi>`));
  if (threads.length === 0)
    return section("help", words.couldHelp, [...words.noQuestions(things), to(words.changeHelp)], "");
  return section("help", words.couldHelp, words.couldHelpWhy(things), threadList(frame, threads, { mixed: true }));
}

function changes(frame: Frame, { charters, answered }: HomePage): Html | "" {
  const words = frame.words.home;
  if (charters.length + answered.length === 0) return "";
  const list = html`<ul class="changes">${charters.map((one) => charter(frame, one))}${answered.map((one) => answer(frame, one))}</ul>\n`;
  return section("changed", words.changed, words.changedWhy, list);
}

function charter(frame: Frame, { slug, name, colour, known, writtenAt }: ChangedCharter): Html {
  const community = html`<a href="/c/${slug}/charter${known > 0 ? `/changes?from=${known}` : ""}"><bdi>${plainName(name)}</bdi></a>`;
  return change(frame, clothOf(slug, colour), frame.words.home.charterChanged(community), writtenAt);
}

function answer(frame: Frame, one: AnsweredThread): Html {
  const title = html`<a href="/posts/${one.postId}"><bdi>${one.title}</bdi></a>`;
  const author = nameElement({ name: one.authorName, username: one.authorUsername });
  return change(frame, clothOf(one.slug, one.colour), frame.words.home.answerAccepted(title, author), one.acceptedAt);
}

function change(frame: Frame, cloth: string, sentence: unknown, at: number): Html {
  return html`<li class="${cloth}"><span>${sentence}</span> <time class="when" datetime="${new Date(at).toISOString()}">${frame.times.day(at)}</time></li>
`;
}

function section(id: string, title: string, why: unknown, list: Html | ""): Html {
  return html`<section class="section home-list" aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
<p class="why">${why}</p>
${list}</section>
`;
}

/** One after the other, as in a sentence. */
function pieces(items: readonly Html[]): unknown[] {
  return items.flatMap((item, i) => (i === 0 ? [item] : [", ", item]));
}
