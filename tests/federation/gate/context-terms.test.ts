/** The table of terms that an inline context is held against, and what holds for any JSON at all. */

import { preloadedContexts } from "@fedify/vocab-runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assertPlainReading } from "../../../federation/gate/context.ts";
import { isPlainObject, type PlainObject } from "../../../federation/gate/read-json.ts";
import { Rejection } from "../../../federation/gate/rejection.ts";
import { TERMS } from "../../../federation/gate/terms.ts";

const AS = "https://www.w3.org/ns/activitystreams";
const like = { id: "https://a.example/1", type: "Like", actor: "https://a.example/u", object: "https://b.example/2" };
const withInline = (inline: unknown) => ({ "@context": [AS, inline], ...like });

describe("the table of terms", () => {
  const contextOf = (url: string) => {
    const found: PlainObject = {};
    const visit = (context: unknown): void => {
      if (Array.isArray(context)) context.forEach(visit);
      else if (typeof context === "string") Object.assign(found, contextOf(context));
      else Object.assign(found, context);
    };
    visit((preloadedContexts as Record<string, PlainObject>)[url]?.["@context"]);
    return found;
  };

  test("every term that ActivityStreams defines, and we read, is in it with the very same meaning", () => {
    const context = contextOf(AS);
    const expand = (iri: unknown) => {
      const [prefix = "", suffix] = String(iri).split(":");
      return suffix === undefined || suffix.startsWith("//") ? String(iri) : context[prefix] + suffix;
    };
    let compared = 0;
    for (const [term, meaning] of TERMS) {
      const definition = context[term];
      if (definition === undefined) {
        expect([term, meaning.loose || term === "sec"]).toEqual([term, true]);
        continue;
      }
      const {
        "@id": id,
        "@type": type = null,
        "@container": container = null,
      } = isPlainObject(definition) ? definition : { "@id": definition };
      expect([term, [expand(id)], type === null ? null : expand(type), container]).toEqual([
        term,
        meaning.iris,
        meaning.type,
        meaning.container,
      ]);
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
  });

  test.each([
    "https://w3id.org/security/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/data-integrity/v1",
    "https://gotosocial.org/ns",
  ])("%s can be written inline and is taken, as far as it is in our words", (url) => {
    const context = contextOf(url);
    const inline = Object.fromEntries(
      Object.entries(context).filter(
        ([term, definition]) => TERMS.has(term) && !(isPlainObject(definition) && "@context" in definition),
      ),
    );
    const prefixes = Object.fromEntries(
      Object.entries(context).filter(([, iri]) => typeof iri === "string" && /[#/]$/.test(iri)),
    );
    expect(Object.keys(inline).length).toBeGreaterThan(0);
    expect(() => assertPlainReading(withInline({ ...prefixes, ...inline }))).not.toThrow();
  });
});

test("any JSON object passes or is rejected, never anything else", () => {
  const word = fc.constantFrom(
    "@id",
    "@type",
    "@context",
    "@reverse",
    "object",
    "actor",
    "as",
    "p",
    "as:object",
    "p:q",
    `${AS}#`,
    "https://x.example/y",
    "a",
    "@vocab",
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "medium" },
      word,
      fc.constant(null),
      fc.integer(),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(word, tie("tree"), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(word, tree), tree, (document, context) => {
      for (const candidate of [
        document,
        { ...document, "@context": [AS, context] },
        { ...document, object: { "@context": context } },
      ]) {
        try {
          assertPlainReading(candidate);
        } catch (error) {
          if (!(error instanceof Rejection)) throw error;
        }
      }
    }),
    { numRuns: 2000 },
  );
});
