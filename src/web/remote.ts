/** `/c/{name}@{host}`: a community of another server, read, followed and answered from here. */
import { Hono } from "hono";
import { findGroupElsewhere, type GroupElsewhere, readThreadsElsewhere } from "../../db/views/elsewhere.ts";
import { heardBy } from "../../db/views/listed-thread.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { Refusal } from "../base/errors.ts";
import { followElsewhere, unfollowElsewhere } from "../domain/people/follow.ts";
import { notFound } from "./errors.ts";
import { remotePage } from "./pages/remote.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

/** The routes; mounted before those of communities here, whose names have no `@`. */
export function remoteRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const find = async (handle: string, viewer: Viewer | null): Promise<GroupElsewhere | null> => {
    const [name = "", host = ""] = handle.split("@");
    return findGroupElsewhere(site.db, name, host, viewer?.id ?? null);
  };

  app.get("/c/:handle{[^/@]+@[^/@]+}", async (c) => {
    const viewer = c.get("viewer");
    const handle = c.req.param("handle");
    const group = await find(handle, viewer);
    if (!group) {
      // Whoever has an account may look for what is not known here yet; strangers cannot make this server ask around.
      return viewer ? c.redirect(`/search?q=${encodeURIComponent(`@${handle}`)}`, 302) : notFound(c);
    }
    const before = c.req.query("before");
    const page = await readThreadsElsewhere(site.db, group, before);
    if (!page) return notFound(c);
    const home = `/c/${group.username}@${group.host}`;
    const threads = await heardBy(site.db, viewer?.id ?? null, page.threads);
    return c.html(
      remotePage(
        c.get("frame"),
        { ...page, threads },
        before === undefined ? home : `${home}?before=${encodeURIComponent(before)}`,
      ),
    );
  });

  app.post("/c/:handle{[^/@]+@[^/@]+}/:act{join|leave}", async (c) => {
    const viewer = signedIn(c);
    const group = await find(c.req.param("handle"), viewer);
    if (!group) return notFound(c);
    if (group.blocked) throw new Refusal("blocked");
    const act = { actorId: viewer.id, actorUri: viewer.uri, targetId: group.id };
    await (c.req.param("act") === "join" ? followElsewhere : unfollowElsewhere)(site.house, act);
    return c.redirect(`/c/${group.username}@${group.host}`, 303);
  });

  return app;
}
