/** What other servers read here of actors, and how every document is served; Fedify reads along. */
import { verifyObject } from "@fedify/fedify";
import { Announce, Application, Group, isActor } from "@fedify/fedify/vocab";
import { beforeAll, describe, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { assertPlainReading } from "../../federation/gate/context.ts";
import { readActor } from "../../federation/objects/actor.ts";
import { addProof } from "../../federation/signatures/proof.ts";
import { signCavage } from "../../federation/signatures/sign.ts";
import { acceptAnswer, withdrawAnswer } from "../../src/domain/answers/accept.ts";
import { writeCharter } from "../../src/domain/charters/write.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { makePerson } from "../support/people.ts";
import { type Doc, openRemote, PUBLIC } from "../support/remote/index.ts";
import { AS, BROWSER, SERVER, setLibrary } from "./documents/library.ts";
import { knock } from "./gate/knock.ts";
import { loaderOf } from "./signatures/requests.ts";

const it = setLibrary();
const LD_JSON = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
const ZONED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Every `id` in a document, at any depth. */
function idsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === "id" && typeof member === "string" ? [member] : idsIn(member),
  );
}

describe("the community's actor", () => {
  test("has every field that other servers ask for", async () => {
    const actor = await it.read("/c/welding");
    const uri = `${it.ours.origin}/c/welding`;
    expect(actor).toMatchObject({
      id: uri,
      type: "Group",
      preferredUsername: "welding",
      name: "Welding & brazing",
      summary: "<p>All about welding.</p>",
      source: { content: "All about welding.", mediaType: "text/markdown" },
      mediaType: "text/html",
      url: uri,
      inbox: `${uri}/inbox`,
      outbox: `${uri}/outbox`,
      followers: `${uri}/followers`,
      featured: `${uri}/featured`,
      attributedTo: `${uri}/facilitators`,
      endpoints: { sharedInbox: `${it.ours.origin}/inbox` },
      postingRestrictedToMods: false,
      manuallyApprovesFollowers: false,
      discoverable: true,
      indexable: true,
      icon: { type: "Image", url: expect.stringContaining(it.ours.origin) },
      publicKey: {
        id: `${uri}#main-key`,
        owner: uri,
        publicKeyPem: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----\n/),
      },
      assertionMethod: [
        {
          id: `${uri}#ed25519-key`,
          type: "Multikey",
          controller: uri,
          publicKeyMultibase: expect.stringMatching(/^z6Mk/),
        },
      ],
      published: expect.stringMatching(ZONED),
      updated: expect.stringMatching(ZONED),
    });
  });

  test("names a picture that is there", async () => {
    const { icon } = await it.read("/c/welding");
    const { url, mediaType } = icon as { url: string; mediaType: string };
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain(mediaType);
    await answer.body?.cancel();
  });

  test("is what Fedify takes for a Group, with both keys", async () => {
    const json = await it.read("/c/welding");
    const loader = loaderOf({ [it.group.uri]: json });
    const options = { documentLoader: loader, contextLoader: loader };
    const actor = await Group.fromJsonLd(json, options);
    expect(isActor(actor)).toBe(true);
    expect([actor.preferredUsername, actor.name, actor.manuallyApprovesFollowers]).toEqual([
      "welding",
      "Welding & brazing",
      false,
    ]);
    expect([actor.id?.href, actor.inboxId?.href, actor.outboxId?.href]).toEqual([
      it.group.uri,
      `${it.group.uri}/inbox`,
      `${it.group.uri}/outbox`,
    ]);
    expect([actor.followersId?.href, actor.featuredId?.href]).toEqual([
      `${it.group.uri}/followers`,
      `${it.group.uri}/featured`,
    ]);
    expect(actor.endpoints?.sharedInbox?.href).toBe(`${it.ours.origin}/inbox`);
    expect(actor.attributionId?.href).toBe(`${it.group.uri}/facilitators`);
    const key = await actor.getPublicKey(options);
    expect([key?.id?.href, key?.ownerId?.href]).toEqual([`${it.group.uri}#main-key`, it.group.uri]);
    expect(key?.publicKey?.algorithm).toMatchObject({ name: "RSASSA-PKCS1-v1_5", modulusLength: 2048 });
    const methods = await Array.fromAsync(actor.getAssertionMethods(options));
    expect(methods.map((method) => [method.id?.href, method.publicKey?.algorithm.name])).toEqual([
      [`${it.group.uri}#ed25519-key`, "Ed25519"],
    ]);
  });

  test("has the key by which Fedify verifies what the community proves", async () => {
    const json = await it.read("/c/welding");
    const prover = await it.ours.app.federation.ownKeys.proverOf(it.group.id);
    const letter = {
      "@context": [AS, "https://w3id.org/security/data-integrity/v1"],
      id: `${it.group.uri}#announce/1`,
      type: "Announce",
      actor: it.group.uri,
      to: [PUBLIC],
      object: it.thread.id,
    };
    const proven = addProof(letter, {
      verificationMethod: prover.keyId,
      privateKey: prover.privateKey,
      created: new Date(),
    });
    const loader = loaderOf({ [it.group.uri]: json, [prover.keyId]: json });
    const options = { documentLoader: loader, contextLoader: loader };
    const verified = async (document: Doc) => (await verifyObject(Announce, document, options))?.id?.href;
    expect(await verified(proven)).toBe(letter.id);
    expect(await verified({ ...proven, object: it.reply.id })).toBeUndefined();
  });

  test("keeps clear of the traps that parsers have set (wire.md section 11)", async () => {
    const actor = await it.read("/c/welding");
    for (const field of ["inbox", "outbox", "followers", "featured"])
      expect(new URL(String(actor[field])).host).toBe(it.ours.host);
    for (const field of ["published", "updated"]) expect(String(actor[field])).toMatch(/Z$/);
    expect(typeof actor.attributedTo).toBe("string");
    expect(actor.tag).toBeUndefined();
    // What Lemmy's own parser must find: see its struct in wire.md section 1.
    for (const field of ["type", "id", "preferredUsername", "inbox", "outbox", "publicKey"])
      expect(actor).toHaveProperty(field);
    const lemmy = await openRemote({ software: "lemmy" });
    const found = await lemmy.lookup(`@welding@${it.ours.host}`);
    expect(found).toMatchObject({ id: it.group.uri, type: "Group" });
    expect(lemmy.complaints).toEqual([]);
    await lemmy.close();
  });

  test("is taken by our own reading of actors, so that two of our servers understand each other", async () => {
    const actor = await it.read("/c/welding");
    assertPlainReading(actor, { allowHttp: true });
    const keys = readActor(actor)?.keys.map((key) => [key.uri, key.algorithm]);
    expect(keys).toEqual([
      [`${it.group.uri}#main-key`, "rsa"],
      [`${it.group.uri}#ed25519-key`, "ed25519"],
    ]);
  });

  test("that does not exist is a plain 404 in JSON", async () => {
    const answer = await it.get("/c/nobody");
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toEqual({ error: expect.any(String) });
  });
});

