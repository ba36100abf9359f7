/** A person's page: what they say about themselves, and what they wrote here. Of those on other servers, a short card. */
import { html, raw } from "hono/html";
import type { OwnPersonPage, PersonPage } from "../../../db/views/person.ts";
import { cutAtWord } from "../../base/text/characters.ts";
import { plainText } from "../../base/text/sanitize.ts";
import { timesIn } from "../../words/index.ts";
import { copyable } from "../parts/follow.ts";
import { submit } from "../parts/form.ts";
import { icon } from "../parts/icon.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { callName, handleOf, nameElement, shownHost, webAddress } from "../parts/names.ts";
import { dayIn } from "../parts/when.ts";
import { writings } from "../parts/writings.ts";
import type { Html } from "../site.ts";

const LONGEST_SUMMARY = 600;

/** Somebody of another server. `path` is this page's own address. */
export function personPage(frame: Frame, person: PersonPage, path: string): string {
  const words = frame.words.person;
  const name = callName(person);
  const handle = handleOf(person, frame.host);
  const summary = cutAtWord(plainText(person.summary.slice(0, 20_000)).replace(/\n{2,}/g, "\n"), LONGEST_SUMMARY);
  const url = webAddress(person.url);
  const where = shownHost(person.host ?? frame.host);
  const home = `/people/${person.id}`;
  const main = html`<header class="person">
<p class="eyebrow">${person.bot ? words.programFrom(where) : words.from(where)}</p>
<h1>${nameElement(person)}</h1>
<p class="handle"><bdi>${handle}</bdi></p>
${person.first && summary !== "" ? html`<p class="lede" dir="auto">${summary}</p>` : ""}
${url ? html`<p><a href="${url}" rel="nofollow noopener noreferrer">${icon(frame.assets, "out")}${words.ownPage(where)}</a></p>` : ""}
</header>
${writings(frame, person, home)}
${blocking(frame, person, home)}`;
  const description = words.description(name, handle, frame.host);
  const next = person.older === null ? undefined : `${home}?before=${person.older}`;
  return layout(
    frame,
    { title: name, description, path, kind: "profile", objectId: person.uri, unlisted: true, next },
    main,
  );
}

/** Somebody of this server. */
export function ownPersonPage(frame: Frame, person: OwnPersonPage, path: string): string {
  const words = frame.words.person;
  const { profile } = person;
  const name = callName(person);
  const handle = handleOf(person, frame.host);
  const home = `/u/${person.username}`;
  const own = frame.viewer?.id === person.id;
  const description = profile.does || words.description(name, handle, frame.host);
  const next = person.older === null ? undefined : `${home}?before=${person.older}`;
  const main = html`<header class="person own">
${profile.iconUrl === null ? "" : html`<img class="portrait" src="${profile.iconUrl}" alt="" width="88" height="88" decoding="async">`}
<div><p class="eyebrow">${words.hereSince(dayIn(frame, profile.createdAt))}</p>
<h1>${nameElement(person)}</h1>
${profile.does === "" ? "" : html`<p class="lede" dir="auto">${profile.does}</p>`}
<p class="handle">${copyable(frame, handle, words.handle)}</p>
${own ? html`<p class="edit"><a class="button quiet" href="/settings">${words.edit}</a></p>` : ""}</div>
</header>
${person.first ? html`${about(frame, person, own)}${communities(frame, person)}` : ""}${writings(frame, person, home)}
${person.first ? elsewhere(frame, handle, home) : ""}${blocking(frame, person, home)}`;
  return layout(
    frame,
    {
      title: name,
      description,
      path,
      kind: "profile",
      objectId: person.uri,
      feed: { path: `${home}/feed.atom`, title: name },
      ...(profile.iconUrl !== null && { picture: { src: profile.iconUrl, of: name } }),
      scripts: ["copy"],
      // As short as a card of somebody who has said and written nothing: no find for a search engine.
      unlisted: !person.first || (person.posts.length === 0 && person.summary === "" && profile.does === ""),
      next,
    },
    main,
  );
}

