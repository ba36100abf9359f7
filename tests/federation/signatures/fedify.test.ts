/** Our signatures and proofs read by Fedify, and Fedify's read by us: the independent check that both mean the same. */

import { signObject, signRequest, type VerifyRequestOptions, verifyObject, verifyRequest } from "@fedify/fedify";
import { Create, Note } from "@fedify/fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import { expect, test } from "vitest";
import type { PlainObject } from "../../../federation/gate/read-json.ts";
import { publicKeyToMultibase, publicKeyToPem } from "../../../federation/signatures/keys.ts";
import { parseSignature } from "../../../federation/signatures/parse.ts";
import { addProof, verifyProof } from "../../../federation/signatures/proof.ts";
import { digestOf, signCavage, signRfc9421 } from "../../../federation/signatures/sign.ts";
import { verifyDigest, verifySignature } from "../../../federation/signatures/verify.ts";
import { BODY, ed25519, factsOf, KEY_ID, loaderOf, NOW, ORIGIN, rsa, webKey } from "./requests.ts";

const ACTOR = "https://peer.example/users/ada";
const PROOF_KEY_ID = `${ACTOR}#ed25519-key`;
const actor = {
  "@context": [
    "https://www.w3.org/ns/activitystreams",
    "https://w3id.org/security/v1",
    "https://w3id.org/security/multikey/v1",
    { assertionMethod: { "@id": "https://w3id.org/security#assertionMethod", "@type": "@id" } },
  ],
  id: ACTOR,
  type: "Person",
  preferredUsername: "ada",
  inbox: `${ACTOR}/inbox`,
  publicKey: { id: KEY_ID, type: "CryptographicKey", owner: ACTOR, publicKeyPem: publicKeyToPem(rsa.publicKey) },
  assertionMethod: [
    {
      id: PROOF_KEY_ID,
      type: "Multikey",
      controller: ACTOR,
      publicKeyMultibase: publicKeyToMultibase(ed25519.publicKey),
    },
  ],
};
const loader = loaderOf({ [ACTOR]: actor, [KEY_ID]: actor, [PROOF_KEY_ID]: actor });
const loaders = { documentLoader: loader, contextLoader: loader };
// Fedify's types name the Temporal that Node will have, its code uses the polyfill.
const currentTime = Temporal.Instant.fromEpochMilliseconds(NOW) as unknown as NonNullable<
  VerifyRequestOptions["currentTime"]
>;
const expected = { origin: ORIGIN, now: NOW };

test.each([
  ["draft-cavage", signCavage],
  ["RFC 9421", signRfc9421],
])("Fedify takes our %s signature of a POST, and no other body under it", async (_, sign) => {
  const headers = sign({
    method: "POST",
    url: `${ORIGIN}/inbox`,
    keyId: KEY_ID,
    privateKey: rsa.privateKey,
    digest: digestOf(BODY),
    now: NOW,
  });
  const request = (body: Uint8Array<ArrayBuffer>) => new Request(`${ORIGIN}/inbox`, { method: "POST", headers, body });
  const key = await verifyRequest(request(new Uint8Array(BODY)), { ...loaders, currentTime });
  expect(key?.id?.href).toBe(KEY_ID);
  expect(await verifyRequest(request(new TextEncoder().encode("{}")), { ...loaders, currentTime })).toBeNull();
});

test.each([
  ["draft-cavage", signCavage],
  ["RFC 9421", signRfc9421],
])("Fedify takes our %s signature of a GET", async (_, sign) => {
  const headers = sign({
    method: "GET",
    url: `${ORIGIN}/c/welding`,
    keyId: KEY_ID,
    privateKey: rsa.privateKey,
    now: NOW,
  });
  const request = new Request(`${ORIGIN}/c/welding`, { headers });
  expect((await verifyRequest(request, { ...loaders, currentTime }))?.id?.href).toBe(KEY_ID);
});

test.each(["draft-cavage-http-signatures-12", "rfc9421"] as const)(
  "we take Fedify's %s signature of a POST",
  async (spec) => {
    const request = new Request(`${ORIGIN}/inbox`, {
      method: "POST",
      headers: { "content-type": "application/activity+json", accept: "*/*" },
      body: new Uint8Array(BODY),
    });
    const signed = await signRequest(request, webKey(rsa.privateKey), new URL(KEY_ID), { spec, currentTime });
    const parsed = parseSignature(factsOf(signed), expected);
    expect(verifyDigest(parsed, BODY)).toBe(true);
    expect(verifyDigest(parsed, Buffer.from("{}"))).toBe(false);
    expect(verifySignature(parsed, rsa.publicKey)).toBe(true);
    expect(verifySignature(parsed, ed25519.publicKey)).toBe(false);
  },
);

test.each(["draft-cavage-http-signatures-12", "rfc9421"] as const)(
  "we take Fedify's %s signature of a GET",
  async (spec) => {
    const request = new Request(`${ORIGIN}/c/welding`, { headers: { accept: "application/activity+json" } });
    const signed = await signRequest(request, webKey(rsa.privateKey), new URL(KEY_ID), { spec, currentTime });
    const parsed = parseSignature(factsOf(signed), expected);
    expect(parsed.digest).toBeNull();
    expect(verifySignature(parsed, rsa.publicKey)).toBe(true);
  },
);

const document = {
  "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"],
  id: "https://peer.example/activities/1",
  type: "Create",
  actor: ACTOR,
  to: ["https://www.w3.org/ns/activitystreams#Public"],
  object: { id: "https://peer.example/notes/1", type: "Note", attributedTo: ACTOR, content: "<p>Zwölf 🔧\u2028 </p>" },
};

test("Fedify takes our proof, and not once the document is changed", async () => {
  const created = new Date("2026-11-23T18:04:58.123Z");
  const proven = addProof(document, { verificationMethod: PROOF_KEY_ID, privateKey: ed25519.privateKey, created });
  expect(proven.proof).toMatchObject({ created: "2026-11-23T18:04:58Z", "@context": document["@context"] });
  expect(verifyProof(proven, ed25519.publicKey)).toBe(true);
  expect(await verifyObject(Create, proven, loaders)).not.toBeNull();
  const forged = { ...proven, object: { ...document.object, content: "<p>Thirteen</p>" } };
  expect(verifyProof(forged, ed25519.publicKey)).toBe(false);
  expect(await verifyObject(Create, forged, loaders)).toBeNull();
});

test("we take Fedify's proof", async () => {
  const create = new Create({
    id: new URL("https://peer.example/activities/2"),
    actor: new URL(ACTOR),
    object: new Note({ id: new URL("https://peer.example/notes/2"), attribution: new URL(ACTOR), content: "Hello" }),
  });
  const signed = await signObject(create, webKey(ed25519.privateKey), new URL(PROOF_KEY_ID), {
    ...loaders,
    created: currentTime,
  });
  const json = (await signed.toJsonLd({ ...loaders, format: "compact" })) as PlainObject;
  expect(verifyProof(json, ed25519.publicKey)).toBe(true);
  expect(verifyProof({ ...json, actor: "https://peer.example/users/eve" }, ed25519.publicKey)).toBe(false);
});
