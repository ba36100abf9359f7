/** Serves stylesheet, fonts, signs and small scripts, each under a name that holds its content's hash, to be kept for ever. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { Hono } from "hono";

interface File {
  type: string;
  body: Buffer<ArrayBuffer>;
  /** Smaller forms by encoding, made when first asked for; absent for what is packed already. */
  packed: Map<"br" | "gzip", Buffer<ArrayBuffer>> | null;
}

/** The small scripts, one file each in `assets/`: pages name those that they are pleasanter with. */
export const SCRIPTS = ["compose", "copy", "notices", "passkey", "thread", "install", "offline", "push"] as const;
export type Script = (typeof SCRIPTS)[number];

/** Where the pages find what they need, as paths from the root. */
export interface Assets {
  css: string;
  scripts: Readonly<Record<Script, string>>;
  sprite: string;
  /** The two fonts that every page needs at once. */
  fonts: [string, string];
  files: ReadonlyMap<string, File>;
}

const FOLDER = new URL("./assets/", import.meta.url);
const YEAR = "public, max-age=31536000, immutable";

/** The one stylesheet is written in several files, a layer or two in each. */
const STYLES = [
  "fonts",
  "tokens",
  "ground",
  "frame",
  "parts",
  "forms",
  "lists",
  "pages",
  "admin",
  "community",
  "account",
  "search",
  "chapter",
  "compose",
  "thread",
  "poll",
  "home",
  "person",
  "print",
];

/** Names in styles/fonts.css -> files of the font packages: latin and latin-ext only. */
const FONTS: Readonly<Record<string, string>> = {
  "serif.woff2": "@fontsource-variable/source-serif-4/files/source-serif-4-latin-opsz-normal.woff2",
  "serif-ext.woff2": "@fontsource-variable/source-serif-4/files/source-serif-4-latin-ext-opsz-normal.woff2",
  "serif-italic.woff2": "@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-italic.woff2",
  "serif-italic-ext.woff2": "@fontsource-variable/source-serif-4/files/source-serif-4-latin-ext-wght-italic.woff2",
  "sans.woff2":
    "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
  "sans-ext.woff2":
    "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
};

/** Reads all of it once. Throws when a file is missing: then the program was not installed whole. */
export function loadAssets(): Assets {
  const files = new Map<string, File>();
  const add = (name: string, type: string, body: Buffer<ArrayBuffer>): string => {
    const hash = createHash("sha256").update(body).digest("base64url").slice(0, 12);
    const dot = name.lastIndexOf(".");
    const hashed = `${name.slice(0, dot)}.${hash}${name.slice(dot)}`;
    files.set(hashed, { type, body, packed: type.startsWith("font/") ? null : new Map() });
    return `/assets/${hashed}`;
  };
  const read = (name: string) => readFileSync(new URL(name, FOLDER));

  const require = createRequire(import.meta.url);
  const paths = new Map<string, string>();
  for (const [name, file] of Object.entries(FONTS))
    paths.set(name, add(name, "font/woff2", readFileSync(require.resolve(file))));
  paths.set("hand.svg", add("hand.svg", "image/svg+xml", read("hand.svg")));
  const sprite = add("sprite.svg", "image/svg+xml", read("sprite.svg"));
  const scripts = Object.fromEntries(
    SCRIPTS.map((name) => [name, add(`${name}.js`, "text/javascript; charset=utf-8", read(`${name}.js`))]),
  ) as Record<Script, string>;

  const css = STYLES.map((name) => read(`styles/${name}.css`).toString())
    .join("\n")
    .replace(/url\("([^"]+)"\)/g, (_, name: string) => {
      const path = paths.get(name);
      if (!path) throw new Error(`The stylesheet asks for ${name}, which is not there.`);
      return `url("${path}")`;
    });
  return {
    css: add("commonplace.css", "text/css; charset=utf-8", Buffer.from(css)),
    scripts,
    sprite,
    fonts: [paths.get("serif.woff2") ?? "", paths.get("sans.woff2") ?? ""],
    files,
  };
}

/** `/assets/…`, `/favicon.svg`, `/icon.png` and `/robots.txt`. */
export function staticRoutes(assets: Assets): Hono {
  const app = new Hono();
  const favicon = readFileSync(new URL("favicon.svg", FOLDER));

  app.get("/assets/:name", (c) => {
    const file = assets.files.get(c.req.param("name"));
    if (!file) return c.text("There is no such file.", 404);
    c.header("Content-Type", file.type);
    c.header("Cache-Control", YEAR);
    if (!file.packed) return c.body(file.body);
    c.header("Vary", "Accept-Encoding");
    const accepted = c.req.header("Accept-Encoding") ?? "";
    const encoding = /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : null;
    if (!encoding) return c.body(file.body);
    c.header("Content-Encoding", encoding);
    return c.body(pack(file, file.packed, encoding));
  });

  app.get("/favicon.svg", (c) => {
    c.header("Content-Type", "image/svg+xml");
    c.header("Cache-Control", "public, max-age=86400");
    return c.body(favicon);
  });

  // The picture of our communities for other servers, which take no SVG.
  const icon = readFileSync(new URL("icon.png", FOLDER));
  app.get("/icon.png", (c) => {
    c.header("Content-Type", "image/png");
    c.header("Cache-Control", "public, max-age=86400");
    return c.body(icon);
  });

  app.get("/robots.txt", (c) => {
    c.header("Cache-Control", "public, max-age=86400");
    return c.text("User-agent: *\nDisallow: /c/*/follow\nDisallow: /search\nAllow: /\n");
  });

  return app;
}

function pack(
  file: File,
  packed: Map<"br" | "gzip", Buffer<ArrayBuffer>>,
  encoding: "br" | "gzip",
): Buffer<ArrayBuffer> {
  let small = packed.get(encoding);
  if (!small) {
    small =
      encoding === "br"
        ? brotliCompressSync(file.body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
        : gzipSync(file.body, { level: 9 });
    packed.set(encoding, small);
  }
  return small;
}
