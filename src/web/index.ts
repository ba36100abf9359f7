/** The site: one Hono app made of one sub-app per noun, with the headers and the error pages they share. */
import { Hono } from "hono";
import { aboutRoutes } from "./about.ts";
import { actRoutes } from "./acts.ts";
import { adminRoutes } from "./admin.ts";
import { charterRoutes } from "./charter.ts";
import { communityRoutes } from "./communities.ts";
import { completeRoutes } from "./complete.ts";
import { composeRoutes } from "./compose.ts";
import { draftRoutes } from "./drafts.ts";
import { notFound, onError } from "./errors.ts";
import { feedRoutes } from "./feeds.ts";
import { followRoutes } from "./follow.ts";
import { foundRoutes } from "./found.ts";
import { frontRoutes } from "./front.ts";
import { securityHeaders } from "./headers.ts";
import { historyRoutes } from "./history.ts";
import { homeRoutes } from "./home.ts";
import { installRoutes } from "./install.ts";
import { joinRoutes } from "./join.ts";
import { liveRoutes } from "./live.ts";
import { mediaRoutes } from "./media.ts";
import { memberRoutes } from "./members.ts";
import { notificationRoutes } from "./notifications.ts";
import { hostOf } from "./parts/names.ts";
import { peopleRoutes } from "./people.ts";
import { pollRoutes } from "./polls.ts";
import { recoverRoutes } from "./recover.ts";
import { remoteRoutes } from "./remote.ts";
import { searchRoutes } from "./search.ts";
import { securityRoutes } from "./security.ts";
import { type FrameBase, notTooOften, ownFormsOnly, recognise } from "./session.ts";
import { settingsRoutes } from "./settings.ts";
import { settingsNotificationsRoutes } from "./settings-notifications.ts";
import { setupRoutes } from "./setup.ts";
import { signInRoutes } from "./sign-in.ts";
import type { Site, WebEnv } from "./site.ts";
import { loadAssets, staticRoutes } from "./static.ts";
import { threadRoutes } from "./threads.ts";
import { topicRoutes } from "./topics.ts";
import { unsubscribeRoutes } from "./unsubscribe.ts";

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
  app.route("/", mediaRoutes(site));
  app.use(recognise(site, base));
  app.use(ownFormsOnly(site));
  app.use(notTooOften(site));
  // No name of anything holds U+0000, and the database takes no text that does.
  app.use(async (c, next) => (c.req.path.includes("\0") ? notFound(c) : next()));
  app.route("/", frontRoutes(site));
  app.route("/", signInRoutes(site));
  app.route("/", recoverRoutes(site));
  app.route("/", setupRoutes(site));
  app.route("/", securityRoutes(site));
  app.route("/", aboutRoutes(site));
  app.route("/", joinRoutes(site));
  app.route("/", adminRoutes(site));
  app.route("/", feedRoutes(site));
  app.route("/", searchRoutes(site));
  app.route("/", installRoutes(site, assets));
  app.route("/", remoteRoutes(site));
  app.route("/", communityRoutes(site));
  app.route("/", foundRoutes(site));
  app.route("/", charterRoutes(site));
  app.route("/", memberRoutes(site));
  app.route("/", topicRoutes(site));
  app.route("/", followRoutes(site));
  app.route("/", threadRoutes(site));
  app.route("/", composeRoutes(site));
  app.route("/", historyRoutes(site));
  app.route("/", draftRoutes(site));
  app.route("/", completeRoutes(site));
  app.route("/", actRoutes(site));
  app.route("/", pollRoutes(site));
  app.route("/", liveRoutes(site));
  app.route("/", peopleRoutes(site));
  app.route("/", homeRoutes(site));
  app.route("/", notificationRoutes(site));
  app.route("/", settingsNotificationsRoutes(site));
  app.route("/", settingsRoutes(site));
  app.route("/", unsubscribeRoutes(site));
  app.all("*", (c) => notFound(c));
  app.onError(onError(site, base));
  return app;
}
