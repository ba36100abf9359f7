/** A reverse proxy that may do each thing that proxies do wrong. */
import { createServer, type IncomingHttpHeaders, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What it does wrong now; everything is passed on as it came when this is empty. */
export interface Faults {
  /** The Host header it sends instead. */
  host?: string;
  /** The largest body it takes, in bytes. */
  maxBody?: number;
  /** The Accept header it sends instead. */
  accept?: string;
  /** Headers of the answer that it changes, or removes when undefined. */
  answer?: Record<string, string | undefined>;
  /** It answers requests whose path begins so by itself: with a status, or a redirect. */
  own?: { path: string; method?: string; status: number; location?: string; type?: string; body?: string };
  /** Changes the bodies of requests. */
  tamper?: boolean;
  /** Adds to the Date that letters carry, in milliseconds. */
  dateShift?: number;
}

export interface FaultyProxy extends AsyncDisposable {
  origin: string;
  faults: Faults;
  /** Where it forwards to. */
  port: number;
}

/** Listens on a free port of 127.0.0.1; its origin is at localhost. */
export async function openProxy(): Promise<FaultyProxy> {
  const server = createServer(async (incoming, response) => {
    const { faults } = proxy;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { own } = faults;
    if (own && incoming.url?.startsWith(own.path) && (own.method ?? incoming.method) === incoming.method) {
      response.writeHead(own.status, {
        "content-type": own.type ?? "text/html",
        ...(own.location && { location: own.location }),
      });
      response.end(own.body ?? "<h1>not yours</h1>");
      return;
    }
    if (body.length > (faults.maxBody ?? Number.POSITIVE_INFINITY)) {
      response.writeHead(413).end();
      return;
    }
    forward(incoming.method ?? "GET", incoming.url ?? "/", changed(incoming.headers, faults), faults, body, response);
  });

  function changed(headers: IncomingHttpHeaders, faults: Faults): IncomingHttpHeaders {
    const sent = { ...headers };
    if (faults.host) sent.host = faults.host;
    if (faults.accept) sent.accept = faults.accept;
    if (faults.dateShift && sent.date) sent.date = new Date(Date.parse(sent.date) + faults.dateShift).toUTCString();
    return sent;
  }

  function forward(
    method: string,
    path: string,
    headers: IncomingHttpHeaders,
    faults: Faults,
    body: Buffer,
    response: ServerResponse,
  ) {
    const onward = request({ host: "127.0.0.1", port: proxy.port, method, path, headers, agent: false }, (answer) => {
      const sent: IncomingHttpHeaders = { ...answer.headers, ...faults.answer };
      for (const name of Object.keys(sent)) if (sent[name] === undefined) delete sent[name];
      response.writeHead(answer.statusCode ?? 502, sent);
      answer.pipe(response);
    });
    onward.on("error", () => response.writeHead(502).end());
    if (faults.tamper && body.length > 0) body[body.length - 2] = 0x20;
    onward.end(body);
  }

  const proxy: FaultyProxy = {
    origin: "",
    faults: {},
    port: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return proxy;
}
