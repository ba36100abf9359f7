/** What keeps one's account safe, at a glance: password, second factor, passkeys, sessions, who tried the door. */
import { html } from "hono/html";
import type { AttemptFacts, PasskeyFacts, Security, SessionFacts } from "../../../db/views/security.ts";
import type { Viewer } from "../../../db/views/viewer.ts";
import { doneNote, submit } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { settingsNav } from "../parts/settings-nav.ts";
import { browserIn } from "../parts/user-agent.ts";
import type { Html } from "../site.ts";

const HOME = "/settings/security";

export interface SecurityProps extends Security {
  viewer: Viewer;
  done?: string | undefined;
}

export function securityPage(frame: Frame, props: SecurityProps): string {
  const words = frame.words.signIn;
  const { viewer, passkeys, attempts } = props;
  const isOwn = (session: SessionFacts) => session.id === viewer.sessionId;
  const sessions = [...props.sessions.filter(isOwn), ...props.sessions.filter((session) => !isOwn(session))];
  const main = html`<header class="plain-title">
<h1>${words.securityTitle}</h1>
</header>
${settingsNav(frame, "security")}<div class="plain-page">
${doneNote(props.done)}${urgent(frame, viewer)}</div>
<section class="section" aria-labelledby="address">
<h2 id="address">${words.address}</h2>
<div class="fact">
${address(frame, props)}
</div>
</section>
<section class="section" aria-labelledby="password">
<h2 id="password">${words.password}</h2>
<div class="fact">
<p>${props.hasPassword ? words.passwordSet : words.passwordNone}</p>
<p><a href="${HOME}/password">${props.hasPassword ? words.changePassword : words.setPassword}</a></p>
</div>
</section>
<section class="section" aria-labelledby="totp">
<h2 id="totp">${words.secondFactor}</h2>
<div class="fact">
<p>${props.totp ? words.totpOn : words.totpOff}</p>
<p><a href="${HOME}/totp">${props.totp ? words.totpTurnOff : words.totpSetUp}</a></p>
</div>
</section>
<section class="section" aria-labelledby="passkeys">
<h2 id="passkeys">${words.passkeys}</h2>
<div class="fact">
${passkeys.length === 0 ? html`<p>${words.passkeysNone}</p>` : html`<ul class="kept">${passkeys.map((passkey) => passkeyItem(frame, passkey))}</ul>`}
<p><a href="${HOME}/passkeys/new">${words.passkeyAdd}</a></p>
</div>
</section>
${
  viewer.hasSecondFactor
    ? html`<section class="section" aria-labelledby="codes">
<h2 id="codes">${words.codes}</h2>
<div class="fact">
<p>${props.codesLeft === 0 ? words.codesNone : words.codesLeft(props.codesLeft)}</p>
<p><a href="${HOME}/codes">${words.codesAnew}</a></p>
</div>
</section>
`
    : ""
}<section class="section" aria-labelledby="sessions">
<h2 id="sessions">${words.sessions}</h2>
<div class="fact">
<p>${words.sessionsLede}</p>
<ul class="kept">${sessions.map((session) => sessionItem(frame, session, isOwn(session)))}</ul>
${sessions.length > 1 ? html`<form method="post" action="${HOME}/sessions/end-others">${submit(words.endOthers, { kind: "quiet" })}</form>` : ""}
</div>
</section>
<section class="section" aria-labelledby="attempts">
<h2 id="attempts">${words.attempts}</h2>
<div class="fact">
${attempts.length === 0 ? html`<p>${words.attemptsNone}</p>` : html`<p>${words.attemptsLede}</p>\n<ul class="kept">${attempts.map((attempt) => attemptItem(frame, attempt))}</ul>`}
</div>
</section>`;
  return layout(
    frame,
    { title: words.securityTitle, description: words.securityTitle, path: HOME, unlisted: true },
    main,
  );
}

function address(frame: Frame, { email, emailConfirmed }: SecurityProps): Html {
  const words = frame.words.signIn;
  const path = `${HOME}/address`;
  if (email === null) return html`<p>${words.addressNone}</p>\n<p><a href="${path}">${words.addressAdd}</a></p>`;
  const shown = html`<strong><bdi>${email}</bdi></strong>`;
  const again = html`<form method="post" action="/settings/notifications/confirm">${submit(frame.words.notifications.sendConfirm, { kind: "quiet" })}</form>\n`;
  return html`<p>${(emailConfirmed ? words.addressConfirmed : words.addressWaits)(shown)}</p>
${emailConfirmed ? "" : again}<p><a href="${path}">${words.addressChange}</a></p>
<p><a href="${path}/remove">${words.addressRemove}</a></p>`;
}

function urgent(frame: Frame, viewer: Viewer): Html | "" {
  const words = frame.words.signIn;
  if (viewer.hasSecondFactor && !viewer.secondFactor)
    return html`<div class="problem-note"><p>${words.showFirst} <a href="${HOME}/show">${words.showIt}</a></p></div>\n`;
  if (viewer.role !== "member" && !viewer.hasSecondFactor)
    return html`<div class="problem-note"><p>${words.needed}</p></div>\n`;
  return "";
}

function passkeyItem(frame: Frame, { id, name, createdAt, usedAt }: PasskeyFacts): Html {
  const words = frame.words.signIn;
  const used = usedAt === null ? words.passkeyNever : words.passkeyUsed(frame.times.day(usedAt));
  const path = `${HOME}/passkeys/${encodeURIComponent(id)}`;
  const field = `name-${id}`;
  return html`<li>
<p><strong><bdi>${name}</bdi></strong></p>
<p class="hint">${words.passkeyMade(frame.times.day(createdAt))}, ${used}</p>
<details>
<summary>${words.rename}</summary>
<form class="inline" method="post" action="${path}/rename">
<label class="vh" for="${field}">${words.passkeyName}</label>
<input id="${field}" name="name" value="${name}" maxlength="60" required>
${submit(words.rename, { kind: "quiet" })}
</form>
</details>
<p><a href="${path}/remove" aria-label="${words.removeNamed(name)}">${words.remove}</a></p>
</li>
`;
}

function sessionItem(frame: Frame, session: SessionFacts, own: boolean): Html {
  const words = frame.words.signIn;
  const { id, address, userAgent, createdAt, seenAt } = session;
  const browser = browserIn(frame, userAgent);
  const { since, lastUsed } = words;
  const action = own
    ? html`<p class="state">${words.thisSession}</p>`
    : html`<form method="post" action="${HOME}/sessions/${id}/end"><button type="submit" class="plain" aria-label="${words.endNamed(browser, address)}">${words.end}</button></form>`;
  return html`<li>
<p><strong>${browser}</strong> <span class="hint"><bdi>${address}</bdi></span></p>
<p class="hint">${since(unbroken(frame.times.moment(createdAt)))}, ${lastUsed(unbroken(frame.times.moment(seenAt)))}</p>
${action}
</li>
`;
}

/** On one line: a day and its year belong together. */
const unbroken = (text: string): string => text.replaceAll(" ", "\u00a0");

function attemptItem(frame: Frame, { at, address, userAgent, outcome }: AttemptFacts): Html {
  return html`<li>
<p><strong>${frame.words.signIn.outcomes[outcome]}</strong></p>
<p class="hint">${unbroken(frame.times.moment(at))}, ${browserIn(frame, userAgent)}, <bdi>${address}</bdi></p>
</li>
`;
}
