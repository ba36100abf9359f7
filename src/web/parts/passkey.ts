/** The form that hands a passkey over; it shows itself where script and browser can use one. */
import { html } from "hono/html";
import type { Html } from "../site.ts";
import { submit } from "./form.ts";
import type { Frame } from "./layout.ts";

export interface PasskeyForm {
  action: string;
  /** Make a new one, or use one that is there. */
  act: "create" | "get";
  /** What the browser is asked with, as JSON, and the token that goes with the answer. */
  options: string;
  token: string;
  /** What stands on the button. */
  text: string;
  /** Fields before the button, and where to go on to. */
  fields?: Html;
  next?: string;
  kind?: "quiet";
}

export function passkeyForm(frame: Frame, props: PasskeyForm): Html {
  const { action, act, options, token, text, fields, next, kind } = props;
  return html`<form class="form" method="post" action="${action}" data-passkey="${act}" data-options="${options}" data-failed="${frame.words.signIn.passkeyFailed}" hidden>
<input type="hidden" name="token" value="${token}">
<input type="hidden" name="credential">
${next === undefined ? "" : html`<input type="hidden" name="next" value="${next}">\n`}${fields ?? ""}<div class="actions">${submit(text, kind ? { kind } : {})}<span class="hint" role="status"></span></div>
</form>`;
}
