/** `/settings/notifications`: at what rhythm somebody gets mail, and which of their devices are told at once. */
import { Hono } from "hono";
import { readSettings } from "../../db/views/instance.ts";
import { parseId, readDevices, readMailSettings } from "../../db/views/notifications.ts";
import { addressMark } from "../auth/address.ts";
import { countAsking } from "../auth/attempts.ts";
import { Refusal } from "../base/errors.ts";
import { mailConfirmation } from "../domain/accounts/confirm-email.ts";
import { addDevice, pushKeys, removeDevice } from "../domain/notifications/devices.ts";
import { chooseRhythm, RHYTHMS } from "../domain/notifications/rhythm.ts";
import { formLimit, readForm } from "./forms.ts";
import { confirmLetter, serverName } from "./mails.ts";
import { settingsNotificationsPage } from "./pages/settings-notifications.ts";
import { signedIn } from "./session.ts";
import { fromOf, sayingWhen } from "./sign-in.ts";
import type { Site, WebEnv } from "./site.ts";

const PATH = "/settings/notifications";
const LONGEST_SUBSCRIPTION = 4_000;

export function settingsNotificationsRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get(PATH, async (c) => {
    const viewer = signedIn(c);
    const [settings, devices, { publicKey }] = await Promise.all([
      readMailSettings(site.db, viewer.id),
      readDevices(site.db, viewer.id, viewer.sessionId),
      pushKeys(site.house),
    ]);
    if (!settings) throw new Refusal("not-found");
    const done = (["saved", "sent", "added", "removed"] as const).find((known) => c.req.query(known) !== undefined);
    return c.html(settingsNotificationsPage(c.get("frame"), settings, { devices, publicKey }, done ?? null));
  });

  app.post(PATH, formLimit, async (c) => {
    const viewer = signedIn(c);
    const asked = (await readForm(c)).line("rhythm", 20);
    const rhythm = RHYTHMS.find((one) => one === asked);
    if (!rhythm) throw new Refusal("input-invalid");
    await chooseRhythm(site.house, viewer.id, rhythm);
    return c.redirect(`${PATH}?saved`, 303);
  });

  app.post(`${PATH}/confirm`, formLimit, async (c) => {
    const { id } = signedIn(c);
    await sayingWhen(c, () => countAsking(site.house, "forgot", fromOf(c, site), addressMark(site.tokens, id)));
    const server = serverName(site, await readSettings(site.db));
    await mailConfirmation(site.house, id, (who) => confirmLetter(site, server, { ...who, invited: true }));
    return c.redirect(`${PATH}?sent`, 303);
  });

  app.post(`${PATH}/devices`, formLimit, async (c) => {
    const viewer = signedIn(c);
    const said = (await readForm(c)).raw("subscription", LONGEST_SUBSCRIPTION);
    await addDevice(site.house, { actorId: viewer.id, sessionId: viewer.sessionId, said });
    return c.redirect(`${PATH}?added#devices`, 303);
  });

  app.post(`${PATH}/devices/remove`, formLimit, async (c) => {
    const viewer = signedIn(c);
    const id = parseId((await readForm(c)).line("device"));
    if (!id) throw new Refusal("input-invalid");
    await removeDevice(site.house, viewer.id, id);
    return c.redirect(`${PATH}?removed#devices`, 303);
  });

  return app;
}
