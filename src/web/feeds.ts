/** `…/feed.atom` (RFC 4287) and `…/feed.json` (JSON Feed 1.1): what is new on the server, in a community, about a topic, in a thread, by a person. */
import { Hono } from "hono";
import { etag } from "hono/etag";
import {
  type FeedAnswer,
  readCommunityFeed,
  readPersonFeed,
  readServerFeed,
  readThreadFeed,
  readTopicFeed,
} from "../../db/views/feed.ts";
import { gone, notFound } from "./errors.ts";
import { atom } from "./pages/atom.ts";
import { jsonFeed } from "./pages/json-feed.ts";
import type { Site, WebEnv } from "./site.ts";

const KEPT = "public, max-age=300";

const FORMS = {
  "feed.atom": { write: atom, type: "application/atom+xml; charset=utf-8" },
  "feed.json": { write: jsonFeed, type: "application/feed+json; charset=utf-8" },
} as const;

/** The feeds' routes. Feed readers that come again with the same ETag are answered 304. */
export function feedRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { db } = site;

  for (const [name, { write, type }] of Object.entries(FORMS)) {
    /** Other spellings of an address lead to the feed's own. */
    const feed = (
      path: string,
      read: (part: (name: string) => string) => Promise<FeedAnswer>,
      what: "community" | "thread" | "person",
    ) => {
      app.get(`${path}/${name}`, etag(), async (c) => {
        const answer = await read((part) => c.req.param(part as never) ?? "");
        if (answer.is === "none") return notFound(c);
        if (answer.is === "gone") return gone(c, what, what === "thread" ? c.req.param("slug") : undefined);
        const own = `${answer.feed.path}/${name}`;
        if (c.req.path !== own) return c.redirect(own, 301);
        return c.body(write(c.get("frame"), answer.feed), 200, { "Content-Type": type, "Cache-Control": KEPT });
      });
    };
    feed("", async () => ({ is: "shown", feed: await readServerFeed(db) }), "community");
    feed("/c/:slug", (part) => readCommunityFeed(db, part("slug")), "community");
    feed("/c/:slug/t/:id", (part) => readThreadFeed(db, part("slug"), part("id")), "thread");
    feed("/c/:slug/topics/:topic", (part) => readTopicFeed(db, part("slug"), part("topic")), "community");
    feed("/u/:name", (part) => readPersonFeed(db, { username: part("name") }), "person");
    feed("/people/:id", (part) => readPersonFeed(db, { id: part("id") }), "person");
  }
  return app;
}
