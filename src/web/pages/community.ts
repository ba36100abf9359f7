/** A community's page: set like a title page, then its conversations. */
import { html } from "hono/html";
import type { CommunityHead, CommunityPage } from "../../../db/views/community.ts";
import type { OwnMembership } from "../../../db/views/members.ts";
import { book, clothOf, pictureOf } from "../parts/cloth.ts";
import { copyable, followForm } from "../parts/follow.ts";
import { doneNote } from "../parts/form.ts";
import { icon } from "../parts/icon.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { threadList } from "../parts/listed.ts";
import { handleOf, nameElement } from "../parts/names.ts";
import { pager } from "../parts/pager.ts";
import { dayIn } from "../parts/when.ts";
import type { Html } from "../site.ts";

/** What the viewer may do on the page, and how they belong to the community. */
export interface Standing {
  membership: OwnMembership | null;
  newcomer: boolean;
  mayStart: boolean;
  mayEdit: boolean;
  mayKeepTopics: boolean;
  /** Null: may not decide about it. */
  requests: number | null;
  newcomers: boolean;
  /** Who has invited them in, while they have not answered. */
  invitedBy: { name: string; username: string } | null;
}

/** Pages after the first show the threads alone, below a short title. `path` is this page's own address. */
export function communityPage(frame: Frame, page: CommunityPage, standing: Standing, path: string): string {
  const { community, threads, pinned, kind, first } = page;
  const words = frame.words.community;
  const { slug, name, colour } = community;
  const home = `/c/${slug}`;
  const handle = handleOf({ username: slug, host: null }, frame.host);
  const title = first && kind === null;
  // Whoever belongs to it came for the conversations.
  const belongs = standing.membership?.state === "accepted";
  const at = (place: string) => {
    const query = new URLSearchParams({ ...(kind && { kind }), ...(place !== "" && { before: place }) }).toString();
    return query === "" ? home : `${home}?${query}`;
  };
  const older = page.older === null ? undefined : at(page.older);
  const newer = page.newer === null ? undefined : at(page.newer);
  const heading = kind && first ? words.kinds[kind] : words.older;
  const main = html`<header class="title-page${title ? "" : " short"}">
${book(community)}
<div>
<p class="eyebrow">${title ? words.eyebrow : html`<a href="${home}">${name}</a>`}</p>
<h1>${title ? html`<bdi>${name}</bdi>` : heading}</h1>
${title && community.summary !== "" ? html`<p class="lede" dir="auto">${community.summary}</p>` : ""}
${title ? html`<p class="facts">${facts(frame, community)}</p>` : ""}
${title ? partSection(frame, community, standing) : ""}
</div>
</header>
${title ? aboutSection(frame, page, standing) : ""}
${title && !belongs ? followSection(frame, community, handle) : ""}
${
  pinned.length === 0
    ? ""
    : html`<section class="section" aria-labelledby="pinned">
<h2 id="pinned">${words.pinned}</h2>
${threadList(frame, pinned, { mixed: false })}
</section>`
}
<section class="section" aria-labelledby="conversations">
<h2 id="conversations"${title ? "" : html` class="vh"`}>${words.conversations}</h2>
${filters(frame, page, home)}
${
  threads.length > 0
    ? threadList(frame, threads, { mixed: false })
    : pinned.length > 0
      ? ""
      : html`<p class="empty">${kind ? words.noneOfKind : community.posting === "anyone" ? words.empty(html`<strong>${handle}</strong>`) : words.emptyClosed}</p>`
}
</section>
${pager(words.pages, newer === undefined ? null : { href: newer, text: newer === home ? words.newest : words.newer }, older === undefined ? null : { href: older, text: words.older })}
${title && threads.length > 0 ? html`<p class="aside"><a href="${home}/feed.atom">${icon(frame.assets, "feed")}${words.feed(name)}</a></p>` : ""}
${title && belongs ? followSection(frame, community, handle) : ""}`;
  return layout(
    frame,
    {
      title: title ? name : kind && first ? `${words.kinds[kind]} · ${name}` : words.olderIn(name),
      description: community.summary || words.description(name, handle),
      path,
      objectId: community.uri,
      feed: { path: `${home}/feed.atom`, title: words.feedTitle(name) },
      cloth: clothOf(slug, colour),
      ...pictureOf(community),
      scripts: title ? ["copy"] : [],
      unlisted: !title,
      previous: newer,
      next: older,
    },
    main,
  );
}

function facts(frame: Frame, { followers, servers, here, createdAt }: CommunityHead): unknown[] {
  const words = frame.words.community;
  const people = [
    ...(followers > 0 ? [words.followers(followers, servers)] : []),
    ...(here > 0 ? [words.here(here)] : []),
  ];
  return [
    ...words.keptSince(dayIn(frame, createdAt)),
    " ",
    people.length === 0 ? words.nobodyFollows : people.join(" "),
  ];
}

/** Where the viewer stands, and the one next step: to join, or to start a conversation. */
function partSection(frame: Frame, community: CommunityHead, standing: Standing): Html {
  const words = frame.words.community;
  const home = `/c/${community.slug}`;
  const { membership } = standing;
  const state =
    membership === null
      ? ""
      : membership.state === "pending"
        ? words.state.pending
        : words.state[standing.newcomer ? "newcomer" : membership.role];
  if (standing.invitedBy) return invitation(frame, home, standing.invitedBy);
  return html`<div class="part">
${state === "" ? "" : html`<p class="standing">${state}</p>`}
<div class="actions">
${standing.mayStart ? html`<a class="button" href="${home}/new">${words.start}</a>` : ""}
${joining(frame, community, membership)}
</div>
</div>`;
}

