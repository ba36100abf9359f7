/** The one guarded way out of the process: every URL, address, redirect, byte and second is checked here (SSRF). */
import { Agent, type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { guardedConnector, type Resolve } from "./http/connect.ts";
import { Deadline } from "./http/deadline.ts";
import { acceptEncoding, decoded } from "./http/decode.ts";
import { OutboundError } from "./http/errors.ts";
import { type Answer, exchange, type Request } from "./http/exchange.ts";
import { Lanes } from "./http/lanes.ts";
import { checkUrl } from "./http/urls.ts";

export { refusedAddress } from "./http/addresses.ts";
export type { Resolve } from "./http/connect.ts";
export { OutboundError, type OutboundErrorKind } from "./http/errors.ts";
export { checkUrl } from "./http/urls.ts";

const DEFAULT_TOTAL_MS = 10_000;
const MAX_GET_REDIRECTS = 3;
const MAX_POST_REDIRECTS = 1;
const CONNECTIONS_PER_ORIGIN = 8;
const GETS_PER_HOST = 4;
const KEEP_ALIVE_MS = 60_000;
/** Of an answer whose body is not wanted, this much is read so that the connection can be used again. */
const SKIMMED_BYTES = 64 * 1024;
const TEXT_CHARACTERS = 500;

export interface OutboundOptions {
  /** For development and closed networks: also http, any port, inner names, loopback and private addresses. */
  allowPrivateAddresses: boolean;
  /** Sent with every request. */
  userAgent: string;
  /** Instead of the system's name servers; for tests. */
  resolve?: Resolve;
  /** PEM of the certificate authorities to trust instead of Node's list; for tests and closed networks. */
  ca?: string;
}

export interface GetOptions {
  /** The Accept header. */
  accept: string;
  /** Most bytes of body taken, on the wire and after decompression. */
  maxBytes: number;
  /** Milliseconds for everything: waiting in line, redirects, the last byte. 10,000 unless given. */
  totalMs?: number;
  /** Headers to add, asked for anew at every hop and never carried to the next; none once a redirect has left the origin (R28). */
  sign?: (method: "GET", url: URL) => Record<string, string>;
  signal?: AbortSignal;
}

export interface GetResult {
  status: number;
  /** Where the answer came from in the end, without fragment. */
  url: string;
  /** Lower-case names; repeated headers joined with ", ". */
  headers: Record<string, string>;
  /** Decompressed; empty unless the status is 2xx. */
  body: Buffer;
}

export interface PostOptions {
  body: Buffer;
  /** All headers but Host, Content-Length and User-Agent, signature included; asked for anew at every hop. */
  headersFor: (url: URL) => Record<string, string>;
  signal?: AbortSignal;
  /** Milliseconds for everything, 10,000 unless given. */
  totalMs?: number;
}

export interface PostResult {
  status: number;
  headers: Record<string, string>;
  /** The first 500 characters of what was answered, control characters blanked; for the operator, never for members. */
  text: string;
  /** Set when the other side gave its status but then cut the rest short. */
  remoteClosed?: boolean;
}

/**
 * The way out. Both methods reject with `OutboundError`, or with the abort signal's reason; an answer with any status is a
 * result, not an error.
 */
export interface Outbound extends AsyncDisposable {
  /** Looks something up. Follows at most 3 redirects, each checked like the first URL, none from https to http, none in a circle. */
  get(url: string, opts: GetOptions): Promise<GetResult>;
  /** Delivers bytes. Follows one redirect at most, only 307 or 308 on the same host. May be sent twice when a kept-alive connection was closed. */
  post(url: string, opts: PostOptions): Promise<PostResult>;
  /** The guarded undici dispatcher itself: addresses, schemes and ports are checked, size and total time are not. */
  readonly dispatcher: Dispatcher;
}

/** Opens the way out; dispose of it to close all connections and end what is under way. */
export function openOutbound(o: OutboundOptions): Outbound {
  const allowPrivate = o.allowPrivateAddresses;
  const connector = guardedConnector({ allowPrivateAddresses: allowPrivate, resolve: o.resolve, ca: o.ca });
  const agent = new Agent({
    connect: connector.connect,
    allowH2: false,
    connections: CONNECTIONS_PER_ORIGIN,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
  });
  const getLanes = new Lanes(GETS_PER_HOST);
  // As many as there are connections: whatever times out in this line costs a dead host no further attempt to connect.
  const postLanes = new Lanes(CONNECTIONS_PER_ORIGIN);

  async function inLane(lanes: Lanes, request: Request, deadline: Deadline): Promise<Answer> {
    const { host } = request.url;
    const turn = lanes.enter(host, deadline);
    if (turn) await turn;
    try {
      return await exchange(agent, request, deadline);
    } finally {
      lanes.leave(host);
    }
  }

  async function get(raw: string, opts: GetOptions): Promise<GetResult> {
    const { accept, maxBytes } = opts;
    let { sign } = opts;
    let url = checkUrl(raw, allowPrivate);
    const visited = new Set([url.href]);
    const deadline = new Deadline(opts.totalMs ?? DEFAULT_TOTAL_MS, url.host, opts.signal);
    try {
      while (true) {
        const headers = { "user-agent": o.userAgent, accept, "accept-encoding": acceptEncoding };
        const signed = sign ? { ...headers, ...sign("GET", url) } : headers;
        const appetite = (status: number) =>
          isSuccess(status) ? ({ read: maxBytes, keep: maxBytes, over: "fail" } as const) : skim(0);
        const answer = await inLane(getLanes, { method: "GET", url, headers: signed, appetite }, deadline);
        const target = redirectTarget(url, answer, allowPrivate);
        if (!target) {
          const body = await decoded(answer.body, answer.headers["content-encoding"], maxBytes, url.host);
          return { status: answer.status, url: url.href, headers: answer.headers, body };
        }
        if (visited.has(target.href)) throw misdirected(`${url.host} redirects in a circle.`);
        if (visited.size > MAX_GET_REDIRECTS)
          throw misdirected(`${url.host} redirects more than ${MAX_GET_REDIRECTS} times.`);
        visited.add(target.href);
        if (target.origin !== url.origin) sign = undefined;
        url = target;
      }
    } finally {
      deadline.clear();
    }
  }

  async function post(raw: string, opts: PostOptions): Promise<PostResult> {
    const { body } = opts;
    const appetite = () => skim(TEXT_CHARACTERS * 4);
    let url = checkUrl(raw, allowPrivate);
    const deadline = new Deadline(opts.totalMs ?? DEFAULT_TOTAL_MS, url.host, opts.signal);
    try {
      for (let hop = 0; ; hop++) {
        const headers = { "user-agent": o.userAgent, ...opts.headersFor(url) };
        const answer = await inLane(postLanes, { method: "POST", url, headers, body, appetite }, deadline);
        const target = redirectTarget(url, answer, allowPrivate);
        if (!target) return delivered(answer);
        if (hop >= MAX_POST_REDIRECTS) throw misdirected(`${url.host} redirects deliveries more than once.`);
        if (target.host !== url.host || (answer.status !== 307 && answer.status !== 308)) {
          throw misdirected(
            `${url.host} answered a delivery with ${answer.status} to ${target.host}, which is not followed.`,
          );
        }
        url = target;
      }
    } finally {
      deadline.clear();
    }
  }

  return {
    get,
    post,
    dispatcher: agent,
    async [Symbol.asyncDispose]() {
      connector.close();
      await agent.destroy();
    },
  };
}

/** The ways out that guard `fetch` now, the latest last; and what `fetch` used before the first of them. */
const guards = new Set<Dispatcher>();
let unguarded: Dispatcher | undefined;

/**
 * Sends all of this process's `fetch` through the same guard, as a second line of defence for libraries that fetch by
 * themselves. Of several that are open at once the latest counts, in whatever order they end.
 *
 * @returns the way back: dispose of it to have the earlier dispatcher again
 */
export function guardGlobalFetch({ dispatcher }: Outbound): Disposable {
  if (guards.size === 0) unguarded = getGlobalDispatcher();
  guards.add(dispatcher);
  setGlobalDispatcher(dispatcher);
  return {
    [Symbol.dispose]() {
      guards.delete(dispatcher);
      const latest = [...guards].at(-1) ?? unguarded;
      if (latest) setGlobalDispatcher(latest);
    },
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function skim(keep: number) {
  return { read: SKIMMED_BYTES, keep, over: "cut" } as const;
}

/** Where an answer sends us, checked like any URL, or `undefined` when it is no redirect. */
function redirectTarget(from: URL, answer: Answer, allowPrivate: boolean): URL | undefined {
  const { location } = answer.headers;
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return undefined;
  const target = URL.parse(location, from.href);
  if (!target) throw misdirected(`${from.host} redirects to something that is not a URL.`);
  const checked = checkUrl(target.href, allowPrivate);
  if (from.protocol === "https:" && checked.protocol !== "https:") {
    throw misdirected(`${from.host} redirects from https to http.`);
  }
  return checked;
}

function delivered(answer: Answer): PostResult {
  const { status, headers, body } = answer;
  const readable = body.length > 0 && headers["content-encoding"] === undefined;
  const text = readable
    ? body
        .toString("utf8")
        .slice(0, TEXT_CHARACTERS)
        .replace(/\p{Cc}/gu, " ")
    : "";
  return answer.remoteClosed ? { status, headers, text, remoteClosed: true } : { status, headers, text };
}

function misdirected(message: string): OutboundError {
  return new OutboundError("redirect", message);
}
