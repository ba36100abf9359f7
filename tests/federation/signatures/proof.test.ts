/** Canonical JSON and the proofs made over it. */

import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addProof, canonicalize, verifyProof } from "../../../federation/signatures/proof.ts";
import { ed25519, rsa } from "./requests.ts";

const options = {
  verificationMethod: "https://a.example/u#ed25519-key",
  privateKey: ed25519.privateKey,
  created: new Date(0),
};
const document = {
  "@context": "https://www.w3.org/ns/activitystreams",
  type: "Note",
  content: "hello",
  n: [1, null, true, { b: 1, a: 2 }],
};
const proven = addProof(document, options);
const proof = proven.proof as Record<string, unknown>;

describe("canonical JSON", () => {
  test("sorts by UTF-16 units and writes numbers as ECMAScript does (RFC 8785, 3.2.2 and 3.2.3)", () => {
    expect(
      canonicalize({
        numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0],
        string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\u002f",
        literals: [null, true, false],
      }),
    ).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    expect(
      canonicalize({ "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 }),
    ).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  test("keeps what JSON says, whatever the order of the members", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const canonical = canonicalize(value);
        expect(canonicalize(JSON.parse(canonical))).toBe(canonical);
        expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, "\ud800", { "\udc00": 1 }, 1n, undefined, [undefined], Symbol("s")])(
    "refuses %s",
    (value) => {
      expect(() => canonicalize(value)).toThrow(TypeError);
    },
  );
});

describe("proofs", () => {
  test("a proof holds for the document it was made for, and for any order of its members", () => {
    expect(verifyProof(proven, ed25519.publicKey)).toBe(true);
    expect(verifyProof(Object.fromEntries(Object.entries(proven).reverse()), ed25519.publicKey)).toBe(true);
    expect(verifyProof({ ...proven, proof: [proof] }, ed25519.publicKey)).toBe(true);
    expect(verifyProof(addProof(proven, options), ed25519.publicKey)).toBe(true);
  });

  test("a document without a context has a proof without one", () => {
    const bare = addProof({ type: "Note" }, options);
    expect(bare.proof).not.toHaveProperty("@context");
    expect(verifyProof(bare, ed25519.publicKey)).toBe(true);
  });

  test.each<[string, Record<string, unknown>]>([
    ["another member", { ...proven, extra: 1 }],
    ["a missing member", (({ type: _, ...rest }) => rest)(proven)],
    ["another context", { ...proven, "@context": ["https://www.w3.org/ns/activitystreams", { content: "x:y" }] }],
    ["no context", (({ "@context": _, ...rest }) => rest)(proven)],
    ["no proof", document],
    ["two proofs", { ...proven, proof: [proof, proof] }],
    ["a proof of text", { ...proven, proof: "z" }],
    ["another time", { ...proven, proof: { ...proof, created: "2000-01-01T00:00:00Z" } }],
    ["another key's name", { ...proven, proof: { ...proof, verificationMethod: "https://b.example/k" } }],
    ["another purpose", { ...proven, proof: { ...proof, proofPurpose: "authentication" } }],
    ["another cryptosuite", { ...proven, proof: { ...proof, cryptosuite: "eddsa-rdfc-2022" } }],
    ["another type", { ...proven, proof: { ...proof, type: "Ed25519Signature2020" } }],
    ["a signature that is none", { ...proven, proof: { ...proof, proofValue: "z111" } }],
    ["a signature in another alphabet", { ...proven, proof: { ...proof, proofValue: "uAAAA" } }],
    ["an endless signature", { ...proven, proof: { ...proof, proofValue: `z${"2".repeat(100_000)}` } }],
    ["what is not JSON", { ...proven, extra: "\ud800" }],
  ])("a proof does not hold for %s", (_, changed) => {
    expect(verifyProof(changed, ed25519.publicKey)).toBe(false);
  });

  test("nesting without end is refused, not followed", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(verifyProof({ ...proven, deep }, ed25519.publicKey)).toBe(false);
  });

  test("only Ed25519 keys make and check proofs", () => {
    expect(verifyProof(proven, rsa.publicKey)).toBe(false);
    expect(verifyProof(proven, generateKeyPairSync("ed25519").publicKey)).toBe(false);
    expect(() => addProof(document, { ...options, privateKey: rsa.privateKey })).toThrow(TypeError);
  });

  test("any JSON object is checked without an exception", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (rest, value) => {
        expect(verifyProof({ ...rest, proof: value }, ed25519.publicKey)).toBe(false);
        expect(verifyProof({ ...rest, proof: { ...proof, proofValue: value } }, ed25519.publicKey)).toBe(false);
      }),
    );
  });
});
