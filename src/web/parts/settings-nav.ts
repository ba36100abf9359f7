/** The way around somebody's settings: on each of their pages, above what it is about. */
import { html, raw } from "hono/html";
import type { Html } from "../site.ts";
import type { Frame } from "./layout.ts";

/** The pages of the settings, in order. */
const PAGES = [
  ["profile", "/settings"],
  ["security", "/settings/security"],
  ["notifications", "/settings/notifications"],
  ["appearance", "/settings/appearance"],
  ["blocks", "/settings/blocks"],
  ["export", "/settings/export"],
  ["close", "/settings/close"],
] as const;

export type SettingsPage = (typeof PAGES)[number][0];

/** `here` is the page that it stands on. */
export function settingsNav(frame: Frame, here: SettingsPage): Html {
  const { settings, settingsPages } = frame.words.notifications;
  return html`<nav class="settings-nav" aria-label="${settings}"><ul>
${PAGES.map(
  ([page, href]) =>
    html`<li><a href="${href}"${page === here ? raw(' aria-current="page"') : ""}>${settingsPages[page]}</a></li>\n`,
)}</ul></nav>
`;
}
