/** Reading HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530): the part of it that servers of the fediverse use. */

import {
  assertInWindow,
  assertNotExpired,
  assertOurHost,
  type ClaimedAlgorithm,
  type CoveredDigest,
  coveredHeader,
  digestFrom,
  hostOf,
  isBodyless,
  keyHost,
  MAX_PARTS,
  malformed,
  type ParsedSignature,
  printable,
  type RequestFacts,
  refuseDuplicates,
  type SignatureExpectations,
  seconds,
  signatureText,
  unproven,
} from "./parsed.ts";

/** The one member of a Signature-Input header. */
export interface SignatureInput {
  label: string;
  /** Names of the covered components, in order, each once. */
  covered: string[];
  keyId: string | undefined;
  alg: string | undefined;
  created: string | undefined;
  expires: string | undefined;
  /** The value of `@signature-params`: the member as RFC 8941 writes it. */
  parameters: string;
}

/**
 * Reads a request signed in the style of RFC 9421: syntax, coverage (R6) and time (R8).
 * @throws Rejection 400 if it cannot be read, 401 if it covers too little or is out of time.
 */
export function parseRfc9421(request: RequestFacts, expected: SignatureExpectations): ParsedSignature {
  const input = parseSignatureInput(coveredHeader(request, "signature-input"));
  const { covered } = input;
  refuseDuplicates(request, ["signature", "signature-input", ...covered]);
  const signature = parseSignatureHeader(coveredHeader(request, "signature"), input.label);
  if (input.keyId === undefined) throw malformed("The signature has no keyid.");
  const host = keyHost(input.keyId);

  if (!covered.includes("@method")) throw unproven("The signature does not cover @method.");
  if (!covered.includes("@target-uri")) {
    if (!covered.includes("@authority") || !covered.includes("@path")) {
      throw unproven("The signature covers neither @target-uri nor @authority with @path.");
    }
    if (request.target.includes("?") && !covered.includes("@query"))
      throw unproven("The signature does not cover @query.");
  }
  let digest: CoveredDigest | null = null;
  if (covered.includes("content-digest")) digest = parseContentDigest(coveredHeader(request, "content-digest"));
  else if (!isBodyless(request.method)) throw unproven("The signature does not cover content-digest.");

  if (input.created === undefined) throw unproven("The signature does not say when it was created.");
  const createdAt = seconds(input.created);
  assertInWindow(createdAt, expected.now);
  const expiresAt = input.expires === undefined ? null : seconds(input.expires);
  assertNotExpired(expiresAt, expected.now);
  return {
    style: "rfc9421",
    keyId: input.keyId,
    host,
    algorithm: claimedAlgorithm(input.alg),
    signingText: signatureBase(request, input, expected.origin),
    signature,
    digest,
    createdAt,
    expiresAt,
  };
}

/**
 * Builds the signature base (RFC 9421, section 2.5). Where we are is taken from our own origin, so that a signature for
 * another place cannot be genuine. Each character is one byte.
 * @throws Rejection 400 for derived components that we do not know, 401 for headers that are not there.
 */
export function signatureBase(request: RequestFacts, input: SignatureInput, origin: string): string {
  let text = "";
  for (const name of input.covered) text += `"${name}": ${componentValue(request, name, origin)}\n`;
  return `${text}"@signature-params": ${input.parameters}`;
}

function componentValue(request: RequestFacts, name: string, origin: string): string {
  if (!name.startsWith("@")) {
    const value = coveredHeader(request, name);
    if (name === "host") assertOurHost(value, origin);
    return value;
  }
  const { target } = request;
  const query = target.indexOf("?");
  switch (name) {
    case "@method":
      return request.method;
    case "@target-uri":
      return origin + target;
    case "@authority":
      return hostOf(origin);
    case "@scheme":
      return origin.slice(0, origin.indexOf(":"));
    case "@request-target":
      return target;
    case "@path":
      return query === -1 ? target : target.slice(0, query);
    case "@query":
      return query === -1 ? "?" : target.slice(query);
    default:
      throw malformed(`The signature covers ${printable(name)}, which we do not know.`);
  }
}

/**
 * Parses a Signature-Input header with exactly one label. Component parameters (`;req`, `;sf`, `;bs`, `;key` and all
 * others) are refused, and so are signature parameters that RFC 9421 does not define.
 * @throws Rejection 400.
 */
