/** `/about`: about this server. */
import { Hono } from "hono";
import { readShelf } from "../../db/views/front.ts";
import { aboutPage } from "./pages/about.ts";
import type { Site, WebEnv } from "./site.ts";

/** The about page's route. */
export function aboutRoutes(site: Site): Hono<WebEnv> {
  return new Hono<WebEnv>().get("/about", async (c) => c.html(aboutPage(c.get("frame"), await readShelf(site.db))));
}
