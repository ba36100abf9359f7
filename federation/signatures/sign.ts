/** Signing what we send, in both styles, always over the same components whatever a peer asks for (R10). */

import { hash, type KeyObject, sign } from "node:crypto";

/** The digest of one body in the forms of both styles; make it once and send it everywhere. */
export interface BodyDigest {
  /** `SHA-256=…` for the Digest header (RFC 3230). */
  digest: string;
  /** `sha-256=:…:` for the Content-Digest header (RFC 9530). */
  contentDigest: string;
}

/** A request to be signed. */
export interface RequestToSign {
  method: "GET" | "POST";
  /** Absolute; its query is signed, its fragment is not. */
  url: string | URL;
  /** The URL of the key, under which its owner lists it. */
  keyId: string;
  /** RSA or Ed25519. */
  privateKey: KeyObject;
  /** Of the body; leave it out where there is none. */
  digest?: BodyDigest;
  /** Milliseconds since 1970. */
  now: number;
}

/** Headers to send with the request, names in lower case. */
export type SignedHeaders = Record<string, string>;

/** The SHA-256 of a body. */
export function digestOf(body: string | Uint8Array): BodyDigest {
  const sha256 = hash("sha256", body, "base64");
  return { digest: `SHA-256=${sha256}`, contentDigest: `sha-256=:${sha256}:` };
}

/** Signs in the style of draft-cavage-http-signatures-12: (request-target), host, date, and digest if there is a body. */
export function signCavage({ method, url, keyId, privateKey, digest, now }: RequestToSign): SignedHeaders {
  const { host, pathname, search } = asUrl(url);
  const date = new Date(now).toUTCString();
  let covered = "(request-target) host date";
  let text = `(request-target): ${method.toLowerCase()} ${pathname}${search}\nhost: ${host}\ndate: ${date}`;
  const headers: SignedHeaders = { host, date };
  if (digest !== undefined) {
    covered += " digest";
    text += `\ndigest: ${digest.digest}`;
    headers.digest = digest.digest;
  }
  const algorithm = privateKey.asymmetricKeyType === "rsa" ? "rsa-sha256" : "hs2019";
  const signature = signText(text, privateKey);
  headers.signature = `keyId="${keyId}",algorithm="${algorithm}",headers="${covered}",signature="${signature}"`;
  return headers;
}

/** Signs in the style of RFC 9421: @method, @target-uri, and content-digest if there is a body. */
export function signRfc9421({ method, url, keyId, privateKey, digest, now }: RequestToSign): SignedHeaders {
  const { origin, host, pathname, search } = asUrl(url);
  let covered = '"@method" "@target-uri"';
  let text = `"@method": ${method}\n"@target-uri": ${origin}${pathname}${search}\n`;
  const headers: SignedHeaders = { host, date: new Date(now).toUTCString() };
  if (digest !== undefined) {
    covered += ' "content-digest"';
    text += `"content-digest": ${digest.contentDigest}\n`;
    headers["content-digest"] = digest.contentDigest;
  }
  const algorithm = privateKey.asymmetricKeyType === "rsa" ? "rsa-v1_5-sha256" : "ed25519";
  const parameters = `(${covered});created=${Math.floor(now / 1000)};keyid="${keyId}";alg="${algorithm}"`;
  text += `"@signature-params": ${parameters}`;
  headers["signature-input"] = `sig1=${parameters}`;
  headers.signature = `sig1=:${signText(text, privateKey)}:`;
  return headers;
}

function asUrl(url: string | URL): URL {
  return typeof url === "string" ? new URL(url) : url;
}

/** The algorithm follows from the key's type, as it does in verify.ts. */
function signText(text: string, key: KeyObject): string {
  return sign(key.asymmetricKeyType === "rsa" ? "sha256" : null, Buffer.from(text), key).toString("base64");
}
