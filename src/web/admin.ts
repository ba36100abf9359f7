/** `/admin`: looking after the server. Its settings, and what was done; people, invitations and mail have files of their own. */
import { type Context, Hono } from "hono";
import { readAudit, readWaiting } from "../../db/views/admin.ts";
import { readSettings } from "../../db/views/instance.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { needSecondFactor } from "../auth/rule.ts";
import { Refusal } from "../base/errors.ts";
import { type Act, may } from "../domain/policy.ts";
import { saveServerSettings } from "../domain/server/settings.ts";
import { adminInvitationRoutes } from "./admin-invitations.ts";
import { adminMailRoutes } from "./admin-mail.ts";
import { adminPeopleRoutes } from "./admin-people.ts";
import { attempt, formLimit, readForm } from "./forms.ts";
import { NOT_KEPT } from "./headers.ts";
import { settingsPage } from "./pages/admin.ts";
import { auditPage } from "./pages/admin-mail.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

/** The viewer, who may do `act` on this server and has shown a second factor in this session; else a Refusal. What they see is kept nowhere. */
export function keeper(c: Context<WebEnv>, act: Act): Viewer {
  const viewer = signedIn(c);
  if (!may(act, viewer.role === "member" ? "local" : viewer.role)) throw new Refusal("not-allowed");
  needSecondFactor(viewer);
  c.header("Cache-Control", NOT_KEPT);
  return viewer;
}

export function adminRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get("/admin", async (c) => {
    const viewer = keeper(c, "server.settings");
    const [settings, waiting] = await Promise.all([readSettings(site.db), readWaiting(site.db)]);
    const done = c.req.query("done") === "saved";
    return c.html(settingsPage(c.get("frame"), { viewer, settings, waiting, done }));
  });

  app.post("/admin", formLimit, async (c) => {
    const viewer = keeper(c, "server.settings");
    const form = await readForm(c);
    const settings = {
      name: form.line("name"),
      registration: form.choice("registration", ["approval", "invitation", "open", "closed"]),
      question: form.line("question"),
      founding: form.choice("founding", ["members", "administrators"]),
    };
    return attempt(
      c,
      async () => {
        await saveServerSettings(site.house, viewer.id, settings);
        return c.redirect("/admin?done=saved", 303);
      },
      async (problem) => {
        const waiting = await readWaiting(site.db);
        return settingsPage(c.get("frame"), { viewer, settings, waiting, done: false, problem });
      },
    );
  });

  app.get("/admin/audit", async (c) => {
    const viewer = keeper(c, "server.settings");
    const before = c.req.query("before");
    const page = await readAudit(site.db, before);
    return c.html(auditPage(c.get("frame"), { viewer, ...page, first: before === undefined }));
  });

  app.route("/", adminPeopleRoutes(site, keeper));
  app.route("/", adminInvitationRoutes(site, keeper));
  app.route("/", adminMailRoutes(site, keeper));
  return app;
}
