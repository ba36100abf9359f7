/** One request and its answer over undici, with a bound on bytes and time; no redirects, no decompression. */
import type { Dispatcher } from "undici";
import type { Deadline, Watcher } from "./deadline.ts";
import { errorCode, OutboundError } from "./errors.ts";

/** How long until the status line, and how long a pause within the answer, may be. */
const SILENCE_MS = 10_000;

/** How much of an answer's body to read, decided on its status. */
export interface Appetite {
  /** Bytes taken from the wire at most. */
  read: number;
  /** Bytes kept of them, from the start. */
  keep: number;
  /** What more than `read` bytes, or an answer cut short, means: a failure, or simply the end. */
  over: "fail" | "cut";
}

type IncomingHeaders = Record<string, string | string[] | undefined>;

export interface Request {
  method: "GET" | "POST";
  url: URL;
  headers: Record<string, string>;
  body?: Buffer;
  appetite: (status: number) => Appetite;
}

export interface Answer {
  status: number;
  /** Lower-case names; repeated headers joined with ", ". */
  headers: Record<string, string>;
  body: Buffer;
  /** The other side cut its answer short; only where the appetite says "cut". */
  remoteClosed: boolean;
}

/**
 * Sends one request. When a kept-alive connection turns out to be closed before anything was answered, it is sent once more:
 * all we send may arrive twice (GET, and deliveries, whose activity id is the same).
 *
 * @throws OutboundError, or the reason of the caller's abort signal
 */
export function exchange(dispatcher: Dispatcher, request: Request, deadline: Deadline): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const running = new Exchange(dispatcher, request, deadline, resolve, reject);
    deadline.watch(running);
    running.send();
  });
}

/** A class and not closures, since one is made for every delivery. */
class Exchange implements Dispatcher.DispatchHandler, Watcher {
  readonly #dispatcher: Dispatcher;
  readonly #request: Request;
  readonly #deadline: Deadline;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (reason: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #attempts = 0;
  #status = 0;
  #headers: Record<string, string> = {};
  /** Known as soon as the head of the answer is. */
  #appetite: Appetite | undefined;
  readonly #chunks: Buffer[] = [];
  #read = 0;
  #kept = 0;

  constructor(
    dispatcher: Dispatcher,
    request: Request,
    deadline: Deadline,
    resolve: (answer: Answer) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#dispatcher = dispatcher;
    this.#request = request;
    this.#deadline = deadline;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  send(): void {
    if (this.#settled) return;
    this.#attempts += 1;
    const { url, method, headers, body = null } = this.#request;
    const path = url.pathname + url.search;
    const silence = { headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS };
    this.#dispatcher.dispatch({ origin: url.origin, path, method, headers, body, ...silence }, this);
  }

  /** The deadline has come, the caller wants to stop, or the answer is more than wanted. */
  end(reason: unknown): void {
    this.#stop(reason, false);
    this.#controller?.abort(reason instanceof Error ? reason : new Error("The request was given up."));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Thrown here, before anything is written, it costs the connection nothing.
    if (this.#settled) throw new Error("The request was given up before it could be sent.");
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = flat(headers);
    const appetite = this.#request.appetite(status);
    this.#appetite = appetite;
    const announced = Number(this.#headers["content-length"]);
    if (appetite.over === "fail" && announced > appetite.read) this.end(tooLarge(this.#request.url, appetite.read));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const appetite = this.#appetite;
    if (this.#settled || !appetite) return;
    this.#read += chunk.length;
    if (this.#kept < appetite.keep) {
      const piece = chunk.subarray(0, appetite.keep - this.#kept);
      this.#kept += piece.length;
      this.#chunks.push(piece);
    }
    if (this.#read > appetite.read) this.end(tooLarge(this.#request.url, appetite.read));
  }

  onResponseEnd(): void {
    // undici takes a connection back one turn of the event loop later; answering earlier would make the next request to
    // the same host open a second one.
    queueMicrotask(() => setImmediate(() => this.#succeed(false)));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#settled) return;
    const answering = this.#appetite !== undefined;
    if (!answering && this.#attempts < 2 && wasClosed(error)) setImmediate(() => this.send());
    else this.#stop(explained(error, this.#request.url, answering), true);
  }

  #succeed(remoteClosed: boolean): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#deadline.watch(undefined);
    this.#resolve({ status: this.#status, headers: this.#headers, body: joined(this.#chunks), remoteClosed });
  }

  /** What there is of an answer that is only skimmed counts, whatever happened after its head. */
  #stop(reason: unknown, remoteClosed: boolean): void {
    if (this.#settled) return;
    if (this.#appetite?.over === "cut") {
      this.#succeed(remoteClosed);
      return;
    }
    this.#settled = true;
    this.#deadline.watch(undefined);
    this.#reject(reason);
  }
}

/** Our own connector's errors are OutboundErrors, so these codes come from a connection that stood. */
function wasClosed(error: Error): boolean {
  return ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"].includes(errorCode(error));
}

function explained(error: Error, url: URL, answering: boolean): Error {
  if (error instanceof OutboundError) return error;
  const code = errorCode(error);
  const options = { cause: error };
  if (wasClosed(error)) {
    const when = answering ? "in the middle of its answer" : "without an answer";
    return new OutboundError("connect", `${url.host} closed the connection ${when}.`, options);
  }
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") {
    return new OutboundError("timeout", `${url.host} was silent for ${SILENCE_MS / 1000} s.`, options);
  }
  if (code === "UND_ERR_DESTROYED" || code === "UND_ERR_CLOSED") {
    return new OutboundError("connect", `The request to ${url.host} ended because this server is stopping.`, options);
  }
  const ours = ["UND_ERR_INVALID_ARG", "UND_ERR_NOT_SUPPORTED", "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"].includes(code);
  if (error.name === "HTTPParserError" || (code.startsWith("UND_ERR") && !ours)) {
    return new OutboundError("protocol", `${url.host} did not answer in proper HTTP (${error.name}).`, options);
  }
  if (code !== "" && !ours)
    return new OutboundError("connect", `The connection to ${url.host} broke (${code}).`, options);
  // What is left is a mistake of ours, such as a header that cannot be sent.
  return error;
}

function tooLarge(url: URL, limit: number): OutboundError {
  return new OutboundError("too-large", `${url.host} sent more than the ${limit} bytes taken for this kind of answer.`);
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return chunks.length === 1 && only ? only : Buffer.concat(chunks);
}

function flat(raw: IncomingHeaders): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of Object.keys(raw)) {
    const value = raw[name];
    if (value !== undefined) headers[name] = typeof value === "string" ? value : value.join(", ");
  }
  return headers;
}
