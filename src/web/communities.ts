/** `/c/{slug}`: a community's page, which is its ActivityPub id as well. */
import { Hono } from "hono";
import { readCommunity } from "../../db/views/community.ts";
import { gone, notFound } from "./errors.ts";
import { varyByAccept } from "./headers.ts";
import { communityPage } from "./pages/community.ts";
import type { Site, WebEnv } from "./site.ts";

/** The community's routes. An address in capitals leads to the true one. */
export function communityRoutes(site: Site): Hono<WebEnv> {
  return new Hono<WebEnv>().get("/c/:slug", varyByAccept, async (c) => {
    const before = c.req.query("before");
    const answer = await readCommunity(site.db, c.req.param("slug"), before);
    if (answer.is === "none") return notFound(c);
    if (answer.is === "gone") return gone(c, "community");
    const home = `/c/${answer.community.slug}`;
    const path = before === undefined ? home : `${home}?before=${encodeURIComponent(before)}`;
    if (c.req.param("slug") !== answer.community.slug) return c.redirect(path, 301);
    return c.html(communityPage(c.get("frame"), answer, path));
  });
}
