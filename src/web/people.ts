/** `/people/{id}`: the short card of somebody who wrote here. */
import { Hono } from "hono";
import { readPerson } from "../../db/views/person.ts";
import { gone, notFound } from "./errors.ts";
import { personPage } from "./pages/person.ts";
import type { Site, WebEnv } from "./site.ts";

/** The people's routes. */
export function peopleRoutes(site: Site): Hono<WebEnv> {
  return new Hono<WebEnv>().get("/people/:id", async (c) => {
    const before = c.req.query("before");
    const answer = await readPerson(site.db, c.req.param("id"), before);
    if (answer.is === "none") return notFound(c);
    if (answer.is === "gone") return gone(c, "person");
    if (answer.is === "community") return c.redirect(`/c/${answer.slug}`, 302);
    const path = `/people/${answer.person.id}${before === undefined ? "" : `?before=${encodeURIComponent(before)}`}`;
    return c.html(personPage(c.get("frame"), answer.person, path));
  });
}