test("the instance actor is an Application with a key, and says that it takes no followers", async () => {
  const json = await it.read("/actor");
  const uri = `${it.ours.origin}/actor`;
  expect(json).toMatchObject({
    id: uri,
    type: "Application",
    preferredUsername: "instance",
    inbox: `${uri}/inbox`,
    outbox: `${uri}/outbox`,
    manuallyApprovesFollowers: true,
    discoverable: false,
  });
  const loader = loaderOf({ [uri]: json });
  const actor = await Application.fromJsonLd(json, { documentLoader: loader, contextLoader: loader });
  expect((await actor.getPublicKey())?.id?.href).toBe(`${uri}#main-key`);
  expect(await it.read("/actor/outbox")).toMatchObject({ type: "OrderedCollection", totalItems: 0, orderedItems: [] });
});

test("the instance actor is served to those who do not sign", async () => {
  // GoToSocial fetches it before it answers our own signed fetch: nobody may wait for the other.
  expect((await it.get("/actor", { accept: SERVER })).status).toBe(200);
});

describe("one address is a page and a document", () => {
  const cases: [string, string | undefined, "page" | "document"][] = [
    ["a browser", BROWSER, "page"],
    ["nobody in particular", undefined, "page"],
    ["curl", "*/*", "page"],
    ["a server", SERVER, "document"],
    ["a server that speaks JSON-LD", LD_JSON, "document"],
    ["Mastodon", `${SERVER}, ${LD_JSON}`, "document"],
    ["Lemmy", `${SERVER}, ${LD_JSON}, application/json`, "document"],
    ["PieFed", "application/json", "document"],
    ["one that would rather have the page", `text/html, ${SERVER};q=0.9`, "page"],
    ["one that would rather have the document", `${SERVER}, text/html;q=0.5`, "document"],
  ];
  test.each(cases)("for %s", async (_, accept, expected) => {
    const answer = await knock(it.group.uri, {
      method: "GET",
      headers: accept === undefined ? [] : [["accept", accept]],
    });
    expect(answer.status).toBe(200);
    expect(answer.contentType).toMatch(expected === "page" ? /^text\/html/ : /^application\/activity\+json/);
  });

  test.each([["/c/welding"], ["/c/nobody"]])("%s says on either face that it varies by Accept", async (path) => {
    for (const accept of [BROWSER, SERVER]) {
      const { headers } = await it.get(path, { accept });
      expect(headers.get("vary")?.toLowerCase().split(/,\s*/)).toContain("accept");
    }
  });

  test("a post's id leads a server to where it was written, and a browser to its place in the thread", async () => {
    const server = await it.get(`/posts/${it.replyId}`);
    expect([server.status, server.headers.get("location"), server.headers.get("vary")]).toEqual([
      302,
      it.reply.id,
      "Accept",
    ]);
    const browser = await it.get(`/posts/${it.replyId}`, { accept: BROWSER });
    expect(browser.status).toBe(302);
    expect(browser.headers.get("location")).toMatch(new RegExp(`/c/welding/t/${it.threadId}.*#p-${it.replyId}$`));
    expect(browser.headers.get("vary")).toContain("Accept");
    expect((await it.get("/posts/1")).status).toBe(404);
    expect((await it.get("/posts/99999999999999999999")).status).toBe(404);
    expect((await it.get("/posts/x")).status).toBe(404);
  });
});

