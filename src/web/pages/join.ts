/** Becoming a member: the form, or why there is none; what comes after it; an invitation as a member sees it. */
import { html } from "hono/html";
import type { Registration } from "../../../db/views/instance.ts";
import type { Invitation, InvitationState } from "../../../db/views/invitations.ts";
import type { RefusalCode } from "../../base/errors.ts";
import { book, clothOf } from "../parts/cloth.ts";
import { problemNote, submit, textArea, textField, wrongAt } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { callName } from "../parts/names.ts";
import type { Html } from "../site.ts";

export interface JoinFields {
  username: string;
  name: string;
  email: string;
  answer: string;
}

export interface JoinProps {
  /** What the server calls itself. */
  server: string;
  registration: Registration;
  question: string;
  /** One that can be used, with the token that names it; null and "" without one. */
  invitation: Invitation | null;
  token: string;
  typed?: JoinFields;
  problem?: string;
  code?: RefusalCode;
}

/** For visitors. */
export function joinPage(frame: Frame, props: JoinProps): string {
  const words = frame.words.accounts;
  const { server, registration, invitation } = props;
  const shut = registration === "closed" || (registration === "invitation" && !invitation);
  const title = invitation?.group ? words.invitedTo(invitation.group.name) : words.join(server);
  const main = html`${heading(frame, props, title)}
${
  shut
    ? html`<section class="section" aria-label="${title}"><div>
<p>${registration === "closed" ? words.closed : words.byInvitation}</p>
<p>${words.otherWays}</p>
<p><a class="button" href="/">${words.seeCommunities}</a></p>
<p class="else">${haveAccount(frame)}</p>
</div></section>`
    : html`<section class="section" aria-label="${title}"><div>
${problemNote(frame, props.problem)}${joinForm(frame, props)}
<p class="else">${haveAccount(frame)}</p>
</div></section>`
}`;
  return page(
    frame,
    title,
    main,
    "/join",
    invitation?.group ? clothOf(invitation.group.slug, invitation.group.colour) : undefined,
  );
}

function heading(frame: Frame, { server, invitation, registration }: JoinProps, title: string): Html {
  const words = frame.words.accounts;
  if (!invitation) {
    return html`<header class="plain-title"><h1>${title}</h1><p class="lede">${words.joinWhat}</p></header>`;
  }
  const by = words.invitedBy(html`<bdi>${callName(invitation.by)}</bdi>`);
  const { group } = invitation;
  if (!group) {
    return html`<header class="plain-title"><p class="eyebrow">${by}</p><h1>${title}</h1>
<p class="lede">${registration === "closed" ? words.joinWhat : words.invitedHere(server)}</p></header>`;
  }
  const as = words.invitedAs[invitation.role];
  return html`<header class="title-page short">
${book(group)}
<div>
<p class="eyebrow">${by}</p>
<h1>${title}</h1>
${group.summary === "" ? "" : html`<p class="lede" dir="auto">${group.summary}</p>`}
${as === "" ? "" : html`<p class="aside">${as}</p>`}
</div>
</header>`;
}

function haveAccount(frame: Frame): unknown {
  const words = frame.words.accounts;
  const href = `/sign-in?next=${encodeURIComponent(frame.here)}`;
  return words.haveAccount(html`<a href="${href}">${words.signInLink}</a>`);
}

function joinForm(frame: Frame, { registration, question, invitation, token, typed, problem, code }: JoinProps): Html {
  const words = frame.words.accounts;
  const byApproval = registration === "approval" && !invitation;
  const wrong = (...codes: RefusalCode[]) => wrongAt({ problem, code }, ...codes);
  return html`<form class="form" method="post" action="/join">
${textField({
  name: "username",
  label: words.username,
  hint: words.usernameHint(frame.host),
  value: typed?.username ?? "",
  autocomplete: "username",
  exact: true,
  required: true,
  maxlength: 30,
  problem: code === "slug-taken" ? words.usernameTaken : wrong("slug-invalid"),
})}${textField({
  name: "name",
  label: words.name,
  hint: words.nameHint,
  value: typed?.name ?? "",
  autocomplete: "name",
  maxlength: 100,
})}${textField({
  name: "email",
  label: words.email,
  hint: words.emailHint,
  type: "email",
  value: typed?.email ?? "",
  autocomplete: "email",
  inputmode: "email",
  required: true,
  maxlength: 254,
  problem: wrong("email-invalid"),
})}${textField({
  name: "password",
  label: words.password,
  hint: words.passwordHint,
  type: "password",
  autocomplete: "new-password",
  required: true,
  minlength: 10,
  maxlength: 200,
  problem: wrong("password-weak"),
})}${
  byApproval && question !== ""
    ? textArea({
        name: "answer",
        label: question,
        value: typed?.answer ?? "",
        rows: 4,
        required: true,
        maxlength: 2_000,
      })
    : ""
}<div class="nobodys" aria-hidden="true"><label for="website">${words.website}</label><input id="website" name="website" type="text" tabindex="-1" autocomplete="off"></div>
${token === "" ? "" : html`<input type="hidden" name="invitation" value="${token}">\n`}${
  byApproval ? html`<p class="aside">${words.approvalHint}</p>\n` : ""
}<div class="actions">${submit(byApproval ? words.ask : words.register)}</div>
</form>`;
}

