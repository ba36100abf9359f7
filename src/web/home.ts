/** `/home`: where somebody lands who has signed in. */
import { Hono } from "hono";
import { readHome } from "../../db/views/home.ts";
import { homePage } from "./pages/home.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

export function homeRoutes(site: Site): Hono<WebEnv> {
  return new Hono<WebEnv>().get("/home", async (c) => {
    const viewer = signedIn(c);
    return c.html(homePage(c.get("frame"), await readHome(site.db, viewer.id, site.house.now())));
  });
}
