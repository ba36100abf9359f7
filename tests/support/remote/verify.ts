/** Verifies the signature and digest of an arriving request by draft-cavage or RFC 9421, with node:crypto alone. */
import { createHash, createPublicKey, type KeyObject, verify as verifyBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isDoc, listOf, textOf } from "./doc.ts";
import type { Doc, SignatureCheck, SignatureStyle } from "./types.ts";

export interface Arriving {
  method: string;
  /** Path and query, as in the request line. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface FoundKey {
  key: KeyObject;
  owner: string;
}

/** Finds a key by its id; `fresh` asks past any cache. Throws an Error that says why not. */
export type KeyFinder = (keyId: string, fresh: boolean) => Promise<FoundKey>;

interface Claim {
  style: SignatureStyle;
  keyId: string;
  signature: Buffer;
  /** The exact text that was signed. */
  text: string;
}

/** How far the clocks may differ: Mastodon allows 12 hours. */
const WINDOW_MS = 12 * 3600 * 1000;

/** Checks coverage, time, digest and signature. Never throws: what is wrong stands in `reason`. */
export async function checkSignature(request: Arriving, origin: string, find: KeyFinder): Promise<SignatureCheck> {
  const style = request.headers["signature-input"] ? "rfc9421" : request.headers.signature ? "cavage" : "none";
  const result: SignatureCheck = { verified: false, style, keyId: undefined, actor: undefined, reason: undefined };
  try {
    if (style === "none") throw new Error("the request is not signed");
    const claim = style === "cavage" ? readCavage(request, origin) : readRfc9421(request, origin);
    result.keyId = claim.keyId;
    let found = await find(claim.keyId, false);
    if (!holds(claim, found.key)) found = await find(claim.keyId, true);
    if (!holds(claim, found.key)) throw new Error("the signature does not verify with the key's owner's public key");
    result.actor = found.owner;
    result.verified = true;
  } catch (error) {
    result.reason = error instanceof Error ? error.message : String(error);
  }
  return result;
}

function holds(claim: Claim, key: KeyObject): boolean {
  const algorithm = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  return verifyBytes(algorithm, Buffer.from(claim.text), key, claim.signature);
}

function header(request: Arriving, name: string): string {
  const value = request.headers[name];
  if (value === undefined) throw new Error(`the signature covers ${name}, which is not there`);
  return Array.isArray(value) ? value.join(", ") : value;
}

function checkTime(ms: number): void {
  if (!(Math.abs(Date.now() - ms) <= WINDOW_MS)) throw new Error("the signature's time is outside the window");
}

function demand(covered: string[], names: string[]): void {
  for (const name of names) if (!covered.includes(name)) throw new Error(`the signature does not cover ${name}`);
  if (new Set(covered).size !== covered.length) throw new Error("the signature covers something twice");
}

function digestOf(name: string, body: Buffer): string {
  return createHash(name).update(body).digest("base64");
}

function readCavage(request: Arriving, origin: string): Claim {
  const params = new Map<string, string>();
  for (const [, name = "", quoted, bare] of header(request, "signature").matchAll(/(\w+)=(?:"([^"]*)"|(\d+))/g)) {
    if (params.has(name)) throw new Error(`the signature has ${name} twice`);
    params.set(name, quoted ?? bare ?? "");
  }
  const keyId = params.get("keyId");
  const value = params.get("signature");
  if (!keyId || !value) throw new Error("the signature header lacks keyId or signature");
  if (!["rsa-sha256", "hs2019", "ed25519", undefined].includes(params.get("algorithm"))) {
    throw new Error(`the algorithm ${params.get("algorithm")} is not known`);
  }
  const covered = (params.get("headers") ?? "date").toLowerCase().split(" ");
  demand(covered, ["(request-target)", "host", ...(request.method === "POST" ? ["digest"] : [])]);
  if (header(request, "host") !== new URL(origin).host) throw new Error("the host is not this server's");
  if (covered.includes("(created)")) checkTime(Number(params.get("created")) * 1000);
  else {
    demand(covered, ["date"]);
    checkTime(Date.parse(header(request, "date")));
  }
  if (request.method === "POST") {
    const sent = /(?:^|,)\s*sha-256=([A-Za-z0-9+/=]+)/i.exec(header(request, "digest"))?.[1];
    if (sent !== digestOf("sha256", request.body)) throw new Error("the digest is not that of the body");
  }
  const line = (name: string): string => {
    if (name === "(request-target)") return `${request.method.toLowerCase()} ${request.path}`;
    if (name === "(created)" || name === "(expires)") return params.get(name.slice(1, -1)) ?? "";
    return header(request, name);
  };
  const text = covered.map((name) => `${name}: ${line(name)}`).join("\n");
  return { style: "cavage", keyId, signature: Buffer.from(value, "base64"), text };
}

function readRfc9421(request: Arriving, origin: string): Claim {
  const input = /^([a-z*][\w.*-]*)=(\(([^()]*)\)((?:;[^,"]+(?:="[^"]*")?)*))$/.exec(header(request, "signature-input"));
  if (!input) throw new Error("Signature-Input is not one label with a list of components");
  const [, label = "", params = "", list = "", tail = ""] = input;
  const value = /^([a-z*][\w.*-]*)=:([A-Za-z0-9+/=]+):$/.exec(header(request, "signature"));
  if (!value || value[1] !== label) throw new Error("Signature has not the label of Signature-Input");
  const components = list.split(" ").filter((item) => item !== "");
  const covered = components.map((item) => /^"([^"]+)"$/.exec(item)?.[1] ?? "");
  if (covered.includes("")) throw new Error("a component is not a plain name");
  const hasTarget = covered.includes("@target-uri");
  demand(covered, ["@method", ...(hasTarget ? [] : ["@authority", "@path"])]);
  const keyId = /;keyid="([^"]*)"/.exec(tail)?.[1];
  if (!keyId) throw new Error("the signature names no key");
  checkTime(Number(/;created=(\d+)/.exec(tail)?.[1] ?? Number.NaN) * 1000);
  if (Number(/;expires=(\d+)/.exec(tail)?.[1] ?? Infinity) * 1000 < Date.now()) throw new Error("it has expired");
  if (request.method === "POST") {
    demand(covered, ["content-digest"]);
    const sent = /(?:^|,)\s*(sha-256|sha-512)=:([A-Za-z0-9+/=]+):/.exec(header(request, "content-digest"));
    const name = sent?.[1] === "sha-512" ? "sha512" : "sha256";
    if (!sent || sent[2] !== digestOf(name, request.body)) throw new Error("the digest is not that of the body");
  }
  const target = new URL(request.path, origin);
  const derived: Record<string, string> = {
    "@method": request.method,
    "@target-uri": `${origin}${request.path}`,
    "@authority": new URL(origin).host,
    "@scheme": "http",
    "@request-target": request.path,
    "@path": target.pathname,
    "@query": target.search || "?",
  };
  const lines = covered.map((name) => `"${name}": ${derived[name] ?? header(request, name)}`);
  const text = [...lines, `"@signature-params": ${params}`].join("\n");
  return { style: "rfc9421", keyId, signature: Buffer.from(value[2] ?? "", "base64"), text };
}