function about(frame: Frame, { profile, summary }: OwnPersonPage, own: boolean): Html | "" {
  const words = frame.words.person;
  const facts = [
    ...fact(words.helpsWith, things(profile.helpsWith)),
    ...fact(words.wantsToLearn, things(profile.wantsToLearn)),
    ...fact(words.languages, languages(frame, profile.languages)),
    ...fact(words.localTime, localTime(frame, profile.timeZone)),
    ...fact(words.links, links(frame, profile.links)),
  ];
  const nothing = summary === "" && profile.helpsWith.length === 0 && profile.wantsToLearn.length === 0;
  if (nothing && facts.length === 0 && !own) return "";
  return html`<section class="section" aria-labelledby="about">
<h2 id="about">${words.about}</h2>
<div class="about-person">
${summary === "" ? "" : html`<div class="prose" dir="auto">${raw(summary)}</div>`}${nothing && own ? html`<p class="empty">${words.nothingYet}</p>` : ""}${facts.length === 0 ? "" : html`<dl class="facts-list">${facts}</dl>`}
</div>
</section>
`;
}

function fact(label: string, value: Html | null): Html[] {
  return value === null ? [] : [html`<div><dt>${label}</dt><dd>${value}</dd></div>\n`];
}

function things(list: readonly string[]): Html | null {
  return list.length === 0
    ? null
    : html`<ul class="things">${list.map((thing) => html`<li dir="auto">${thing}</li>`)}</ul>`;
}

function languages(frame: Frame, tags: readonly string[]): Html | null {
  if (tags.length === 0) return null;
  const names = new Intl.DisplayNames(frame.language.tag, { type: "language" });
  return html`${tags.map((tag) => names.of(tag) ?? tag).join(", ")}`;
}

function localTime(frame: Frame, zone: string | null): Html | null {
  if (zone === null) return null;
  const clock = timesIn(frame.language.tag, zone).clock(Date.now());
  return html`${frame.words.person.timeIn(clock, zone.replaceAll("_", " "))}`;
}

function links(frame: Frame, list: OwnPersonPage["profile"]["links"]): Html | null {
  if (list.length === 0) return null;
  return html`<ul class="links">${list.map(({ label, url, verifiedAt }) => {
    const shown = URL.parse(url);
    const where = shown ? shownHost(shown.host) : url;
    return html`<li><a href="${url}" rel="me nofollow noopener noreferrer"><bdi>${label || where}</bdi></a>${
      label ? html` <span class="from"><bdi>${where}</bdi></span>` : ""
    }${verifiedAt === null ? "" : html` <span class="verified">${frame.words.person.linksBack}</span>`}</li>\n`;
  })}</ul>`;
}

function communities(frame: Frame, { communities: list }: OwnPersonPage): Html | "" {
  if (list.length === 0) return "";
  const words = frame.words.person;
  return html`<section class="section" aria-labelledby="communities">
<h2 id="communities">${words.communities}</h2>
<ul class="belongs">${list.map(
    ({ slug, name, role }) =>
      html`<li><a href="/c/${slug}"><bdi>${name}</bdi></a>${role === "member" ? "" : html` <span class="from">${words.roles[role]}</span>`}</li>\n`,
  )}</ul>
</section>
`;
}

function elsewhere(frame: Frame, handle: string, home: string): Html {
  const words = frame.words.person;
  return html`<section class="section" aria-labelledby="follow">
<h2 id="follow">${words.follow}</h2>
<div class="follow-person">
<p>${words.followHow} <strong><bdi>${handle}</bdi></strong></p>
<p>${words.feeds} <a href="${home}/feed.atom">${icon(frame.assets, "feed")}Atom</a> <a href="${home}/feed.json">${icon(frame.assets, "feed")}JSON</a></p>
</div>
</section>
`;
}

/** For whoever is signed in: not to hear from them any more, or to hear again. */
function blocking(frame: Frame, person: PersonPage, home: string): Html | "" {
  if (person.avoided === null) return "";
  const words = frame.words.person;
  const name = callName(person);
  const button = (act: string, text: string) =>
    html`<form method="post" action="${home}/${act}">${submit(text, { kind: "quiet" })}</form>\n`;
  const { avoided } = person;
  const host = person.host === null ? null : shownHost(person.host);
  const server = typeof avoided === "object" ? shownHost(avoided.server) : null;
  const forms =
    avoided === "none"
      ? html`<p class="hint">${words.blockHint}</p>
<div class="actions">${button("block", words.blockNamed(name))}${host === null ? "" : button("block-server", words.blockServer(host))}</div>`
      : html`<p>${server !== null ? words.serverBlocked(html`<strong><bdi>${server}</bdi></strong>`) : words.blocked(html`<strong><bdi>${name}</bdi></strong>`)}</p>
<div class="actions">${server !== null ? button("unblock-server", words.unblockServer(server)) : button("unblock", words.unblock(name))}</div>`;
  return html`<section class="section" aria-labelledby="hearing" id="hearing-from">
<h2 id="hearing">${words.notHearing}</h2>
<div class="block-person">${forms}</div>
</section>
`;
}
