/** Sends many requests over kept-alive connections. What it costs itself counts for nobody. */
import type { IncomingHttpHeaders } from "node:http";
import { Pool } from "undici";
import type { Bench } from "./run.ts";

export interface Shot {
  method: "GET" | "POST";
  path: string;
  headers: IncomingHttpHeaders;
  body?: Buffer | string;
}

export interface Load {
  /** Sends all, so many at once as there are connections; every answer must have this status. Resolves to how many were sent. */
  send(shots: readonly Shot[], status: number): Promise<number>;
  /** Sends one and gives the text of the answer. */
  read(shot: Shot): Promise<{ status: number; text: string }>;
}

/** Connections to the server at `origin`, closed with the benchmark. */
export function openLoad({ stack }: Bench, origin: string, connections: number): Load {
  const pool = new Pool(origin, { connections, pipelining: 1, keepAliveTimeout: 60_000 });
  stack.defer(() => pool.destroy());

  function fire(shot: Shot, onData: (chunk: Buffer) => void): Promise<number> {
    return new Promise((resolve, reject) => {
      let status = 0;
      const { method, path, headers, body = null } = shot;
      pool.dispatch(
        { method, path, headers, body },
        {
          onRequestStart() {},
          onResponseStart(_, code) {
            status = code;
          },
          onResponseData: (_, chunk) => onData(chunk),
          onResponseEnd: () => resolve(status),
          onResponseError: (_, error) => reject(error),
        },
      );
    });
  }

  async function read(shot: Shot): Promise<{ status: number; text: string }> {
    const chunks: Buffer[] = [];
    const status = await fire(shot, (chunk) => void chunks.push(chunk));
    return { status, text: Buffer.concat(chunks).toString() };
  }

  return {
    read,
    async send(shots, expected) {
      let next = 0;
      const worker = async () => {
        for (let shot = shots[next++]; shot; shot = shots[next++]) {
          const status = await fire(shot, () => {});
          if (status !== expected) {
            const again = await read(shot);
            throw new Error(
              `${origin}${shot.path} answered ${status} and not ${expected} (then ${again.status}: ${again.text.slice(0, 300)})`,
            );
          }
        }
      };
      await Promise.all(Array.from({ length: connections }, worker));
      return shots.length;
    },
  };
}
