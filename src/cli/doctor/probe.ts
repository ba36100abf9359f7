/** Asks our own public address as a stranger would, and keeps what a diagnosis needs. */
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** What came back, or why nothing did. */
export interface Answer {
  /** 0: no answer. */
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of a missing answer: the error's code, or its message. */
  readonly failure: string;
}

export interface Question {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export const ACTIVITY_JSON = "application/activity+json";

export type Probe = (path: string, question?: Question) => Promise<Answer>;

const PATIENCE_MS = 10_000;
const MOST_BYTES = 1024 * 1024;

/**
 * A probe for `origin`. It asks for nothing but the origin that the operator configured and follows no redirect, so it is no way into the
 * own network. Certificates are judged elsewhere: a bad one shall not hide what else is wrong.
 */
export function probeOf(origin: string): Probe {
  const request = origin.startsWith("https:") ? requestHttps : requestHttp;
  return (path, { method = "GET", headers: asked = {}, body } = {}) => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const headers = {
      "user-agent": "Commonplace doctor",
      ...asked,
      ...(body === undefined ? {} : { "content-length": body.length }),
    };
    const sent = request(
      new URL(path, origin),
      { method, headers, agent: false, rejectUnauthorized: false, signal: AbortSignal.timeout(PATIENCE_MS) },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        const end = (failure: string) => {
          const named = Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(", ")]);
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(named), body: text, failure });
        };
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size <= MOST_BYTES) chunks.push(chunk);
          else response.destroy();
        });
        response.on("end", () => end(""));
        response.on("error", (error) => end(reason(error)));
        response.on("close", () => end("cut short"));
      },
    );
    // A refusal may come before all of the body was taken: the answer counts, and the broken pipe does not.
    sent.on("error", (error) =>
      setTimeout(() => resolve({ status: 0, headers: {}, body: "", failure: reason(error) }), 100),
    );
    sent.end(body);
    return promise;
  };
}

function reason(error: Error): string {
  const first = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  if (first.name === "TimeoutError" || first.name === "AbortError") return "ETIMEDOUT";
  return (first as NodeJS.ErrnoException).code ?? first.message;
}

/** The media type of an answer, without parameters. */
export function mediaType(answer: Answer): string {
  return (answer.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** The body as a JSON object, or null. */
export function jsonOf(answer: Answer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(answer.body);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** What came back, to complete "… gives". */
export function described(answer: Answer): string {
  if (answer.status === 0) return `no answer (${answer.failure})`;
  if (answer.status >= 300 && answer.status < 400) return `a redirect to ${answer.headers.location ?? "nowhere"}`;
  return answer.status === 200
    ? `${mediaType(answer) || "something without a media type"}`
    : `the status ${answer.status}`;
}
