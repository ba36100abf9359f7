/** The people of a community: who they are, who waits to join, and a newcomer's first steps. */
import { html, raw } from "hono/html";
import type { CommunityHead } from "../../../db/views/community.ts";
import type { Invited } from "../../../db/views/invited.ts";
import type { ListedThread } from "../../../db/views/listed-thread.ts";
import type { FirstSteps, JoinRequest, Member } from "../../../db/views/members.ts";
import { renderMarkdown } from "../../base/text/markdown.ts";
import { copyable } from "../parts/follow.ts";
import { problemNote, submit, textField, type Wrong, wrongAt } from "../parts/form.ts";
import type { Frame } from "../parts/layout.ts";
import { threadList } from "../parts/listed.ts";
import { callName, handleOf, nameElement, shownHost, webAddress } from "../parts/names.ts";
import { pager } from "../parts/pager.ts";
import { dayIn } from "../parts/when.ts";
import type { Html } from "../site.ts";
import { communityLayout, shortTitle } from "./community.ts";

export interface MembersProps {
  community: CommunityHead;
  team: readonly Member[];
  /** Null: not for the viewer to see. */
  others: { members: readonly Member[]; next: string | null; first: boolean } | null;
  may: { promote: boolean; remove: boolean; invite: boolean };
  /** Whom they have invited by name, for those who may; and what was typed last, where it was refused. */
  invited: readonly Invited[];
  typed?: string;
  /** An invitation's link that was just made. */
  link?: string;
  problem?: string | undefined;
  done?: string | undefined;
}

/** Facilitators and stewards for everybody; the other members for each other. */
export function membersPage(frame: Frame, props: MembersProps): string {
  const { community, team, others, may } = props;
  const words = frame.words.members;
  const path = `/c/${community.slug}/members`;
  const list = (people: readonly Member[], none: string, many = false) =>
    people.length === 0
      ? html`<p class="empty">${none}</p>`
      : html`<ul class="people${many ? " many" : ""}">${people.map((one) => memberItem(frame, community, one, may))}</ul>`;
  const of = (role: Member["role"]) => team.filter((one) => one.role === role);
  const main = html`${shortTitle(community, words.title, props.done)}
${problemNote(frame, props.problem)}${may.invite ? inviteSection(frame, props) : ""}
<section class="section" aria-labelledby="facilitators"><h2 id="facilitators">${words.facilitators}</h2>
${list(of("facilitator"), words.noFacilitators)}</section>
<section class="section" aria-labelledby="stewards"><h2 id="stewards">${words.stewards}</h2>
${list(of("steward"), words.noStewards)}</section>
<section class="section" aria-labelledby="others"><h2 id="others">${words.others}</h2>
${others ? list(others.members, words.noOthers, true) : html`<p class="empty">${words.onlyMembers}</p>`}</section>
${others ? pager(words.pages, others.first ? null : { href: path, text: words.first }, others.next === null ? null : { href: `${path}?after=${others.next}`, text: words.more }) : ""}`;
  return communityLayout(
    frame,
    community,
    { title: words.titleOf(community.name), path, copies: props.link !== undefined },
    main,
  );
}

const ROLES = ["facilitator", "steward", "member"] as const;

function memberItem(frame: Frame, community: CommunityHead, member: Member, may: MembersProps["may"]): Html {
  const words = frame.words.members;
  const name = nameElement(member);
  const home = member.host === null ? `/u/${member.username}` : `/people/${member.id}`;
  return html`<li>
<p><a class="who" href="${home}">${name}</a> <bdi class="handle">${handleOf(member, frame.host)}</bdi>${member.newcomer ? html` <span class="note">${words.isNew}</span>` : ""}</p>
${member.does === "" ? "" : html`<p class="does" dir="auto">${member.does}</p>`}
<p class="when">${words.since(dayIn(frame, member.joinedAt))}</p>
${may.promote || may.remove ? manage(frame, community, member, may) : ""}
</li>
`;
}

function manage(frame: Frame, community: CommunityHead, member: Member, may: MembersProps["may"]): Html {
  const words = frame.words.members;
  const hidden = html`<input type="hidden" name="member" value="${member.id}">`;
  const vh = html`<span class="vh">: ${callName(member)}</span>`;
  return html`<details class="manage"><summary>${words.manage}${vh}</summary>
<form class="actions" method="post" action="/c/${community.slug}/members/role">${hidden}${
    may.promote
      ? ROLES.filter((role) => role !== member.role).map(
          (role) =>
            html`<button type="submit" class="quiet" name="role" value="${role}">${words.make[role]}${vh}</button> `,
        )
      : ""
  }</form>
${may.remove ? html`<form method="post" action="/c/${community.slug}/members/remove">${hidden}<button type="submit" class="grave">${words.remove}${vh}</button></form>` : ""}
</details>`;
}

