/** `/media/{id}`: pictures that people here put in. */
import { Hono } from "hono";
import { readMedia } from "../../db/views/media.ts";
import { NOT_KEPT } from "./headers.ts";
import type { Site } from "./site.ts";

/** Whoever opens one by itself gets a picture and nothing that acts (R42). A picture never changes under its address. */
export function mediaRoutes(site: Pick<Site, "db">): Hono {
  const app = new Hono();

  app.get("/media/:id{[0-9]+(?:\\.webp)?}", async (c) => {
    const media = await readMedia(site.db, c.req.param("id").replace(/\.webp$/, ""));
    c.header("Content-Security-Policy", "sandbox; default-src 'none'");
    if (!media) {
      c.header("Cache-Control", NOT_KEPT);
      return c.text("There is no such picture.", 404);
    }
    c.header("Cache-Control", "public, max-age=31536000, immutable");
    c.header("Content-Type", media.mediaType);
    c.header("Content-Disposition", "inline");
    // Other servers' pages show it, too.
    c.header("Cross-Origin-Resource-Policy", "cross-origin");
    return c.body(media.content);
  });

  return app;
}