/** For whoever is signed in and opens an invitation. */
export function invitedPage(frame: Frame, props: JoinProps): string {
  const words = frame.words.accounts;
  const group = props.invitation?.group ?? null;
  const title = group ? words.invitedTo(group.name) : words.join(props.server);
  const main = html`${heading(frame, props, title)}
<section class="section" aria-label="${title}"><div>
${
  group
    ? html`<form class="form" method="post" action="/join"><input type="hidden" name="invitation" value="${props.token}"><div class="actions">${submit(words.acceptInvitation(group.name))}<a href="/c/${group.slug}">${words.goToCommunity(group.name)}</a></div></form>`
    : html`<p>${words.alreadyHere}</p>`
}
</div></section>`;
  return page(frame, title, main, "/join", group ? clothOf(group.slug, group.colour) : undefined);
}

/** An invitation that cannot be used. */
export function unusablePage(frame: Frame, why: Exclude<InvitationState, "usable"> | "unknown"): string {
  const words = frame.words.accounts;
  const sentence = {
    expired: words.invitationExpired,
    used: words.invitationUsed,
    revoked: words.invitationRevoked,
    unknown: words.invitationUnknown,
  }[why];
  const { didNotWork } = frame.words.errors;
  return page(frame, didNotWork, notice(didNotWork, [sentence], { href: "/join", text: words.join(frame.host) }), null);
}

/** After the form. `approval`: somebody has to look at it, too. */
export function sentPage(frame: Frame, approval: boolean): string {
  const words = frame.words.accounts;
  const sentences = [words.sent, ...(approval ? [words.sentApproval] : []), words.sentNothing];
  return page(frame, words.sentTitle, notice(words.sentTitle, sentences), null);
}

/** Where the link in a mail leads. */
export function confirmPage(frame: Frame, { token, email }: { token: string; email: string }): string {
  const words = frame.words.accounts;
  const main = html`<header class="plain-title"><h1>${words.confirmTitle}</h1>
<p class="lede">${words.confirmWhat(html`<strong><bdi>${email}</bdi></strong>`)}</p></header>
<section class="section" aria-label="${words.confirmTitle}"><form class="form" method="post" action="/confirm-email">
<input type="hidden" name="token" value="${token}"><div class="actions">${submit(words.confirm)}</div></form></section>`;
  return page(frame, words.confirmTitle, main, null);
}

/** `changed`: the account was there already, with another address or none. */
export function confirmedPage(frame: Frame, state: "asked" | "active" | "changed"): string {
  const words = frame.words.accounts;
  const isIn = state !== "asked";
  const said = { asked: words.confirmedWaiting, active: words.confirmedIn, changed: frame.words.signIn.addressIsYours };
  const way = isIn && !frame.viewer ? { href: "/sign-in", text: frame.words.frame.signIn } : undefined;
  return page(frame, words.confirmedTitle, notice(words.confirmedTitle, [said[state]], way), null);
}

function notice(title: string, sentences: readonly string[], way?: { href: string; text: string }): Html {
  const [first = "", ...others] = sentences;
  return html`<header class="plain-title"><h1>${title}</h1>
<p class="lede">${first}</p>
${others.map((sentence) => html`<p>${sentence}</p>\n`)}${
  way ? html`<p><a class="button" href="${way.href}">${way.text}</a></p>` : ""
}</header>`;
}

function page(frame: Frame, title: string, main: Html, path: string | null, cloth?: string): string {
  const description = frame.words.accounts.joinWhat;
  return layout(frame, { title, description, path, unlisted: path === null, ...(cloth && { cloth }) }, main);
}
