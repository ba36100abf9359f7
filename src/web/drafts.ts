/** `/drafts`: what somebody began and did not send; kept by scripts at each pause, and by the button of the composer. */
import { Hono } from "hono";
import { listDrafts, wasSent } from "../../db/views/compose.ts";
import { Refusal } from "../base/errors.ts";
import { dropDraft, keepUnsent } from "../domain/drafts/keep.ts";
import { keyFrom, typedIn } from "./composing.ts";
import { formLimit, nextPath, readForm } from "./forms.ts";
import { draftsPage } from "./pages/compose.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

/** The drafts' routes. What scripts ask is answered by a status, never by a page to sign in. */
export function draftRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { house } = site;

  app.get("/drafts", async (c) => c.html(draftsPage(c.get("frame"), await listDrafts(site.db, signedIn(c).id))));

  app.post("/drafts", formLimit, async (c) => {
    const viewer = c.get("viewer");
    if (!viewer) return c.body(null, 401);
    const form = await readForm(c);
    const path = form.line("path");
    const fields = typedIn(form);
    try {
      if (!(await keepUnsent(house, viewer.id, path, fields))) return c.body(null, 409);
    } catch (error) {
      if (error instanceof Refusal) return c.body(null, error.status as 400);
      throw error;
    }
    return c.body(null, 204);
  });

  app.post("/drafts/discard", formLimit, async (c) => {
    const viewer = signedIn(c);
    const form = await readForm(c);
    const path = nextPath(form.line("path"));
    await dropDraft(house, viewer.id, path, null);
    return c.redirect(form.line("next") === "" ? path : nextPath(form.line("next")), 303);
  });

  app.get("/drafts/sent", async (c) => {
    const viewer = c.get("viewer");
    if (!viewer) return c.json({ sent: false }, 401);
    const key = keyFrom(c.req.query("key"));
    return c.json({ sent: key !== null && (await wasSent(site.db, viewer.id, key)) });
  });

  return app;
}
