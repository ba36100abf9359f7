/** One HTTP exchange over node:http, plain http: no pool shared with the code under test, no redirects, capped. */
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { Outgoing } from "./sign.ts";

export interface Exchanged {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

const MAX_BYTES = 4 * 1024 * 1024;

/** Sends the request just as it stands. Rejects when there is no answer within `timeoutMs`, or one of more than 4 MiB. */
export function exchange(request: Outgoing, timeoutMs = 10_000): Promise<Exchanged> {
  const { url, method, headers, body } = request;
  if (url.protocol !== "http:") return Promise.reject(new Error(`this server only speaks http, not ${url.href}`));
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(new Error(`${method} ${url.href}: ${error.message}`, { cause: error }));
    const length = body.length > 0 ? { "content-length": String(body.length) } : {};
    const outgoing = httpRequest(url, { method, agent: false, headers: { ...length, ...headers } });
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    outgoing.on("close", () => clearTimeout(timer));
    outgoing.on("error", fail);
    outgoing.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BYTES) outgoing.destroy(new Error("the answer is too long"));
        else chunks.push(chunk);
      });
      response.on("error", fail);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    outgoing.end(body);
  });
}
