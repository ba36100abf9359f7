/** The one error of the way out: what went wrong with a request to another server, in a sentence an operator can act on. */

/**
 * - `forbidden`: the URL or the address behind it is one we never talk to
 * - `dns`: the name does not resolve
 * - `connect`: no connection, no valid certificate, or the connection was cut
 * - `timeout`: too slow to connect, to begin or to finish
 * - `too-large`: more bytes, after decompression, than the caller takes
 * - `redirect`: a redirect that is not followed
 * - `protocol`: the answer is not HTTP as we read it
 */
export type OutboundErrorKind = "forbidden" | "dns" | "connect" | "timeout" | "too-large" | "redirect" | "protocol";

/** A request that could not be sent or whose answer could not be taken; a plain 4xx or 5xx answer is not an error. */
export class OutboundError extends Error {
  override readonly name = "OutboundError";
  readonly kind: OutboundErrorKind;

  constructor(kind: OutboundErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The `code` of a system or library error, else the empty string. */
export function errorCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}
