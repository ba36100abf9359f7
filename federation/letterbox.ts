/** Takes letters in straight from the socket: most of what arrives are letters, and a web framework costs more than refusing one. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { No } from "./answers.ts";
import { Rejection } from "./gate/rejection.ts";
import type { InboundRequest } from "./gate.ts";
import type { Federation } from "./index.ts";

/** Whose inbox a letter was posted to. */
export interface Recipient {
  is: "community" | "person";
  name: string;
}

type Headers = Readonly<Record<string, string>>;

export interface Letterbox {
  /** Takes a letter to somebody, or to nobody in particular. Resolves to null once it is in for good. Never rejects. */
  take(request: InboundRequest, to: Recipient | undefined): Promise<No | null>;
  /**
   * Answers the request if it is a letter, plainly addressed, with `headers` whatever the answer is; resolves to its status. False when it is for somebody
   * else to answer.
   */
  serve(request: IncomingMessage, response: ServerResponse, client: string, headers: Headers): Promise<number> | false;
}

/** Bytes of a refused letter that are read and thrown away, so that the connection can be used again. */
const LITTLE = 64 * 1024;
const ADDRESS = /^\/(?:inbox|actor\/inbox|([cu])\/(\w{1,30})\/inbox)$/;

/** The letterbox of this server. */
export function openLetterbox({ gate, groups, people, load, refuse }: Federation): Letterbox {
  async function take(request: InboundRequest, to: Recipient | undefined): Promise<No | null> {
    try {
      load.requireRoom();
      if (to && !(await (to.is === "community" ? groups : people).exists(to.name)))
        throw new Rejection(404, "Nobody of that name is here.");
      await gate.take(request);
      return null;
    } catch (error) {
      return refuse(error, request.target, request.client);
    }
  }

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    to: Recipient | undefined,
    client: string,
    always: Headers,
  ): Promise<number> {
    const { method = "POST", url: target = "/", headers, rawHeaders } = request;
    const read: InboundRequest["read"] = (limit, count) => readIncoming(request, limit, count);
    const no = await take({ method, target, headers, rawHeaders, read, client }, to);
    if (!no) {
      response.writeHead(202, always).end();
      return 202;
    }
    const body = JSON.stringify({ error: no.sentence });
    response.writeHead(no.status, {
      ...always,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      vary: "Accept",
      // What may still be on its way is not worth waiting for, unless it is little.
      ...(!request.complete && !(Number(headers["content-length"]) <= LITTLE) && { connection: "close" }),
      ...no.headers,
    });
    response.end(body);
    return no.status;
  }

  return {
    take,
    serve(request, response, client, headers) {
      const address = request.method === "POST" ? ADDRESS.exec(request.url ?? "") : null;
      if (!address) return false;
      const [, kind, name] = address;
      const to = name === undefined ? undefined : ({ is: kind === "c" ? "community" : "person", name } as const);
      return serve(request, response, to, client, headers);
    },
  };
}

/** Reads a body by its events, which costs a third of what iterating over it does. */
function readIncoming(request: IncomingMessage, limit: number, count: (bytes: number) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const cutOff = () => reject(new Rejection(400, "The connection ended before the letter did."));
    // It may have ended while we looked at who sends: then nothing more would ever come.
    if (request.destroyed) return cutOff();
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      try {
        if (size > limit) throw tooLarge();
        count(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        request.off("data", onData).resume();
        reject(error);
      }
    };
    request.on("data", onData);
    request.once("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)));
    request.once("error", cutOff);
    // Every request is closed in the end, most of them after they were read whole.
    request.once("close", () => request.complete || cutOff());
  });
}

function tooLarge(): Rejection {
  return new Rejection(413, "The body is larger than 1 MiB.");
}

/** Reads a body as InboundRequest does, counting (a declared length may lie, and chunks declare none). */
export async function readAll(
  stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limit: number,
  count: (bytes: number) => void,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    count(chunk.length);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] instanceof Buffer ? chunks[0] : Buffer.concat(chunks, size);
}
