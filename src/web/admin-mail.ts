/** `/admin/mail`: what mail there was, for the owner; what was not sent can be read and tried again. */
import { type Context, Hono } from "hono";
import { readMail, readMails } from "../../db/views/admin.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { noteMailRead, tryMailAgain } from "../domain/mails/keep.ts";
import type { Act } from "../domain/policy.ts";
import { notFound } from "./errors.ts";
import { formLimit } from "./forms.ts";
import { mailPage, mailsPage } from "./pages/admin-mail.ts";
import type { Site, WebEnv } from "./site.ts";

const MAIL = "/admin/mail";

export function adminMailRoutes(site: Site, keeper: (c: Context<WebEnv>, act: Act) => Viewer): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get(MAIL, async (c) => {
    const viewer = keeper(c, "server.mail");
    const before = c.req.query("before");
    const page = await readMails(site.db, before);
    const done = c.req.query("done") === "again";
    return c.html(mailsPage(c.get("frame"), { viewer, ...page, first: before === undefined, done }));
  });

  app.get(`${MAIL}/:id`, async (c) => {
    const viewer = keeper(c, "server.mail");
    const mail = await readMail(site.db, c.req.param("id"));
    if (!mail) return notFound(c);
    if (mail.text !== "") await noteMailRead(site.house, viewer.id, mail.id);
    return c.html(mailPage(c.get("frame"), { viewer, mail }));
  });

  app.post(`${MAIL}/:id/again`, formLimit, async (c) => {
    const viewer = keeper(c, "server.mail");
    const mail = await readMail(site.db, c.req.param("id"));
    if (!mail) return notFound(c);
    await tryMailAgain(site.house, viewer.id, mail.id);
    return c.redirect(`${MAIL}?done=again`, 303);
  });

  return app;
}