export function parseSignatureInput(header: string): SignatureInput {
  const reader = new Reader(header, "Signature-Input");
  const label = reader.key();
  reader.expect("=");
  reader.expect("(");
  const covered: string[] = [];
  for (;;) {
    reader.skipSpaces();
    if (reader.take(")")) break;
    const name = reader.string();
    if (reader.peek() === ";")
      throw malformed("The signature covers a component with parameters, which we do not read.");
    if (!/^@?[a-z0-9_-]+$/.test(name)) throw malformed(`"${printable(name)}" is not the name of a component.`);
    if (covered.includes(name)) throw malformed("The signature covers a component twice.");
    if (covered.push(name) > MAX_PARTS) throw malformed("The signature covers too many components.");
    if (reader.peek() !== ")" && reader.peek() !== " ") throw reader.unreadable();
  }
  let parameters = `(${covered.map((name) => `"${name}"`).join(" ")})`;
  const found = new Map<string, string>();
  while (reader.take(";")) {
    reader.skipSpaces();
    const name = reader.key();
    if (found.has(name)) throw malformed(`The signature has the parameter "${name}" twice.`);
    reader.expect("=");
    if (name === "created" || name === "expires") {
      const value = reader.digits();
      found.set(name, value);
      parameters += `;${name}=${Number(value)}`;
    } else if (name === "keyid" || name === "alg" || name === "nonce" || name === "tag") {
      const value = reader.string();
      found.set(name, value);
      parameters += `;${name}="${value.replace(/[\\"]/g, "\\$&")}"`;
    } else {
      throw malformed(`The signature has the parameter "${printable(name)}", which we do not know.`);
    }
  }
  reader.end();
  return {
    label,
    covered,
    keyId: found.get("keyid"),
    alg: found.get("alg"),
    created: found.get("created"),
    expires: found.get("expires"),
    parameters,
  };
}

/** Parses the Signature header: one byte sequence under the same label. */
function parseSignatureHeader(header: string, label: string): string {
  const reader = new Reader(header, "Signature");
  if (reader.key() !== label) throw malformed("Signature and Signature-Input have different labels.");
  reader.expect("=");
  const signature = signatureText(reader.byteSequence());
  reader.end();
  return signature;
}

/** Parses Content-Digest: the first of sha-256 and sha-512, in this order of preference; others are passed over. */
function parseContentDigest(header: string): CoveredDigest {
  const reader = new Reader(header, "Content-Digest");
  const found = new Map<string, string>();
  do {
    reader.skipBlanks();
    const algorithm = reader.key();
    reader.expect("=");
    if (found.has(algorithm)) throw malformed("The Content-Digest header has an algorithm twice.");
    found.set(algorithm, reader.byteSequence());
    if (found.size > MAX_PARTS) throw reader.unreadable();
    reader.skipBlanks();
  } while (reader.take(","));
  reader.end();
  return digestFrom(found.get("sha-256"), found.get("sha-512"), "Content-Digest");
}

function claimedAlgorithm(alg: string | undefined): ClaimedAlgorithm {
  if (alg === undefined) return "any";
  if (alg === "rsa-v1_5-sha256") return "rsa";
  if (alg === "ed25519") return "ed25519";
  throw unproven("The signature's algorithm is neither rsa-v1_5-sha256 nor ed25519.");
}

/** The few forms of RFC 8941 that signatures are made of, read once from left to right. */
class Reader {
  #at = 0;
  readonly #text: string;
  readonly #header: string;

  constructor(text: string, header: string) {
    this.#text = text;
    this.#header = header;
  }

  unreadable(): Error {
    return malformed(`The ${this.#header} header cannot be read, or holds more than one signature.`);
  }

  peek(): string {
    return this.#text.charAt(this.#at);
  }

  take(char: string): boolean {
    if (this.#text.charAt(this.#at) !== char) return false;
    this.#at++;
    return true;
  }

  expect(char: string): void {
    if (!this.take(char)) throw this.unreadable();
  }

  skipSpaces(): void {
    while (this.#text.charCodeAt(this.#at) === 0x20) this.#at++;
  }

  skipBlanks(): void {
    while (this.peek() === " " || this.peek() === "\t") this.#at++;
  }

  end(): void {
    if (this.#at !== this.#text.length) throw this.unreadable();
  }

  key(): string {
    return this.#match(/[a-z*][a-z0-9_.*-]*/y);
  }

  digits(): string {
    return this.#match(/\d{1,12}/y);
  }

  byteSequence(): string {
    this.expect(":");
    const close = this.#text.indexOf(":", this.#at);
    if (close === -1) throw this.unreadable();
    const bytes = this.#text.slice(this.#at, close);
    this.#at = close + 1;
    return bytes;
  }

  string(): string {
    const literal = this.#match(/"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"/y).slice(1, -1);
    return literal.includes("\\") ? literal.replace(/\\(.)/g, "$1") : literal;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) throw this.unreadable();
    this.#at += found.length;
    return found;
  }
}
