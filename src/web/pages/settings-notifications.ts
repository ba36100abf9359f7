/** At what rhythm somebody gets mail about what is new, and which of their devices are told at once. */
import { html } from "hono/html";
import type { Device, MailSettings } from "../../../db/views/notifications.ts";
import { RHYTHMS } from "../../domain/notifications/rhythm.ts";
import { choiceField, doneNote, submit } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { settingsNav } from "../parts/settings-nav.ts";
import { browserIn } from "../parts/user-agent.ts";
import { dayIn } from "../parts/when.ts";
import type { Html } from "../site.ts";

export interface DevicesProps {
  devices: readonly Device[];
  /** By which push services know this server, base64url. */
  publicKey: string;
}

/** `done`: what was changed just now, or that the link that confirms the address was sent. */
export function settingsNotificationsPage(
  frame: Frame,
  settings: MailSettings,
  push: DevicesProps,
  done: "saved" | "sent" | "added" | "removed" | null,
): string {
  const words = frame.words.notifications;
  const said = { saved: words.saved, sent: words.confirmSent, added: words.deviceAdded, removed: words.deviceRemoved };
  const choices = RHYTHMS.map((value) => ({
    value,
    label: words.rhythms[value],
    hint: words.rhythmHints[value],
  }));
  const main = html`<header class="plain-title">
<h1>${words.settingsPages.notifications}</h1>
</header>
${settingsNav(frame, "notifications")}
<section class="section settings" aria-labelledby="by-mail"><h2 id="by-mail">${words.byMail}</h2>
<div>
${doneNote(done === null ? undefined : said[done])}${address(frame, settings)}
<form method="post" action="/settings/notifications" class="form">
${choiceField({ name: "rhythm", label: words.rhythm, hint: words.rhythmHint, value: settings.rhythm, choices })}
<p class="actions">${submit(words.save)}</p>
</form>
</div></section>
${devicesSection(frame, push)}`;
  const { description, settingsPages } = words;
  const title = settingsPages.notifications;
  return layout(
    frame,
    { title, description, path: "/settings/notifications", unlisted: true, scripts: ["push"] },
    main,
  );
}

/** The button is shown by the script of the page, where the browser can be told anything. */
function devicesSection(frame: Frame, { devices, publicKey }: DevicesProps): Html {
  const words = frame.words.notifications;
  const here = devices.some((device) => device.here);
  return html`<section class="section settings" id="devices" aria-labelledby="devices-title"><h2 id="devices-title">${words.devices}</h2>
<div>
<p>${words.devicesHint}</p>
${devices.length === 0 ? html`<p class="empty">${words.noDevices}</p>` : html`<ul class="people">${devices.map((device) => deviceItem(frame, device))}</ul>`}
${
  here
    ? ""
    : html`<form method="post" action="/settings/notifications/devices" class="form" data-push="${publicKey}" data-failed="${words.deviceFailed}" hidden>
<input type="hidden" name="subscription">
<p class="actions">${submit(words.addDevice)}</p>
<p role="status"></p>
</form>`
}
</div></section>`;
}

function deviceItem(frame: Frame, device: Device): Html {
  const words = frame.words.notifications;
  const browser = browserIn(frame, device.userAgent);
  return html`<li>
<p><strong>${browser}</strong>${device.here ? html` <span class="note">${words.thisDevice}</span>` : ""}</p>
<p class="when">${words.deviceSince(dayIn(frame, device.addedAt))}</p>
<form method="post" action="/settings/notifications/devices/remove"><input type="hidden" name="device" value="${device.id}"><button type="submit" class="quiet">${words.removeDevice}<span class="vh">: ${browser}</span></button></form>
</li>
`;
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
