/** What is asked of a signed request before its key is fetched, in both styles, and how each lack is refused. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Rejection } from "../../../federation/gate/rejection.ts";
import { type ParsedSignature, parseSignature, type RequestFacts } from "../../../federation/signatures/parse.ts";
import { digestOf, signCavage, signRfc9421 } from "../../../federation/signatures/sign.ts";
import { verifyDigest, verifySignature } from "../../../federation/signatures/verify.ts";
import { costMs } from "../../support/cost.ts";
import { BODY, ed25519, facts, KEY_ID, NOW, ORIGIN, received, rejectionOf, rsa } from "./requests.ts";

const expected = { origin: ORIGIN, now: NOW };
const digest = digestOf(BODY);
const common = { method: "POST", url: `${ORIGIN}/inbox`, keyId: KEY_ID, now: NOW, digest } as const;
const cavage = signCavage({ ...common, privateKey: rsa.privateKey });
const rfc9421 = signRfc9421({ ...common, privateKey: rsa.privateKey });

const genuine = (parsed: ParsedSignature, key = rsa.publicKey, body: Uint8Array = BODY) =>
  verifyDigest(parsed, body) && verifySignature(parsed, key);

/** The status and sentence of a request made from good headers with changes; undefined takes a header away. */
function refusal(
  good: Record<string, string>,
  changes: Record<string, string | string[] | undefined>,
  request: { method?: string; target?: string } = {},
): Rejection {
  const headers = { ...good, ...changes };
  const kept = Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined);
  return rejectionOf(() => parseSignature(facts(Object.fromEntries(kept), request), expected));
}

const cavageWith = (edit: (header: string) => string) => ({ signature: edit(cavage.signature as string) });
const inputWith = (edit: (header: string) => string) => ({
  "signature-input": edit(rfc9421["signature-input"] as string),
});

