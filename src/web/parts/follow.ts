/** How to follow a community from anywhere: its handle to search for, and a form that leads to the visitor's own server. */
import { html } from "hono/html";
import type { Html } from "../site.ts";
import { icon } from "./icon.ts";
import type { Frame } from "./layout.ts";

/** What was typed before and why it did not work, when the form is shown again. */
export interface FollowForm {
  slug: string;
  typed?: string;
  problem?: string | undefined;
}

/** A text with a button that copies it; without script the button stays away. `what` names the text for those who hear the button alone. */
export function copyable(frame: Frame, text: string, what: string): Html {
  const words = frame.words.frame;
  return html`<span class="copyable"><code>${breakable(text)}</code><button type="button" class="quiet" data-copy="${text}" data-copied="${words.copied}" data-failed="${words.noCopy}" hidden>${icon(
    frame.assets,
    "copy",
  )}<span>${words.copy}</span><span class="vh"> ${what}</span></button><span class="copied" role="status"></span></span>`;
}

/** A handle breaks before its server and an address after its slashes, rather than a letter before the end. */
function breakable(text: string): Html {
  return html`${text.split(/(?<=.)(?=@)|(?<=\/)(?=[^/])/).map((part, at) => (at === 0 ? part : html`<wbr>${part}`))}`;
}

/** The form: `POST /c/{slug}/follow` answers with a page that leads on. */
export function followForm(frame: Frame, { slug, typed = "", problem }: FollowForm): Html {
  const words = frame.words.community.follow;
  return html`<form class="follow" method="post" action="/c/${slug}/follow">
<label for="account">${words.account}</label>
<div class="field">
<input id="account" name="account" type="text" required maxlength="320" value="${typed}" placeholder="@you@mastodon.example" autocomplete="off" autocapitalize="none" spellcheck="false" inputmode="email"${
    problem === undefined ? "" : html` aria-invalid="true" aria-describedby="problem"`
  }>
<button type="submit">${words.button}</button>
</div>
${problem === undefined ? "" : html`<p class="problem" id="problem">${problem}</p>`}
</form>`;
}
