/** `/about`: about this server. */
import { Hono } from "hono";
import { readShelf } from "../../db/views/front.ts";
import { aboutPage } from "./pages/about.ts";
import type { Frame } from "./parts/layout.ts";
import type { Site, WebEnv } from "./site.ts";

/** The about page's route. */
export function aboutRoutes(site: Site, frame: Frame): Hono<WebEnv> {
  return new Hono<WebEnv>().get("/about", async (c) => c.html(aboutPage(frame, await readShelf(site.db))));
}
