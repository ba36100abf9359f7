/** At what rhythm somebody gets mail about what is new. */
import { html } from "hono/html";
import type { MailSettings } from "../../../db/views/notifications.ts";
import { RHYTHMS } from "../../domain/notifications/rhythm.ts";
import { choiceField, doneNote, submit } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { settingsNav } from "../parts/settings-nav.ts";
import type { Html } from "../site.ts";

/** `done`: it was changed just now, or the link that confirms the address was sent. */
export function settingsNotificationsPage(frame: Frame, settings: MailSettings, done: "saved" | "sent" | null): string {
  const words = frame.words.notifications;
  const choices = RHYTHMS.map((value) => ({
    value,
    label: words.rhythms[value],
    hint: words.rhythmHints[value],
  }));
  const main = html`<header class="plain-title">
<h1>${words.byMail}</h1>
</header>
${settingsNav(frame, "notifications")}
<section class="section settings" aria-label="${words.byMail}"><div>
${doneNote(done === null ? undefined : done === "saved" ? words.saved : words.confirmSent)}${address(frame, settings)}
<form method="post" action="/settings/notifications" class="form">
${choiceField({ name: "rhythm", label: words.rhythm, hint: words.rhythmHint, value: settings.rhythm, choices })}
<p class="actions">${submit(words.save)}</p>
</form>
</div></section>`;
  const { byMail: title, description } = words;
  return layout(frame, { title, description, path: "/settings/notifications", unlisted: true }, main);
}

function address(frame: Frame, { email, confirmed, timeZone }: MailSettings): Html {
  const words = frame.words.notifications;
  const shown = html`<strong><bdi>${email}</bdi></strong>`;
  const see = html`<a href="/settings/security#address">${words.toSecurity}</a>`;
  if (email === null) return html`<p>${words.noAddress} ${see}</p>`;
  if (!confirmed)
    return html`<p>${words.notConfirmed(shown)} ${see}</p>
<form method="post" action="/settings/notifications/confirm" class="form">
<p class="actions">${submit(words.sendConfirm, { kind: "quiet" })}</p>
</form>`;
  return html`<p>${words.goesTo(shown)} ${words.timeZone(html`<bdi>${timeZone ?? "UTC"}</bdi>`)} ${see}</p>`;
}
