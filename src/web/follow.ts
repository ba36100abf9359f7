/** `/c/{slug}/follow`: from here to the place on the visitor's own server where they can follow. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { readCommunityHead } from "../../db/views/community.ts";
import { Refusal } from "../base/errors.ts";
import { oneLine } from "../base/text/characters.ts";
import { gone, notFound } from "./errors.ts";
import { followPage } from "./pages/follow.ts";
import { webAddress } from "./parts/names.ts";
import type { Site, WebEnv } from "./site.ts";

const LONGEST_HANDLE = 320;

/** The form and its answer. Only our own pages may send the form, since it makes this server look something up (R28). */
export function followRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get("/c/:slug/follow", async (c) => {
    const community = await readCommunityHead(site.db, c.req.param("slug"));
    if (!community) return notFound(c);
    if (community.gone) return gone(c, "community");
    return c.html(followPage(c.get("frame"), { community, typed: "" }));
  });

  const small = bodyLimit({
    maxSize: 4096,
    onError: () => {
      throw new Refusal("too-long");
    },
  });
  app.post("/c/:slug/follow", small, async (c) => {
    const community = await readCommunityHead(site.db, c.req.param("slug"));
    if (!community) return notFound(c);
    if (community.gone) return gone(c, "community");
    const frame = c.get("frame");
    const words = frame.words.community.follow;

    const { account } = await c.req.parseBody();
    const typed = oneLine(typeof account === "string" ? account : "");
    const again = (problem: string) =>
      c.html(followPage(frame, { community, typed: typed.slice(0, LONGEST_HANDLE), problem }), 422);
    if (typed === "") return again(words.typeIt);
    if (typed.length > LONGEST_HANDLE) return again(words.tooLong);
    const found = await site.remoteFollow(typed, community.uri);
    // What exactly went wrong is said in English only: elsewhere a general sentence is better.
    if ("problem" in found) return again(frame.language.tag === "en" ? found.problem : words.noAnswer);
    const url = webAddress(found.url);
    if (!url) return again(words.oddAddress);
    return c.html(followPage(frame, { community, typed, url }));
  });

  return app;
}
