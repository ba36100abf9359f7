/** `/posts/{id}/history` and `/posts/{id}/remove`: what a post said before, and taking it away. */
import { type Context, Hono } from "hono";
import { type ComposedPost, readComposedPost } from "../../db/views/compose.ts";
import { readHistory } from "../../db/views/history.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { Refusal } from "../base/errors.ts";
import { may } from "../domain/policy.ts";
import { removeOthersPost, withdrawOwnPost } from "../domain/posts/remove.ts";
import { standingsOf } from "../domain/standing.ts";
import { notFound } from "./errors.ts";
import { attempt, formLimit, readForm } from "./forms.ts";
import { historyPage } from "./pages/history.ts";
import { removePage } from "./pages/remove.ts";
import { requireProof } from "./place.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

/** Their routes. */
export function historyRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { house } = site;

  app.get("/posts/:id/history", async (c) => {
    const history = await readHistory(site.db, c.req.param("id"));
    return history ? c.html(historyPage(c.get("frame"), history)) : notFound(c);
  });

  app.get("/posts/:id/remove", async (c) => {
    const found = await removable(c, signedIn(c));
    if (found?.gone) throw new Refusal("gone");
    return found ? c.html(removePage(c.get("frame"), found.post, found.own)) : notFound(c);
  });

  app.post("/posts/:id/remove", formLimit, async (c) => {
    const viewer = signedIn(c);
    const found = await removable(c, viewer);
    if (!found) return notFound(c);
    const { post, own, gone } = found;
    const form = await readForm(c);
    const act = async () => {
      // Sent twice, or again with the back button: it is done.
      if (gone) return c.redirect(placeOf(post), 303);
      if (own) site.limits.removal(viewer.id);
      if (own) await withdrawOwnPost(house, viewer, post.id);
      else await removeOthersPost(house, { postId: post.id, by: viewer.id, reason: form.line("reason") });
      return c.redirect(placeOf(post), 303);
    };
    return attempt(c, act, (problem) => removePage(c.get("frame"), post, own, problem));
  });

  return app;

  /** The post, if they may take it away, or might have if it were not gone: a Refusal when they may not. */
  async function removable(
    c: Context<WebEnv>,
    viewer: Viewer,
  ): Promise<{ post: ComposedPost; own: boolean; gone: boolean } | null> {
    const post = await readComposedPost(site.db, c.req.param("id") ?? "");
    if (!post || post.state === "blocked") return null;
    const gone = post.state !== "shown";
    const standings = await standingsOf(house.db, viewer.id, { groupId: post.groupId, authorId: post.authorId });
    const own = may("post.remove", standings);
    if (!own && !may("post.remove.others", standings)) throw new Refusal(gone ? "gone" : "not-allowed");
    if (!own && !gone) await requireProof(site, viewer, post.slug, "post.remove.others");
    return { post, own, gone };
  }
}

/** Where to go on when it is gone. */
function placeOf(post: ComposedPost): string {
  return post.id === post.threadId ? `/c/${post.slug}` : `/posts/${post.id}`;
}
