/** The frame of every page: head, masthead, the page itself, colophon. */
import { html, raw } from "hono/html";
import type { Html } from "../site.ts";
import type { Assets } from "../static.ts";
import { icon } from "./icon.ts";

/** What the frame needs to know about this server. */
export interface Frame {
  origin: string;
  /** Without scheme, as it is shown. */
  host: string;
  version: string;
  assets: Assets;
}

export interface PageProps {
  title: string;
  /** One sentence for search engines and link previews. */
  description: string;
  /** The path of the page's one true address; null for what has none (errors). */
  path: string | null;
  /** `article` for a thread, `profile` for a person. */
  kind?: "website" | "article" | "profile";
  /** The ActivityPub id of what the page shows. */
  objectId?: string;
  /** The Atom feed of what the page shows: its path. The server's own feed is named on every page. */
  feed?: { path: string; title: string };
  /** A class for the whole page: a community's cloth. */
  cloth?: string;
  /** The page has a copy button, which comes to life with the one script. */
  copies?: boolean;
  /** Kept out of search engines. */
  unlisted?: boolean;
  publishedAt?: number;
  /** Paths of the pages before and after this one. */
  previous?: string | undefined;
  next?: string | undefined;
}

/** A whole document around `main`, which brings its own `h1`. */
export function layout(frame: Frame, props: PageProps, main: Html): string {
  const { origin, host, assets } = frame;
  const url = props.path === null ? null : origin + props.path;
  const title = props.path === "/" ? host : `${props.title} · ${host}`;
  const page = html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f8f5ee">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#191e27">
<meta name="description" content="${props.description}">
${props.unlisted ? raw('<meta name="robots" content="noindex">\n') : ""}<meta property="og:site_name" content="${host}">
<meta property="og:type" content="${props.kind ?? "website"}">
<meta property="og:title" content="${props.title}">
<meta property="og:description" content="${props.description}">
${props.publishedAt === undefined ? "" : html`<meta property="article:published_time" content="${new Date(props.publishedAt).toISOString()}">\n`}${
  url === null ? "" : html`<meta property="og:url" content="${url}">\n<link rel="canonical" href="${url}">\n`
}<meta name="twitter:card" content="summary">
${props.objectId === undefined ? "" : html`<link rel="alternate" type="application/activity+json" href="${props.objectId}">\n`}${
  props.feed
    ? html`<link rel="alternate" type="application/atom+xml" title="${props.feed.title}" href="${props.feed.path}">\n`
    : ""
}<link rel="alternate" type="application/atom+xml" title="New conversations on ${host}" href="/feed.atom">
${props.previous === undefined ? "" : html`<link rel="prev" href="${props.previous}">\n`}${
  props.next === undefined ? "" : html`<link rel="next" href="${props.next}">\n`
}<link rel="preload" href="${assets.fonts[0]}" as="font" type="font/woff2" crossorigin>
<link rel="preload" href="${assets.fonts[1]}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="${assets.css}">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
${props.copies ? html`<script type="module" src="${assets.copy}"></script>\n` : ""}</head>
<body${props.cloth === undefined ? "" : html` class="${props.cloth}"`}>
<a class="skip" href="#main">Skip to the text</a>
<header class="masthead">
<a class="wordmark" href="/">${icon(assets, "hand")}<span>${host}</span></a>
<nav aria-label="This server"><ul>
<li><a href="/"${props.path === "/" ? raw(' aria-current="page"') : ""}>Communities</a></li>
<li><a href="/about"${props.path === "/about" ? raw(' aria-current="page"') : ""}>About</a></li>
</ul></nav>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer class="colophon">
<p>${host} is kept with Commonplace ${frame.version}, a commonplace book for many hands.</p>
<ul>
<li><a href="/about">About this server</a></li>
<li><a href="/feed.atom">${icon(assets, "feed")}New conversations as a feed</a></li>
</ul>
</footer>
</body>
</html>
`;
  // A plain string is sent as it is; anything else is copied on the way.
  return String(page);
}
