/** Signs requests as other servers do: draft-cavage-http-signatures-12 and RFC 9421, with node:crypto alone. */
import { createHash, createPrivateKey, generateKeyPair, type KeyObject, sign as signBytes } from "node:crypto";
import { promisify } from "node:util";

export interface Outgoing {
  method: string;
  url: URL;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Buffer;
}

export interface KeyPair {
  publicPem: string;
  privateKey: KeyObject;
}

const generate = promisify(generateKeyPair);
let shared: Promise<KeyPair> | undefined;

/** A new RSA key pair of 2048 bits. */
export async function makeKeyPair(): Promise<KeyPair> {
  const { publicKey, privateKey } = await generate("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return { publicPem: publicKey, privateKey: createPrivateKey(privateKey) };
}

/** The same key pair at every call, made at the first. */
export function sharedKeyPair(): Promise<KeyPair> {
  shared ??= makeKeyPair();
  return shared;
}

export function sha256(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("base64");
}

/** Adds Digest (when there is a body) and a draft-cavage Signature over `(request-target) host date digest content-type`. */
export function signCavage(request: Outgoing, key: KeyPair & { keyId: string }): void {
  const covered = ["(request-target)", "host", "date"];
  if (request.method === "POST") {
    request.headers.digest = `SHA-256=${sha256(request.body)}`;
    covered.push("digest", "content-type");
  }
  const target = `${request.method.toLowerCase()} ${request.url.pathname}${request.url.search}`;
  const text = covered
    .map((name) => `${name}: ${name === "(request-target)" ? target : (request.headers[name] ?? "")}`)
    .join("\n");
  const value = signBytes("sha256", Buffer.from(text), key.privateKey).toString("base64");
  request.headers.signature = `keyId="${key.keyId}",algorithm="rsa-sha256",headers="${covered.join(" ")}",signature="${value}"`;
}

/** Adds Content-Digest (when there is a body), Signature-Input and Signature by RFC 9421, alg rsa-v1_5-sha256. */
export function signRfc9421(request: Outgoing, key: KeyPair & { keyId: string }): void {
  const values: [string, string][] = [
    ["@method", request.method],
    ["@target-uri", request.url.href],
  ];
  if (request.method === "POST") {
    request.headers["content-digest"] = `sha-256=:${sha256(request.body)}:`;
    values.push(["content-digest", request.headers["content-digest"]]);
    values.push(["content-type", request.headers["content-type"] ?? ""]);
  }
  const created = Math.floor(Date.parse(request.headers.date ?? "") / 1000);
  const list = values.map(([name]) => `"${name}"`).join(" ");
  const params = `(${list});created=${created};keyid="${key.keyId}";alg="rsa-v1_5-sha256"`;
  const text = [...values.map(([name, value]) => `"${name}": ${value}`), `"@signature-params": ${params}`].join("\n");
  const value = signBytes("sha256", Buffer.from(text), key.privateKey).toString("base64");
  request.headers["signature-input"] = `sig1=${params}`;
  request.headers.signature = `sig1=:${value}:`;
}

/**
 * The shape of a Linked Data signature (RsaSignature2017) as relays and Mastodon attach it. The value is made over the
 * plain JSON, not over canonical RDF: nobody may accept a delivery on the strength of it.
 */
export function ldSignature(activity: object, key: KeyPair & { keyId: string }): Record<string, string> {
  return {
    type: "RsaSignature2017",
    creator: key.keyId,
    created: new Date().toISOString(),
    signatureValue: signBytes("sha256", Buffer.from(JSON.stringify(activity)), key.privateKey).toString("base64"),
  };
}
