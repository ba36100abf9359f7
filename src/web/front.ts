/** `/`: the front page. */
import { Hono } from "hono";
import { readFront } from "../../db/views/front.ts";
import { heardBy } from "../../db/views/listed-thread.ts";
import { foundingAct } from "../domain/communities/create.ts";
import { may } from "../domain/policy.ts";
import { standingsOf } from "../domain/standing.ts";
import { frontPage } from "./pages/front.ts";
import type { Site, WebEnv } from "./site.ts";

/** The front page's route. */
export function frontRoutes(site: Site): Hono<WebEnv> {
  return new Hono<WebEnv>().get("/", async (c) => {
    const viewer = c.get("viewer");
    const [front, mayFound] = await Promise.all([readFront(site.db), viewer ? mayFoundHere(site, viewer.id) : false]);
    const newest = await heardBy(site.db, viewer?.id ?? null, front.newest);
    return c.html(frontPage(c.get("frame"), { ...front, newest }, { command: site.command, mayFound }));
  });
}

async function mayFoundHere(site: Site, viewerId: Parameters<typeof standingsOf>[1]): Promise<boolean> {
  const [act, standings] = await Promise.all([
    foundingAct(site.house.db),
    standingsOf(site.db, viewerId, { groupId: null }),
  ]);
  return may(act, standings);
}
