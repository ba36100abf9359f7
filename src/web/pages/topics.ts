/** The topics of a community: kept by stewards, and the conversations of each. */
import { html } from "hono/html";
import type { CommunityHead, Topic, TopicPage } from "../../../db/views/community.ts";
import { problemNote, submit, textField, type Wrong, wrongAt } from "../parts/form.ts";
import type { Frame } from "../parts/layout.ts";
import { threadList } from "../parts/listed.ts";
import { pager } from "../parts/pager.ts";
import type { Html } from "../site.ts";
import { communityLayout, shortTitle } from "./community.ts";

export interface TopicsProps extends Wrong {
  community: CommunityHead;
  topics: readonly (Topic & { threads: number })[];
  mayKeep: boolean;
  /** What was typed as a new topic's name, when it was refused. */
  typed?: string;
  done?: boolean;
}

/** All topics, and for stewards the forms that keep them. */
export function topicsPage(frame: Frame, props: TopicsProps): string {
  const { community, topics, mayKeep } = props;
  const words = frame.words.topics;
  const path = `/c/${community.slug}/topics`;
  const main = html`${shortTitle(community, words.title, props.done ? words.changed : undefined)}
${problemNote(frame, props.problem)}<section class="section" aria-label="${words.title}"><div>
<p>${words.lede}</p>
${topics.length === 0 ? html`<p class="empty">${words.none}</p>` : html`<ul class="people topic-list">${topics.map((topic) => topicItem(frame, path, topic, mayKeep))}</ul>`}
</div></section>
${
  mayKeep
    ? html`<section class="section" aria-labelledby="add"><h2 id="add">${words.add}</h2>
<form class="form" method="post" action="${path}">
${textField({ name: "name", label: words.name, required: true, maxlength: 60, value: props.typed ?? "", problem: props.typed === undefined ? undefined : wrongAt(props, "name-missing", "slug-taken") })}
<p class="actions">${submit(words.addSubmit)}</p>
</form></section>`
    : ""
}`;
  return communityLayout(frame, community, { title: words.titleOf(community.name), path }, main);
}

function topicItem(frame: Frame, path: string, topic: Topic & { threads: number }, mayKeep: boolean): Html {
  const words = frame.words.topics;
  const name = html`<bdi>${topic.name}</bdi>`;
  const id = `name-${topic.slug}`;
  return html`<li>
<p><a class="who" href="${path}/${topic.slug}">${name}</a> <span class="when">${words.threads(topic.threads)}</span></p>
${
  mayKeep
    ? html`<details class="manage"><summary>${words.keep}<span class="vh">: ${topic.name}</span></summary>
<form class="actions" method="post" action="${path}/${topic.slug}/rename"><div class="form-field"><label for="${id}">${words.name}</label><input id="${id}" name="name" type="text" value="${topic.name}" maxlength="60" required></div>
<button type="submit" class="quiet">${words.rename}</button></form>
<form method="post" action="${path}/${topic.slug}/remove"><p class="hint">${words.removeHint}</p><button type="submit" class="grave">${words.remove}<span class="vh">: ${topic.name}</span></button></form>
</details>`
    : ""
}
</li>
`;
}

/** The conversations of a topic, newest first. */
export function topicPage(frame: Frame, page: TopicPage, path: string): string {
  const { community, topic, threads, first } = page;
  const words = frame.words.topics;
  const list = frame.words.community;
  const home = `/c/${community.slug}/topics/${topic.slug}`;
  const main = html`${shortTitle(community, html`<bdi>${topic.name}</bdi>`)}
<section class="section" aria-labelledby="conversations">
<h2 id="conversations" class="vh">${list.conversations}</h2>
${threads.length === 0 ? html`<p class="empty">${words.empty}</p>` : threadList(frame, threads, { mixed: false })}
</section>
${pager(list.pages, first ? null : { href: home, text: list.newest }, page.older === null ? null : { href: `${home}?before=${page.older}`, text: list.older })}`;
  return communityLayout(
    frame,
    community,
    { title: words.pageTitle(topic.name, community.name), path, listed: first && threads.length > 0 },
    main,
  );
}