describe("every document", () => {
  let own: { by: Id; thread: Id; reply: Id; note: string };
  beforeAll(async () => {
    const { house, db } = it.ours.app;
    const cyn = await makePerson(house, "cyn");
    const charter = { purpose: "To weld well.", audience: "", norms: "", roles: "", reviewOn: "" };
    await writeCharter(house, { groupId: it.group.id, by: cyn.id, standings: ["facilitator"], from: 0, ...charter });
    const words = { source: "Argon.", warning: "", language: "en", pictures: [] };
    const thread = {
      ...words,
      groupId: it.group.id,
      title: "Gas",
      kind: "question",
      topicIds: [],
      linkUrl: null,
    } as const;
    const { id: threadId } = await composeThread(house, cyn.id, { ...thread, submissionKey: "documents-1" });
    const { id: replyId } = await composeReply(house, cyn.id, {
      ...words,
      parentId: threadId,
      submissionKey: "documents-2",
    });
    await acceptAnswer(house, { postId: replyId, by: cyn.id });
    const [answer] = await db<
      { note: string }[]
    >`select note_id as note from accepted_answers where post_id = ${replyId}`;
    own = { by: cyn.id, thread: threadId, reply: replyId, note: answer?.note ?? "" };
  });

  const paths = () => [
    "/c/welding",
    "/c/welding/outbox",
    "/c/welding/followers",
    "/c/welding/featured",
    "/c/welding/facilitators",
    "/c/welding/charter",
    "/u/cyn",
    "/u/cyn/outbox",
    "/u/cyn/followers",
    "/u/cyn/following",
    "/u/cyn/tags",
    "/actor",
    "/actor/outbox",
    `/posts/${own.thread}`,
    `/posts/${own.reply}`,
    `/answers/${own.note}`,
    `/posts/${it.threadId}/context`,
    `/posts/${it.threadId}/replies`,
    `/boosts/${it.threadId}`,
  ];
  const others = () => [
    `/.well-known/webfinger?resource=acct:welding@${it.ours.host}`,
    "/.well-known/nodeinfo",
    "/nodeinfo/2.0",
    "/nodeinfo/2.1",
  ];

  test("has an ETag, answers 304 to it, and answers HEAD as GET without the body", async () => {
    for (const path of [...paths(), ...others()]) {
      const first = await it.get(path);
      expect(first.status, path).toBe(200);
      const etag = first.headers.get("etag") ?? "";
      expect(etag, path).toMatch(/^"[\w-]{22}"$/);
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
        const again = await it.get(path, { accept: SERVER, "if-none-match": known });
        expect([again.status, again.text, again.headers.get("etag")], path).toEqual([304, "", etag]);
      }
      expect((await it.get(path, { accept: SERVER, "if-none-match": '"other"' })).status).toBe(200);
      const head = await it.get(path, { accept: SERVER }, "HEAD");
      expect([head.status, head.text, head.headers.get("etag"), head.headers.get("content-type")], path).toEqual([
        200,
        "",
        etag,
        first.headers.get("content-type"),
      ]);
      expect(first.headers.get("vary"), path).toContain("Accept");
    }
  });

  test("names itself, is in the ActivityStreams context, and has ids of at most 100 characters", async () => {
    for (const path of paths()) {
      const json = await it.read(path);
      expect(json.id).toBe(it.ours.origin + path);
      expect([json["@context"]].flat()).toContain(AS);
      for (const id of idsIn(json)) if (id.startsWith(it.ours.origin)) expect(id.length, id).toBeLessThanOrEqual(100);
    }
  });

  test("that is gone answers 410 with its Tombstone, also to those who still have it (RFC 9110, section 13.2.1)", async () => {
    const path = `/answers/${own.note}`;
    const etag = (await it.get(path)).headers.get("etag") ?? "";
    await withdrawAnswer(it.ours.app.house, { postId: own.reply, by: own.by });
    for (const headers of [{ accept: SERVER }, { accept: SERVER, "if-none-match": `${etag}, *` }]) {
      const gone = await it.get(path, headers);
      expect([gone.status, gone.headers.get("vary")]).toEqual([410, "Accept"]);
      expect(JSON.parse(gone.text)).toMatchObject({ id: it.ours.origin + path, type: "Tombstone" });
    }
  });

  test("has short ids also under a long name and the largest numbers", async () => {
    const name = "a".repeat(30);
    const community = await it.ours.found(name);
    for (const suffix of [
      `#announce/${"9".repeat(19)}`,
      `#accept/${"9".repeat(19)}`,
      "#ed25519-key",
      "/facilitators",
    ]) {
      // For an origin as long as "https://communities.university.example".
      expect(38 + community.uri.length - it.ours.origin.length + suffix.length).toBeLessThanOrEqual(100);
    }
  });
});

