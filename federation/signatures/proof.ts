/** Object integrity proofs (FEP-8b32) with the cryptosuite eddsa-jcs-2022, and the canonical JSON they are made over. */

import { hash, type KeyObject, sign, verify } from "node:crypto";
import { isPlainObject, type PlainObject } from "../gate/read-json.ts";
import { decodeBase58, encodeBase58 } from "./base58.ts";

/** What a proof is made with. */
export interface ProofOptions {
  /** The URL of the Multikey under which the signer publishes the public key. */
  verificationMethod: string;
  /** Ed25519. */
  privateKey: KeyObject;
  created: Date;
}

const MAX_DEPTH = 64;

/**
 * A copy of the document with a `proof` by the given key; a proof it had before is replaced.
 * @throws TypeError if the document is not JSON or the key is not Ed25519.
 */
export function addProof(
  document: PlainObject,
  { verificationMethod, privateKey, created }: ProofOptions,
): PlainObject {
  if (privateKey.asymmetricKeyType !== "ed25519") throw new TypeError("Proofs are made with Ed25519 keys.");
  const { proof: _, ...unsigned } = document;
  const context = unsigned["@context"];
  const proof: PlainObject = {
    ...(context === undefined ? {} : { "@context": context }),
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    verificationMethod,
    proofPurpose: "assertionMethod",
    // Whole seconds: some verifiers parse the time and write it again before hashing.
    created: `${created.toISOString().slice(0, 19)}Z`,
  };
  proof.proofValue = encodeBase58(sign(null, hashes(proof, unsigned), privateKey));
  return { ...unsigned, proof };
}

/**
 * Whether the document carries an eddsa-jcs-2022 proof by this key. The proof's own `@context`, if it has one, must be
 * the document's. Never throws, whatever the document holds.
 */
export function verifyProof(document: PlainObject, publicKey: KeyObject): boolean {
  if (publicKey.asymmetricKeyType !== "ed25519") return false;
  const { proof: found, ...unsigned } = document;
  const proof = Array.isArray(found) && found.length === 1 ? found[0] : found;
  if (!isPlainObject(proof)) return false;
  const { proofValue, ...config } = proof;
  if (config.type !== "DataIntegrityProof" || config.cryptosuite !== "eddsa-jcs-2022") return false;
  if (config.proofPurpose !== "assertionMethod" || typeof config.verificationMethod !== "string") return false;
  const signature = typeof proofValue === "string" ? decodeBase58(proofValue) : null;
  if (signature?.length !== 64) return false;
  const context = unsigned["@context"];
  try {
    const signed = (options: PlainObject) => verify(null, hashes(options, unsigned), publicKey, signature);
    if (config["@context"] === undefined) {
      // Servers differ in whether the options they hash have the document's context when the proof they send has none.
      return (context !== undefined && signed({ ...config, "@context": context })) || signed(config);
    }
    return context !== undefined && canonicalize(config["@context"]) === canonicalize(context) && signed(config);
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** What is signed: the hash of the proof's options, then that of the document. */
function hashes(config: PlainObject, document: PlainObject): Buffer {
  return Buffer.concat([
    hash("sha256", canonicalize(config), "buffer"),
    hash("sha256", canonicalize(document), "buffer"),
  ]);
}

/**
 * Canonical JSON (RFC 8785): members sorted by UTF-16 units, no blanks, numbers and strings as ECMAScript writes them.
 * @throws TypeError for what is not JSON, has lone surrogates, or is nested more than 64 levels deep.
 */
export function canonicalize(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) throw new TypeError("The value is nested too deep.");
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new TypeError("A string has a lone surrogate.");
    return JSON.stringify(value);
  }
  if (value === null || typeof value === "boolean" || Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalize(item, depth + 1)).join(",")}]`;
  if (!isPlainObject(value)) throw new TypeError("The value is not JSON.");
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${canonicalize(key, depth + 1)}:${canonicalize(value[key], depth + 1)}`);
  return `{${members.join(",")}}`;
}
