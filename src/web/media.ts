/** `/media/{id}`: pictures that people here put in. */
import { type Context, Hono } from "hono";
import { readMedia } from "../../db/views/media.ts";
import { viewerOf } from "../auth/sessions.ts";
import { NOT_KEPT } from "./headers.ts";
import { sessionToken } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

/** A picture never changes under its address, but it may be taken away: whoever keeps it asks again after an hour whether it is still there. */
const KEPT = "public, max-age=3600, must-revalidate";

/** Whoever opens one by itself gets a picture and nothing that acts (R42). One that is not published is shown to its owner alone. */
export function mediaRoutes(site: Pick<Site, "db" | "origin">): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get("/media/:id{[0-9]+(?:\\.webp)?}", async (c) => {
    const id = c.req.param("id").replace(/\.webp$/, "");
    const tag = `"${id}"`;
    const known = tagsIn(c.req.header("if-none-match")).has(tag);
    const media = await readMedia(site.db, id, known);
    c.header("Content-Security-Policy", "sandbox; default-src 'none'");
    if (!media || !(media.published || (await viewerId(c)) === media.ownerId)) {
      c.header("Cache-Control", NOT_KEPT);
      return c.text("There is no such picture.", 404);
    }
    // Other servers' pages show it, too.
    if (media.published) c.header("Cross-Origin-Resource-Policy", "cross-origin");
    c.header("Cache-Control", media.published ? KEPT : "private, no-cache");
    c.header("ETag", tag);
    if (media.content === null) return c.body(null, 304);
    c.header("Content-Type", media.mediaType);
    c.header("Content-Disposition", "inline");
    return c.body(media.content);
  });

  async function viewerId(c: Context<WebEnv>) {
    const token = sessionToken(c, site);
    return token === undefined ? null : ((await viewerOf(site.db, token))?.id ?? null);
  }

  return app;
}

/** A proxy that packs what passes it calls the tag a weak one; the picture is the same. */
function tagsIn(header: string | undefined): Set<string> {
  return new Set((header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, "")));
}
