/** Setting the server up: the account of its first owner. */
import { html } from "hono/html";
import { problemNote, submit, textField } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";

export interface SetupProps {
  token: string;
  username: string;
  name: string;
  email: string;
  problem?: string | undefined;
}

export function setupPage(frame: Frame, { token, username, name, email, problem }: SetupProps): string {
  const words = frame.words.signIn;
  const main = html`<header class="plain-title">
<h1>${words.setupTitle}</h1>
<p class="lede">${words.setupLede(frame.host)}</p>
</header>
<div class="plain-page">
${problemNote(frame, problem)}<form class="form" method="post" action="/setup">
<input type="hidden" name="token" value="${token}">
${textField({ name: "username", label: words.username, value: username, hint: words.usernameHint(frame.host), autocomplete: "username", exact: true, required: true, maxlength: 30 })}${textField(
  { name: "name", label: words.displayName, value: name, autocomplete: "name", maxlength: 100 },
)}${textField({ name: "email", label: words.email, type: "email", value: email, hint: words.emailHint, autocomplete: "email", maxlength: 254 })}${textField(
  {
    name: "password",
    label: words.password,
    type: "password",
    hint: words.newPasswordHint,
    autocomplete: "new-password",
    required: true,
    minlength: 10,
    maxlength: 200,
  },
)}<div class="actions">${submit(words.setupSubmit)}</div>
</form>
</div>`;
  return layout(frame, { title: words.setupTitle, description: words.setupTitle, path: null, unlisted: true }, main);
}
