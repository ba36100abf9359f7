/** Searching: the form, what was found here, and what was looked up elsewhere. */
import { html, raw } from "hono/html";
import {
  type Found,
  type FoundCommunity,
  type FoundPerson,
  type FoundPost,
  MARK,
  type Snippet,
} from "../../../db/views/search.ts";
import type { FoundActor, FoundPostElsewhere, LookUpProblem } from "../../../federation/index.ts";
import { cutAtWord } from "../../base/text/characters.ts";
import { clothOf } from "../parts/cloth.ts";
import { glimpse } from "../parts/excerpt.ts";
import { problemNote, selectField, submit, textField } from "../parts/form.ts";
import { icon } from "../parts/icon.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { handleOf, nameElement, shownHost, webAddress } from "../parts/names.ts";
import { pager } from "../parts/pager.ts";
import { minute } from "../parts/words.ts";
import type { Html } from "../site.ts";

export const WHAT = ["all", "threads", "replies", "communities", "people"] as const;
export const KINDS = ["discussion", "question", "story", "how-to", "request", "link", "announcement", "poll"] as const;

/** As they stand in the form. */
export interface SearchFields {
  q: string;
  what: (typeof WHAT)[number];
  community: string;
  kind: "" | (typeof KINDS)[number];
  topic: string;
  author: string;
  from: string;
  to: string;
  order: "best" | "newest";
}

/** What came of looking something up. `ask`: it was another site's link that led here. */
export type Elsewhere =
  | { is: "sign-in" }
  | { is: "ask" }
  | { is: "problem"; problem: LookUpProblem | "none" | "too-often"; host: string }
  | { is: "person" | "community"; actor: FoundActor; writes: boolean }
  | { is: "post-elsewhere"; post: FoundPostElsewhere };

export interface SearchProps {
  fields: SearchFields;
  /** The path that was asked for, with its query. */
  here: string;
  problem?: string;
  found?: Found;
  snippets?: ReadonlyMap<string, Snippet>;
  order?: "best" | "newest";
  people?: FoundPerson[];
  communities?: FoundCommunity[];
  elsewhere?: Elsewhere;
}

/** A page of search. */
export function searchPage(frame: Frame, props: SearchProps): string {
  const words = frame.words.search;
  const { fields, people = [], communities = [], found, problem, elsewhere } = props;
  const main = html`<header class="plain-title">
<h1>${words.title}</h1>
</header>
${problemNote(frame, problem)}${form(frame, fields)}
${elsewhere ? elsewhereSection(frame, fields, elsewhere) : ""}${communities.length === 0 ? "" : communitiesSection(frame, communities)}${
  people.length === 0 ? "" : peopleSection(frame, people)
}${found || (props.people && people.length + communities.length === 0) ? foundSection(frame, props) : ""}${
  found || problem || elsewhere || props.people ? "" : html`<p class="empty">${words.start}</p>`
}`;
  return layout(
    frame,
    {
      title: fields.q === "" ? words.title : words.titleFor(cutAtWord(fields.q, 60)),
      description: words.description(frame.host),
      path: "/search",
      unlisted: true,
    },
    main,
  );
}

function form(frame: Frame, fields: SearchFields): Html {
  const words = frame.words.search;
  const { q, what, community, kind, topic, author, from, to, order } = fields;
  const narrow =
    what !== "all" || order !== "best" || [community, kind, topic, author, from, to].some((value) => value !== "");
  const choices = <T extends string>(values: readonly T[], label: (value: T) => string) =>
    values.map((value) => ({ value, label: label(value) }));
  return html`<search class="search"><form class="form" method="get" action="/search">
${textField({
  name: "q",
  label: words.words,
  value: q,
  type: "search",
  maxlength: 2048,
  hint: frame.viewer ? html`${words.wordsHint} ${words.wordsHintMember}` : words.wordsHint,
})}<p class="actions">${submit(words.go)}</p>
<details${narrow ? raw(" open") : ""}><summary>${words.narrow}</summary><div class="narrow">
${selectField({ name: "what", label: words.what, value: what, choices: choices(WHAT, (value) => words[value]) })}${selectField(
  {
    name: "kind",
    label: words.kind,
    value: kind,
    choices: choices(["", ...KINDS] as const, (value) => (value === "" ? words.anyKind : words.kinds[value])),
  },
)}${textField({ name: "community", label: words.community, hint: words.communityHint, value: community, exact: true, maxlength: 30 })}${textField(
  { name: "topic", label: words.topic, hint: words.topicHint, value: topic, exact: true, maxlength: 30 },
)}${textField({ name: "author", label: words.author, hint: words.authorHint, value: author, exact: true, maxlength: 320 })}${selectField(
  {
    name: "order",
    label: words.order,
    value: order,
    choices: choices(["best", "newest"] as const, (value) => words[value]),
  },
)}${textField({ name: "from", label: words.from, value: from, type: "date" })}${textField({ name: "to", label: words.to, value: to, type: "date" })}</div>
<p class="actions">${submit(words.go)}</p></details>
</form></search>`;
}

