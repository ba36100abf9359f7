/** Keys made, written, read and sealed. */

import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import { exportMultibaseKey, importMultibaseKey, importPem } from "@fedify/vocab-runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase58, encodeBase58 } from "../../../federation/signatures/base58.ts";
import {
  generateEd25519Keys,
  generateRsaKeys,
  privateKeyFromPkcs8,
  privateKeyToPkcs8,
  publicKeyFromMultibase,
  publicKeyFromPem,
  publicKeyToMultibase,
  publicKeyToPem,
  seal,
  unseal,
} from "../../../federation/signatures/keys.ts";
import { ed25519, rsa, webKey } from "./requests.ts";

describe("making and writing", () => {
  test("an RSA pair has 2048 bits and survives PEM and PKCS#8", async () => {
    const { publicKey, privateKey } = await generateRsaKeys();
    expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    const pem = publicKeyToPem(publicKey);
    expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    const again = publicKeyFromPem(pem);
    if (again === null) throw new Error("Our own PEM is not read.");
    const signature = sign("sha256", Buffer.from("x"), privateKeyFromPkcs8(privateKeyToPkcs8(privateKey)));
    expect(verify("sha256", Buffer.from("x"), again, signature)).toBe(true);
    expect((await importPem(pem)).algorithm.name).toBe("RSASSA-PKCS1-v1_5");
  });

  test("an Ed25519 key is written as Fedify writes it, and read back", async () => {
    const { publicKey } = await generateEd25519Keys();
    const text = publicKeyToMultibase(publicKey);
    expect(text).toMatch(/^z6Mk/);
    expect(text).toBe(await exportMultibaseKey(webKey(publicKey)));
    expect(publicKeyFromMultibase(text)?.equals(publicKey)).toBe(true);
    expect((await importMultibaseKey(text)).algorithm.name).toBe("Ed25519");
    expect(() => publicKeyToMultibase(rsa.publicKey)).toThrow(TypeError);
  });
});

describe("reading what strangers publish", () => {
  test("PKCS#1 and stray blanks are read", () => {
    const pkcs1 = rsa.publicKey.export({ type: "pkcs1", format: "pem" }) as string;
    expect(publicKeyFromPem(`\n${pkcs1}\n\n`)?.equals(rsa.publicKey)).toBe(true);
  });

  const pemOf = (bits: number, publicExponent = 65537) =>
    publicKeyToPem(generateKeyPairSync("rsa", { modulusLength: bits, publicExponent }).publicKey);
  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["a number", 5],
    ["no PEM", "hello"],
    ["a broken PEM", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"],
    ["an endless PEM", publicKeyToPem(rsa.publicKey) + " ".repeat(5000)],
    [
      "a private key",
      createPrivateKey(rsa.privateKey.export({ type: "pkcs8", format: "pem" })).export({
        type: "pkcs8",
        format: "pem",
      }),
    ],
    ["a small RSA key", pemOf(1024)],
    ["an elliptic key", publicKeyToPem(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey)],
    ["an RSA-PSS key", publicKeyToPem(generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).publicKey)],
    ["an RSA key with a huge exponent", publicKeyToPem(withExponent(Buffer.alloc(200, 0xff)))],
  ])("%s is not a key", (_, pem) => {
    expect(publicKeyFromPem(pem)).toBeNull();
  });

  function withExponent(exponent: Buffer) {
    const jwk = rsa.publicKey.export({ format: "jwk" });
    return createPublicKey({ key: { ...jwk, e: exponent.toString("base64url") }, format: "jwk" });
  }

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["another base", publicKeyToMultibase(ed25519.publicKey).replace("z", "u")],
    ["another kind of key", encodeBase58(Buffer.concat([Buffer.from([0x12, 0x05]), Buffer.alloc(32, 7)]))],
    ["too few bytes", encodeBase58(Buffer.from([0xed, 0x01, 1]))],
    ["a wrong letter", publicKeyToMultibase(ed25519.publicKey).replace(/.$/, "0")],
    ["an endless text", `z${"2".repeat(1_000_000)}`],
  ])("%s is not a multikey", (_, text) => {
    expect(publicKeyFromMultibase(text)).toBeNull();
  });

  test("any text is read as a key or not, without an exception", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        publicKeyFromPem(text);
        publicKeyFromPem(`-----BEGIN PUBLIC KEY-----\n${text}`);
        publicKeyFromMultibase(`z${text}`);
      }),
    );
  });

  test("base58 keeps all bytes, leading zeros too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(4), (bytes, zeros) => {
        const padded = Buffer.concat([Buffer.alloc(zeros), bytes]);
        expect(decodeBase58(encodeBase58(padded))).toEqual(padded);
      }),
    );
    expect(encodeBase58(Buffer.from("Hello World!"))).toBe("z2NEpo7TZRRrLZSi2U");
    expect(encodeBase58(Buffer.from([0, 0, 0x28, 0x7f, 0xb4, 0xcd]))).toBe("z11233QC4");
  });
});

describe("sealing", () => {
  const secret = randomBytes(32);
  const context = "https://common.example/c/welding#main-key";
  const pkcs8 = privateKeyToPkcs8(rsa.privateKey);
  const sealed = seal(pkcs8, secret, context);

  test("what was sealed comes out the same, and never looks the same twice", () => {
    expect(unseal(sealed, secret, context)).toEqual(pkcs8);
    expect(seal(pkcs8, secret, context)).not.toEqual(sealed);
    expect(sealed.includes(pkcs8.subarray(0, 32))).toBe(false);
  });

  test("another secret, another key's name or a changed byte open nothing", () => {
    expect(() => unseal(sealed, randomBytes(32), context)).toThrow(/cannot be unsealed/);
    expect(() => unseal(sealed, secret, `${context}2`)).toThrow(/cannot be unsealed/);
    expect(() => unseal(Buffer.alloc(0), secret, context)).toThrow(/not a sealed key/);
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(sealed);
        changed[at] = ((changed[at] as number) + by) & 0xff;
        expect(() => unseal(changed, secret, context)).toThrow(/seal/);
        expect(() => unseal(sealed.subarray(0, at), secret, context)).toThrow(/seal/);
      }),
    );
  });
});
