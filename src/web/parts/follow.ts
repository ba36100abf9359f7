/** How to follow a community from anywhere: its handle to search for, and a form that leads to the visitor's own server. */
import { html } from "hono/html";
import type { Html } from "../site.ts";
import { icon } from "./icon.ts";
import type { Frame } from "./layout.ts";

/** What was typed before and why it did not work, when the form is shown again. */
export interface FollowForm {
  slug: string;
  typed?: string;
  problem?: string;
}

/** A text with a button that copies it; without script the button stays away. */
export function copyable(frame: Frame, text: string, what: string): Html {
  return html`<span class="copyable"><code>${text}</code><button type="button" class="quiet" data-copy="${text}" hidden>${icon(
    frame.assets,
    "copy",
  )}<span>Copy</span><span class="vh"> ${what}</span></button><span class="copied" role="status"></span></span>`;
}

/** The form: `POST /c/{slug}/follow` answers with a page that leads on. */
export function followForm({ slug, typed = "", problem }: FollowForm): Html {
  return html`<form class="follow" method="post" action="/c/${slug}/follow">
<label for="account">Your server, or your own handle</label>
<div class="field">
<input id="account" name="account" type="text" required maxlength="320" value="${typed}" placeholder="@you@mastodon.example" autocomplete="off" autocapitalize="none" spellcheck="false" inputmode="email"${
    problem === undefined ? "" : html` aria-invalid="true" aria-describedby="problem"`
  }>
<button type="submit">Follow</button>
</div>
${problem === undefined ? "" : html`<p class="problem" id="problem">${problem}</p>`}
</form>`;
}