function foundSection(frame: Frame, props: SearchProps): Html {
  const words = frame.words.search;
  const { fields, found, snippets = new Map(), here } = props;
  const names = (props.people?.length ?? 0) + (props.communities?.length ?? 0);
  if (found?.is === "common") return html`<p class="empty">${words.onlyCommon}</p>`;
  if (found?.is === "slow") return html`<p class="empty">${words.tooMuch}</p>`;
  if (!found || found.is === "unclear" || found.posts.length === 0) {
    if (names > 0) return html``;
    const { q, what, order: _, ...rest } = fields;
    const narrowed = what !== "all" || Object.values(rest).some((value) => value !== "");
    return html`<section class="section" aria-labelledby="found"><h2 id="found">${words.found}</h2>
<div><p class="empty" role="status">${narrowed ? words.nothingNarrowed : words.nothing(q)}</p>
<p>${words.nothingWhy}</p></div></section>`;
  }
  const { searchParams } = new URL(here, frame.origin);
  const link = (after: string | null): string => {
    searchParams.delete("after");
    if (after !== null) searchParams.set("after", after);
    return `/search?${searchParams}`;
  };
  const first = !searchParams.has("after");
  const { order = "best" } = props;
  return html`<section class="section" aria-labelledby="found">
<h2 id="found">${words.found}</h2>
<ol class="threads found">${found.posts.map((post) => foundPost(frame, post, snippets.get(post.id)))}</ol>
</section>
${pager(words.pages, first ? null : { href: link(null), text: words.firstPage }, found.next === null ? null : { href: link(found.next), text: words.more })}
${fields.q === "" ? "" : html`<p class="aside facts">${words.orderSaid[order]}${order === "best" && !(first && found.next === null) ? ` ${words.weighed}` : ""}</p>`}`;
}

function foundPost(frame: Frame, post: FoundPost, snippet: Snippet | undefined): Html {
  const words = frame.words.search;
  const opening = post.id === post.threadId;
  const href = opening ? `/c/${post.slug}/t/${post.threadId}` : `/posts/${post.id}`;
  const line =
    post.warning !== ""
      ? words.warned(post.warning)
      : snippet
        ? marked(snippet.text)
        : glimpse(post.content.slice(0, 1_500), 220, opening ? post.title : "");
  const title = html`<a href="${href}"><bdi>${snippet && opening ? marked(snippet.title) : post.title}</bdi></a>`;
  const kind = opening ? (words.kinds[post.kind as keyof typeof words.kinds] ?? "") : words.reply;
  return html`<li class="listed ${clothOf(post.slug, post.colour)}">
<h3>${title}</h3>
<p class="line" dir="auto"${post.language ? html` lang="${post.language}"` : ""}>${line}</p>
<p class="by">${nameElement({ name: post.authorName, username: post.authorUsername })}${
    post.authorHost === null ? "" : html` <span class="from">${shownHost(post.authorHost)}</span>`
  } <span class="in">${words.inCommunity(html`<a href="/c/${post.slug}"><bdi>${post.communityName}</bdi></a>`)}</span></p>
<p class="margin"><span class="state">${kind}</span> <span class="when">${time(frame, post.publishedAt)}</span></p>
</li>
`;
}

function time(frame: Frame, at: number): Html {
  return html`<time datetime="${minute(at)}">${frame.times.day(at)}</time>`;
}

/** Plain text with its marks, as HTML: everything in it is escaped, and only then marked. */
function marked(text: string): Html {
  return html`${text.split(MARK.start).map((part, i) => {
    if (i === 0) return part;
    const [word = "", ...rest] = part.split(MARK.end);
    return html`<mark>${word}</mark>${rest.join("")}`;
  })}`;
}

