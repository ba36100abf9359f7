/** `/settings/notifications`: at what rhythm somebody gets mail. */
import { Hono } from "hono";
import { readMailSettings } from "../../db/views/notifications.ts";
import { Refusal } from "../base/errors.ts";
import { chooseRhythm, RHYTHMS } from "../domain/notifications/rhythm.ts";
import { formLimit, readForm } from "./forms.ts";
import { settingsNotificationsPage } from "./pages/settings-notifications.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

const PATH = "/settings/notifications";

export function settingsNotificationsRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get(PATH, async (c) => {
    const settings = await readMailSettings(site.db, signedIn(c).id);
    if (!settings) throw new Refusal("not-found");
    return c.html(settingsNotificationsPage(c.get("frame"), settings, c.req.query("saved") !== undefined));
  });

  app.post(PATH, formLimit, async (c) => {
    const viewer = signedIn(c);
    const asked = (await readForm(c)).line("rhythm", 20);
    const rhythm = RHYTHMS.find((one) => one === asked);
    if (!rhythm) throw new Refusal("input-invalid");
    await chooseRhythm(site.house, viewer.id, rhythm);
    return c.redirect(`${PATH}?saved`, 303);
  });

  return app;
}
