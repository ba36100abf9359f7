/** What others did that concerns the reader: each in words, with the way to its place. */
import { html } from "hono/html";
import type { Notification, NotificationPage } from "../../../db/views/notifications.ts";
import { oneLine } from "../../base/text/characters.ts";
import { clothOf } from "../parts/cloth.ts";
import { glimpse } from "../parts/excerpt.ts";
import { submit } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { nameElement, plainName, shownHost } from "../parts/names.ts";
import { pager } from "../parts/pager.ts";
import type { Html } from "../site.ts";

const LONGEST_LINE = 180;

/** `path` is this page's own address; `unread` how many were not read, on this page or before it. */
export function notificationsPage(frame: Frame, page: NotificationPage, unread: number, path: string): string {
  const words = frame.words.notifications;
  const { notifications, first } = page;
  const newest = notifications[0];
  const older = page.older === null ? undefined : `/notifications?before=${page.older}`;
  const main = html`<header class="plain-title">
<h1>${first ? words.title : words.older}</h1>
</header>
<section class="section wide notices" aria-label="${words.title}">
${
  first && newest === undefined
    ? html`<div class="empty"><p>${words.none}</p>
<p><a href="/home">${words.noneDo}</a></p></div>`
    : ""
}${first && newest !== undefined ? (unread > 0 ? markAll(words.markAll(unread), newest.id) : html`<p class="all-read">${words.allRead}</p>`) : ""}
<ol class="notice-list">${notifications.map((one) => notice(frame, one))}</ol>
</section>
${pager(words.pages, first ? null : { href: "/notifications", text: words.newest }, older === undefined ? null : { href: older, text: words.older })}
<p class="aside"><a href="/settings/notifications">${words.byMail}</a></p>`;
  return layout(
    frame,
    {
      title: words.title,
      description: words.description,
      path: first ? "/notifications" : path,
      unlisted: true,
      next: older,
    },
    main,
  );
}

/** What comes while the page is open is not among what is marked. */
function markAll(text: string, upTo: string): Html {
  return html`<form method="post" action="/notifications/read" class="mark-all">
<input type="hidden" name="up_to" value="${upTo}">
${submit(text, { kind: "quiet" })}
</form>
`;
}

function notice(frame: Frame, one: Notification): Html {
  const words = frame.words.notifications;
  const line = said(frame, one);
  const cloth = one.slug === null ? "" : ` ${clothOf(one.slug, one.colour)}`;
  return html`<li class="notice${one.read ? "" : " fresh"}${cloth}">
<p class="what">${sentence(frame, one)}</p>
${line === "" ? "" : html`<p class="line" dir="auto"${one.language ? html` lang="${one.language}"` : ""}>${line}</p>\n`}<p class="when">${
    one.read ? "" : html`<strong class="new">${words.isNew}</strong> `
  }<time datetime="${new Date(one.at).toISOString()}">${frame.times.moment(one.at)}</time>${
    one.fromHost === null ? "" : html` <span class="from">${shownHost(one.fromHost)}</span>`
  }</p>
</li>
`;
}

function sentence(frame: Frame, one: Notification): unknown {
  const words = frame.words.notifications;
  const who = html`<span class="who">${nameElement({ name: one.fromName ?? "", username: one.fromUsername ?? "" })}</span>`;
  const post = html`<a href="/posts/${one.postId}"><bdi>${one.title}</bdi></a>`;
  const community = (page: string) =>
    html`<a href="/c/${one.slug}${page === "" ? "" : `/${page}`}"><bdi>${plainName(one.communityName ?? "") || one.slug}</bdi></a>`;
  switch (one.kind) {
    case "mention":
      return words.mention(who, post);
    case "reply":
      return one.toYou ? words.replyToYou(who, post) : words.reply(who, post);
    case "answer-accepted":
      return words.answerAccepted(who, post);
    case "poll":
      return one.fromId === null ? words.ownPoll(post) : words.poll(post);
    case "join-request":
      return words.joinRequest(who, community("requests"));
    case "invitation":
      return words.invitation(who, community(""));
    case "welcome":
      return words.welcome(community("welcome"));
    case "account-request":
      return words.accountRequest(who, html`<a href="/admin/people">${words.account}</a>`);
  }
}

/** The beginning of the post, unless there is a warning before it; an accepted answer is their own, and a poll was read: they are known to them. */
function said(frame: Frame, one: Notification): string {
  if (one.glimpse === null || one.kind === "answer-accepted" || one.kind === "poll") return "";
  if (one.warning) return frame.words.notifications.contentWarning(oneLine(one.warning));
  return glimpse(one.glimpse, LONGEST_LINE, one.postId === one.threadId ? (one.title ?? "") : "");
}
