/** Whether a parsed signature is genuine: the body is the one that was signed, and this key signed it. */

import { hash, type KeyObject, timingSafeEqual, verify } from "node:crypto";
import type { ParsedSignature } from "./parsed.ts";

/** Whether these bytes are the body the signature covers. A signature without a digest covers only the empty body. */
export function verifyDigest(parsed: ParsedSignature, body: Uint8Array): boolean {
  const { digest } = parsed;
  if (digest === null) return body.length === 0;
  return timingSafeEqual(hash(digest.algorithm, body, "buffer"), Buffer.from(digest.value, "base64"));
}

/**
 * Whether the key made the signature. The algorithm follows from the key's type alone: RSASSA-PKCS1-v1_5 with SHA-256 for
 * RSA, Ed25519 for Ed25519; a request that claims another is not genuine.
 */
export function verifySignature(parsed: ParsedSignature, key: KeyObject): boolean {
  const type = key.asymmetricKeyType;
  if (type !== "rsa" && type !== "ed25519") return false;
  if (parsed.algorithm !== "any" && parsed.algorithm !== type) return false;
  const signed = Buffer.from(parsed.signingText, "latin1");
  return verify(type === "rsa" ? "sha256" : null, signed, key, Buffer.from(parsed.signature, "base64"));
}
