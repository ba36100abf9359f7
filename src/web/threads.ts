/** `/c/{slug}/t/{id}`: a thread; `/posts/{id}`: where one of its posts stands. */
import { Hono } from "hono";
import { findPermalink } from "../../db/views/permalink.ts";
import { readThread } from "../../db/views/thread.ts";
import { gone, notFound } from "./errors.ts";
import { varyByAccept } from "./headers.ts";
import { threadPage } from "./pages/thread.ts";
import type { Site, WebEnv } from "./site.ts";

/** The thread's routes. */
export function threadRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get("/c/:slug/t/:id", varyByAccept, async (c) => {
    const { slug, id } = c.req.param();
    const after = c.req.query("after");
    const answer = await readThread(site.db, slug, id, after);
    if (answer.is === "none") return notFound(c);
    if (answer.is === "gone") return gone(c, "thread", slug);
    const { thread } = answer;
    const home = `/c/${thread.community.slug}/t/${thread.id}`;
    const path = after === undefined ? home : `${home}?after=${encodeURIComponent(after)}`;
    if (slug !== thread.community.slug) return c.redirect(path, 301);
    // As bytes: Node would go over so long a text twice, once to count and once to write it, which is a tenth of what the page costs.
    const page = Buffer.from(String(threadPage(c.get("frame"), thread, path)));
    return c.body(page, 200, { "content-type": "text/html; charset=UTF-8" });
  });

  // The object itself is served before us, to those who ask for ActivityPub.
  app.get("/posts/:id", varyByAccept, async (c) => {
    const id = c.req.param("id");
    const link = await findPermalink(site.db, id);
    if (link.is === "none") return notFound(c);
    if (link.is === "gone") return gone(c, "thread");
    const page = link.after === null ? "" : `?after=${link.after}`;
    return c.redirect(`/c/${link.slug}/t/${link.threadId}${page}#p-${id}`, 302);
  });

  return app;
}
