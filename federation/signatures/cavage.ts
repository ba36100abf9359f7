/** Reading draft-cavage-http-signatures-12, which nearly every server of the fediverse signs with. */

import {
  assertInWindow,
  assertNotExpired,
  assertOurHost,
  type ClaimedAlgorithm,
  type CoveredDigest,
  coveredHeader,
  digestFrom,
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

/** The parameters of the Signature header. */
export interface CavageParameters {
  keyId: string;
  algorithm: ClaimedAlgorithm;
  /** Lower-case names of the covered components, in order, each once. */
  covered: readonly string[];
  /** In base64. */
  signature: string;
  created: string | undefined;
  expires: string | undefined;
}

/** RFC 9110's IMF-fixdate, with the small liberties that servers take. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]0000)$/;

/**
 * Reads a request signed in the style of draft-cavage: syntax, coverage (R7) and time (R8).
 * @throws Rejection 400 if it cannot be read, 401 if it covers too little or is out of time.
 */
export function parseCavage(request: RequestFacts, expected: SignatureExpectations): ParsedSignature {
  const parameters = parseCavageParameters(coveredHeader(request, "signature"));
  const { covered } = parameters;
  refuseDuplicates(request, ["signature", ...covered]);
  const host = keyHost(parameters.keyId);
  for (const name of ["(request-target)", "host"])
    if (!covered.includes(name)) throw unproven(`The signature does not cover ${name}.`);
  if (!covered.includes("date") && !covered.includes("(created)"))
    throw unproven("The signature covers neither date nor (created).");
  assertOurHost(coveredHeader(request, "host"), expected.origin);

  let digest: CoveredDigest | null = null;
  if (covered.includes("digest")) digest = parseDigest(coveredHeader(request, "digest"));
  else if (!isBodyless(request.method)) throw unproven("The signature does not cover digest.");

  let createdAt = Number.NaN;
  if (covered.includes("date")) {
    const date = coveredHeader(request, "date");
    if (!HTTP_DATE.test(date)) throw malformed("The Date header is not an HTTP date.");
    createdAt = Date.parse(date);
    assertInWindow(createdAt, expected.now);
  }
  if (covered.includes("(created)")) {
    createdAt = seconds(parameters.created ?? "");
    assertInWindow(createdAt, expected.now);
  }
  const expiresAt = parameters.expires === undefined ? null : seconds(parameters.expires);
  assertNotExpired(expiresAt, expected.now);
  return {
    style: "cavage",
    keyId: parameters.keyId,
    host,
    algorithm: parameters.algorithm,
    signingText: cavageSigningText(request, parameters),
    signature: parameters.signature,
    digest,
    createdAt,
    expiresAt,
  };
}

/**
 * Parses the parameters of a Signature header; unknown ones are passed over, doubled ones refused.
 * @throws Rejection 400.
 */
export function parseCavageParameters(header: string): CavageParameters {
  const found = new Map<string, string>();
  const end = header.length;
  let at = 0;
  for (;;) {
    while (at < end && isBlank(header.charCodeAt(at))) at++;
    const equals = header.indexOf("=", at);
    if (equals === -1) throw malformed("The Signature header cannot be read.");
    const name = header.slice(at, equals).trimEnd();
    if (!/^[A-Za-z]{1,32}$/.test(name)) throw malformed("The Signature header has a parameter without a proper name.");
    if (found.has(name)) throw malformed(`The Signature header has "${name}" twice.`);
    at = equals + 1;
    if (header.charCodeAt(at) === 0x22) {
      const quote = header.indexOf('"', at + 1);
      if (quote === -1) throw malformed("The Signature header has a string without an end.");
      const value = header.slice(at + 1, quote);
      if (value.includes("\\")) throw malformed("The Signature header has an escape, which no server uses.");
      found.set(name, value);
      at = quote + 1;
    } else {
      const start = at;
      while (at < end && isDigit(header.charCodeAt(at))) at++;
      if (at === start) throw malformed(`The Signature header's "${name}" is neither a string nor a number.`);
      found.set(name, header.slice(start, at));
    }
    while (at < end && isBlank(header.charCodeAt(at))) at++;
    if (at === end) break;
    if (header.charCodeAt(at) !== 0x2c || found.size >= MAX_PARTS)
      throw malformed("The Signature header cannot be read.");
    at++;
  }
  const keyId = found.get("keyId");
  const signature = found.get("signature");
  if (keyId === undefined || signature === undefined) throw malformed("The Signature header lacks keyId or signature.");
  return {
    keyId,
    algorithm: claimedAlgorithm(found.get("algorithm")),
    covered: coveredBy(found.get("headers") ?? "(created)"),
    signature: signatureText(signature),
    created: found.get("created"),
    expires: found.get("expires"),
  };
}

/** What was signed (draft-cavage-http-signatures-12, section 2.3); each character is one byte. */
export function cavageSigningText(request: RequestFacts, parameters: CavageParameters): string {
  let text = "";
  for (const name of parameters.covered) {
    if (text !== "") text += "\n";
    if (name === "(request-target)") text += `(request-target): ${request.method.toLowerCase()} ${request.target}`;
    else if (name === "(created)") text += `(created): ${required(parameters.created, name)}`;
    else if (name === "(expires)") text += `(expires): ${required(parameters.expires, name)}`;
    else text += `${name}: ${coveredHeader(request, name)}`;
  }
  return text;
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw malformed(`The signature covers ${name} without giving it.`);
  return value;
}

/** Lists that were read: a server covers the same headers in every letter, and most servers the same as others. */
const lists = new Map<string, readonly string[]>();
const MOST_LISTS = 100;

function coveredBy(list: string): readonly string[] {
  const known = lists.get(list);
  if (known) return known;
  const names = parseCovered(list);
  if (lists.size >= MOST_LISTS) lists.clear();
  lists.set(list, names);
  return names;
}

function parseCovered(list: string): readonly string[] {
  const names = list
    .trim()
    .toLowerCase()
    .split(/ +/, MAX_PARTS + 1);
  if (names.length > MAX_PARTS) throw malformed("The signature covers too many headers.");
  if (new Set(names).size !== names.length) throw malformed("The signature covers a header twice.");
  for (const name of names)
    if (!/^(?:[a-z0-9_-]+|\([a-z-]+\))$/.test(name)) throw malformed(`"${printable(name)}" is not a header.`);
  return names;
}

function claimedAlgorithm(name: string | undefined): ClaimedAlgorithm {
  switch (name?.toLowerCase()) {
    case undefined:
    case "rsa-sha256":
      return "rsa";
    case "hs2019":
      return "any";
    case "ed25519":
      return "ed25519";
    default:
      throw unproven("The signature's algorithm is none of rsa-sha256, hs2019 and ed25519.");
  }
}

/** The Digest header of RFC 3230: the first of SHA-256 and SHA-512, in this order of preference; others are passed over. */
function parseDigest(header: string): CoveredDigest {
  const found = new Map<string, string>();
  for (const part of header.split(",", MAX_PARTS)) {
    const equals = part.indexOf("=");
    const algorithm = part.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    if (found.has(algorithm)) throw malformed("The Digest header has an algorithm twice.");
    found.set(algorithm, part.slice(equals + 1).trim());
  }
  return digestFrom(found.get("sha-256"), found.get("sha-512"), "Digest");
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
