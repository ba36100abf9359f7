/** Requests for the tests of signatures: made by hand, turned from and into what Fedify takes. */

import { generateKeyPairSync, type KeyObject, type webcrypto } from "node:crypto";
import { preloadedContexts } from "@fedify/vocab-runtime";
import { Rejection } from "../../../federation/gate/rejection.ts";
import type { RequestFacts } from "../../../federation/signatures/parse.ts";
import type { SignedHeaders } from "../../../federation/signatures/sign.ts";

export const ORIGIN = "https://common.example";
export const KEY_ID = "https://peer.example/users/ada#main-key";
export const NOW = Date.UTC(2026, 10, 23, 18, 4, 58);
export const BODY = Buffer.from('{"type":"Like","actor":"https://peer.example/users/ada"}');

export const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const ed25519 = generateKeyPairSync("ed25519");

/** A request as node:http would hand it over; an array as value stands for a header that came several times. */
export function facts(
  headers: Record<string, string | string[]>,
  { method = "POST", target = "/inbox" } = {},
): RequestFacts {
  const rawHeaders = Object.entries(headers).flatMap(([name, value]) => [value].flat().flatMap((one) => [name, one]));
  const joined = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(", ")]);
  return { method, target, headers: Object.fromEntries(joined), rawHeaders };
}

/** What our signer made, as the receiver sees it. */
export function received(headers: SignedHeaders, request: { method?: string; target?: string } = {}): RequestFacts {
  return facts({ "user-agent": "test", "content-type": "application/activity+json", ...headers }, request);
}

/** A Request of the Fetch API as the receiver sees it. */
export function factsOf(request: Request): RequestFacts {
  const { pathname, search } = new URL(request.url);
  return facts(Object.fromEntries(request.headers), { method: request.method, target: pathname + search });
}

/** The rejection that a call ends with; fails if there is none or it is another kind of error. */
export function rejectionOf(call: () => unknown): Rejection {
  try {
    call();
  } catch (error) {
    if (error instanceof Rejection) return error;
    throw error;
  }
  throw new Error("Nothing was rejected.");
}

/** A key as Fedify takes it. */
export function webKey(key: KeyObject): webcrypto.CryptoKey {
  const usages = key.type === "private" ? (["sign"] as const) : (["verify"] as const);
  const algorithm =
    key.asymmetricKeyType === "rsa" ? { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } : { name: "Ed25519" };
  return key.toCryptoKey(algorithm, true, [...usages]);
}

/** A document loader for Fedify that knows these documents and the contexts Fedify brings along, and no network. */
export function loaderOf(documents: Record<string, unknown>) {
  return async (url: string) => {
    const document = documents[url] ?? (preloadedContexts as Record<string, unknown>)[url];
    if (document === undefined) throw new Error(`Not to be fetched: ${url}`);
    return { contextUrl: null, documentUrl: url, document };
  };
}