/** The key of that id in an actor or key document: PEM (`publicKey`) or Ed25519 Multikey (`assertionMethod`, FEP-521a). */
export function keyIn(document: Doc, keyId: string): FoundKey | undefined {
  for (const entry of [document, ...listOf(document.publicKey), ...listOf(document.assertionMethod)]) {
    if (!isDoc(entry) || entry.id !== keyId) continue;
    const owner = textOf(entry.owner) ?? textOf(entry.controller);
    const pem = textOf(entry.publicKeyPem);
    const multibase = textOf(entry.publicKeyMultibase);
    if (!owner) return undefined;
    if (pem) return { key: createPublicKey(pem), owner };
    if (multibase) return { key: ed25519(multibase), owner };
  }
  return undefined;
}

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function ed25519(multibase: string): KeyObject {
  let number = 0n;
  for (const char of multibase.slice(1, 100)) {
    const digit = BASE58.indexOf(char);
    if (digit < 0) throw new Error("a Multikey is not base58");
    number = number * 58n + BigInt(digit);
  }
  const bytes = Buffer.from(number.toString(16).padStart(68, "0"), "hex");
  if (!multibase.startsWith("z") || bytes.length !== 34 || bytes.readUInt16BE() !== 0xed01) {
    throw new Error("a Multikey is not Ed25519");
  }
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), bytes.subarray(2)]);
  return createPublicKey({ key: der, format: "der", type: "spki" });
}
