/** Signatures that others made and published, and one made by a peer that is none of ours. */

import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { expect, test } from "vitest";
import { cavageSigningText, parseCavageParameters } from "../../../federation/signatures/cavage.ts";
import { publicKeyFromMultibase, publicKeyFromPem } from "../../../federation/signatures/keys.ts";
import { verifyProof } from "../../../federation/signatures/proof.ts";
import { parseSignatureInput, signatureBase } from "../../../federation/signatures/rfc9421.ts";
import { facts } from "./requests.ts";

test("RFC 9421, appendix B.2.6: the signature base and the Ed25519 signature over it", () => {
  const privateKey = createPrivateKey(
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----",
  );
  const publicKey = publicKeyFromPem(
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----",
  );
  const request = facts(
    {
      Host: "example.com",
      Date: "Tue, 20 Apr 2021 02:07:55 GMT",
      "Content-Type": "application/json",
      "Content-Length": "18",
    },
    { target: "/foo?param=Value&Pet=dog" },
  );
  const input = parseSignatureInput(
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
  );
  const base = signatureBase(request, input, "https://example.com");
  expect(base).toBe(`"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`);
  const signature = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
  expect(sign(null, Buffer.from(base, "latin1"), privateKey).toString("base64")).toBe(signature);
  expect(publicKey).not.toBeNull();
  const published = Buffer.from(signature, "base64");
  expect(verify(null, Buffer.from(base, "latin1"), publicKey as NonNullable<typeof publicKey>, published)).toBe(true);
});

test("draft-cavage-12, appendix C.3: the signing string and the RSA signature over it", () => {
  // 1024 bits, as in 2014; publicKeyFromPem would rightly not take it.
  const key = createPublicKey(`-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----`);
  const request = facts(
    {
      Host: "example.com",
      Date: "Sun, 05 Jan 2014 21:31:40 GMT",
      "Content-Type": "application/json",
      Digest: "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
      "Content-Length": "18",
    },
    { target: "/foo?param=value&pet=dog" },
  );
  const parameters = parseCavageParameters(
    'keyId="Test",algorithm="rsa-sha256",created=1402170695, expires=1402170699,headers="(request-target) (created) (expires) host date content-type digest content-length",signature="vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE="',
  );
  expect(cavageSigningText(request, parameters)).toBe(`(request-target): post /foo?param=value&pet=dog
(created): 1402170695
(expires): 1402170699
host: example.com
date: Sun, 05 Jan 2014 21:31:40 GMT
content-type: application/json
digest: SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=
content-length: 18`);
  // The published signature is over the earlier drafts' list, without (created) and (expires).
  const earlier = { ...parameters, covered: parameters.covered.filter((name) => !/created|expires/.test(name)) };
  const signed = Buffer.from(cavageSigningText(request, earlier), "latin1");
  expect(verify("sha256", signed, key, Buffer.from(parameters.signature, "base64"))).toBe(true);
});

test.each([
  {
    name: "of the FEP's first vector, without a context of its own",
    document: {
      "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"],
      type: "Create",
      actor: "https://server.example/users/alice",
      object: { type: "Note", content: "Hello world" },
    },
    own: false,
    proofValue: "z3sXaxjKs4M3BRicwWA9peyNPJvJqxtGsDmpt1jjoHCjgeUf71TRFz56osPSfDErszyLp5Ks1EhYSgpDaNM977Rg2",
  },
  {
    name: "of the FEP's present vector, with numbers",
    document: {
      "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"],
      id: "https://server.example/activities/1",
      type: "Create",
      actor: "https://server.example/users/alice",
      object: {
        id: "https://server.example/objects/1",
        type: "Note",
        attributedTo: "https://server.example/users/alice",
        content: "Hello world",
        location: { type: "Place", longitude: -71.184902, latitude: 25.273962 },
      },
    },
    own: true,
    proofValue: "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL",
  },
])("FEP-8b32: the proof $name", ({ document, own, proofValue }) => {
  const key = publicKeyFromMultibase("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2");
  if (key === null) throw new Error("The key of the FEP is not read.");
  const proof = {
    ...(own ? { "@context": document["@context"] } : {}),
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    verificationMethod: "https://server.example/users/alice#ed25519-key",
    proofPurpose: "assertionMethod",
    proofValue,
    created: "2023-02-24T23:36:38Z",
  };
  expect(verifyProof({ ...document, proof }, key)).toBe(true);
  expect(verifyProof({ ...document, actor: "https://server.example/users/bob", proof }, key)).toBe(false);
});
