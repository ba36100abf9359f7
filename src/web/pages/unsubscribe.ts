/** Ending mails from a mail: what it does and one button; then, that it is done. No signing in. */
import { html } from "hono/html";
import { submit } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";
import type { Html } from "../site.ts";

/** `token` as it came in the link. */
export function unsubscribePage(frame: Frame, token: string): string {
  const words = frame.words.notifications;
  return page(
    frame,
    words.unsubscribe,
    html`<p class="lede">${words.unsubscribeWhat(frame.host)}</p>
<form method="post" action="/unsubscribe?token=${encodeURIComponent(token)}" class="form">
<p class="actions">${submit(words.unsubscribeDo)}</p>
</form>`,
  );
}

export function unsubscribedPage(frame: Frame): string {
  const words = frame.words.notifications;
  return page(
    frame,
    words.unsubscribed,
    html`<p class="lede">${words.unsubscribedWhat}</p>
<p>${words.otherwise} <a href="/settings/notifications">${words.toSettings}</a></p>`,
  );
}

/** The link is too old, or broken. */
export function linkTooOldPage(frame: Frame): string {
  const words = frame.words.notifications;
  return page(
    frame,
    words.unsubscribe,
    html`<p class="lede">${words.linkTooOld}</p>
<p><a href="/settings/notifications">${words.toSettings}</a></p>`,
  );
}

function page(frame: Frame, title: string, text: Html): string {
  const main = html`<header class="plain-title unsubscribe">
<h1>${title}</h1>
${text}
</header>`;
  return layout(frame, { title, description: title, path: null, unlisted: true }, main);
}