function invitation(frame: Frame, home: string, by: NonNullable<Standing["invitedBy"]>): Html {
  const words = frame.words.members;
  return html`<form class="part" method="post" action="${home}/invitation">
<p class="standing">${words.invitesYou(nameElement(by))}</p>
<div class="actions">
<button type="submit" name="answer" value="accept">${words.acceptInvitation}</button>
<button type="submit" class="quiet" name="answer" value="decline">${words.declineInvitation}</button>
</div>
</form>`;
}

function joining(frame: Frame, community: CommunityHead, membership: OwnMembership | null): Html | "" {
  const words = frame.words.community;
  const home = `/c/${community.slug}`;
  if (membership) {
    return html`<form method="post" action="${home}/leave"><button type="submit" class="quiet">${membership.state === "pending" ? words.takeBack : words.leave}</button></form>`;
  }
  if (community.joining === "invitation") return "";
  if (!frame.viewer) {
    return html`<a class="button quiet" href="/sign-in?next=${encodeURIComponent(`${home}/join`)}">${words.signInToJoin}</a>`;
  }
  return community.joining === "request"
    ? html`<a class="button" href="${home}/join">${words.askToJoin}</a>`
    : html`<form method="post" action="${home}/join"><button type="submit">${words.join}</button></form>`;
}

function aboutSection(frame: Frame, { community, topics }: CommunityPage, standing: Standing): Html {
  const words = frame.words.community;
  const home = `/c/${community.slug}`;
  const { membership } = standing;
  const changed = membership?.state === "accepted" && membership.charter < community.charter;
  const link = (to: string, text: string, note: unknown = "") =>
    html`<li><a href="${home}/${to}">${text}</a>${note}</li>\n`;
  return html`<section class="section community-about" aria-labelledby="about">
<h2 id="about">${words.about}</h2>
<div>
<p>${words.whoJoins[community.joining]} ${words.whoStarts[community.posting]}</p>
<ul class="ways">
${community.charter > 0 || standing.mayEdit ? link("charter", words.charter, changed ? html` <span class="note">${words.charterChanged}</span>` : "") : ""}${link("members", words.members)}${
  standing.requests === null || standing.requests === 0 ? "" : link("requests", words.requests(standing.requests))
}${standing.newcomers ? link("newcomers", words.newcomers) : ""}${
  membership?.state === "accepted" && standing.newcomer ? link("welcome", words.welcome) : ""
}${standing.mayEdit ? link("settings", words.settings) : ""}</ul>
${
  community.rules.length === 0
    ? ""
    : html`<details class="rules"><summary>${words.rules}</summary><ol>${community.rules.map((rule) => html`<li dir="auto">${rule}</li>`)}</ol></details>`
}
${
  topics.length === 0 && !standing.mayKeepTopics
    ? ""
    : html`<p class="topics">${topics.length === 0 ? "" : html`<span>${words.topics}:</span> `}${topics.map((topic) => html`<a href="${home}/topics/${topic.slug}"><bdi>${topic.name}</bdi></a> `)}${
        standing.mayKeepTopics ? html`<a class="else" href="${home}/topics">${words.keepTopics}</a>` : ""
      }</p>`
}
</div>
</section>`;
}

function filters(frame: Frame, { kinds, kind }: CommunityPage, home: string): Html | "" {
  const words = frame.words.community;
  if (kind === null && kinds.length < 2) return "";
  const item = (href: string, text: string, here: boolean) =>
    html`<li><a href="${href}"${here ? html` aria-current="page"` : ""}>${text}</a></li>\n`;
  return html`<nav class="kinds" aria-label="${words.kindsLabel}"><ul>
${item(home, words.allKinds, kind === null)}${kinds.map((one) => item(`${home}?kind=${one}`, words.kinds[one], one === kind))}</ul></nav>`;
}

function followSection(frame: Frame, community: CommunityHead, handle: string): Html {
  const words = frame.words.community.follow;
  return html`<section class="section follow-section" aria-labelledby="follow">
<h2 id="follow">${words.heading}</h2>
<div>
<p class="handle">${copyable(frame, handle, words.handleLabel)}</p>
<p>${community.joining === "open" && community.posting === "anyone" ? words.how : words.howAsking}</p>
${followForm(frame, { slug: community.slug })}
</div>
</section>`;
}

/** A short title page for the pages around a community: its book, the way back, the heading. */
export function shortTitle(community: CommunityHead, heading: unknown, done?: string): Html {
  return html`<header class="title-page short">
${book(community)}
<div>
<p class="eyebrow"><a href="/c/${community.slug}"><bdi>${community.name}</bdi></a></p>
<h1>${heading}</h1>
</div>
</header>
${doneNote(done)}`;
}

/** A page around a community, unlisted, in its colour. */
export function communityLayout(
  frame: Frame,
  community: CommunityHead,
  page: { title: string; description?: string; path: string; listed?: boolean; objectId?: string; copies?: boolean },
  main: Html,
): string {
  return layout(
    frame,
    {
      title: page.title,
      description: page.description ?? page.title,
      path: page.path,
      cloth: clothOf(community.slug, community.colour),
      ...pictureOf(community),
      unlisted: !page.listed,
      ...(page.objectId !== undefined && { objectId: page.objectId }),
      ...(page.copies && { scripts: ["copy"] as const }),
    },
    main,
  );
}
