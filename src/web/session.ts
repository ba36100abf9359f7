/** Who is looking: the session cookie, read before every page; the frame that their page gets; and who may send forms (R39, R41). */
import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Viewer } from "../../db/views/viewer.ts";
import type { Asking } from "../auth/limits.ts";
import { viewerOf } from "../auth/sessions.ts";
import { crowdOf } from "../base/client-address.ts";
import { Refusal } from "../base/errors.ts";
import { chooseLanguage, languageOf, timesIn } from "../words/index.ts";
import { NOT_KEPT } from "./headers.ts";
import type { Frame } from "./parts/layout.ts";
import type { Site, WebEnv } from "./site.ts";

/** What the frame of every visitor's page is made of. */
export type FrameBase = Pick<Frame, "origin" | "host" | "version" | "assets">;

const LONGEST_S = 90 * 24 * 3_600;
/** Signed-in people's pages are theirs alone; they may come back to one with the back button. */
const OWN_PAGE = "private, no-cache";

/**
 * Finds the viewer and makes the frame. Whoever has no session sees pages that may be kept for a while, by language; what a signed-in person
 * sees is kept by nobody else.
 */
export function recognise(site: Site, base: FrameBase): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const token = getCookie(c, cookieName(site));
    const viewer = token === undefined ? null : await viewerOf(site.db, token);
    const asked = chooseLanguage(c.req.header("accept-language"));
    const language = viewer?.language ? languageOf(viewer.language) : asked;
    const times = timesIn(language.tag, viewer?.timeZone ?? "UTC");
    const { pathname, search } = new URL(c.req.url);
    c.set("viewer", viewer);
    c.set("frame", { ...base, language, words: language.words, times, viewer, here: pathname + search });
    c.header("Vary", "Accept-Language, Cookie");
    if (viewer && c.req.method === "GET") c.header("Cache-Control", OWN_PAGE);
    return next();
  };
}

/**
 * Refuses whatever would change something and was not sent by one of our own pages. Browsers say where a form comes from; what says nothing is
 * no browser, and has no business with a cookie (R41).
 */
export function ownFormsOnly(site: Pick<Site, "origin">): MiddlewareHandler<WebEnv> {
  return (c, next) => {
    if (c.req.method === "GET" || c.req.method === "HEAD") return next();
    c.header("Cache-Control", NOT_KEPT);
    const origin = c.req.header("origin");
    const fetchSite = c.req.header("sec-fetch-site");
    const foreign = origin !== undefined && origin !== "null" ? origin !== site.origin : fetchSite !== "same-origin";
    // Without a cookie there is nobody to act for: a follow form may come from a plain tool.
    if (foreign && (c.get("viewer") !== null || origin !== undefined || fetchSite !== undefined))
      throw new Refusal("not-allowed", c.get("frame").words.errors.otherSite);
    return next();
  };
}

/** Who asks, as it is counted. */
export function askingOf(c: Context<WebEnv>, site: Pick<Site, "addressOf">): Asking {
  const forwardedFor = c.req.header("x-forwarded-for");
  return { personId: c.get("viewer")?.id ?? null, network: crowdOf(site.addressOf(c.env, forwardedFor), forwardedFor) };
}

/** Refuses whoever asks for too much (R33). Open pages that listen have limits of their own. */
export function notTooOften(site: Pick<Site, "addressOf" | "limits">): MiddlewareHandler<WebEnv> {
  return (c, next) => {
    const reads = c.req.method === "GET" || c.req.method === "HEAD";
    if (!reads) site.limits.form(askingOf(c, site));
    else if (c.req.path !== "/live") site.limits.page(askingOf(c, site));
    return next();
  };
}

/** The viewer, or a Refusal that leads to signing in. */
export function signedIn(c: Context<WebEnv>): Viewer {
  const viewer = c.get("viewer");
  if (!viewer) throw new Refusal("sign-in-first");
  return viewer;
}

/** Hands the browser its session token. */
export function keepSession(c: Context<WebEnv>, site: Pick<Site, "origin">, token: string): void {
  setCookie(c, cookieName(site), token, { ...cookieOptions(site), maxAge: LONGEST_S });
}

/** The token that the browser came with, whether or not there is such a session. */
export function sessionToken(c: Context<WebEnv>, site: Pick<Site, "origin">): string | undefined {
  return getCookie(c, cookieName(site));
}

/** Takes the session's cookie back. */
export function forgetSession(c: Context<WebEnv>, site: Pick<Site, "origin">): void {
  deleteCookie(c, cookieName(site), cookieOptions(site));
}

/** By plain http (this machine, tests) browsers refuse a cookie that is bound to https. */
function cookieName(site: Pick<Site, "origin">): string {
  return site.origin.startsWith("https:") ? "__Host-session" : "session";
}

function cookieOptions(site: Pick<Site, "origin">) {
  return { path: "/", httpOnly: true, sameSite: "Lax", secure: site.origin.startsWith("https:") } as const;
}
