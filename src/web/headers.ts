/** The headers of every page (R42): no script or style from elsewhere, no frames, no guessing of types, no trace left elsewhere. */
import type { MiddlewareHandler } from "hono";
import type { Site, WebEnv } from "./site.ts";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' https:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PERMISSIONS = [
  "accelerometer",
  "browsing-topics",
  "camera",
  "display-capture",
  "geolocation",
  "gyroscope",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "usb",
]
  .map((feature) => `${feature}=()`)
  .join(", ");

/** How long, in seconds, anybody may keep a page: short, so that what is removed is soon gone everywhere. */
const PAGE_KEPT = "public, max-age=15";

/** For what is not a page: errors, answers to forms. */
export const NOT_KEPT = "no-store";

/**
 * Sets them on everything that the site answers, errors included. Set before the page is made: on Node a finished response is sent straight
 * from its string, unless somebody touches its headers.
 */
export function securityHeaders(site: Pick<Site, "origin">): MiddlewareHandler<WebEnv> {
  const https = site.origin.startsWith("https:");
  // Elsewhere browsers ignore it, and say so on the console of every page.
  const trusted = https || /^http:\/\/(?:localhost|127\.0\.0\.1)(?::|$)/.test(site.origin);
  return (c, next) => {
    c.header("Content-Security-Policy", POLICY);
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Referrer-Policy", "same-origin");
    c.header("Permissions-Policy", PERMISSIONS);
    if (trusted) c.header("Cross-Origin-Opener-Policy", "same-origin");
    if (https) c.header("Strict-Transport-Security", "max-age=31536000");
    c.header("Cache-Control", c.req.method === "GET" ? PAGE_KEPT : NOT_KEPT);
    return next();
  };
}

/** For addresses that are ActivityPub ids as well: the same address is a page to one and a document to another. */
export const varyByAccept: MiddlewareHandler<WebEnv> = (c, next) => {
  c.header("Vary", "Accept", { append: true });
  return next();
};
