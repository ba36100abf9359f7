/** One page for each thing that is done about an account's safety: each asks who it is before it does it. */
import { html } from "hono/html";
import { encode } from "uqr";
import { problemNote, submit, textField } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { passkeyForm } from "../parts/passkey.ts";
import type { Html } from "../site.ts";
import { newPasswordField } from "./recover.ts";
import { codeField } from "./sign-in.ts";

const HOME = "/settings/security";

export interface Asking {
  /** The password has to be typed: no second factor was shown just now. */
  asks: boolean;
  problem?: string | undefined;
}
interface Ceremony {
  options: string;
  token: string;
}

export function passwordPage(
  frame: Frame,
  { hasPassword, problem }: { hasPassword: boolean; problem?: string | undefined },
): string {
  const words = frame.words.signIn;
  const old = textField({
    name: "password",
    label: words.passwordNow,
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const title = hasPassword ? words.changePassword : words.setPassword;
  const form = html`<form class="form" method="post" action="${HOME}/password">
${hasPassword ? old : ""}${newPasswordField(frame)}<div class="actions">${submit(words.savePassword)}</div>
</form>`;
  return page(frame, { title, lede: words.changeLede, problem }, form);
}

export function beginTotpPage(frame: Frame, { asks, problem }: Asking): string {
  const words = frame.words.signIn;
  const form = html`<form class="form" method="post" action="${HOME}/totp/begin">
${asks ? passwordField(frame) : ""}<div class="actions">${submit(words.begin)}</div>
</form>`;
  return page(frame, { title: words.totpTitle, lede: words.totpBegin, problem }, form);
}

export function confirmTotpPage(
  frame: Frame,
  { uri, secret, problem }: { uri: string; secret: string; problem?: string | undefined },
): string {
  const words = frame.words.signIn;
  const form = html`${qrCode(uri, words.totpPicture)}
<p class="secret"><span class="hint">${words.totpKey}</span> <code>${secret.match(/.{1,4}/g)?.join(" ") ?? ""}</code></p>
<form class="form" method="post" action="${HOME}/totp/confirm">
${codeField(frame)}<div class="actions">${submit(words.totpConfirm)}</div>
</form>`;
  return page(frame, { title: words.totpTitle, lede: words.totpScan, problem }, form);
}

export function endTotpPage(frame: Frame, { asks, problem }: Asking): string {
  const words = frame.words.signIn;
  const form = html`<form class="form" method="post" action="${HOME}/totp/end">
${asks ? passwordField(frame) : ""}<div class="actions">${submit(words.totpTurnOff, { kind: "grave" })}</div>
</form>`;
  return page(frame, { title: words.totpOffTitle, lede: words.totpOffLede, problem }, form);
}

export function beginCodesPage(frame: Frame, { asks, problem }: Asking): string {
  const words = frame.words.signIn;
  const form = html`<form class="form" method="post" action="${HOME}/codes">
${asks ? passwordField(frame) : ""}<div class="actions">${submit(words.codesAnew)}</div>
</form>`;
  return page(frame, { title: words.codes, lede: words.codesAnewLede, problem }, form);
}

/** The recovery codes, the only time that they are shown. */
export function codesPage(frame: Frame, codes: readonly string[], done: "kept" | "passkey"): string {
  const words = frame.words.signIn;
  const list = html`<ol class="codes">${codes.map((code) => html`<li><code>${code.match(/.{1,4}/g)?.join("-") ?? ""}</code></li>\n`)}</ol>
<p><a class="button" href="${HOME}?done=${done}">${words.codesKept}</a></p>`;
  return page(frame, { title: words.codesTitle, lede: words.codesLede }, list);
}

/** Before a passkey is made: who is it? */
export function beginPasskeyPage(frame: Frame, { asks, problem }: Asking): string {
  const words = frame.words.signIn;
  const form = html`<form class="form" method="post" action="${HOME}/passkeys/new">
${asks ? passwordField(frame) : ""}<div class="actions">${submit(words.goOn)}</div>
</form>`;
  return page(frame, { title: words.passkeyTitle, lede: words.passkeysNone, problem }, form);
}

export function makePasskeyPage(
  frame: Frame,
  passkey: Ceremony & { name: string; problem?: string | undefined },
): string {
  const words = frame.words.signIn;
  const { name, problem, ...ceremony } = passkey;
  const fields = textField({ name: "name", label: words.passkeyNameNew, value: name, required: true, maxlength: 60 });
  const form = html`${passkeyForm(frame, { action: `${HOME}/passkeys`, act: "create", ...ceremony, fields, text: words.passkeyCreate })}
<p class="hint" data-without-passkey>${words.passkeyUnable}</p>`;
  return page(frame, { title: words.passkeyTitle, lede: words.passkeyAddLede, problem }, form);
}

export function removePasskeyPage(
  frame: Frame,
  { id, name, asks, problem }: Asking & { id: string; name: string },
): string {
  const words = frame.words.signIn;
  const form = html`<form class="form" method="post" action="${HOME}/passkeys/${encodeURIComponent(id)}/remove">
${asks ? passwordField(frame) : ""}<div class="actions">${submit(words.remove, { kind: "grave" })}</div>
</form>`;
  const lede = words.passkeyRemoveLede(html`<bdi>${name}</bdi>`);
  return page(frame, { title: words.passkeyRemoveTitle, lede, problem }, form);
}

export interface ShowProps {
  /** Which ways there are to show one. */
  passkey: Ceremony | null;
  code: boolean;
  next: string;
  problem?: string | undefined;
}

/** Showing the second factor in a session that began without. */
export function showPage(frame: Frame, { passkey, code, next, problem }: ShowProps): string {
  const words = frame.words.signIn;
  const byCode = html`<form class="form" method="post" action="${HOME}/show">
<input type="hidden" name="next" value="${next}">
${codeField(frame)}<p class="hint">${words.codeLede}</p>
<div class="actions">${submit(words.codeSubmit)}</div>
</form>`;
  const byPasskey = passkey
    ? html`${passkeyForm(frame, { action: `${HOME}/show-passkey`, act: "get", ...passkey, next, text: words.showPasskey, ...(code && { kind: "quiet" as const }) })}
<p class="hint" data-without-passkey>${words.passkeyUnable}</p>`
    : "";
  const forms = code ? html`${byCode}\n<div class="instead">\n${byPasskey}\n</div>` : html`${byPasskey}`;
  return page(frame, { title: words.showTitle, lede: words.showLede, problem }, forms);
}

export function page(
  frame: Frame,
  { title, lede, problem }: { title: string; lede: unknown; problem?: string | undefined },
  body: Html,
): string {
  const words = frame.words.signIn;
  const main = html`<header class="plain-title">
<p class="eyebrow"><a href="${HOME}">${words.securityTitle}</a></p>
<h1>${title}</h1>
<p class="lede">${lede}</p>
</header>
<div class="plain-page">
${problemNote(frame, problem)}${body}
</div>`;
  return layout(frame, { title, description: title, path: null, unlisted: true, scripts: ["passkey"] }, main);
}

export function passwordField(frame: Frame): Html {
  const label = frame.words.signIn.passwordAgain;
  return textField({ name: "password", label, type: "password", autocomplete: "current-password", required: true });
}

/** Drawn as a path of squares, black on white in both themes: that is what apps can read. */
function qrCode(text: string, label: string): Html {
  const { data, size } = encode(text, { border: 3 });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect class="qr-paper" width="${size}" height="${size}"/><path class="qr-ink" d="${path}"/></svg>`;
}
