/** People as those see them who look after the server: requests, accounts, one account to decide on. */
import { html } from "hono/html";
import type { AskedAccount, ListedPerson, Page } from "../../../db/views/admin.ts";
import type { Viewer } from "../../../db/views/viewer.ts";
import { dotted } from "../parts/facts.ts";
import { choiceField, doneNote, problemNote, submit } from "../parts/form.ts";
import type { Frame } from "../parts/layout.ts";
import { callName } from "../parts/names.ts";
import type { Html } from "../site.ts";
import { adminPage, rowsPager } from "./admin.ts";

export const PEOPLE_DONE = [
  "approved",
  "refused",
  "suspended",
  "restored",
  "member",
  "administrator",
  "owner",
] as const;
export type PeopleDone = (typeof PEOPLE_DONE)[number];

export interface PeopleProps {
  viewer: Viewer;
  /** Null: not on this page. */
  requests: AskedAccount[] | null;
  people: Page<ListedPerson>;
  search: string;
  /** Whether this is the first page of them. */
  first: boolean;
  done: { what: PeopleDone; name: string } | null;
  problem?: string;
}

export function peoplePage(frame: Frame, props: PeopleProps): string {
  const { viewer, requests, people, search, first, done, problem } = props;
  const words = frame.words.admin;
  const main = html`${
    done || problem
      ? html`<div class="said-above">${doneNote(done ? doneSentence(frame, done) : undefined)}${problemNote(frame, problem)}</div>`
      : ""
  }${
    requests === null
      ? ""
      : html`<section class="section" aria-labelledby="requests"><h2 id="requests">${words.requests}</h2>
${requests.length === 0 ? html`<p class="empty">${words.noRequests}</p>` : html`<ul class="ledger">${requests.map((one) => request(frame, one))}</ul>`}
</section>`
  }<section class="section" aria-labelledby="accounts"><h2 id="accounts">${words.members}</h2>
<div>
<form class="find" role="search" method="get" action="/admin/people"><label for="search">${words.search}</label><div class="field"><input id="search" name="search" type="search" value="${search}" maxlength="100"><button type="submit">${words.searchButton}</button></div></form>
${
  people.rows.length === 0
    ? html`<p class="empty">${words.nobodyFound}</p>`
    : html`<ul class="ledger">${people.rows.map((person) => row(frame, person))}</ul>`
}
${rowsPager(frame, "/admin/people", { first, next: people.next }, search)}</div></section>`;
  return adminPage(frame, { viewer, part: "people" }, main);
}

function doneSentence(frame: Frame, { what, name }: { what: PeopleDone; name: string }): string {
  const words = frame.words.admin;
  switch (what) {
    case "approved":
      return words.approved(name);
    case "refused":
      return words.refused(name);
    case "suspended":
      return words.suspendedNow(name);
    case "restored":
      return words.restoredNow(name);
    default:
      return words.roleChanged(name, words.roles[what]);
  }
}

function who({ username, name }: { username: string; name: string }): Html {
  return html`<strong><bdi>${callName({ username, name })}</bdi></strong> <span class="handle">@${username}</span>`;
}

function request(frame: Frame, asked: AskedAccount): Html {
  const words = frame.words.admin;
  const action = `/admin/people/${asked.id}`;
  return html`<li>
<h3>${who(asked)}</h3>
<p class="facts">${dotted([
    words.askedOn(frame.times.day(asked.createdAt)),
    html`<bdi>${asked.email}</bdi> (${asked.confirmed ? words.addressConfirmed : words.addressOpen})`,
  ])}</p>
${asked.answer === "" ? html`<p class="empty">${words.noAnswer}</p>` : html`<blockquote dir="auto">${asked.answer}</blockquote>`}
<div class="actions"><form method="post" action="${action}/approve">${submit(words.approve)}</form><form method="post" action="${action}/refuse">${submit(words.refuse, { kind: "grave" })}</form></div>
</li>
`;
}

function row(frame: Frame, person: ListedPerson): Html {
  const words = frame.words.admin;
  return html`<li>
<h3>${who(person)}</h3>
<p class="facts">${facts(frame, person)}</p>
<p><a href="/admin/people/${person.username}" aria-label="${words.decide(person.username)}">${words.decideShort}</a></p>
</li>
`;
}

function facts(frame: Frame, person: ListedPerson): Html {
  const words = frame.words.admin;
  const { times } = frame;
  const said: unknown[] = [
    words.roles[person.role],
    ...(person.state === "suspended" ? [html`<strong>${words.suspended}</strong>`] : []),
    ...(person.role !== "member" && !person.secondFactor ? [words.noSecondFactor] : []),
    words.since(times.day(person.createdAt)),
    person.seenAt === null ? words.neverSeen : words.seen(times.day(person.seenAt)),
    ...(person.email === null
      ? []
      : [html`<bdi>${person.email}</bdi> (${person.confirmed ? words.addressConfirmed : words.addressOpen})`]),
  ];
  return dotted(said);
}

export interface PersonProps {
  viewer: Viewer;
  person: ListedPerson;
  problem?: string;
}

/** What this viewer may decide about one person, and no more. */
export function personPage(frame: Frame, { viewer, person, problem }: PersonProps): string {
  const words = frame.words.admin;
  const action = `/admin/people/${person.username}`;
  const isOwner = viewer.role === "owner";
  const allowed = isOwner || person.role === "member";
  const main = html`<section class="section" aria-label="${words.decide(person.username)}"><div>
${problemNote(frame, problem)}<p><strong><bdi>${callName(person)}</bdi></strong> <a href="/u/${person.username}">@${person.username}@${frame.host}</a></p>
<p class="facts">${facts(frame, person)}</p>
${viewer.id === person.id ? html`<p class="aside">${words.yourself}</p>` : allowed ? "" : html`<p class="aside">${words.onlyOwners}</p>`}
</div></section>
${isOwner && person.state === "active" ? rolePart(frame, person, action) : ""}${
  allowed && viewer.id !== person.id ? statePart(frame, person, action) : ""
}`;
  return adminPage(frame, { viewer, part: "people", under: `@${person.username}` }, main);
}

function rolePart(frame: Frame, person: ListedPerson, action: string): Html {
  const words = frame.words.admin;
  const choices = (["member", "administrator", "owner"] as const).map((value) => ({
    value,
    label: words.roles[value],
    hint: words.roleHints[value],
  }));
  return html`<section class="section" aria-label="${words.role}">
<form class="form" method="post" action="${action}/role">
${choiceField({ name: "role", label: words.role, value: person.role, choices })}<div class="actions">${submit(words.changeRole)}</div></form></section>
`;
}

function statePart(frame: Frame, person: ListedPerson, action: string): Html {
  const words = frame.words.admin;
  const out = person.state === "suspended";
  const [title, what, path] = out
    ? [words.restore, words.restoreWhat, "restore"]
    : [words.suspend, words.suspendWhat, "suspend"];
  return html`<section class="section" aria-labelledby="state"><h2 id="state">${title}</h2>
<form class="form" method="post" action="${action}/${path}"><p>${what}</p>
<div class="actions">${submit(title, out ? {} : { kind: "grave" })}</div></form></section>`;
}
