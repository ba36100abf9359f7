/** `/notifications`: what others did that concerns the reader. Looking at it changes nothing; the button below its title marks it as read. */
import { Hono } from "hono";
import { readNotifications } from "../../db/views/notifications.ts";
import { markAllRead, markRead } from "../domain/notifications/read.ts";
import { notFound } from "./errors.ts";
import { formLimit, readForm } from "./forms.ts";
import { notificationsPage } from "./pages/notifications.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

export function notificationRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get("/notifications", async (c) => {
    const viewer = signedIn(c);
    const frame = c.get("frame");
    const page = await readNotifications(site.db, viewer.id, c.req.query("before"));
    return page ? c.html(notificationsPage(frame, page, viewer.unread, frame.here)) : notFound(c);
  });

  app.post("/notifications/read", formLimit, async (c) => {
    const viewer = signedIn(c);
    await markAllRead(site.db, viewer.id, (await readForm(c)).line("up_to"));
    site.live.tell([viewer.id]);
    return c.redirect("/notifications", 303);
  });

  // What a device was told, once it was opened there: by the browser itself, which shows the page at the same time.
  app.post("/notifications/:id/read", async (c) => {
    const viewer = signedIn(c);
    await markRead(site.db, viewer.id, c.req.param("id"));
    site.live.tell([viewer.id]);
    return c.body(null, 204);
  });

  return app;
}
