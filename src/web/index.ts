/** The site: one Hono app made of one sub-app per noun, with the headers and the error pages they share. */
import { Hono } from "hono";
import { aboutRoutes } from "./about.ts";
import { communityRoutes } from "./communities.ts";
import { notFound, onError } from "./errors.ts";
import { feedRoutes } from "./feeds.ts";
import { followRoutes } from "./follow.ts";
import { frontRoutes } from "./front.ts";
import { securityHeaders } from "./headers.ts";
import { hostOf } from "./parts/names.ts";
import { peopleRoutes } from "./people.ts";
import { type FrameBase, ownFormsOnly, recognise } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";
import { loadAssets, staticRoutes } from "./static.ts";
import { threadRoutes } from "./threads.ts";

export type { Site, WebEnv } from "./site.ts";

/**
 * The whole site on `site`. It answers every path, those it does not know with its own 404 page, and keeps its own error pages: mount it
 * last, with `app.route("/", web(site))`. Pages that fail are logged with the context's `requestId`.
 */
export function web(site: Site): Hono<WebEnv> {
  const assets = loadAssets();
  const base: FrameBase = { origin: site.origin, host: hostOf(site.origin), version: site.version, assets };
  const app = new Hono<WebEnv>();
  app.use(securityHeaders(site));
  app.route("/", staticRoutes(assets));
  app.use(recognise(site, base));
  app.use(ownFormsOnly(site));
  app.route("/", frontRoutes(site));
  app.route("/", aboutRoutes(site));
  app.route("/", feedRoutes(site));
  app.route("/", communityRoutes(site));
  app.route("/", followRoutes(site));
  app.route("/", threadRoutes(site));
  app.route("/", peopleRoutes(site));
  app.all("*", (c) => notFound(c));
  app.onError(onError(site, base));
  return app;
}
