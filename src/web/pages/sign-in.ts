/** Signing in: by password or passkey, then, where somebody has set that up, by a code. */
import { html } from "hono/html";
import { doneNote, problemNote, submit, textField } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { passkeyForm } from "../parts/passkey.ts";

export interface SignInProps {
  /** What was typed as a name. */
  name: string;
  /** Where to go on to. */
  next: string;
  passkey: { options: string; token: string };
  problem?: string | undefined;
  done?: string | undefined;
}

export function signInPage(frame: Frame, { name, next, passkey, problem, done }: SignInProps): string {
  const words = frame.words.signIn;
  const join = html`<a href="/join">${words.askToJoin}</a>`;
  const main = html`<header class="plain-title">
<h1>${words.title}</h1>
<p class="lede">${words.lede(frame.host)}</p>
</header>
<div class="plain-page">
${doneNote(done)}${problemNote(frame, problem)}<form class="form" method="post" action="/sign-in">
<input type="hidden" name="next" value="${next}">
${textField({ name: "name", label: words.nameOrMail, value: name, autocomplete: "username", exact: true, required: true, maxlength: 254 })}${textField(
  { name: "password", label: words.password, type: "password", autocomplete: "current-password", required: true },
)}<div class="actions">${submit(words.submit)}<a class="aside" href="/forgot">${words.forgot}</a></div>
</form>
<div class="instead">
${passkeyForm(frame, { action: "/sign-in/passkey", act: "get", ...passkey, next, text: words.byPasskey, kind: "quiet" })}
</div>
<p class="else">${words.noAccount(join)}</p>
</div>`;
  const scripts = ["passkey"] as const;
  return layout(
    frame,
    { title: words.title, description: words.lede(frame.host), path: "/sign-in", unlisted: true, scripts },
    main,
  );
}

/** The second step. */
export function codePage(frame: Frame, { next, problem }: { next: string; problem?: string | undefined }): string {
  const words = frame.words.signIn;
  const main = html`<header class="plain-title">
<h1>${words.codeTitle}</h1>
<p class="lede">${words.codeLede}</p>
</header>
<div class="plain-page">
${problemNote(frame, problem)}<form class="form" method="post" action="/sign-in/code">
<input type="hidden" name="next" value="${next}">
${codeField(frame)}<div class="actions">${submit(words.codeSubmit)}<a class="aside" href="/sign-in">${words.startOver}</a></div>
</form>
</div>`;
  return layout(frame, { title: words.codeTitle, description: words.codeLede, path: null, unlisted: true }, main);
}

/** A code of an app; letters are possible, since recovery codes have some. */
export function codeField(frame: Frame) {
  const label = frame.words.signIn.code;
  return textField({ name: "code", label, autocomplete: "one-time-code", exact: true, required: true, maxlength: 40 });
}
