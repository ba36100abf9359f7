/** `/c/{slug}/charter`: what a community agreed on; its page is the Article's id as well. */
import { Hono } from "hono";
import { readCharter } from "../../db/views/charter.ts";
import { writeCharter } from "../domain/charters/write.ts";
import { noteCharterRead } from "../domain/members/welcome.ts";
import { notFound } from "./errors.ts";
import { attempt, formLimit, readForm } from "./forms.ts";
import { varyByAccept } from "./headers.ts";
import { type CharterForm, charterChangesPage, charterFormPage, charterPage } from "./pages/charter.ts";
import { placeOf } from "./place.ts";
import type { Site, WebEnv } from "./site.ts";

/** Room for four parts, and for whoever types more than is taken: they get it back with the refusal. */
const LONGEST = 60_000;

/** The routes of the charter. */
export function charterRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get("/c/:slug/charter", varyByAccept, async (c) => {
    const { community, membership, may } = await placeOf(c, site, c.req.param("slug"));
    const charter = await readCharter(site.db, community.id);
    const behind = charter && membership?.state === "accepted" && membership.charter < charter.version;
    return c.html(
      charterPage(c.get("frame"), {
        community,
        charter,
        mayWrite: may("charter.write"),
        lastRead: behind ? membership.charter : null,
        saved: c.req.query("saved") !== undefined,
        today: site.house.now().toISOString().slice(0, 10),
      }),
    );
  });

  app.get("/c/:slug/charter/edit", async (c) => {
    const { community, allow } = await placeOf(c, site, c.req.param("slug"));
    allow("charter.write");
    const charter = await readCharter(site.db, community.id);
    const { purpose = "", audience = "", norms = "", roles = "", reviewOn = null, version = 0 } = charter ?? {};
    const form = { purpose, audience, norms, roles, reviewOn: reviewOn ?? "", from: version };
    return c.html(charterFormPage(c.get("frame"), community, form));
  });

  app.post("/c/:slug/charter/edit", formLimit, async (c) => {
    const { community, standings, allow } = await placeOf(c, site, c.req.param("slug"));
    const viewer = allow("charter.write");
    const form = await readForm(c);
    const from = Number(form.line("from"));
    const typed: CharterForm = {
      purpose: form.text("purpose", LONGEST),
      audience: form.text("audience", LONGEST),
      norms: form.text("norms", LONGEST),
      roles: form.text("roles", LONGEST),
      reviewOn: form.line("review-on"),
      from: Number.isSafeInteger(from) && from >= 0 && from < 1_000_000 ? from : 0,
    };
    const act = async () => {
      await writeCharter(site.house, { ...typed, groupId: community.id, by: viewer.id, standings });
      // Who wrote it has read it.
      await noteCharterRead(site.house, community.id, viewer.id, typed.from + 1);
      return c.redirect(`/c/${community.slug}/charter?saved`, 303);
    };
    return attempt(c, act, async (problem, code) => {
      const newer = code === "changed-meanwhile" ? await readCharter(site.db, community.id) : null;
      return charterFormPage(c.get("frame"), community, typed, { problem, newer });
    });
  });

  app.get("/c/:slug/charter/changes", async (c) => {
    const { community } = await placeOf(c, site, c.req.param("slug"));
    const from = c.req.query("from") ?? "";
    if (!/^[1-9]\d{0,5}$/.test(from)) return notFound(c);
    const [before, after] = await Promise.all([
      readCharter(site.db, community.id, Number(from)),
      readCharter(site.db, community.id),
    ]);
    if (!before || !after) return notFound(c);
    return c.html(charterChangesPage(c.get("frame"), community, { before, after }));
  });

  app.post("/c/:slug/charter/read", formLimit, async (c) => {
    const { community, membership, allow } = await placeOf(c, site, c.req.param("slug"));
    const viewer = allow("community.join");
    const version = Number((await readForm(c)).line("version"));
    if (membership && Number.isSafeInteger(version) && version > 0 && version <= community.charter)
      await noteCharterRead(site.house, community.id, viewer.id, version);
    return c.redirect(`/c/${community.slug}/charter`, 303);
  });

  return app;
}
