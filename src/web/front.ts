/** `/`: the front page. */
import { Hono } from "hono";
import { readFront } from "../../db/views/front.ts";
import { frontPage } from "./pages/front.ts";
import type { Site, WebEnv } from "./site.ts";

/** The front page's route. */
export function frontRoutes(site: Site): Hono<WebEnv> {
  return new Hono<WebEnv>().get("/", async (c) =>
    c.html(frontPage(c.get("frame"), await readFront(site.db), site.command)),
  );
}