test("a signed fetch is answered like any other", async () => {
  const path = "/c/welding";
  const headers = signCavage({
    method: "GET",
    url: it.ours.origin + path,
    keyId: it.ana.keyId,
    privateKey: it.ana.key.privateKey,
    now: Date.now(),
  });
  const { host: _, ...rest } = headers;
  expect((await it.get(path, { ...rest, accept: SERVER })).status).toBe(200);
});

test.each([
  ["draft-cavage", (keyId: string) => ({ signature: `keyId="${keyId}",headers="(request-target)",signature="eA=="` })],
  [
    "RFC 9421",
    (keyId: string) => ({ "signature-input": `sig1=("@method");keyid="${keyId}"`, signature: "sig1=:eA==:" }),
  ],
])("a fetch signed in the name of a blocked server is answered 403, whatever it asks for: %s", async (_, sign) => {
  await it.ours.app
    .db`insert into peers (id, host, blocked_at) values (1, 'evil.example', now()) on conflict do nothing`;
  const webfinger = `/.well-known/webfinger?resource=acct:welding@${it.ours.host}`;
  for (const path of [
    "/c/welding",
    "/c/welding/outbox",
    `/posts/${it.threadId}`,
    `/posts/${it.threadId}/context`,
    webfinger,
  ]) {
    const { status, text } = await it.get(path, { ...sign("https://www.evil.example/u/eve#main-key"), accept: SERVER });
    expect([path, status]).toEqual([path, 403]);
    expect(JSON.parse(text)).toEqual({ error: "This server does not answer yours." });
    const other = await it.get(path, { ...sign("https://good.example/u/ana#main-key"), accept: SERVER });
    expect(other.status, path).toBeLessThan(400);
  }
});
