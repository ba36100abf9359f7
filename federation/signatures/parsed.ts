/** What reading a signed request gives, and what both styles of HTTP signatures share in reading it. */

import { Rejection } from "../gate/rejection.ts";

/** The facts of a request that a signature may speak of, as node:http gives them. */
export interface RequestFacts {
  method: string;
  /** Path and query as they stood on the wire. */
  target: string;
  headers: Record<string, string | string[] | undefined>;
  /** Names and values alternating, duplicates included. */
  rawHeaders: readonly string[];
}

/** What the request is held against. */
export interface SignatureExpectations {
  /** Our canonical origin, `https://host[:port]`, from configuration and never from the request (R3). */
  origin: string;
  /** Milliseconds since 1970. */
  now: number;
}

/** The digest of the body that the signature covers. */
export interface CoveredDigest {
  algorithm: "sha256" | "sha512";
  /** In base64. */
  value: string;
}

/**
 * The kind of key the request says it was signed with: `rsa` (RSASSA-PKCS1-v1_5 with SHA-256), `ed25519`, or `any` where
 * it leaves the choice to the key.
 */
export type ClaimedAlgorithm = "rsa" | "ed25519" | "any";

/**
 * A signature whose syntax, coverage and time are in order; whether it is genuine is verify.ts's question. Its bytes are left as they came: most of what is
 * refused is refused before anybody wants them.
 */
export interface ParsedSignature {
  style: "cavage" | "rfc9421";
  /** An absolute http or https URL. */
  keyId: string;
  /** Its host, with port where it has one. */
  host: string;
  algorithm: ClaimedAlgorithm;
  /** What was signed: each character is one byte, as node:http gives them (Latin-1). */
  signingText: string;
  /** In base64. */
  signature: string;
  /** null only for GET and HEAD, which have no body to cover. */
  digest: CoveredDigest | null;
  /** Milliseconds since 1970. */
  createdAt: number;
  expiresAt: number | null;
}

const HOUR = 3_600_000;
/** How far a signature's time may lie from ours, both ways (R8). */
export const TIME_WINDOW = HOUR;
/** More covered components or parameters than anybody needs. */
export const MAX_PARTS = 64;
const MAX_KEY_ID = 2048;

/** A refusal for syntax: what was sent cannot be read. */
export function malformed(sentence: string): Rejection {
  return new Rejection(400, sentence);
}

/** A refusal for substance: it can be read and proves too little. */
export function unproven(sentence: string): Rejection {
  return new Rejection(401, sentence);
}

/** Whether requests of this method carry no body, so that no digest is asked for. */
export function isBodyless(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** The host[:port] of an origin. */
export function hostOf(origin: string): string {
  return origin.slice(origin.indexOf("://") + 3);
}

/**
 * The value of a header that a signature covers; it must be there, and once.
 * @throws Rejection 400 or 401.
 */
export function coveredHeader(request: RequestFacts, name: string): string {
  const value = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  if (typeof value !== "string")
    throw unproven(`The signature covers "${printable(name)}", which the request does not have once.`);
  return value;
}

/** Refuses a request in which a header that is covered by the signature, or carries it, occurs more than once. */
export function refuseDuplicates(request: RequestFacts, names: readonly string[]): void {
  const { rawHeaders } = request;
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase();
    if (!names.includes(name)) continue;
    if (seen.has(name)) throw malformed(`The header "${name}" occurs more than once.`);
    seen.add(name);
  }
}

/** The host a signature covers must be ours. */
export function assertOurHost(value: string, origin: string): void {
  if (value.toLowerCase() !== hostOf(origin)) throw unproven("The signature is for another host.");
}

/** A time within the window around now. */
export function assertInWindow(time: number, now: number): void {
  // Written so that NaN fails.
  if (!(Math.abs(time - now) <= TIME_WINDOW)) throw unproven("The signature's time is more than an hour from ours.");
}

/** An expiry that has not passed. */
export function assertNotExpired(expiresAt: number | null, now: number): void {
  if (expiresAt !== null && !(expiresAt > now)) throw unproven("The signature has expired.");
}

/** The host of a key id, which must be the URL of a key. */
export function keyHost(keyId: string): string {
  const url = keyId.length <= MAX_KEY_ID && /^https?:\/\/[\x21-\x7e]+$/.test(keyId) ? URL.parse(keyId) : null;
  if (!url) throw malformed("The signature's key id is not an http or https URL.");
  return url.host;
}

/** The base64 of a plausible signature. */
export function signatureText(text: string): string {
  const bytes = base64Bytes(text);
  if (!(bytes >= 64 && bytes <= 1024)) throw malformed("The signature is not base64 of a signature.");
  return text;
}

/** How many bytes this standard base64 stands for, with or without padding; NaN for anything else. */
function base64Bytes(text: string): number {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.byteLength(text, "base64") : Number.NaN;
}

/** Picks the digest to check from what a header offers, in base64. */
export function digestFrom(sha256: string | undefined, sha512: string | undefined, header: string): CoveredDigest {
  const algorithm = sha256 === undefined ? "sha512" : "sha256";
  const value = sha256 ?? sha512;
  if (value === undefined) throw unproven(`The ${header} header has neither SHA-256 nor SHA-512.`);
  if (base64Bytes(value) !== (algorithm === "sha256" ? 32 : 64))
    throw malformed(`The ${header} header cannot be read.`);
  return { algorithm, value };
}

/** A whole number of seconds since 1970, as milliseconds. */
export function seconds(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw malformed("A time in the signature is not a whole number of seconds.");
  return Number(text) * 1000;
}

/** A name from the request in a form that is safe to print. */
export function printable(name: string): string {
  return name.slice(0, 60).replace(/[^\x20-\x7e]/g, "?");
}
