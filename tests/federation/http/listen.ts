/** A loopback server for the tests of the way out: counts its connections and keeps what it was sent. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";

export interface Listening extends AsyncDisposable {
  port: number;
  /** `http://127.0.0.1:PORT`, or https with TLS options. */
  origin: string;
  /** Sockets accepted so far. */
  connections: number;
  requests: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[];
}

export type Answerer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** Listens on a free port of 127.0.0.1 until disposed. */
export async function listen(answer: Answerer, tls?: ServerOptions): Promise<Listening> {
  const server = tls ? createSecureServer(tls) : createServer();
  const listening: Listening = {
    port: 0,
    origin: "",
    connections: 0,
    requests: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on(tls ? "secureConnection" : "connection", () => {
    listening.connections += 1;
  });
  server.on("request", async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const { method = "", url = "", headers } = request;
    listening.requests.push({ method, url, headers, body });
    answer(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  listening.port = (server.address() as AddressInfo).port;
  listening.origin = `${tls ? "https" : "http"}://127.0.0.1:${listening.port}`;
  return listening;
}