function inviteSection(frame: Frame, { community, invited, typed, problem, link }: MembersProps): Html {
  const words = frame.words.members;
  return html`<section class="section" aria-labelledby="invite"><h2 id="invite">${words.invite}</h2>
<div>
<form class="form" method="post" action="/c/${community.slug}/members/invite-by-name">
${textField({ name: "name", label: words.byName, hint: words.byNameHint, value: typed ?? "", required: true, maxlength: 300, autocomplete: "off", exact: true, problem: typed === undefined ? undefined : problem })}
<p class="actions">${submit(words.byNameSubmit)}</p>
</form>
${link === undefined ? "" : html`<div class="done-note" role="status"><p><strong>${words.link}.</strong> ${words.linkHint}</p><p class="handle">${copyable(frame, link, words.copyLabel)}</p></div>`}
<details class="manage"${link === undefined ? "" : raw(" open")}><summary>${words.makeLink}</summary>
<p class="aside">${words.inviteHint}</p>
<form class="form" method="post" action="/c/${community.slug}/members/invite">
${textField({ name: "uses", label: words.uses, type: "number", value: "1", required: true })}
${textField({ name: "days", label: words.days, type: "number", value: "14", required: true })}
${textField({ name: "note", label: words.note, maxlength: 200 })}
<p class="actions">${submit(words.makeLink)}</p>
</form></details>
</div></section>
${
  invited.length === 0
    ? ""
    : html`<section class="section" aria-labelledby="invited"><h2 id="invited">${words.invited}</h2>
<ul class="people">${invited.map((one) => invitedItem(frame, community, one))}</ul></section>`
}`;
}

function invitedItem(frame: Frame, community: CommunityHead, one: Invited): Html {
  const words = frame.words.members;
  const by = nameElement({ name: one.byName, username: one.byUsername });
  return html`<li>
<p><a class="who" href="/u/${one.username}">${nameElement(one)}</a> <bdi class="handle">${handleOf({ ...one, host: null }, frame.host)}</bdi></p>
<p class="when">${words.invitedBy(by, dayIn(frame, one.at))}${one.declined ? html` <span class="note">${words.declined}</span>` : ""}</p>
${
  one.declined
    ? ""
    : html`<form method="post" action="/c/${community.slug}/members/withdraw"><input type="hidden" name="member" value="${one.id}"><button type="submit" class="quiet">${words.withdraw}<span class="vh">: ${callName(one)}</span></button></form>`
}
</li>
`;
}

/** Who waits, with their answers, and what can be answered them. */
export function requestsPage(
  frame: Frame,
  community: CommunityHead,
  requests: readonly JoinRequest[],
  questions: readonly string[],
  note: { done?: string | undefined; problem?: string } = {},
): string {
  const words = frame.words.members;
  const path = `/c/${community.slug}/requests`;
  const main = html`${shortTitle(community, words.requestsTitle, note.done)}
${problemNote(frame, note.problem)}<section class="section" aria-label="${words.requestsTitle}"><div>
<p>${words.requestsLede}</p>
${
  requests.length === 0
    ? html`<p class="empty">${words.noRequests}</p>`
    : html`<ul class="people requests">${requests.map((one) => requestItem(frame, path, one, questions))}</ul>`
}
</div></section>`;
  return communityLayout(frame, community, { title: `${words.requestsTitle} · ${community.name}`, path }, main);
}

