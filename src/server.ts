/** The one web server: federation, the site, health; each request with an id, each error with a plain answer. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { openLetterbox } from "../federation/letterbox.ts";
import { mount } from "../federation/mount.ts";
import type { App } from "./app.ts";
import { clientAddresses } from "./base/client-address.ts";
import { logger, withRequest } from "./base/log.ts";
import { howToCall } from "./cli/call.ts";
import { health } from "./web/health.ts";
import { web } from "./web/index.ts";
import type { WebEnv } from "./web/site.ts";

/** Slow and greedy clients are let go (R31). Times in milliseconds. */
const LIMITS = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000, maxHeaderSize: 16 * 1024 };
const REQUESTS_PER_SOCKET = 1_000;
const CONNECTIONS = 2_000;
const DRAIN_MS = 10_000;

export interface RunningServer extends AsyncDisposable {
  /** Where it listens: `http://127.0.0.1:3000`. */
  readonly url: string;
}

/** All routes, in the order in which they are asked: health, federation (which passes pages on), the site. */
export function routes(app: App, isStopping: () => boolean = () => false): Hono<WebEnv> {
  const { db, federation, config, version } = app;
  const log = logger("web");
  const command = howToCall(fileURLToPath(new URL("..", import.meta.url)));
  const address = clientAddresses(config.trustedProxies);
  const clientOf = (env: unknown, forwardedFor: string | undefined) =>
    address((env as Partial<HttpBindings> | undefined)?.incoming?.socket.remoteAddress ?? "", forwardedFor);
  const all = new Hono<WebEnv>();
  all.use(async (c, next) => {
    const requestId = randomUUID();
    c.set("requestId", requestId);
    // Before the answer, not on it: a finished response whose headers are touched leaves the server's fast path.
    c.header("x-request-id", requestId);
    const start = performance.now();
    await withRequest({ requestId, from: clientOf(c.env, c.req.header("x-forwarded-for")) }, next);
    log.debug("{method} {path} {status}", {
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      ms: Math.round(performance.now() - start),
    });
  });
  all.route("/", health(db, isStopping));
  all.route("/", mount(federation));
  const { house, tokens, live } = app;
  const { remoteFollow, lookUp } = federation;
  const { origin } = config;
  all.route(
    "/",
    web({ db, house, tokens, live, origin, version, command, log, addressOf: clientOf, remoteFollow, lookUp }),
  );
  all.onError((error, c) => {
    const { status, sentence, headers } = federation.refuse(error, c.req.path, "");
    return Response.json({ error: sentence }, { status, headers });
  });
  return all;
}

/** Letters first, past the framework; all else by the routes. */
function listener(app: App, isStopping: () => boolean): RequestListener {
  const { fetch } = routes(app, isStopping);
  const others = getRequestListener(fetch);
  const letterbox = openLetterbox(app.federation);
  const address = clientAddresses(app.config.trustedProxies);
  const log = logger("web");
  const clientOf = ({ headers, socket }: IncomingMessage) =>
    address(socket.remoteAddress ?? "", headers["x-forwarded-for"]?.toString());
  return (request, response) => {
    if (request.method !== "POST") return others(request, response);
    const requestId = randomUUID();
    const from = clientOf(request);
    const start = performance.now();
    return withRequest({ requestId, from }, async () => {
      response.setHeader("x-request-id", requestId);
      const taken = letterbox.serve(request, response, from);
      if (!taken) {
        response.removeHeader("x-request-id");
        return others(request, response);
      }
      const status = await taken;
      log.debug("{method} {path} {status}", {
        method: request.method,
        path: request.url,
        status,
        ms: Math.round(performance.now() - start),
      });
    });
  };
}

/** Listens. Disposing stops taking requests, lets running ones end for at most 10 seconds, then closes (R59). */
export async function openServer(app: App): Promise<RunningServer> {
  let stopping = false;
  const { host, port } = app.config;
  const server: Server = createServer(
    LIMITS,
    listener(app, () => stopping),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  server.maxRequestsPerSocket = REQUESTS_PER_SOCKET;
  server.maxConnections = CONNECTIONS;
  const address = server.address();
  const at = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${at}`,
    async [Symbol.asyncDispose]() {
      stopping = true;
      // Open pages would keep their connections: they ask again by themselves.
      await app.live.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}