describe("draft-cavage", () => {
  test("a signature is read with all it says", () => {
    const parsed = parseSignature(received(cavage), expected);
    expect(parsed).toMatchObject({ style: "cavage", keyId: KEY_ID, algorithm: "rsa", createdAt: NOW, expiresAt: null });
    expect(parsed.digest?.algorithm).toBe("sha256");
    expect(genuine(parsed)).toBe(true);
  });

  test("hs2019 goes with either type of key, an absent algorithm and rsa-sha256 with RSA alone", () => {
    const other = signCavage({ ...common, privateKey: ed25519.privateKey });
    const parsed = parseSignature(received(other), expected);
    expect(parsed.algorithm).toBe("any");
    expect(genuine(parsed, ed25519.publicKey)).toBe(true);
    expect(genuine(parsed, rsa.publicKey)).toBe(false);
    for (const algorithm of ["", 'algorithm="rsa-sha256",']) {
      const signature = (other.signature as string).replace('algorithm="hs2019",', algorithm);
      expect(genuine(parseSignature(received({ ...other, signature }), expected), ed25519.publicKey)).toBe(false);
      const withRsa = (cavage.signature as string).replace('algorithm="rsa-sha256",', algorithm);
      expect(genuine(parseSignature(received({ ...cavage, signature: withRsa }), expected))).toBe(true);
    }
    const hs2019 = (cavage.signature as string).replace("rsa-sha256", "hs2019");
    expect(genuine(parseSignature(received({ ...cavage, signature: hs2019 }), expected))).toBe(true);
  });

  test("(created) stands in for date, and SHA-512 for SHA-256", () => {
    const value = "a".repeat(86);
    const parsed = parseSignature(
      facts({
        Host: "common.example",
        Digest: `sha-512=${value}==,MD5=AAAA`,
        Signature: `keyId="${KEY_ID}", created=${NOW / 1000},expires=${NOW / 1000 + 60}, headers="(request-target) (created) (expires) host digest",signature="${value}"`,
      }),
      expected,
    );
    expect(parsed).toMatchObject({ createdAt: NOW, expiresAt: NOW + 60_000, digest: { algorithm: "sha512" } });
    expect(parsed.signingText).toBe(
      `(request-target): post /inbox\n(created): ${NOW / 1000}\n(expires): ${NOW / 1000 + 60}\nhost: common.example\ndigest: sha-512=${value}==,MD5=AAAA`,
    );
  });

  test("a GET needs no digest", () => {
    const signed = signCavage({
      method: "GET",
      url: `${ORIGIN}/posts/1?page=2`,
      keyId: KEY_ID,
      now: NOW,
      privateKey: rsa.privateKey,
    });
    const parsed = parseSignature(received(signed, { method: "GET", target: "/posts/1?page=2" }), expected);
    expect(parsed.digest).toBeNull();
    expect(genuine(parsed, rsa.publicKey, Buffer.alloc(0))).toBe(true);
    expect(verifyDigest(parsed, BODY)).toBe(false);
  });

  test.each<[number, RegExp, Record<string, string | string[] | undefined>]>([
    [401, /not signed/, { signature: undefined }],
    [
      401,
      /Authorization header/,
      { signature: undefined, authorization: cavageWith((s) => `Signature ${s}`).signature },
    ],
    [400, /two ways at once/, { authorization: `Signature ${cavage.signature}` }],
    [400, /two ways at once/, { "signature-input": rfc9421["signature-input"] }],
    [401, /does not cover \(request-target\)/, cavageWith((s) => s.replace("(request-target) ", ""))],
    [401, /does not cover host/, cavageWith((s) => s.replace(" host", ""))],
    [401, /neither date nor \(created\)/, cavageWith((s) => s.replace(" date", ""))],
    [401, /does not cover digest/, cavageWith((s) => s.replace(" digest", ""))],
    [401, /does not cover/, cavageWith((s) => s.replace(/headers="[^"]*",/, ""))],
    [401, /another host/, { host: "other.example" }],
    [401, /another host/, { host: "common.example:8443" }],
    [400, /twice/, cavageWith((s) => `${s},keyId="https://evil.example/key"`)],
    [400, /header twice/, cavageWith((s) => s.replace(" date", " date date"))],
    [400, /"signature" occurs more than once/, { signature: [cavage.signature as string, 'x="y"'] }],
    [400, /"digest" occurs more than once/, { digest: [digest.digest, "SHA-512=x"] }],
    [400, /"date" occurs more than once/, { Date: [cavage.date as string, cavage.date as string], date: undefined }],
    [401, /neither SHA-256 nor SHA-512/, { digest: "SHA=abcd,MD5=abcd" }],
    [400, /algorithm twice/, { digest: `${digest.digest},sha-256=AAAA` }],
    [400, /Digest header cannot be read/, { digest: "SHA-256=AAAA" }],
    [400, /Digest header cannot be read/, { digest: "SHA-256=****" }],
    [401, /algorithm is none of/, cavageWith((s) => s.replace("rsa-sha256", "rsa-sha1"))],
    [401, /algorithm is none of/, cavageWith((s) => s.replace("rsa-sha256", "hmac-sha256"))],
    [401, /more than an hour/, { date: new Date(NOW - 3_601_000).toUTCString() }],
    [401, /more than an hour/, { date: new Date(NOW + 3_601_000).toUTCString() }],
    [400, /not an HTTP date/, { date: "yesterday" }],
    [400, /not an HTTP date/, { date: "2026-11-23T18:04:58Z" }],
    [401, /which the request does not have/, { date: undefined }],
    [401, /which the request does not have/, cavageWith((s) => s.replace(" host", " host __proto__ constructor"))],
    [400, /not a header/, cavageWith((s) => s.replace(" host", " host\u00e4"))],
    [401, /expired/, cavageWith((s) => `${s},expires=${NOW / 1000 - 1}`)],
    [400, /whole number of seconds/, cavageWith((s) => `${s},expires="soon"`)],
    [400, /whole number of seconds/, cavageWith((s) => s.replace(" date", " (created)"))],
    [400, /without giving it/, cavageWith((s) => s.replace(" date", " date (expires)"))],
    [400, /key id/, cavageWith((s) => s.replace(KEY_ID, "main-key"))],
    [400, /key id/, cavageWith((s) => s.replace(KEY_ID, "acct:ada@peer.example"))],
    [400, /key id/, cavageWith((s) => s.replace(KEY_ID, `${KEY_ID}${"x".repeat(3000)}`))],
    [400, /lacks keyId or signature/, cavageWith((s) => s.replace(/keyId="[^"]*",/, ""))],
    [400, /base64/, cavageWith((s) => s.replace(/signature="[^"]*"/, 'signature="!"'))],
    [400, /base64/, cavageWith((s) => s.replace(/signature="[^"]*"/, 'signature="AAAA"'))],
    [400, /cannot be read/, { signature: "garbage" }],
    [400, /cannot be read/, { signature: "" }],
    [400, /cannot be read/, cavageWith((s) => `${s} trailing`)],
    [400, /without an end/, { signature: 'keyId="https://x' }],
    [400, /escape/, cavageWith((s) => s.replace("rsa-sha256", 'rsa\\"'))],
    [400, /neither a string nor a number/, cavageWith((s) => `${s},created=now`)],
    [400, /proper name/, cavageWith((s) => `${s},k y="x"`)],
  ])("%i %s", (status, sentence, changes) => {
    const rejection = refusal(cavage, changes);
    expect(rejection.sentence).toMatch(sentence);
    expect(rejection.status).toBe(status);
  });
});

describe("RFC 9421", () => {
  test("a signature is read with all it says", () => {
    const parsed = parseSignature(received(rfc9421), expected);
    expect(parsed).toMatchObject({
      style: "rfc9421",
      keyId: KEY_ID,
      algorithm: "rsa",
      createdAt: NOW,
      expiresAt: null,
    });
    expect(genuine(parsed)).toBe(true);
  });

  test("Ed25519 works, with alg and without", () => {
    const signed = signRfc9421({ ...common, privateKey: ed25519.privateKey });
    const parsed = parseSignature(received(signed), expected);
    expect(parsed.algorithm).toBe("ed25519");
    expect(genuine(parsed, ed25519.publicKey)).toBe(true);
    expect(genuine(parsed, rsa.publicKey)).toBe(false);
    const bare = parseSignature(facts({ ...rfc9421, ...inputWith((s) => s.replace(/;alg="[^"]*"/, "")) }), expected);
    expect(bare.algorithm).toBe("any");
  });

  test("blanks between components do not change what was signed", () => {
    const spaced = inputWith((s) =>
      s.replace('("@method" "@target-uri"', '(  "@method"   "@target-uri"').replace(";created", ";  created"),
    );
    expect(genuine(parseSignature(received({ ...rfc9421, ...spaced }), expected))).toBe(true);
  });

  test("the place is ours whatever the request calls it", () => {
    const parsed = parseSignature(
      facts(
        {
          ...rfc9421,
          host: "proxied.internal",
          ...inputWith((s) => s.replace('"@target-uri"', '"@authority" "@scheme" "@path" "@query" "@request-target"')),
        },
        { target: "/inbox?a=1" },
      ),
      expected,
    );
    expect(parsed.signingText).toContain(
      '"@authority": common.example\n"@scheme": https\n"@path": /inbox\n"@query": ?a=1\n"@request-target": /inbox?a=1\n',
    );
    const elsewhere = signRfc9421({ ...common, url: "https://other.example/inbox", privateKey: rsa.privateKey });
    expect(genuine(parseSignature(received(elsewhere), expected))).toBe(false);
  });

  test.each<[number, RegExp, Record<string, string | string[] | undefined>, string?]>([
    [
      401,
      /"signature-input", which the request does not have|not signed/,
      { "signature-input": undefined, signature: undefined },
    ],
    [400, /without a proper name/, { "signature-input": undefined }],
    [401, /"signature", which the request does not have/, { signature: undefined }],
    [400, /more than one signature/, { "signature-input": [rfc9421["signature-input"] as string, "x=()"] }],
    [400, /more than one signature/, inputWith((s) => `${s}, sig2=("@method");created=1`)],
    [400, /more than one signature/, { signature: `${rfc9421.signature}, sig2=:AAAA:` }],
    [400, /different labels/, { signature: (rfc9421.signature as string).replace("sig1", "sig2") }],
    [401, /does not cover @method/, inputWith((s) => s.replace('"@method" ', ""))],
    [401, /neither @target-uri nor/, inputWith((s) => s.replace(' "@target-uri"', ""))],
    [401, /neither @target-uri nor/, inputWith((s) => s.replace('"@target-uri"', '"@path"'))],
    [401, /neither @target-uri nor/, inputWith((s) => s.replace('"@target-uri"', '"@authority"'))],
    [401, /does not cover @query/, inputWith((s) => s.replace('"@target-uri"', '"@authority" "@path"')), "/inbox?a=1"],
    [401, /does not cover content-digest/, inputWith((s) => s.replace(' "content-digest"', ""))],
    [401, /does not say when/, inputWith((s) => s.replace(/;created=\d+/, ""))],
    [401, /more than an hour/, inputWith((s) => s.replace(/;created=\d+/, `;created=${NOW / 1000 - 3601}`))],
    [401, /more than an hour/, inputWith((s) => s.replace(/;created=\d+/, `;created=${NOW / 1000 + 3601}`))],
    [401, /expired/, inputWith((s) => `${s};expires=${NOW / 1000}`)],
    [400, /cannot be read/, inputWith((s) => s.replace(/;created=\d+/, ";created=-5"))],
    [400, /cannot be read/, inputWith((s) => s.replace(/;created=\d+/, ';created="5"'))],
    [400, /cannot be read/, inputWith((s) => s.replace(/;created=\d+/, ";created=5.5"))],
    [400, /component twice/, inputWith((s) => s.replace('"@method"', '"@method" "@method"'))],
    [400, /parameter "alg" twice/, inputWith((s) => `${s};alg="ed25519"`)],
    [400, /with parameters/, inputWith((s) => s.replace('"@method"', '"@method";req'))],
    [400, /with parameters/, inputWith((s) => s.replace('"content-digest"', '"content-digest";sf'))],
    [400, /with parameters/, inputWith((s) => s.replace('"content-digest"', '"content-digest";bs'))],
    [400, /with parameters/, inputWith((s) => s.replace('"content-digest"', '"content-digest";key="sha-256"'))],
    [400, /with parameters/, inputWith((s) => s.replace('"@method"', '"@method" "@query-param";name="a"'))],
    [400, /do not know/, inputWith((s) => s.replace('"@method"', '"@method" "@status"'))],
    [400, /parameter "x", which we do not know/, inputWith((s) => `${s};x="y"`)],
    [400, /cannot be read/, inputWith((s) => `${s};x`)],
    [400, /not the name of a component/, inputWith((s) => s.replace('"@method"', '"@method" "Date"'))],
    [400, /cannot be read/, inputWith((s) => s.replace('"@method" ', '"@method"'))],
    [400, /cannot be read/, inputWith((s) => s.replace('"@method"', "@method"))],
    [400, /cannot be read/, { "signature-input": "sig1=(" }],
    [400, /cannot be read/, { "signature-input": "" }],
    [400, /cannot be read/, { "signature-input": "sig1=5" }],
    [401, /algorithm is neither/, inputWith((s) => s.replace("rsa-v1_5-sha256", "rsa-pss-sha512"))],
    [401, /algorithm is neither/, inputWith((s) => s.replace("rsa-v1_5-sha256", "hmac-sha256"))],
    [400, /no keyid/, inputWith((s) => s.replace(/;keyid="[^"]*"/, ""))],
    [400, /key id/, inputWith((s) => s.replace(KEY_ID, "test-key"))],
    [401, /neither SHA-256 nor SHA-512/, { "content-digest": "md5=:AAAA:" }],
    [400, /algorithm twice/, { "content-digest": `${digest.contentDigest}, ${digest.contentDigest}` }],
    [400, /"content-digest" occurs more than once/, { "content-digest": [digest.contentDigest, "md5=:AAAA:"] }],
    [400, /Content-Digest header cannot be read/, { "content-digest": "sha-256=AAAA" }],
    [400, /Content-Digest header cannot be read/, { "content-digest": "sha-256=:AAAA:" }],
    [401, /which the request does not have/, { "content-digest": undefined }],
    [401, /another host/, { ...inputWith((s) => s.replace('"@method"', '"@method" "host"')), host: "other.example" }],
    [400, /base64/, { signature: "sig1=:!:" }],
  ])("%i %s", (status, sentence, changes, target = "/inbox") => {
    const rejection = refusal(rfc9421, changes, { target });
    expect(rejection.sentence).toMatch(sentence);
    expect(rejection.status).toBe(status);
  });
});

test.each(["http://common.example/inbox", "*", "", "/in box", "/in\nbox"])("the target %j is refused", (target) => {
  expect(refusal(cavage, {}, { target }).status).toBe(400);
});

describe("tampering", () => {
  const signed = [
    ["cavage", cavage, ["host", "date", "digest"]],
    ["rfc9421", rfc9421, ["content-digest", "signature-input"]],
  ] as const;

  test.each(signed)("a changed byte in anything that %s covers is noticed", (_, headers, covered) => {
    const check = (request: RequestFacts, body: Uint8Array) => {
      try {
        return genuine(parseSignature(request, expected), rsa.publicKey, body);
      } catch (error) {
        if (error instanceof Rejection) return false;
        throw error;
      }
    };
    expect(check(received(headers), BODY)).toBe(true);
    const change = (text: string, at: number, by: number) => {
      const index = at % text.length;
      const char = String.fromCharCode(33 + ((text.charCodeAt(index) - 33 + by) % 94));
      return text.slice(0, index) + char + text.slice(index + 1);
    };
    fc.assert(
      fc.property(
        fc.constantFrom(...covered, "(body)", "(method)", "(target)"),
        fc.nat(5000),
        fc.integer({ min: 1, max: 93 }),
        (what, at, by) => {
          if (what === "(body)") {
            const body = Buffer.from(BODY);
            body[at % body.length] = ((body[at % body.length] as number) + by) & 0xff;
            return !check(received(headers), body);
          }
          if (what === "(method)") return !check(received(headers, { method: "PUT" }), BODY);
          if (what === "(target)") return !check(received(headers, { target: `/${change("inbox", at, by)}` }), BODY);
          const value = (headers as Record<string, string>)[what] as string;
          const changed = change(value, at, by);
          return !check(received({ ...headers, [what]: changed }), BODY);
        },
      ),
      { numRuns: 600 },
    );
  });
});

describe("anything at all", () => {
  const headerText = fc.string({ unit: "binary", maxLength: 400 });
  const nearly = (header: string) =>
    fc
      .tuple(
        fc.nat(header.length),
        fc.nat(20),
        fc.string({ unit: fc.constantFrom('"', ",", ";", "=", "(", ")", " ", ":", "\\", "a", "1", "@"), maxLength: 6 }),
      )
      .map(([at, cut, insert]) => header.slice(0, at) + insert + header.slice(at + cut));
  const header = (good: string | undefined) =>
    fc.option(fc.oneof(headerText, nearly(good ?? ""), fc.constant(good ?? "")), { nil: undefined });

  test("gives a parsed signature or a rejection, never another error", () => {
    fc.assert(
      fc.property(
        fc.record({
          signature: fc.option(
            fc.oneof(headerText, nearly(cavage.signature as string), nearly(rfc9421.signature as string)),
            { nil: undefined },
          ),
          "signature-input": header(rfc9421["signature-input"]),
          host: header(cavage.host),
          date: header(cavage.date),
          digest: header(cavage.digest),
          "content-digest": header(rfc9421["content-digest"]),
        }),
        fc.constantFrom("GET", "POST", "", "post"),
        fc.oneof(fc.constant("/inbox"), headerText),
        (headers, method, target) => {
          const rawHeaders = Object.entries(headers).flatMap(([name, value]) =>
            value === undefined ? [] : [name, value],
          );
          try {
            const parsed = parseSignature({ method, target, headers, rawHeaders }, expected);
            expect(typeof genuine(parsed)).toBe("boolean");
          } catch (error) {
            if (!(error instanceof Rejection)) throw error;
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("is read in bounded time, even at a megabyte", async () => {
    const size = 1024 * 1024;
    const hostile = [
      { signature: `keyId="${"a".repeat(size)}` },
      { signature: "a=1,".repeat(size / 4) },
      { signature: `keyId="x",headers="${"a ".repeat(size / 2)}",signature="${"A".repeat(100)}"` },
      { signature: `keyId="x",headers="${" ".repeat(size)}",signature="${"A".repeat(100)}"` },
      { signature: `${" ".repeat(size)}=` },
      { ...cavage, digest: ",".repeat(size) },
      { ...cavage, date: "A".repeat(size) },
      { signature: "sig1=:AAAA:", "signature-input": `sig1=(${'"a" '.repeat(size / 4)}` },
      { signature: "sig1=:AAAA:", "signature-input": `sig1=("${"a".repeat(size)}` },
      { signature: "sig1=:AAAA:", "signature-input": `sig1=("a");keyid="${"\\\\".repeat(size / 2)}` },
      { signature: "sig1=:AAAA:", "signature-input": `sig1=(${" ".repeat(size)}` },
      { ...rfc9421, "content-digest": "a=:a:,".repeat(size / 6) },
    ];
    for (const headers of hostile) {
      const read = () => rejectionOf(() => parseSignature(facts(headers as Record<string, string>), expected));
      expect(await costMs(read)).toBeLessThan(1_000);
    }
  });
});
