/** `/u/{name}`: the page of somebody of this server. `/people/{id}`: the short card of somebody elsewhere who wrote here. */
import { type Context, Hono } from "hono";
import type { Id } from "../../db/ids.ts";
import { type PersonPage, readOwnPerson, readPerson } from "../../db/views/person.ts";
import { Refusal } from "../base/errors.ts";
import { blockHost, blockPerson, unblock } from "../domain/people/block.ts";
import { gone, notFound } from "./errors.ts";
import { ownPersonPage, personPage } from "./pages/person.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

type C = Context<WebEnv>;

/** The people's routes. */
export function peopleRoutes(site: Site): Hono<WebEnv> {
  const { db, house } = site;
  const app = new Hono<WebEnv>();
  const viewerOf = (c: C) => c.get("viewer")?.id ?? null;
  const nameOf = (c: C) => c.req.param("name") ?? "";

  app.get("/u/:name", async (c) => {
    const before = c.req.query("before");
    const answer = await readOwnPerson(db, nameOf(c), before, viewerOf(c));
    c.header("Vary", "Accept, Accept-Language, Cookie");
    if (answer.is === "none") return notFound(c);
    if (answer.is === "gone") return gone(c, "person");
    const home = `/u/${answer.person.username}`;
    const path = before === undefined ? home : `${home}?before=${encodeURIComponent(before)}`;
    if (nameOf(c) !== answer.person.username) return c.redirect(path, 301);
    return c.html(ownPersonPage(c.get("frame"), answer.person, path));
  });

  // As people write it, and as other servers link to it.
  app.get("/:handle{@[A-Za-z0-9_]{1,30}}", async (c) => {
    const answer = await readOwnPerson(db, c.req.param("handle").slice(1), undefined, null);
    if (answer.is === "none") return notFound(c);
    if (answer.is === "gone") return gone(c, "person");
    return c.redirect(`/u/${answer.person.username}`, 301);
  });

  app.get("/people/:id", async (c) => {
    const before = c.req.query("before");
    const answer = await readPerson(db, c.req.param("id"), before, viewerOf(c));
    const more = before === undefined ? "" : `?before=${encodeURIComponent(before)}`;
    switch (answer.is) {
      case "none":
        return notFound(c);
      case "gone":
        return gone(c, "person");
      case "community":
        return c.redirect(`/c/${answer.slug}`, 302);
      case "here":
        return c.redirect(`/u/${answer.username}${more}`, 302);
      case "shown":
        return c.html(personPage(c.get("frame"), answer.person, `/people/${answer.person.id}${more}`));
    }
  });

  app.post("/u/:name/:act", async (c) => {
    const viewer = signedIn(c);
    const answer = await readOwnPerson(db, nameOf(c), undefined, viewer.id);
    if (answer.is !== "shown") throw new Refusal("not-found");
    await change(c.req.param("act"), answer.person, viewer.id);
    return c.redirect(`/u/${answer.person.username}#hearing-from`, 303);
  });

  app.post("/people/:id/:act", async (c) => {
    const viewer = signedIn(c);
    const answer = await readPerson(db, c.req.param("id"), undefined, viewer.id);
    if (answer.is !== "shown") throw new Refusal("not-found");
    await change(c.req.param("act"), answer.person, viewer.id);
    return c.redirect(`/people/${answer.person.id}#hearing-from`, 303);
  });

  async function change(act: string, person: Pick<PersonPage, "id" | "host" | "avoided">, viewerId: Id): Promise<void> {
    const id = person.id as Id;
    const { host, avoided } = person;
    if (act === "block") return blockPerson(house, viewerId, id);
    if (act === "unblock") return unblock(house, viewerId, { id });
    if (host !== null && act === "block-server") return blockHost(house, viewerId, host);
    // By the name that was blocked, which may be one above their server's.
    if (typeof avoided === "object" && avoided && act === "unblock-server")
      return unblock(house, viewerId, { host: avoided.server });
    throw new Refusal("not-found");
  }

  return app;
}
