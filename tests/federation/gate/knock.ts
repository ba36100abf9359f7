/** Raw requests for the tests of the gate: any headers in any number, with a length or in chunks. */
import { request } from "node:http";
import type { Db } from "../../../db/open.ts";
import { configureLogging } from "../../../src/base/log.ts";
import type { Outgoing } from "../../support/remote/index.ts";

export interface Knocked {
  status: number;
  contentType: string;
  body: string;
  /** What the server says about it, if it says it in JSON. */
  sentence: string | undefined;
}

export interface KnockOptions {
  method?: string;
  /** A list may name a header twice. */
  headers?: Record<string, string> | [string, string][];
  body?: Uint8Array | string;
  /** Sent without a declared length. */
  chunked?: boolean;
}

/** Sends a request just as it is. An answer that comes before everything was sent counts. */
export function knock(url: string, options: KnockOptions = {}): Promise<Knocked> {
  const { method = "POST", headers = [], body = "", chunked = false } = options;
  const list = Array.isArray(headers) ? headers : Object.entries(headers);
  const bytes = Buffer.from(body);
  const has = (name: string) => list.some(([known]) => known.toLowerCase() === name);
  const rest: [string, string][] = [];
  if (!has("host")) rest.push(["host", new URL(url).host]);
  if (chunked) rest.push(["transfer-encoding", "chunked"]);
  else if (!has("content-length")) rest.push(["content-length", String(bytes.length)]);
  return new Promise((resolve, reject) => {
    let answered = false;
    const outgoing = request(url, { method, agent: false, headers: [...list, ...rest].flat() });
    outgoing.setTimeout(10_000, () => outgoing.destroy(new Error("no answer in 10 s")));
    outgoing.on("error", (error) => answered || reject(error));
    outgoing.on("response", (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        outgoing.destroy();
        const text = Buffer.concat(chunks).toString("utf8");
        const contentType = response.headers["content-type"] ?? "";
        resolve({ status: response.statusCode ?? 0, contentType, body: text, sentence: sentenceOf(text) });
      });
    });
    outgoing.end(bytes);
  });
}

/** A request that was signed by the scripted remote, sent as it stands. */
export function knockWith({ url, headers, body }: Outgoing, options: KnockOptions = {}): Promise<Knocked> {
  return knock(url.href, { headers, body, ...options });
}

/** The sentence in `{"error": …}`; undefined when the text is something else. */
export function sentenceOf(text: string): string | undefined {
  try {
    const json = JSON.parse(text) as { error?: unknown } | null;
    return typeof json?.error === "string" ? json.error : undefined;
  } catch {
    return undefined;
  }
}

export interface LogLine {
  level: string;
  msg: string;
  category: string;
  requestId?: string;
  sentence?: string;
  /** The server that was refused, and what it is not told. */
  host?: string;
  why?: string;
}

/** Everything this process logs from now on, newest last. */
export function listenToLog(): LogLine[] {
  const lines: LogLine[] = [];
  configureLogging({
    level: "info",
    format: "json",
    stream: { write: (line) => lines.push(JSON.parse(line) as LogLine) },
  });
  return lines;
}

const WORDS = ["threads", "posts", "votes", "boosts", "memberships", "tombstones", "received", "journal", "activities"];
const PEOPLE = ["actors", "actor_keys", "peers", "inboxes"];

/** How many rows there are of what people say and do here, and (`people`) of who is known. */
export async function rowsOf(db: Db, what: { people: boolean }): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of what.people ? [...WORDS, ...PEOPLE] : WORDS) {
    const [row] = await db<{ n: number }[]>`select count(*)::int as n from ${db(table)}`;
    found[table] = row?.n ?? -1;
  }
  return found;
}
