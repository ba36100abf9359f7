/** Keys: making them, writing them as the fediverse reads them, reading what strangers publish, and sealing them at rest. */

import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { promisify } from "node:util";
import { decodeBase58, encodeBase58 } from "./base58.ts";

/** A public and a private key that belong together. */
export interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

const generate = promisify(generateKeyPair);

/** RSA keys of strangers: smaller are broken, larger are a way to waste our time. */
const RSA_BITS = { least: 2048, most: 8192 } as const;
const MAX_PEM = 4096;
/** multicodec `ed25519-pub`. */
const ED25519_CODEC = Buffer.from([0xed, 0x01]);
/** DER of a SubjectPublicKeyInfo for Ed25519 up to the 32 bytes of the key (RFC 8410). */
const ED25519_SPKI = Buffer.from("302a300506032b6570032100", "hex");

/** Makes an RSA key pair of 2048 bits: what every server understands. */
export function generateRsaKeys(): Promise<KeyPair> {
  return generate("rsa", { modulusLength: RSA_BITS.least });
}

/** Makes an Ed25519 key pair: for proofs and for servers that know it. */
export function generateEd25519Keys(): Promise<KeyPair> {
  return generate("ed25519");
}

/** A public key as `publicKeyPem` carries it. */
export function publicKeyToPem(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }) as string;
}

/** Reads a stranger's `publicKeyPem`, SPKI or PKCS#1; null unless it is an RSA key of 2048 to 8192 bits or an Ed25519 key. */
export function publicKeyFromPem(pem: unknown): KeyObject | null {
  // Node would also take a certificate or a private key for a public one.
  if (typeof pem !== "string" || pem.length > MAX_PEM || !/^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(pem))
    return null;
  try {
    const key = createPublicKey(pem);
    return isAcceptable(key) ? key : null;
  } catch {
    return null;
  }
}

function isAcceptable(key: KeyObject): boolean {
  if (key.asymmetricKeyType === "ed25519") return true;
  if (key.asymmetricKeyType !== "rsa") return false;
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  return (
    modulusLength >= RSA_BITS.least &&
    modulusLength <= RSA_BITS.most &&
    publicExponent > 1n &&
    publicExponent < 1n << 32n
  );
}

/** A private key as bytes to be sealed. */
export function privateKeyToPkcs8(key: KeyObject): Buffer {
  return key.export({ type: "pkcs8", format: "der" });
}

/** The private key of unsealed bytes. */
export function privateKeyFromPkcs8(pkcs8: Buffer): KeyObject {
  return createPrivateKey({ key: pkcs8, type: "pkcs8", format: "der" });
}

/** An Ed25519 public key as `publicKeyMultibase` carries it, `z6Mk…` (FEP-521a). */
export function publicKeyToMultibase(key: KeyObject): string {
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError("Only Ed25519 keys are written as multibase.");
  const raw = key.export({ type: "spki", format: "der" }).subarray(ED25519_SPKI.length);
  return encodeBase58(Buffer.concat([ED25519_CODEC, raw]));
}

/** Reads a stranger's `publicKeyMultibase`; null unless it is an Ed25519 key. */
export function publicKeyFromMultibase(text: unknown): KeyObject | null {
  const bytes = typeof text === "string" ? decodeBase58(text) : null;
  if (bytes === null || bytes.length !== 34 || !bytes.subarray(0, 2).equals(ED25519_CODEC)) return null;
  return createPublicKey({ key: Buffer.concat([ED25519_SPKI, bytes.subarray(2)]), type: "spki", format: "der" });
}

const SEAL_VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a private key for keeping at rest with AES-256-GCM (R60).
 * @param secret 32 bytes.
 * @param context what the key is for, say its id: unsealing under another fails.
 * @returns a version byte, the nonce, the tag and the sealed bytes.
 */
export function seal(pkcs8: Buffer, secret: Buffer, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", secret, nonce, { authTagLength: TAG_BYTES }).setAAD(
    Buffer.from(context),
  );
  const sealed = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  return Buffer.concat([Buffer.from([SEAL_VERSION]), nonce, cipher.getAuthTag(), sealed]);
}

/**
 * Opens what `seal` made.
 * @throws Error if it was made with another secret or context, or was changed since.
 */
export function unseal(sealed: Buffer, secret: Buffer, context: string): Buffer {
  const body = 1 + NONCE_BYTES + TAG_BYTES;
  if (sealed[0] !== SEAL_VERSION || sealed.length < body) throw new Error("This is not a sealed key.");
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", secret, nonce, { authTagLength: TAG_BYTES }).setAAD(
    Buffer.from(context),
  );
  decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, body));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(body)), decipher.final()]);
  } catch {
    throw new Error("The key cannot be unsealed: it was sealed with another secret or for another purpose.");
  }
}
