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

/** Sets them on everything that the site answers, errors included. */
export function securityHeaders(site: Pick<Site, "origin">): MiddlewareHandler<WebEnv> {
  const https = site.origin.startsWith("https:");
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Permissions-Policy", PERMISSIONS);
    if (https) headers.set("Strict-Transport-Security", "max-age=31536000");
    if (!headers.has("Cache-Control")) headers.set("Cache-Control", c.res.ok && c.req.method !== "POST" ? PAGE_KEPT : "no-store");
  };
}

/** For addresses that are ActivityPub ids as well: the same address is a page to one and a document to another. */
export const varyByAccept: MiddlewareHandler<WebEnv> = async (c, next) => {
  await next();
  c.res.headers.append("Vary", "Accept");
};
