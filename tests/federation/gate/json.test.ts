/** From bytes to a plain object: the scan before parsing, and the cleaning after it. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dropBlind, readJson } from "../../../federation/gate/read-json.ts";
import { Rejection } from "../../../federation/gate/rejection.ts";
import { JSON_LIMITS, scan } from "../../../federation/gate/scan.ts";

const bytes = (text: string) => Buffer.from(text);

function rejectionOf(call: () => unknown): Rejection {
  try {
    call();
  } catch (error) {
    if (error instanceof Rejection) return error;
    throw error;
  }
  throw new Error("Nothing was rejected.");
}

describe("the scan", () => {
  test("counts objects, arrays, strings, numbers and literals, and how deep they lie", () => {
    expect(scan(bytes('{"a": [1, -2.5e3, true, null, "x\\"]{"], "b":{}}'))).toEqual({
      depth: 2,
      tokens: 10,
      suspicious: false,
    });
    expect(scan(bytes(""))).toEqual({ depth: 0, tokens: 0, suspicious: false });
  });

  test("agrees with what JSON.parse finds", () => {
    const count = (value: unknown): [number, number] => {
      if (typeof value !== "object" || value === null) return [0, 1];
      const inner = Object.entries(value).map(([, member]) => count(member));
      const keys = Array.isArray(value) ? 0 : inner.length;
      return [
        1 + Math.max(0, ...inner.map(([depth]) => depth)),
        1 + keys + inner.reduce((sum, [, tokens]) => sum + tokens, 0),
      ];
    };
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const [depth, tokens] = count(JSON.parse(text));
        expect(scan(bytes(text))).toMatchObject({ depth, tokens });
      }),
    );
  });

  test("takes what is at the limits and nothing beyond", () => {
    const nested = (levels: number) => bytes("[".repeat(levels) + "]".repeat(levels));
    expect(scan(nested(JSON_LIMITS.depth)).depth).toBe(32);
    expect(rejectionOf(() => scan(nested(JSON_LIMITS.depth + 1)))).toMatchObject({
      status: 400,
      sentence: expect.stringMatching(/levels/),
    });
    const list = (items: number) => bytes(`[${Array(items).fill("1").join(",")}]`);
    expect(scan(list(JSON_LIMITS.tokens - 1)).tokens).toBe(20_000);
    expect(rejectionOf(() => scan(list(JSON_LIMITS.tokens))).sentence).toMatch(/20000 tokens/);
    expect(rejectionOf(() => scan(bytes("[".repeat(1_000_000)))).status).toBe(400);
  });

  test("notices escapes that could hide something, and no others", () => {
    for (const spelled of ["\\u0000", "\\ud800", "\\uDFFF", "\\ud83d\\ude00", "\\u005f", "\\u0063", "\\u0070"]) {
      expect([spelled, scan(bytes(`{"${spelled}":1}`)).suspicious]).toEqual([spelled, true]);
    }
    for (const spelled of ["\\u00e4", "\\u2028", "\\u0041", "\\n", "\\\\u0000", "\\u0026", "\\u003c", "\\ud7ff"]) {
      expect([spelled, scan(bytes(`{"${spelled}":1}`)).suspicious]).toEqual([spelled, false]);
    }
  });

  test("never throws anything but a rejection", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (any) => {
        try {
          expect(scan(any).tokens).toBeLessThanOrEqual(any.length);
        } catch (error) {
          if (!(error instanceof Rejection)) throw error;
        }
      }),
    );
  });
});

describe("reading", () => {
  test("an object comes with the text it was made from", () => {
    const text = '{"type":"Note","content":"Zwölf 🔧"}';
    expect(readJson(bytes(text))).toEqual({
      document: { type: "Note", content: "Zwölf 🔧" },
      raw: text,
      cleaned: false,
      maybeBlind: false,
    });
  });

  test("a byte order mark is passed over", () => {
    expect(readJson(bytes('\ufeff{"a":1}'))).toMatchObject({ document: { a: 1 }, raw: '{"a":1}', cleaned: false });
  });

  test("keys that reach into prototypes are dropped, however they are spelled", () => {
    const text =
      '{"a":1,"__proto__":{"admin":true},"b":[{"constructor":{"prototype":{}},"ok":1}],"\\u005f\\u005fproto__":{"x":1},"prototype":1,"_\\u0000_proto__":{"y":1}}';
    const { document, cleaned, raw } = readJson(bytes(text));
    expect(Object.keys(document)).toEqual(["a", "b"]);
    expect(document).toEqual({ a: 1, b: [{ ok: 1 }] });
    expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
    expect(cleaned).toBe(true);
    expect(raw).toBe(text);
    expect({}).not.toHaveProperty("admin");
  });

  test("such words in texts are left alone", () => {
    const { document, cleaned } = readJson(bytes('{"content":"constructor","tag":["__proto__"]}'));
    expect(document).toEqual({ content: "constructor", tag: ["__proto__"] });
    expect(cleaned).toBe(false);
  });

  test("U+0000 and lone surrogates are taken out of strings and keys, pairs stay", () => {
    const { document, cleaned } = readJson(
      bytes('{"a":"x\\u0000y\\ud800z","b":["\\udc00"],"c\\u0000":"\\ud83d\\ude00","d":{"e":"\\u0000"}}'),
    );
    expect(document).toEqual({ a: "xyz", b: [""], c: "😀", d: { e: "" } });
    expect(cleaned).toBe(true);
    expect(readJson(bytes('{"a":"\\ud83d\\ude00"}')).cleaned).toBe(false);
  });

  test.each([
    ["", /JSON/],
    ["[]", /not an object/],
    ["null", /not an object/],
    ['"text"', /not an object/],
    ["5", /not an object/],
    ['{"a":1', /not valid JSON/],
    ["{'a':1}", /not valid JSON/],
    ['{"a":1}x', /not valid JSON/],
    ['{"a":"\n"}', /not valid JSON/],
  ])("%j is refused with 400", (text, sentence) => {
    const rejection = rejectionOf(() => readJson(bytes(text)));
    expect(rejection.status).toBe(400);
    expect(rejection.sentence).toMatch(sentence);
  });

  test("bytes that are not UTF-8 are refused with 400, too many of them with 413", () => {
    expect(rejectionOf(() => readJson(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).sentence).toMatch(
      /UTF-8/,
    );
    expect(
      rejectionOf(() => readJson(Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]))).sentence,
    ).toMatch(/UTF-8/);
    const large = bytes(`{"a":"${"x".repeat(JSON_LIMITS.bytes)}"}`);
    expect(rejectionOf(() => readJson(large)).status).toBe(413);
  });

  test("whatever comes gives an object that is clean, or a rejection", () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json({ noUnicodeString: false }).map(bytes),
      fc
        .array(
          fc.constantFrom(
            "{",
            "}",
            "[",
            "]",
            '"',
            ":",
            ",",
            "\\u0000",
            "\\ud800",
            "__proto__",
            "constructor",
            "1",
            " ",
            "a",
          ),
          { maxLength: 60 },
        )
        .map((parts) => bytes(parts.join(""))),
      fc
        .array(
          fc.tuple(
            fc.constantFrom("a", "\\u0000", "__proto__", "\\u005f_proto__", "constructor", "\\udfff"),
            fc.constantFrom('"\\u0000"', '{"prototype":1}', '["\\ud83d"]', "1"),
          ),
          { maxLength: 8 },
        )
        .map((members) => bytes(`{${members.map(([key, value]) => `"${key}":${value}`).join(",")}}`)),
    );
    fc.assert(
      fc.property(hostile, (any) => {
        try {
          const again = JSON.stringify(readJson(any).document);
          expect(again).not.toMatch(/"(?:__proto__|constructor|prototype)":|\\u0000|\\u[dD][89a-fA-F]/);
        } catch (error) {
          if (!(error instanceof Rejection)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("blind recipients", () => {
  test.each([
    ["of the activity", '{"bto":["https://a.example/u/x"],"type":"Like"}', { type: "Like" }],
    ["of what it embeds", '{"object":{"to":[],"bcc":"https://a.example/u/x"}}', { object: { to: [] } }],
    ["in a list in a list", '{"object":[[{"bcc":1,"id":2}]]}', { object: [[{ id: 2 }]] }],
    ["spelled with escapes", '{"\\u0062to":1,"\\u0062\\u0063\\u0063":2,"b\\u0074\\u006f":3,"cc":[]}', { cc: [] }],
  ])("%s are taken out", (_, text, left) => {
    const json = readJson(bytes(text));
    expect(dropBlind(json)).toBe(true);
    expect(json.document).toEqual(left);
  });

  test("that are none are left, however they look", () => {
    const document = { content: 'the word "bto", and bcc', name: "bto", to: ["bcc"] };
    const json = readJson(bytes(JSON.stringify(document)));
    expect(dropBlind(json)).toBe(false);
    expect(json.document).toEqual(document);
  });
});
