/** Mail and the record of privileged acts, as those see them who look after the server. */
import { html } from "hono/html";
import type { AuditedAct, ListedMail, Page } from "../../../db/views/admin.ts";
import type { Viewer } from "../../../db/views/viewer.ts";
import { dotted } from "../parts/facts.ts";
import { doneNote, submit } from "../parts/form.ts";
import type { Frame } from "../parts/layout.ts";
import type { Html } from "../site.ts";
import { adminPage, rowsPager } from "./admin.ts";

export function mailsPage(
  frame: Frame,
  { viewer, rows, next, first, done }: Page<ListedMail> & { viewer: Viewer; first: boolean; done: boolean },
): string {
  const words = frame.words.admin;
  const main = html`<section class="section" aria-label="${words.mail}"><div>
${doneNote(done ? words.triedAgain : undefined)}<p class="aside">${words.mailWhat}</p>
${
  rows.length === 0
    ? html`<p class="empty">${words.noMail}</p>`
    : html`<ul class="ledger">${rows.map((mail) => mailRow(frame, mail))}</ul>`
}
${rowsPager(frame, "/admin/mail", { first, next })}</div></section>`;
  return adminPage(frame, { viewer, part: "mail" }, main);
}

function mailRow(frame: Frame, mail: ListedMail): Html {
  return html`<li>
<h2 class="entry" dir="auto"><a href="/admin/mail/${mail.id}">${mail.subject}</a></h2>
${mailFacts(frame, mail)}</li>
`;
}

function mailFacts(frame: Frame, mail: ListedMail): Html {
  const words = frame.words.admin;
  const state = words.mailStates[mail.state];
  const facts = [
    mail.state === "failed" ? html`<strong>${state}</strong>` : state,
    words.mailTo(html`<bdi>${mail.to}</bdi>`),
    frame.times.moment(mail.sentAt ?? mail.createdAt),
    ...(mail.state !== "sent" && mail.attempts > 0 ? [words.tries(mail.attempts)] : []),
  ];
  return html`<p class="facts">${dotted(facts)}</p>
${mail.error === null ? "" : html`<p class="facts">${words.mailError(html`<bdi>${mail.error}</bdi>`)}</p>\n`}${
  mail.state === "failed"
    ? html`<form method="post" action="/admin/mail/${mail.id}/again">${submit(words.tryAgain, { kind: "quiet" })}</form>\n`
    : ""
}`;
}

export function mailPage(
  frame: Frame,
  { viewer, mail }: { viewer: Viewer; mail: ListedMail & { text: string } },
): string {
  const words = frame.words.admin;
  const main = html`<section class="section" aria-label="${words.mailWords}"><div>
${mailFacts(frame, mail)}
${
  mail.text === ""
    ? html`<p class="empty">${words.mailGone}</p>`
    : html`<p class="aside">${words.mailCareful}</p>
<div class="letter" dir="auto">${linked(mail.text)}</div>`
}
<p class="else"><a href="/admin/mail">${words.backToMail}</a></p>
</div></section>`;
  return adminPage(frame, { viewer, part: "mail", under: mail.subject }, main);
}

/** The text with its web addresses as links; everything is escaped by the template. */
function linked(text: string): unknown[] {
  return text
    .split(/(https?:\/\/[^\s<>"]{1,2000})/)
    .map((piece, at) => (at % 2 === 0 ? piece : html`<a href="${piece}" rel="nofollow noreferrer">${piece}</a>`));
}

export function auditPage(
  frame: Frame,
  { viewer, rows, next, first }: Page<AuditedAct> & { viewer: Viewer; first: boolean },
): string {
  const words = frame.words.admin;
  const main = html`<section class="section" aria-label="${words.audit}"><div>
<p class="aside">${words.auditWhat}</p>
${
  rows.length === 0
    ? html`<p class="empty">${words.noAudit}</p>`
    : html`<ul class="ledger acts">${rows.map((act) => auditRow(frame, act))}</ul>`
}
${rowsPager(frame, "/admin/audit", { first, next })}</div></section>`;
  return adminPage(frame, { viewer, part: "audit" }, main);
}

/** Roles are said in words; everything else as it was written down. */
function inWords(frame: Frame, name: string, value: unknown): string {
  const words = frame.words.admin;
  const { joiningChoices, postingChoices } = frame.words.community.found;
  const roles = { ...words.roles, ...words.inviteRoles };
  const choices: Readonly<Record<string, Readonly<Record<string, string | { label: string }>>>> = {
    role: roles,
    from: roles,
    to: roles,
    registration: words.registrationChoices,
    founding: words.foundingChoices,
    joining: joiningChoices,
    posting: postingChoices,
  };
  if (typeof value === "boolean") return value ? words.yes : words.no;
  const chosen = choices[name]?.[String(value)] ?? String(value);
  return typeof chosen === "string" ? chosen : chosen.label;
}

function auditRow(frame: Frame, act: AuditedAct): Html {
  const words = frame.words.admin;
  const by = act.by === null ? words.atTheMachine : html`<bdi>@${act.by}</bdi>`;
  const details = Object.entries(act.data).filter(([, value]) => value !== null && value !== "");
  const whom = act.subject === null ? "" : html` (<bdi>@${act.subject}</bdi>)`;
  const where = act.group === null ? "" : html`, <a href="/c/${act.group}">${act.group}</a>`;
  return html`<li>
<p>${by} ${words.acts[act.act] ?? html`<code>${act.act}</code>`}${whom}${where}</p>
<p class="facts">${frame.times.moment(act.at)}${details.map(([name, value]) => html` · ${words.details[name] ?? name}: <bdi>${inWords(frame, name, value)}</bdi>`)}</p>
</li>
`;
}
