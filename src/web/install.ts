/** The site as an app: its manifest, what works without a connection, and what other apps share with it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Hono } from "hono";
import { readShareTargets } from "../../db/views/share.ts";
import { oneLine } from "../base/text/characters.ts";
import { LANGUAGES } from "../words/index.ts";
import { offlineNote, offlinePage } from "./pages/offline.ts";
import { sharePage } from "./pages/share.ts";
import { webAddress } from "./parts/names.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";
import type { Assets } from "./static.ts";

const FOLDER = new URL("./assets/", import.meta.url);
const ICONS = ["icon-192.png", "icon-512.png", "icon-maskable.png"] as const;
const DAY = "public, max-age=86400";
const LONGEST_TITLE = 300;
/** It travels on in an address. */
const LONGEST_TEXT = 2_000;

/** `/manifest.webmanifest`, its icons, `/offline-worker.js`, `/offline` and `/share`. */
export function installRoutes(site: Pick<Site, "db" | "origin">, assets: Assets): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { host } = new URL(site.origin);

  for (const name of ICONS) {
    const icon = readFileSync(new URL(name, FOLDER));
    app.get(`/${name}`, (c) => {
      c.header("Content-Type", "image/png");
      c.header("Cache-Control", DAY);
      return c.body(icon);
    });
  }

  app.get("/manifest.webmanifest", (c) => {
    const { words, language } = c.get("frame");
    const manifest = {
      id: "/",
      name: host,
      short_name: host.split(".", 1)[0]?.slice(0, 12) || host,
      description: words.search.appDescription,
      lang: language.tag,
      dir: language.direction,
      start_url: "/",
      scope: "/",
      display: "standalone",
      background_color: "#f8f5ee",
      theme_color: "#f8f5ee",
      icons: [
        { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
        { src: "/icon-512.png", sizes: "512x512", type: "image/png" },
        { src: "/icon-maskable.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
        { src: "/favicon.svg", sizes: "any", type: "image/svg+xml" },
      ],
      share_target: { action: "/share", method: "GET", params: { title: "title", text: "text", url: "url" } },
    };
    return c.body(JSON.stringify(manifest), 200, { "Content-Type": "application/manifest+json; charset=utf-8" });
  });

  // What it keeps from the first moment on, and by which name: whenever a file changes, the browser sees a new version.
  const source = ["offline-worker.js", "push-worker.js"]
    .map((name) => readFileSync(new URL(name, FOLDER), "utf8"))
    .join("");
  const files = [
    "/offline",
    assets.css,
    assets.sprite,
    assets.scripts.install,
    assets.scripts.offline,
    ...assets.fonts,
  ];
  const workers = new Map(
    LANGUAGES.map(({ tag, words }) => {
      const kept = { files, note: String(offlineNote({ words })) };
      const page = offlinePage.toString() + JSON.stringify(words.search);
      const version = createHash("sha256")
        .update(JSON.stringify(kept) + page)
        .digest("base64url")
        .slice(0, 12);
      return [tag, `const KEPT = ${JSON.stringify({ version, ...kept })};\n${source}`];
    }),
  );
  app.get("/offline-worker.js", (c) => {
    c.header("Cache-Control", "no-cache");
    c.header("Content-Type", "text/javascript; charset=utf-8");
    return c.body(workers.get(c.get("frame").language.tag) ?? "");
  });

  app.get("/offline", (c) => c.html(offlinePage(c.get("frame"))));

  app.get("/share", async (c) => {
    const viewer = signedIn(c);
    const get = (name: string) => (c.req.query(name) ?? "").replaceAll("\0", "").toWellFormed();
    const said = get("text").replace(/\r\n?/g, "\n").trim();
    // Android puts the address into the text.
    const given = get("url").trim() || (/https?:\/\/\S{1,2000}/.exec(said)?.[0] ?? "");
    const link = given.length <= 2_048 ? (webAddress(given) ?? "") : "";
    const text = said.replace(given, "").trim().slice(0, LONGEST_TEXT).toWellFormed();
    const title = oneLine(get("title")).slice(0, LONGEST_TITLE).toWellFormed();
    return c.html(sharePage(c.get("frame"), { title, text, link }, await readShareTargets(site.db, viewer.id)));
  });

  return app;
}
