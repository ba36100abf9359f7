/** `/`: the front page. */
import { Hono } from "hono";
import { readFront } from "../../db/views/front.ts";
import { heardBy } from "../../db/views/listed-thread.ts";
import { foundingAct } from "../domain/communities/create.ts";
import { may } from "../domain/policy.ts";
import { standingsOf } from "../domain/standing.ts";
import type { Frame } from "./frame.ts";
import { frontPage } from "./pages/front.ts";
import type { Site, WebEnv } from "./site.ts";
import { forVisitors } from "./together.ts";

/** The front page's route. */
export function frontRoutes(site: Site): Hono<WebEnv> {
  const once = forVisitors<ReturnType<typeof frontPage>>();
  return new Hono<WebEnv>().get("/", async (c) => {
    const frame = c.get("frame");
    return c.html(await once(frame, () => showFront(site, frame)));
  });
}

async function showFront(site: Site, frame: Frame) {
  const { viewer } = frame;
  const [front, mayFound] = await Promise.all([readFront(site.db), viewer ? mayFoundHere(site, viewer.id) : false]);
  const newest = await heardBy(site.db, viewer?.id ?? null, front.newest);
  return frontPage(frame, { ...front, newest }, { command: site.command, mayFound });
}

async function mayFoundHere(site: Site, viewerId: Parameters<typeof standingsOf>[1]): Promise<boolean> {
  const [act, standings] = await Promise.all([
    foundingAct(site.house.db),
    standingsOf(site.db, viewerId, { groupId: null }),
  ]);
  return may(act, standings);
}
