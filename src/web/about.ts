/** `/about`: about this server. */
import { Hono } from "hono";
import { readShelf } from "../../db/views/front.ts";
import { readKeepers, readSettings } from "../../db/views/instance.ts";
import { serverName } from "./mails.ts";
import { aboutPage } from "./pages/about.ts";
import type { Site, WebEnv } from "./site.ts";

/** The about page's route. */
export function aboutRoutes(site: Site): Hono<WebEnv> {
  return new Hono<WebEnv>().get("/about", async (c) => {
    const [communities, settings, keepers] = await Promise.all([
      readShelf(site.db),
      readSettings(site.db),
      readKeepers(site.db),
    ]);
    const { registration } = settings;
    return c.html(
      aboutPage(c.get("frame"), { server: serverName(site, settings), registration, keepers, communities }),
    );
  });
}