function requestItem(frame: Frame, path: string, request: JoinRequest, questions: readonly string[]): Html {
  const words = frame.words.members;
  const url = request.host === null ? `/u/${request.username}` : webAddress(request.url);
  const name = nameElement(request);
  const vh = html`<span class="vh">${words.acceptWho(callName(request))}</span>`;
  const kind = request.kind === "group" ? words.aGroup : request.kind === "person" ? "" : words.aProgram;
  return html`<li>
<p>${url ? html`<a class="who" href="${url}"${request.host === null ? "" : raw(' rel="nofollow noopener noreferrer"')}>${name}</a>` : html`<span class="who">${name}</span>`} <bdi class="handle">${handleOf(request, frame.host)}</bdi>${
    request.host === null ? "" : html` <span class="from">${shownHost(request.host)}</span>`
  }</p>
${kind === "" ? "" : html`<p class="note">${kind}</p>`}
${
  request.answers.length === 0
    ? ""
    : html`<dl>${request.answers.map((answer, i) => html`<dt dir="auto">${questions[i] ?? ""}</dt><dd dir="auto">${answer}</dd>`)}</dl>`
}
<p class="when">${words.asked(dayIn(frame, request.askedAt))}</p>
<form class="actions" method="post" action="${path}"><input type="hidden" name="member" value="${request.id}">
<button type="submit" name="answer" value="accept">${words.accept}${vh}</button> <button type="submit" class="quiet" name="answer" value="refuse">${words.refuse}${vh}</button></form>
</li>
`;
}

/** Asking to join: the community's questions. */
export function joinPage(
  frame: Frame,
  community: CommunityHead,
  questions: readonly string[],
  answers: readonly string[],
  wrong: Wrong = {},
): string {
  const words = frame.words.members;
  const path = `/c/${community.slug}/join`;
  const closed = community.joining === "invitation";
  const main = html`${shortTitle(community, words.joinTitle(community.name))}
<section class="section" aria-label="${words.joinTitle(community.name)}"><div>
${problemNote(frame, wrong.problem)}${
  closed
    ? html`<p>${words.byInvitation}</p>`
    : html`<p>${questions.length > 0 ? words.joinLede(html`<bdi>${community.name}</bdi>`) : ""} ${community.joining === "request" ? words.joinNoQuestions : ""}</p>
<form class="form" method="post" action="${path}">
${questions.map((question, i) => textField({ name: `answer-${i}`, label: question, value: answers[i] ?? "", required: true, maxlength: 2_000, problem: (answers[i] ?? "").trim() === "" ? wrongAt(wrong, "answer-missing") : undefined }))}
<p class="actions">${submit(community.joining === "request" ? words.joinSubmit : frame.words.community.join)}</p>
</form>`
}
</div></section>`;
  return communityLayout(frame, community, { title: words.joinTitle(community.name), path }, main);
}

/** What a new member reads first: the community's own words, and three small steps. */
export function welcomePage(frame: Frame, community: CommunityHead, welcome: string, steps: FirstSteps): string {
  const words = frame.words.members;
  const home = `/c/${community.slug}`;
  const step = (href: string, text: string, hint: string, done: boolean) =>
    html`<li${done ? raw(' class="done"') : ""}><p><a href="${href}">${text}</a>${done ? html` <span class="note">${words.done}</span>` : ""}</p><p class="hint">${hint}</p></li>\n`;
  const main = html`${shortTitle(community, words.welcomeTitle(community.name))}
<section class="section" aria-label="${words.welcomeTitle(community.name)}">
<div class="prose" dir="auto">${welcome === "" ? html`<p>${words.welcomePlain}</p>` : raw(renderMarkdown(welcome))}</div>
</section>
<section class="section" aria-labelledby="steps"><h2 id="steps">${words.steps}</h2>
<div><ol class="steps">
${step(`${home}/new?kind=discussion`, words.step.introduce, words.step.introduceHint, steps.introduced)}${step(`${home}?kind=story`, words.step.story, words.step.storyHint, steps.answeredStory)}${step(`${home}?kind=question`, words.step.worked, words.step.workedHint, steps.worked)}</ol>
<p><a class="button" href="${home}">${words.toCommunity}</a></p></div>
</section>`;
  return communityLayout(
    frame,
    community,
    { title: words.welcomeTitle(community.name), path: `${home}/welcome` },
    main,
  );
}

/** For stewards: who is new and waits for a first answer. */
export function newcomersPage(frame: Frame, community: CommunityHead, threads: readonly ListedThread[]): string {
  const words = frame.words.members;
  const main = html`${shortTitle(community, words.newcomersTitle)}
<section class="section" aria-labelledby="waiting">
<h2 id="waiting">${words.waiting(threads.length)}</h2>
${threads.length === 0 ? html`<p class="empty">${words.noNewcomers}</p>` : threadList(frame, threads, { mixed: false })}
</section>
<p class="aside">${words.newcomersLede}</p>`;
  return communityLayout(
    frame,
    community,
    { title: `${words.newcomersTitle} · ${community.name}`, path: `/c/${community.slug}/newcomers` },
    main,
  );
}
