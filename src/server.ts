/** The one web server: federation, the site, health; each request with an id, each error with a plain answer. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { openPace } from "../db/pace.ts";
import { openLetterbox } from "../federation/letterbox.ts";
import { mount } from "../federation/mount.ts";
import type { App } from "./app.ts";
import { openLimits } from "./auth/limits.ts";
import { type ClientAddress, clientAddresses, crowdOf, isNear, networkOf } from "./base/client-address.ts";
import { openCrowd } from "./base/crowd.ts";
import { logger, withRequest } from "./base/log.ts";
import { howToCall } from "./cli/call.ts";
import { health } from "./web/health.ts";
import { web } from "./web/index.ts";
import type { WebEnv } from "./web/site.ts";

/** Slow and greedy clients are let go (R31). Times in milliseconds. */
const LIMITS = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000, maxHeaderSize: 16 * 1024 };
const REQUESTS_PER_SOCKET = 1_000;
const CONNECTIONS = 2_000;
/** Connections of one address, most of which wait for their next request: browsers keep six each, and a school has many browsers. */
const CONNECTIONS_OF_ONE = 200;
/** Requests of one address that are answered at once; open pages that listen for news have limits of their own (web/live.ts). */
const REQUESTS_OF_ONE = 50;
const TRY_AGAIN_S = "5";
/** An address of nobody (RFC 5737). */
const UNLIKELY = "192.0.2.255";
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
  all.route(
    "/",
    mount(federation, (env, forwardedFor) => crowdOf(clientOf(env, forwardedFor), forwardedFor)),
  );
  const { house, tokens, live } = app;
  const { remoteFollow, lookUp } = federation;
  const { origin } = config;
  all.route(
    "/",
    web({
      db,
      house,
      tokens,
      limits: openLimits(),
      live,
      origin,
      version,
      command,
      log,
      addressOf: clientOf,
      remoteFollow,
      lookUp,
    }),
  );
  all.onError((error, c) => {
    const { status, sentence, headers } = federation.refuse(error, c.req.path, "");
    return Response.json({ error: sentence }, { status, headers });
  });
  return all;
}

/** Nobody takes all places: so many requests of one address are answered at once (R31). */
function listener(app: App, isStopping: () => boolean): RequestListener {
  const serve = servant(app, isStopping);
  const crowd = openCrowd(REQUESTS_OF_ONE);
  const address = clientAddresses(app.config.trustedProxies);
  const lines = openPace({ most: 1, seconds: 60 });
  return (request, response) => {
    const forwardedFor = request.headers["x-forwarded-for"]?.toString();
    const from = address(request.socket.remoteAddress ?? "", forwardedFor);
    const who = crowdOf(from, forwardedFor);
    if (who === "" || request.url?.startsWith("/live?") || request.url === "/live")
      return serve(request, response, from, who);
    if (crowd.enter(who)) {
      response.once("close", () => crowd.leave(who));
      return serve(request, response, from, who);
    }
    if (lines.take(who).ok)
      logger("web").info("Refused: {from} has {most} requests open.", { from, most: REQUESTS_OF_ONE });
    turnAway(request, response);
  };
}

/** A letter comes again when it is answered 503; not every server sends one again that was answered 4xx. */
function turnAway({ method }: IncomingMessage, response: ServerResponse): void {
  const headers = { "content-type": "text/plain; charset=utf-8", "retry-after": TRY_AGAIN_S, connection: "close" };
  response.writeHead(method === "POST" ? 503 : 429, headers);
  response.end("Too many requests of your address are open at once; try again in a moment.\n");
}

/** Letters first, past the framework; all else by the routes. */
function servant(app: App, isStopping: () => boolean) {
  const { fetch } = routes(app, isStopping);
  const others = getRequestListener(fetch);
  const letterbox = openLetterbox(app.federation);
  const log = logger("web");
  return (request: IncomingMessage, response: ServerResponse, from: string, who: string): unknown => {
    if (request.method !== "POST") return others(request, response);
    const requestId = randomUUID();
    const start = performance.now();
    return withRequest({ requestId, from }, async () => {
      const taken = letterbox.serve(request, response, who, { "x-request-id": requestId });
      if (!taken) return others(request, response);
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
  limitConnections(server, clientAddresses(app.config.trustedProxies));
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

/** One address does not take all connections. A proxy does, and has to: that is one of ours, or stands near. */
function limitConnections(server: Server, address: ClientAddress): void {
  const crowd = openCrowd(CONNECTIONS_OF_ONE);
  server.on("connection", (socket: Socket) => {
    const from = address(socket.remoteAddress ?? "", undefined);
    // Whoever is believed about others is a proxy.
    if (isNear(from) || address(from, UNLIKELY) === UNLIKELY) return;
    const who = networkOf(from);
    if (crowd.enter(who)) socket.once("close", () => crowd.leave(who));
    else socket.destroy();
  });
}
