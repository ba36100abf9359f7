/** One plain reading of the JSON: contexts that servers send are taken, those that would make JSON-LD read something else are refused. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { assertPlainReading } from "../../../federation/gate/context.ts";
import { type PlainObject, readJson } from "../../../federation/gate/read-json.ts";
import { Rejection } from "../../../federation/gate/rejection.ts";
import { costMs } from "../../support/cost.ts";

const AS = "https://www.w3.org/ns/activitystreams";
const like = { id: "https://a.example/1", type: "Like", actor: "https://a.example/u", object: "https://b.example/2" };
const withInline = (inline: unknown) => ({ "@context": [AS, inline], ...like });

function refusal(document: unknown): string {
  try {
    assertPlainReading(document as PlainObject);
  } catch (error) {
    if (error instanceof Rejection && error.status === 400) return error.sentence;
    throw error;
  }
  throw new Error("Nothing was rejected.");
}

describe("what servers send is taken", () => {
  test.each<[string, unknown]>([
    ["no context", undefined],
    ["the context alone", AS],
    ["with a hash", [`${AS}#`]],
    ["by http", "http://www.w3.org/ns/activitystreams"],
    ["with others", ["https://w3id.org/security/v1", AS, "https://join-lemmy.org/context.json", "http://schema.org/"]],
    [
      "as Mastodon's",
      [
        AS,
        "https://w3id.org/security/v1",
        {
          manuallyApprovesFollowers: "as:manuallyApprovesFollowers",
          toot: "http://joinmastodon.org/ns#",
          featured: { "@id": "toot:featured", "@type": "@id" },
          featuredTags: { "@id": "toot:featuredTags", "@type": "@id" },
          alsoKnownAs: { "@id": "as:alsoKnownAs", "@type": "@id" },
          movedTo: { "@id": "as:movedTo", "@type": "@id" },
          schema: "http://schema.org#",
          PropertyValue: "schema:PropertyValue",
          value: "schema:value",
          discoverable: "toot:discoverable",
          suspended: "toot:suspended",
          memorial: "toot:memorial",
          indexable: "toot:indexable",
          attributionDomains: { "@id": "toot:attributionDomains", "@type": "@id" },
          focalPoint: { "@container": "@list", "@id": "toot:focalPoint" },
        },
      ],
    ],
    [
      "as a Mastodon post's",
      [
        AS,
        {
          ostatus: "http://ostatus.org#",
          atomUri: "ostatus:atomUri",
          inReplyToAtomUri: "ostatus:inReplyToAtomUri",
          conversation: "ostatus:conversation",
          sensitive: "as:sensitive",
          toot: "http://joinmastodon.org/ns#",
          votersCount: "toot:votersCount",
          Hashtag: "as:Hashtag",
          Emoji: "toot:Emoji",
          blurhash: "toot:blurhash",
          quote: { "@id": "https://w3id.org/fep/044f#quote", "@type": "@id" },
          quoteUri: "http://fedibird.com/ns#quoteUri",
          _misskey_quote: "https://misskey-hub.net/ns#_misskey_quote",
          quoteAuthorization: { "@id": "https://w3id.org/fep/044f#quoteAuthorization", "@type": "@id" },
          gts: "https://gotosocial.org/ns#",
          interactionPolicy: { "@id": "gts:interactionPolicy", "@type": "@id" },
        },
      ],
    ],
    [
      "as Misskey's",
      [
        AS,
        "https://w3id.org/security/v1",
        {
          Key: "sec:Key",
          manuallyApprovesFollowers: "as:manuallyApprovesFollowers",
          sensitive: "as:sensitive",
          Hashtag: "as:Hashtag",
          quoteUrl: "as:quoteUrl",
          toot: "http://joinmastodon.org/ns#",
          Emoji: "toot:Emoji",
          featured: "toot:featured",
          discoverable: "toot:discoverable",
          schema: "http://schema.org#",
          PropertyValue: "schema:PropertyValue",
          value: "schema:value",
          misskey: "https://misskey-hub.net/ns#",
          _misskey_content: "misskey:_misskey_content",
          isCat: "misskey:isCat",
          vcard: "http://www.w3.org/2006/vcard/ns#",
        },
      ],
    ],
    [
      "as PeerTube's",
      [
        AS,
        "https://w3id.org/security/v1",
        { RsaSignature2017: "https://w3id.org/security#RsaSignature2017" },
        {
          pt: "https://joinpeertube.org/ns#",
          sc: "http://schema.org/",
          playlists: { "@id": "pt:playlists", "@type": "@id" },
          support: { "@type": "sc:Text", "@id": "pt:support" },
          lemmy: "https://join-lemmy.org/ns#",
          postingRestrictedToMods: "lemmy:postingRestrictedToMods",
          icons: "as:icon",
          likes: { "@id": "as:likes", "@type": "@id" },
          comments: { "@id": "as:comments", "@type": "@id" },
        },
      ],
    ],
    [
      "as PieFed's",
      [
        AS,
        "https://w3id.org/security/v1",
        {
          lemmy: "https://join-lemmy.org/ns#",
          litepub: "http://litepub.social/ns#",
          pt: "https://joinpeertube.org/ns#",
          sc: "http://schema.org/",
          ChatMessage: "litepub:ChatMessage",
          commentsEnabled: "pt:commentsEnabled",
          sensitive: "as:sensitive",
          postingRestrictedToMods: "lemmy:postingRestrictedToMods",
          removeData: "lemmy:removeData",
          stickied: "lemmy:stickied",
          moderators: { "@type": "@id", "@id": "lemmy:moderators" },
          expires: "as:endTime",
          distinguished: "lemmy:distinguished",
          language: "sc:inLanguage",
          identifier: "sc:identifier",
        },
      ],
    ],
    [
      "as Mobilizon's",
      [
        AS,
        {
          sc: "http://schema.org#",
          location: { "@id": "sc:location", "@type": "sc:Place" },
          uuid: "sc:identifier",
          "@language": "und",
        },
      ],
    ],
    [
      "with keywords and terms named as they are",
      [AS, { id: "@id", type: "@type", Note: "as:Note", object: { "@id": "as:object", "@type": "@id" } }],
    ],
    [
      "with typed times",
      [
        AS,
        {
          published: { "@id": "as:published", "@type": "xsd:dateTime" },
          contentMap: { "@id": "as:content", "@container": "@language" },
        },
      ],
    ],
  ])("%s", (_, context) => {
    const document = context === undefined ? like : { "@context": context, ...like };
    expect(() => assertPlainReading(document)).not.toThrow();
    expect(() => assertPlainReading({ ...like, object: document })).not.toThrow();
    expect(() => assertPlainReading({ ...like, type: "Announce", object: [document] })).not.toThrow();
  });

  test("members with a prefix that no term of ours stands for", () => {
    expect(() =>
      assertPlainReading({
        "@context": AS,
        ...like,
        "lemmy:tagsForPosts": [],
        "vcard:bday": "1815-12-10",
        ":blob:": 1,
      }),
    ).not.toThrow();
  });

  test("a proof or signature with a context of its own", () => {
    expect(() =>
      assertPlainReading({
        "@context": AS,
        ...like,
        signature: { "@context": "https://w3id.org/identity/v1", type: "RsaSignature2017" },
      }),
    ).not.toThrow();
  });

  test("contexts by http, where the host allows it", () => {
    const document = { "@context": [AS, "http://localhost:3000/context"], ...like };
    expect(refusal(document)).toMatch(/https URL/);
    expect(() => assertPlainReading(document, { allowHttp: true })).not.toThrow();
  });

  const wire = new URL("../../../../shared/wire/", import.meta.url);
  test.skipIf(!existsSync(wire))("every payload of a live server", () => {
    const files = readdirSync(wire, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"));
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      const { document, cleaned } = readJson(readFileSync(new URL(file, wire)));
      expect(() => assertPlainReading(document), file).not.toThrow();
      expect([file, cleaned]).toEqual([file, false]);
    }
  });
});

describe("what could be read in two ways is refused", () => {
  test.each<[RegExp, unknown]>([
    [/does not include/, { "@context": "https://join-lemmy.org/context.json", ...like }],
    [/does not include/, { "@context": [], ...like }],
    [/does not include/, { "@context": null, ...like }],
    [/does not include/, { "@context": { as: `${AS}#` }, ...like }],
    [/does not include/, { "@context": 5, ...like }],
    [/does not include/, { "@context": "https://www.w3.org/ns/activitystreams/evil", ...like }],
    [/neither a URL nor an object/, { "@context": [AS, null], ...like }],
    [/neither a URL nor an object/, { "@context": [AS, [AS]], ...like }],
    [/neither a URL nor an object/, { "@context": [AS, 5], ...like }],
    [/neither a URL nor an object/, { ...like, object: { "@context": null } }],
    [/https URL/, { "@context": [AS, "http://evil.example/context"], ...like }],
    [/https URL/, { "@context": [AS, "context.json"], ...like }],
    [/https URL/, { "@context": [AS, "data:application/json,{}"], ...like }],
    [/https URL/, { "@context": [AS, `https://a.example/${"x".repeat(3000)}`], ...like }],
    ...[
      "@graph",
      "@included",
      "@reverse",
      "@nest",
      "@base",
      "@vocab",
      "@id",
      "@type",
      "@value",
      "@list",
      "@set",
      "@index",
      "@language",
    ].flatMap((keyword): [RegExp, unknown][] => [
      [new RegExp(keyword), { "@context": AS, ...like, [keyword]: {} }],
      [new RegExp(keyword), { "@context": AS, ...like, object: [[{ deep: { [keyword]: "x" } }]] }],
    ]),
    [/by its IRI/, { "@context": AS, ...like, [`${AS}#actor`]: "https://evil.example/u" }],
    [/by its IRI/, { ...like, object: { [`${AS}#content`]: "x" } }],
    [/by its IRI/, { "@context": AS, ...like, "as:actor": "https://evil.example/u" }],
    [/by its IRI/, { "@context": AS, ...like, "ldp:inbox": "https://evil.example/u" }],
    [/by its IRI/, { "@context": AS, ...like, "https://w3id.org/security#publicKey": {} }],
    [/by its IRI/, { "@context": [AS, { p: `${AS}#` }], ...like, object: { "p:content": "x" } }],
    [/by its IRI/, { "@context": [AS, { q: "p:", p: `${AS}#` }], ...like, "q:content": "x" }],
  ])("%s in %j", (sentence, document) => {
    expect(refusal(document)).toMatch(sentence);
  });

  test.each<[RegExp, unknown]>([
    [/"object" another meaning/, { object: "https://evil.example/object" }],
    [/"object" another meaning/, { object: null }],
    [/"object" another meaning/, { object: { "@id": null } }],
    [/"object" another meaning/, { object: { "@type": "@id" } }],
    [/"object" another meaning/, { object: "object" }],
    [/"object" another meaning/, { object: "as:object" }],
    [/"object" another meaning/, { object: { "@id": "as:object", "@type": "@vocab" } }],
    [/"object" another meaning/, { object: { "@id": "as:object", "@type": "@id", "@container": "@list" } }],
    [/"object" another meaning/, { object: "target" }],
    [/"content" another meaning/, { content: { "@id": "as:content", "@type": "@json" } }],
    [/"content" another meaning/, { content: { "@id": "as:content", "@language": "en" } }],
    [/"content" another meaning/, { content: "as:summary" }],
    [/"Note" another meaning/, { Note: "as:Delete" }],
    [/"Create" another meaning/, { Create: "https://evil.example/Create" }],
    [/"as" another meaning/, { as: "https://evil.example/ns#" }],
    [/"sec" another meaning/, { sec: "https://evil.example/ns#" }],
    [/"sensitive" another meaning/, { sensitive: "toot:sensitive" }],
    [/"sensitive" another meaning/, { sensitive: { "@id": "as:sensitive", "@type": "@json" } }],
    [
      /"featured" another meaning/,
      { toot: "https://evil.example/ns#", featured: { "@id": "toot:featured", "@type": "@id" } },
    ],
    [/"publicKeyPem" another meaning/, { publicKeyPem: "https://evil.example/pem" }],
    [/"owner" another meaning/, { owner: "sec:controller" }],
    [/"moderators" another meaning/, { moderators: "lemmy:bans" }],
    [/"id" another meaning|keyword another name/, { id: "@type" }],
    [/"id" another meaning/, { id: "https://evil.example/id" }],
    [/keyword another name/, { uri: "@id" }],
    [/keyword another name/, { kind: { "@id": "@type" } }],
    [/keyword another name/, { all: "@graph" }],
    [/keyword another name/, { more: "@nest" }],
    [/keyword another name/, { alias: "hidden", hidden: "@id" }],
    [/second name/, { sender: "as:actor" }],
    [/second name/, { sender: { "@id": `${AS}#actor`, "@type": "@id" } }],
    [/second name/, { sender: "actor" }],
    [/second name/, { p: `${AS}#`, sender: "p:actor" }],
    [/second name/, { expires: "as:published" }],
    [/uses @vocab/, { "@vocab": `${AS}#` }],
    [/uses @base/, { "@base": "https://evil.example/" }],
    [/uses @import/, { "@import": "https://evil.example/" }],
    [/uses @propagate/, { "@propagate": false }],
    [/uses @protected/, { "@protected": true }],
    [/in the inline @context is not read/, { replies2: { "@reverse": "as:inReplyTo" } }],
    [/in the inline @context is not read/, { nested: { "@id": "https://x.example/n", "@nest": "x" } }],
    [/graph container/, { things: { "@id": "https://x.example/t", "@container": "@graph" } }],
    [/graph container/, { things: { "@id": "https://x.example/t", "@container": ["@graph", "@id"] } }],
    [
      /"@context" in the inline/,
      { Thing: { "@id": "https://x.example/Thing", "@context": { size: "https://x.example/s" } } },
    ],
    [/2048 characters/, { long: `https://x.example/${"x".repeat(3000)}` }],
    [/round in circles/, { a: "b", b: "a" }],
    [/round in circles/, { a: "b:x", b: "a:y" }],
    [/not a prefix/, { p: AS, sender: "p:#actor" }],
    [/second name/, { "as:actor": { "@type": "@id" } }],
    [/by its IRI/, { "as:actor": "https://x.example/y" }],
  ])("%s in the inline context %j, wherever it stands", (sentence, inline) => {
    expect(refusal(withInline(inline))).toMatch(sentence);
    expect(refusal({ "@context": AS, ...like, object: { "@context": inline } })).toMatch(sentence);
    expect(refusal({ ...like, unknown: [{ deep: { "@context": ["https://x.example/c", inline] } }] })).toMatch(
      sentence,
    );
  });

  test("a later definition does not hide an earlier one", () => {
    const first = { toot: "https://evil.example/ns#", featured: { "@id": "toot:featured", "@type": "@id" } };
    expect(refusal({ "@context": [AS, first, { toot: "http://joinmastodon.org/ns#" }], ...like })).toMatch(
      /"featured"/,
    );
  });

  test("nesting without end is refused, not followed", () => {
    let deep: PlainObject = { type: "Note" };
    for (let i = 0; i < 50_000; i++) {
      deep = { object: deep };
    }
    expect(refusal(deep)).toMatch(/too deep/);
  });
});

test("many contexts cost no more than their length", async () => {
  const term = (at: number) => ({ [`term${at}`]: `https://x.example/${at}` });
  const many = Array.from({ length: 6000 }, (_, at) => term(at));
  const outer = Object.assign({}, ...many.slice(0, 4000));
  const siblings = many.slice(0, 3000).map((inline) => ({ "@context": inline, "p:q": 1 }));
  const cost = await costMs(() => {
    assertPlainReading({ "@context": [AS, ...many], ...like });
    assertPlainReading({ "@context": [AS, outer], ...like, siblings });
  });
  expect(cost).toBeLessThan(2_000);
});
