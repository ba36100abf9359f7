/** `…/feed.atom`: what is new on the server, in a community, in a thread (RFC 4287). */
import { type Context, Hono } from "hono";
import { etag } from "hono/etag";
import { type Feed, readCommunityFeed, readServerFeed, readThreadFeed } from "../../db/views/feed.ts";
import { gone, notFound } from "./errors.ts";
import { atom } from "./pages/atom.ts";
import type { Site, WebEnv } from "./site.ts";

const KEPT = "public, max-age=300";

/** The feeds' routes. Feed readers that come again with the same ETag are answered 304. */
export function feedRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const answer = (c: Context<WebEnv>, feed: Feed, path: string): Response =>
    c.body(atom(c.get("frame"), feed, path), 200, {
      "Content-Type": "application/atom+xml; charset=utf-8",
      "Cache-Control": KEPT,
    });

  app.use("/feed.atom", etag());
  app.use("/c/*", async (c, next) => (c.req.path.endsWith("/feed.atom") ? etag()(c, next) : next()));

  app.get("/feed.atom", async (c) => answer(c, await readServerFeed(site.db), "/feed.atom"));

  app.get("/c/:slug/feed.atom", async (c) => {
    const found = await readCommunityFeed(site.db, c.req.param("slug"));
    if (found.is === "none") return notFound(c);
    if (found.is === "gone") return gone(c, "community");
    return answer(c, found.feed, `/c/${found.feed.slug}/feed.atom`);
  });

  app.get("/c/:slug/t/:id/feed.atom", async (c) => {
    const { slug, id } = c.req.param();
    const found = await readThreadFeed(site.db, slug, id);
    if (found.is === "none") return notFound(c);
    if (found.is === "gone") return gone(c, "thread", slug);
    return answer(c, found.feed, `/c/${found.feed.slug}/t/${found.feed.threadId}/feed.atom`);
  });

  return app;
}
