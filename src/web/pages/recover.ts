/** A forgotten password: asking for a link by mail, and setting a new one by it. */
import { html } from "hono/html";
import { doneNote, problemNote, submit, textField } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";

export interface ForgotProps {
  email: string;
  sent: boolean;
  problem?: string | undefined;
}

export function forgotPage(frame: Frame, { email, sent, problem }: ForgotProps): string {
  const words = frame.words.signIn;
  const form = html`<form class="form" method="post" action="/forgot">
${textField({ name: "email", label: words.email, type: "email", value: email, autocomplete: "email", required: true, maxlength: 254 })}<div class="actions">${submit(words.send)}<a class="aside" href="/sign-in">${words.backToSignIn}</a></div>
</form>`;
  const main = html`<header class="plain-title">
<h1>${words.forgotTitle}</h1>
<p class="lede">${words.forgotLede}</p>
</header>
<div class="plain-page">
${doneNote(sent ? words.forgotDone : undefined)}${problemNote(frame, problem)}${sent ? html`<p><a href="/sign-in">${words.backToSignIn}</a></p>` : form}
<p class="else">${words.noMail}</p>
</div>`;
  return layout(
    frame,
    { title: words.forgotTitle, description: words.forgotLede, path: "/forgot", unlisted: true },
    main,
  );
}

export interface ResetProps {
  token: string;
  username: string;
  problem?: string | undefined;
}

export function resetPage(frame: Frame, { token, username, problem }: ResetProps): string {
  const words = frame.words.signIn;
  const main = html`<header class="plain-title">
<h1>${words.resetTitle}</h1>
<p class="lede">${words.resetLede(html`<bdi>@${username}</bdi>`)}</p>
</header>
<div class="plain-page">
${problemNote(frame, problem)}<form class="form" method="post" action="/reset">
<input type="hidden" name="token" value="${token}">
<input type="text" name="username" value="${username}" autocomplete="username" readonly hidden>
${newPasswordField(frame)}<div class="actions">${submit(words.savePassword)}</div>
</form>
</div>`;
  return layout(frame, { title: words.resetTitle, description: words.resetTitle, path: null, unlisted: true }, main);
}

export function newPasswordField(frame: Frame, name = "new-password") {
  const words = frame.words.signIn;
  return textField({
    name,
    label: words.newPassword,
    type: "password",
    autocomplete: "new-password",
    hint: words.newPasswordHint,
    required: true,
    minlength: 10,
    maxlength: 200,
  });
}
