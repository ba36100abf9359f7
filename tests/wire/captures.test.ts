/** What live servers sent (snac, GoToSocial, Hollo, NodeBB), read by our readers; skipped where the captures are not at hand. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readResource } from "../../federation/discovery.ts";
import { assertPlainReading } from "../../federation/gate/context.ts";
import { authorId, checkLimits, idsOf, sameOrigin, singleId, typesOf } from "../../federation/gate/limits.ts";
import { isPlainObject, type PlainObject, readJson } from "../../federation/gate/read-json.ts";
import { readActor } from "../../federation/objects/actor.ts";
import { isFor, readPost } from "../../federation/objects/post.ts";
import { sanitizeHtml } from "../../src/base/text/sanitize.ts";
import { titleOf } from "../../src/base/text/title.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/wire/", import.meta.url));
const NOW = new Date("2026-11-24T00:00:00Z");
const CATEGORY = "https://nodebb.test/category/5";
const files = existsSync(FOLDER)
  ? readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"))
  : [];

function load(name: string): PlainObject {
  return readJson(readFileSync(join(FOLDER, `${name}.json`))).document;
}

function inner(document: PlainObject): PlainObject {
  if (!isPlainObject(document.object)) throw new Error("nothing is embedded");
  return document.object;
}

describe.skipIf(files.length === 0)("the captures of live servers", () => {
  test.each(files)("%s has one plain reading and nothing to be cleaned", (name) => {
    const read = readJson(readFileSync(join(FOLDER, name)));
    expect(read.cleaned).toBe(false);
    expect(() => assertPlainReading(read.document)).not.toThrow();
  });

  test.each(files.filter((name) => /(?:create|announce|follow|like|accept)-/.test(name)))(
    "%s passes the gate's limits",
    (name) => {
      const activity = readJson(readFileSync(join(FOLDER, name))).document;
      expect(() => checkLimits(activity)).not.toThrow();
      expect(typesOf(activity.type)).toHaveLength(1);
      expect(sameOrigin(singleId(activity.id), authorId(activity.actor, "actor"))).toBe(true);
    },
  );

  const actors = files.filter((name) => /get-(?:person|group|application)\.json$/.test(name));
  test.each(actors.filter((name) => !name.startsWith("gotosocial")))("%s is an actor with a key", (name) => {
    const document = readJson(readFileSync(join(FOLDER, name))).document;
    const actor = readActor(document);
    expect(actor).toMatchObject({ uri: document.id, username: document.preferredUsername });
    expect(actor?.keys).toMatchObject([{ uri: (document.publicKey as PlainObject).id, algorithm: "rsa" }]);
  });

  test("actors say of what kind they are, where letters go, and who follows them", () => {
    expect(readActor(load("snac/get-person"))).toMatchObject({
      kind: "person",
      inboxUri: "https://snac.test/alice/inbox",
      followersUri: "https://snac.test/alice/followers",
    });
    expect(readActor(load("nodebb/get-group"))).toMatchObject({
      kind: "group",
      name: "Announcements",
      inboxUri: "https://nodebb.test/inbox",
      followersUri: null,
    });
    expect(readActor(load("nodebb/get-application"))).toMatchObject({
      kind: "application",
      inboxUri: "https://nodebb.test/inbox",
    });
    expect(readActor(load("nodebb/get-person"))).toMatchObject({
      kind: "person",
      url: "https://nodebb.test/user/admin",
    });
  });

  test("what GoToSocial tells a stranger of its actors is a key and no actor: fetches must be signed", () => {
    expect(readActor(load("gotosocial/get-person"))).toBeNull();
  });

  test("GoToSocial's Create starts a thread in the community it mentions", () => {
    const post = readPost(inner(load("gotosocial/create-note")), NOW);
    expect(post).toMatchObject({ authorUri: "https://gts.test/users/dave", inReplyTo: null, isPublic: true });
    expect(post?.addressed).toContain(CATEGORY);
    expect(post?.text).toMatchObject({
      objectType: "Note",
      name: null,
      warning: "",
      language: "en",
      attachments: [],
      publishedAt: new Date("2026-11-23T18:04:58Z"),
      editedAt: null,
    });
    expect(titleOf({ name: post?.text.name ?? null, content: sanitizeHtml(post?.text.html ?? "") })).toBe(
      "New question from gts: which mulch?",
    );
  });

  test("snac's Create to the community alone is not public", () => {
    const post = readPost(inner(load("snac/create-note")), NOW);
    expect(post).toMatchObject({ authorUri: "https://snac.test/alice", inReplyTo: null, isPublic: false });
    expect(post?.addressed).toContain(CATEGORY);
  });

  test.each([
    ["snac/get-note", "https://snac.test/alice", "public question from snac: best potting soil?"],
    ["hollo/get-note", "https://hollo.test/@hana", "New question from hollo: which mulch?"],
  ])("%s is a public post that mentions the community, with a title", (name, author, title) => {
    const post = readPost(load(name), NOW);
    expect(post).toMatchObject({ authorUri: author, inReplyTo: null, isPublic: true });
    expect(post?.addressed).toContain(CATEGORY);
    expect(titleOf({ name: post?.text.name ?? null, content: sanitizeHtml(post?.text.html ?? "") })).toBe(title);
  });

  test.each([
    [
      "gotosocial/get-note-reply",
      "https://gts.test/users/dave",
      "https://nodebb.test/post/4",
      "https://nodebb.test/uid/2",
    ],
    ["hollo/get-note-reply", "https://hollo.test/@hana", "https://nodebb.test/post/4", "https://nodebb.test/uid/2"],
    ["nodebb/get-note-reply", "https://nodebb.test/uid/2", "https://nodebb.test/post/2", CATEGORY],
  ])("%s is a public reply", (name, author, parent, addressed) => {
    const post = readPost(load(name), NOW);
    expect(post).toMatchObject({ authorUri: author, inReplyTo: parent, isPublic: true });
    expect(post?.addressed).toContain(addressed);
  });

  test("NodeBB's topic is an Article with a name, in both of its announcements", () => {
    for (const object of [
      inner(load("nodebb/announce-article")),
      inner(inner(load("nodebb/announce-create-article"))),
    ]) {
      const post = readPost(object, NOW);
      expect(post).toMatchObject({ authorUri: "https://nodebb.test/uid/2", inReplyTo: null, isPublic: true });
      expect(post?.text).toMatchObject({
        objectType: "Article",
        name: "How to prune apple trees",
        url: "https://nodebb.test/post/2",
      });
      expect(post?.addressed[0]).toBe(CATEGORY);
    }
  });

  test.each(["announce-article", "announce-create-article", "announce-note", "announce-create-note"])(
    "what NodeBB passes on in %s is for its category, and for no other",
    (name) => {
      const object = inner(load(`nodebb/${name}`));
      const post = readPost(isPlainObject(object.object) ? object.object : object, NOW);
      if (!post) throw new Error("it is no post");
      expect([isFor(post, CATEGORY), isFor(post, "https://nodebb.test/category/6")]).toEqual([true, false]);
    },
  );

  test("what NodeBB wraps of others is read as theirs", () => {
    const wrapped = inner(load("nodebb/announce-create-note"));
    expect(authorId(wrapped.actor, "actor")).toBe("https://gts.test/users/dave");
    expect(readPost(inner(wrapped), NOW)).toMatchObject({ authorUri: "https://gts.test/users/dave", isPublic: true });
    expect(readPost(inner(load("nodebb/announce-note")), NOW)).toMatchObject({
      authorUri: "https://gts.test/users/dave",
      isPublic: true,
    });
  });

  test.each(files.filter((name) => /follow-id|like-id|announce-id/.test(name)))(
    "%s names one object by its id",
    (name) => {
      const activity = readJson(readFileSync(join(FOLDER, name))).document;
      expect(singleId(activity.object, "object")).toMatch(/^https:\/\//);
    },
  );

  test("an Accept embeds the Follow it answers", () => {
    const accept = load("nodebb/accept-follow");
    expect(inner(accept)).toMatchObject({ type: "Follow", id: "https://sink.test/act/f1", object: accept.actor });
    expect(idsOf(accept.to)).toEqual([authorId(inner(accept).actor, "actor")]);
  });

  test("what is no post is read as none", () => {
    for (const name of files.filter((file) =>
      /get-(?:person|group|application|collection|orderedcollection|collectionpage|orderedcollectionpage)\.json$/.test(
        file,
      ),
    )) {
      expect(readPost(readJson(readFileSync(join(FOLDER, name))).document, NOW), name).toBeNull();
    }
  });

  test("the subjects of their WebFinger answers are names as we read them", () => {
    for (const name of files.filter((file) => file.endsWith("get-webfinger.json"))) {
      const { subject } = readJson(readFileSync(join(FOLDER, name))).document;
      const host = String(subject).split("@")[1] ?? "";
      expect(readResource({ origin: `https://${host}`, host }, String(subject)), name).toMatch(/^[a-z]+$/);
    }
  });
});
