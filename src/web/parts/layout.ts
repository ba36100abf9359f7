/** The frame of every page: head, masthead, the page itself, colophon. */
import { html, raw } from "hono/html";
import type { Frame } from "../frame.ts";
import type { Html } from "../site.ts";
import type { Script } from "../static.ts";
import { icon } from "./icon.ts";

export type { Frame } from "../frame.ts";

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
  /** Scripts that the page is pleasanter with. */
  scripts?: readonly Script[];
  /** What a link preview shows, and of whom or what it is; without one, the server's own picture. */
  picture?: { src: string; of: string };
  /** Kept out of search engines. */
  unlisted?: boolean;
  publishedAt?: number;
  /** Paths of the pages before and after this one. */
  previous?: string | undefined;
  next?: string | undefined;
}

/** A whole document around `main`, which brings its own `h1`. */
export function layout(frame: Frame, props: PageProps, main: Html): string {
  const { origin, host, assets, language, viewer } = frame;
  const words = frame.words.frame;
  const url = props.path === null ? null : origin + props.path;
  const picture = props.picture ?? { src: "/icon-512.png", of: host };
  const title = props.path === "/" ? host : `${props.title} · ${host}`;
  const page = html`<!doctype html>
<html lang="${language.tag}" dir="${language.direction}"${
    viewer === null || viewer.appearance === "auto" ? "" : html` data-appearance="${viewer.appearance}"`
  }>
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
<meta property="og:image" content="${new URL(picture.src, origin).href}">
<meta property="og:image:alt" content="${picture.of}">
${props.publishedAt === undefined ? "" : html`<meta property="article:published_time" content="${new Date(props.publishedAt).toISOString()}">\n`}${
  url === null ? "" : html`<meta property="og:url" content="${url}">\n<link rel="canonical" href="${url}">\n`
}<meta name="twitter:card" content="summary">
${props.objectId === undefined ? "" : html`<link rel="alternate" type="application/activity+json" href="${props.objectId}">\n`}${
  props.feed
    ? html`<link rel="alternate" type="application/atom+xml" title="${props.feed.title}" href="${props.feed.path}">\n`
    : ""
}<link rel="alternate" type="application/atom+xml" title="${words.feedOf(host)}" href="/feed.atom">
${props.previous === undefined ? "" : html`<link rel="prev" href="${props.previous}">\n`}${
  props.next === undefined ? "" : html`<link rel="next" href="${props.next}">\n`
}<link rel="preload" href="${assets.fonts[0]}" as="font" type="font/woff2" crossorigin>
<link rel="preload" href="${assets.fonts[1]}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="${assets.css}">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="manifest" href="/manifest.webmanifest">
${scriptsOf(frame, props).map((name) => html`<script type="module" src="${assets.scripts[name]}"></script>\n`)}</head>
<body${props.cloth === undefined ? "" : html` class="${props.cloth}"`}>
<a class="skip" href="#main">${words.skip}</a>
<header class="masthead">
<a class="wordmark" href="/">${icon(assets, "hand")}<span>${host.split(".").map((part, at) => (at === 0 ? part : html`.<wbr>${part}`))}</span></a>
${masthead(frame, props.path)}
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer class="colophon">
<p>${words.colophon(host, frame.version)}</p>
<ul>
<li><a href="/about">${words.aboutServer}</a></li>
<li><a href="/feed.atom">${icon(assets, "feed")}${words.feed}</a></li>
</ul>
</footer>
</body>
</html>
`;
  // A plain string is sent as it is; anything else is copied on the way.
  return String(page);
}

/** `thread` hears of new notices itself. */
function scriptsOf({ viewer }: Frame, { scripts = [] }: PageProps): readonly Script[] {
  const notices = viewer && !scripts.includes("thread") ? (["notices"] as const) : [];
  return [...new Set<Script>(["install", ...notices, ...scripts])];
}

function masthead(frame: Frame, path: string | null): Html {
  const words = frame.words.frame;
  const { viewer } = frame;
  const item = (href: string, text: string | Html) =>
    html`<li><a href="${href}"${path === href ? raw(' aria-current="page"') : ""}>${text}</a></li>\n`;
  const server = html`<nav aria-label="${words.thisServer}"><ul>
${viewer ? item("/home", words.home) : ""}${item("/", words.communities)}${item("/search", words.search)}${viewer ? "" : item("/about", words.about)}</ul></nav>`;
  if (!viewer) {
    const back = frame.here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(frame.here)}`;
    return html`${server}
<nav class="you" aria-label="${words.you}"><ul>
<li><a href="${back}">${words.signIn}</a></li>
${item("/join", words.join)}</ul></nav>`;
  }
  const staff = viewer.role === "member" ? "" : item("/admin", words.administer);
  // On a phone the rest waits behind a button: a popover needs no script.
  return html`${server}
<nav class="you" aria-label="${words.you}"><ul>
${item("/notifications", words.notifications(viewer.unread))}</ul>
<button type="button" class="plain you-more" popovertarget="you-more">${words.you}</button>
<ul id="you-more" popover>
${item(`/u/${viewer.username}`, html`<bdi>@${viewer.username}</bdi>`)}${item("/settings", words.settings)}${staff}<li><form method="post" action="/sign-out"><button type="submit" class="plain">${words.signOut}</button></form></li>
</ul></nav>`;
}