function communitiesSection(frame: Frame, communities: readonly FoundCommunity[]): Html {
  return html`<section class="section" aria-labelledby="found-communities">
<h2 id="found-communities">${frame.words.search.foundCommunities}</h2>
<ul class="cards">${communities.map(
    ({
      slug,
      name,
      colour,
      summary,
    }) => html`<li class="${clothOf(slug, colour)}"><a href="/c/${slug}"><bdi>${name}</bdi></a>${
      summary === "" ? "" : html`<p dir="auto">${cutAtWord(summary, 160)}</p>`
    }</li>
`,
  )}</ul>
</section>`;
}

function peopleSection(frame: Frame, people: readonly FoundPerson[]): Html {
  return html`<section class="section" aria-labelledby="found-people">
<h2 id="found-people">${frame.words.search.foundPeople}</h2>
<ul class="cards">${people.map(
    (
      person,
    ) => html`<li><a href="${person.host === null ? `/u/${person.username}` : `/people/${person.id}`}">${nameElement(person)}</a> <span class="from"><bdi>${handleOf(person, frame.host)}</bdi></span>${
      person.does === "" ? "" : html`<p dir="auto">${cutAtWord(person.does, 160)}</p>`
    }</li>
`,
  )}</ul>
</section>`;
}

function elsewhereSection(frame: Frame, fields: SearchFields, elsewhere: Elsewhere): Html {
  return html`<section class="section elsewhere" aria-labelledby="elsewhere">
<h2 id="elsewhere">${frame.words.search.lookUpTitle}</h2>
<div>${elsewhereCard(frame, fields, elsewhere)}</div>
</section>`;
}

function elsewhereCard(frame: Frame, fields: SearchFields, elsewhere: Elsewhere): Html {
  const words = frame.words.search;
  switch (elsewhere.is) {
    case "sign-in":
      return html`<p>${words.lookUpSignIn(html`<a href="/sign-in?next=${encodeURIComponent(frame.here)}">${words.lookUpSignInLink}</a>`)}</p>`;
    case "ask":
      return html`<p>${words.lookUpAsk(html`<bdi><strong>${fields.q}</strong></bdi>`)}</p>
<form method="get" action="/search"><input type="hidden" name="q" value="${fields.q}">${submit(words.lookUp)}</form>`;
    case "problem": {
      const sentence = words.problems[elsewhere.problem];
      return html`<p role="status">${typeof sentence === "string" ? sentence : sentence(shownHost(elsewhere.host))}</p>`;
    }
    case "post-elsewhere":
      return postCard(frame, elsewhere.post);
    default:
      return actorCard(frame, elsewhere.actor, elsewhere.is, elsewhere.writes);
  }
}

function actorCard(frame: Frame, actor: FoundActor, is: "person" | "community", writes: boolean): Html {
  const words = frame.words.search;
  return html`<article class="card-elsewhere">
<p class="eyebrow">${is === "person" ? words.personElsewhere : words.communityElsewhere}</p>
<h3>${is === "community" ? html`<a href="/c/${encodeURIComponent(actor.username)}@${actor.host}">${nameElement(actor)}</a>` : nameElement(actor)}</h3>
<p class="handle"><bdi>${handleOf(actor, frame.host)}</bdi></p>
${actor.summary === "" ? "" : html`<div class="prose" dir="auto">${raw(actor.summary)}</div>`}
${writes ? html`<p><a href="/people/${actor.id}">${words.writtenHere}</a></p>` : ""}
${outLink(frame, actor.url, words.ownPageOf(hostName(actor.url)))}
</article>`;
}

function postCard(frame: Frame, post: FoundPostElsewhere): Html {
  const words = frame.words.search;
  const text = html`<div class="prose" dir="auto"${post.language ? html` lang="${post.language}"` : ""}>${raw(post.html)}</div>`;
  return html`<article class="card-elsewhere">
<p class="eyebrow">${words.postElsewhere}</p>
<h3 dir="auto">${post.title ?? cutAtWord(glimpse(post.html.slice(0, 1_500), 90), 90)}</h3>
<p class="by">${words.by(nameElement(post.author))} <span class="from"><bdi>${handleOf(post.author, frame.host)}</bdi></span>, ${time(frame, post.publishedAt)}</p>
${post.warning === "" ? text : html`<details><summary>${words.warned(post.warning)}</summary>${text}</details>`}
${outLink(frame, post.url, words.ownPageOf(hostName(post.url)))}
</article>`;
}

function hostName(url: string): string {
  return shownHost(URL.parse(url)?.host ?? "");
}

function outLink(frame: Frame, url: string, text: string): Html | "" {
  const address = webAddress(url);
  return address
    ? html`<p><a href="${address}" rel="nofollow noopener noreferrer">${icon(frame.assets, "out")}${text}</a></p>`
    : "";
}
