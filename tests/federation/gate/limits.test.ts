/** The shapes and sizes of what an activity may hold, and the small readers of its members. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  authorId,
  checkLimits,
  httpUrl,
  idsOf,
  LIMITS,
  listOf,
  parseDate,
  publicIn,
  sameOrigin,
  singleId,
  text,
  typesOf,
} from "../../../federation/gate/limits.ts";
import type { PlainObject } from "../../../federation/gate/read-json.ts";
import { Rejection } from "../../../federation/gate/rejection.ts";

const ADA = "https://a.example/users/ada";
const note = { id: "https://a.example/n/1", type: "Note", attributedTo: ADA, content: "hello" };
const create = { id: "https://a.example/a/1", type: "Create", actor: ADA, to: ["as:Public"], object: note };
const many = (count: number, value: unknown = "https://a.example/x") => Array(count).fill(value);
const now = Date.UTC(2026, 10, 23, 12);

function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof Rejection && error.status === 400) return error.sentence;
    throw error;
  }
  throw new Error("Nothing was rejected.");
}

describe("an activity within the limits is taken", () => {
  test.each<[string, PlainObject]>([
    ["a plain one", create],
    ["as many recipients as may be", { ...create, to: many(400), cc: many(599), audience: "https://a.example/g" }],
    [
      "as many tags, attachments and options",
      { ...create, object: { ...note, tag: many(200, {}), attachment: many(16, {}), oneOf: many(20, {}) } },
    ],
    ["an actor given as an object", { ...create, actor: { id: ADA, type: "Person", evil: [1] } }],
    ["wrapped three deep", { type: "Undo", actor: ADA, object: { type: "Announce", actor: ADA, object: create } }],
    [
      "an actor with many fields and a list of facilitators",
      {
        type: "Update",
        actor: ADA,
        object: { type: "Group", attachment: many(30, {}), attributedTo: ["https://a.example/mods"] },
      },
    ],
    ["a report on several things", { type: "Flag", actor: ADA, object: many(40) }],
    ["no object", { type: "Create", actor: ADA }],
  ])("%s", (_, activity) => {
    expect(() => checkLimits(activity)).not.toThrow();
  });

  test("http ids pass only where the host allows them", () => {
    const local = {
      ...create,
      actor: "http://localhost:3000/u",
      object: { ...note, attributedTo: "http://localhost:3000/u" },
    };
    expect(refusal(() => checkLimits(local))).toMatch(/absolute https URL/);
    expect(() => checkLimits(local, { allowHttp: true })).not.toThrow();
  });
});

describe("an activity beyond them is refused", () => {
  const long = `https://a.example/${"x".repeat(2048)}`;
  test.each<[RegExp, PlainObject]>([
    [/1001 recipients/, { ...create, to: many(1001) }],
    [/1001 recipients/, { ...create, to: many(500), cc: many(500), audience: ADA }],
    [/1001 recipients/, { ...create, object: { ...note, cc: many(1001) } }],
    [/201 tags/, { ...create, object: { ...note, tag: many(201, {}) } }],
    [/17 attachments/, { ...create, object: { ...note, attachment: many(17, {}) } }],
    [/21 poll options/, { ...create, object: { ...note, oneOf: many(21, {}) } }],
    [/21 poll options/, { ...create, object: { ...note, anyOf: many(21, {}) } }],
    [/wraps too many/, { type: "Undo", actor: ADA, object: { object: { object: { object: { object: {} } } } } }],
    [/objects/, { type: "Flag", actor: ADA, object: many(1001) }],
    [/"id" holds a URL/, { ...create, id: long }],
    [/"inReplyTo" holds a URL/, { ...create, object: { ...note, inReplyTo: long } }],
    [/"to" holds a URL/, { ...create, to: [long] }],
    [/"object" holds a URL/, { ...create, object: long }],
    [/"actor" is longer/, { ...create, actor: long }],
    [/"type" is not/, { ...create, type: 5 }],
    [/"type" is not/, { ...create, type: [["Create"]] }],
    [/"type" is not/, { ...create, type: many(9, "Create") }],
    ...[undefined, null, 1, true, "", [], [ADA], { url: ADA }, { id: 1 }, { id: [ADA] }].map(
      (actor): [RegExp, PlainObject] => [/"actor" must be exactly one id/, { ...create, actor }],
    ),
    ...[
      "/users/ada",
      "ada",
      "acct:ada@a.example",
      "http://a.example/u",
      "https:/a.example",
      "https:\\\\a.example",
      "https://a b.example/",
      "https://u:p@a.example/",
      "javascript:alert(1)",
      "https://",
    ].map((actor): [RegExp, PlainObject] => [/"actor" must be an absolute https URL/, { ...create, actor }]),
    [/"attributedTo" must be exactly one id/, { ...create, object: { ...note, attributedTo: [ADA, ADA] } }],
    [/"attributedTo" must be exactly one id/, { ...create, object: { ...note, attributedTo: 1 } }],
    [/"attributedTo" must be exactly one id/, { ...create, object: { ...note, attributedTo: null } }],
    [/"actor" must be exactly one id/, { type: "Announce", actor: ADA, object: { ...create, actor: [ADA] } }],
    [/"actor" must be exactly one id/, { type: "Announce", actor: ADA, object: [{ ...create, actor: 1 }] }],
  ])("%s", (sentence, activity) => {
    expect(refusal(() => checkLimits(activity))).toMatch(sentence);
  });

  test("any JSON object passes or is rejected, never anything else", () => {
    const field = fc.constantFrom("type", "actor", "object", "to", "tag", "attributedTo", "attachment", "id", "oneOf");
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "medium" },
        fc.constantFrom(ADA, "x", null, 1, true),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(field, tie("tree"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(field, tree), (activity) => {
        for (const candidate of [activity, { ...activity, type: "Create", actor: ADA }]) {
          try {
            checkLimits(candidate);
          } catch (error) {
            if (!(error instanceof Rejection)) throw error;
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("readers", () => {
  test("singleId reads a string or an object's id", () => {
    expect(singleId(ADA)).toBe(ADA);
    expect(singleId({ id: ADA, name: "x" })).toBe(ADA);
    expect(refusal(() => singleId([ADA], "object"))).toMatch(/"object"/);
    expect(authorId({ id: ADA }, "actor")).toBe(ADA);
  });

  test("listOf and idsOf take one, several or none", () => {
    expect([listOf(undefined), listOf(null), listOf("a"), listOf(["a", 1])]).toEqual([[], [], ["a"], ["a", 1]]);
    expect(idsOf(["a", { id: "b" }, { href: "c" }, 1, null, "", ["d"]])).toEqual(["a", "b"]);
    expect(idsOf("a")).toEqual(["a"]);
  });

  test("typesOf reads one type or several", () => {
    expect([typesOf("Note"), typesOf(["Note", "Page"]), typesOf(undefined)]).toEqual([["Note"], ["Note", "Page"], []]);
  });

  test("the public goes by three names", () => {
    for (const name of ["https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"])
      expect(publicIn([ADA, name])).toBe(true);
    expect(publicIn([ADA, "public", "https://www.w3.org/ns/activitystreams#public"])).toBe(false);
    expect(publicIn([])).toBe(false);
  });

  test("sameOrigin compares scheme, host and port", () => {
    expect(sameOrigin("https://a.example/x", "https://A.example:443/y#z")).toBe(true);
    for (const other of [
      "http://a.example/",
      "https://a.example:8443/",
      "https://b.example/",
      "https://a.example.evil.example/",
      "https://a.example@evil.example/",
      "",
      "x",
      "data:,",
      "https:a.example/",
    ]) {
      expect([other, sameOrigin("https://a.example/x", other)]).toEqual([other, false]);
    }
    expect(sameOrigin("data:,", "data:,")).toBe(false);
  });

  test("httpUrl takes absolute http and https URLs as they are", () => {
    for (const url of [ADA, "http://a.example", "https://a.example:8/@ada?x=y#z", "https://münchen.example/"])
      expect(httpUrl(url)).toBe(url);
    for (const url of [
      null,
      1,
      "",
      "ftp://a.example",
      "//a.example",
      "https://",
      "https://a.example/\u0000",
      "https://a.example/ b",
      "https://a\\.example",
      "https://x@a.example",
      "https://a.example:99999",
      ` ${ADA}`,
    ]) {
      expect([url, httpUrl(url)]).toEqual([url, null]);
    }
  });

  test("times are read with a zone and without, and clamped", () => {
    const iso = (value: unknown, latest?: number) => parseDate(value, now, latest)?.toISOString() ?? null;
    expect(iso("2026-11-23T11:00:00Z")).toBe("2026-11-23T11:00:00.000Z");
    expect(iso("2026-11-23T11:00:00.123456+02:00")).toBe("2026-11-23T09:00:00.123Z");
    expect(iso("2026-11-23t11:00:00z")).toBe("2026-11-23T11:00:00.000Z");
    expect(iso("2026-11-23 11:00:00-0130")).toBe("2026-11-23T12:30:00.000Z");
    expect(iso("2026-11-23T11:00:00")).toBe("2026-11-23T11:00:00.000Z");
    expect(iso("2026-11-23T11:00Z")).toBe("2026-11-23T11:00:00.000Z");
    expect(iso("2026-11-23T11:00:00+01")).toBe("2026-11-23T10:00:00.000Z");
    expect(iso("2026-11-23")).toBe("2026-11-23T00:00:00.000Z");
    expect(iso("1970-01-01T00:00:00Z")).toBe("2000-01-01T00:00:00.000Z");
    expect(iso("2099-01-01T00:00:00Z")).toBe("2026-11-23T13:00:00.000Z");
    expect(iso("2099-01-01T00:00:00Z", Date.UTC(2100, 0))).toBe("2099-01-01T00:00:00.000Z");
    for (const value of [
      null,
      5,
      "",
      "now",
      "2026-13-01T00:00:00Z",
      "2026-11-23T25:00:00Z",
      "23.11.2026",
      `2026-11-23T11:00:00${" ".repeat(50)}Z`,
      {},
    ]) {
      expect([value, iso(value)]).toEqual([value, null]);
    }
  });

  test("text is cut at the limit, never inside a character", () => {
    expect([text("abc", 2), text("abc", 3), text(5, 3), text(null, 3), text(["a"], 3)]).toEqual([
      "ab",
      "abc",
      "",
      "",
      "",
    ]);
    expect(text("a😀b", 2)).toBe("a");
    expect(text("a😀b", 3)).toBe("a😀");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(20), (value, max) => {
        const cut = text(value, max);
        expect(cut.length).toBeLessThanOrEqual(max);
        expect(value.startsWith(cut)).toBe(true);
        expect(cut.isWellFormed()).toBe(true);
      }),
    );
    expect(text("x".repeat(200_000), LIMITS.content)).toHaveLength(102_400);
  });

  test("no reader throws anything but a rejection, whatever it is given", () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (value, other) => {
        for (const read of [() => singleId(value), () => authorId(value, "x"), () => typesOf(value)]) {
          try {
            read();
          } catch (error) {
            if (!(error instanceof Rejection)) throw error;
          }
        }
        listOf(value);
        idsOf(value);
        httpUrl(value);
        parseDate(value, now);
        text(value, 10);
        sameOrigin(other, String(other));
      }),
    );
  });
});
