/** The collections of a community and of a thread, and the boost that announced it. */
import { Announce, OrderedCollection } from "@fedify/fedify/vocab";
import { describe, expect, test, vi } from "vitest";
import { type Doc, PUBLIC } from "../support/remote/index.ts";
import { AS, BROWSER, setLibrary } from "./documents/library.ts";
import { loaderOf } from "./signatures/requests.ts";

const it = setLibrary();

describe("the outbox", () => {
  test("is unpaged and holds Announce{Create} with the bytes that were received", async () => {
    const { text, json: outbox } = await readOutbox();
    expect(outbox).toMatchObject({ type: "OrderedCollection", totalItems: 1 });
    const [item] = outbox.orderedItems;
    expect(item).toMatchObject({
      type: "Announce",
      actor: it.group.uri,
      to: [PUBLIC],
      cc: [`${it.group.uri}/followers`],
      object: { type: "Create", id: it.thread.activity.id },
    });
    expect(String(item?.id)).toMatch(/#announce\//);
    expect(text).toContain(`"object":${JSON.stringify(it.thread.activity)}`);
  });

  test("holds the newest 50 threads at most, newest first, and never what is not to be announced", async () => {
    for (let i = 0; i < 51; i++) await it.ana.post({ text: `Question number ${i}`, mention: it.group.uri });
    const between = await it.ana.post({ text: "Not for the public", mention: it.group.uri, public: "followers" });
    const { json: list } = await readOutbox();
    expect(list.orderedItems).toHaveLength(50);
    const contents = list.orderedItems.map((item) => JSON.stringify(item.object));
    expect(contents[0]).toContain("Question number 50");
    expect(contents[49]).toContain("Question number 1<");
    expect(contents.join()).not.toContain(between.id);
    expect(contents.join()).not.toContain("Pure argon");
  });

  test("is a collection to Fedify, all of Announces", async () => {
    const { json } = await readOutbox();
    const loader = loaderOf({});
    const options = { documentLoader: loader, contextLoader: loader };
    const collection = await OrderedCollection.fromJsonLd(json, options);
    expect(collection.totalItems).toBe(50);
    const items = await Array.fromAsync(collection.getItems(options));
    expect(items.every((item) => item instanceof Announce)).toBe(true);
  });
});

let asked = 0;

/** The outbox as it is now: documents are kept for some seconds. */
async function readOutbox(): Promise<{
  text: string;
  json: { type: string; totalItems: number; orderedItems: Doc[] };
}> {
  // Later each time than what is kept from before may still be shown.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ++asked * 12_000 });
  const { text } = await it.get("/c/welding/outbox");
  vi.useRealTimers();
  return { text, json: JSON.parse(text) };
}

test("followers are counted, not named", async () => {
  expect(await it.read("/c/welding/followers")).toEqual({
    "@context": AS,
    id: `${it.group.uri}/followers`,
    type: "Collection",
    totalItems: 1,
    items: [],
  });
});

test("featured is unpaged, facilitators are a list of ids", async () => {
  expect(await it.read("/c/welding/featured")).toMatchObject({
    type: "OrderedCollection",
    totalItems: 0,
    orderedItems: [],
  });
  expect(await it.read("/c/welding/facilitators")).toMatchObject({
    type: "OrderedCollection",
    totalItems: 1,
    orderedItems: [it.ben.id],
  });
});

test("there are no other collections", async () => {
  expect((await it.get("/c/welding/following")).status).toBe(404);
  expect((await it.get("/c/nobody/outbox")).status).toBe(404);
});

describe("a thread's collections", () => {
  test("the context holds all of it, oldest first, and says whose it is (FEP-7888, FEP-11dd)", async () => {
    expect(await it.read(`/posts/${it.threadId}/context`)).toMatchObject({
      type: "OrderedCollection",
      attributedTo: it.group.uri,
      audience: it.group.uri,
      name: "Which gas for aluminium?",
      totalItems: 2,
      orderedItems: [it.thread.id, it.reply.id],
    });
  });

  test("replies are the direct ones", async () => {
    expect(await it.read(`/posts/${it.threadId}/replies`)).toMatchObject({
      type: "OrderedCollection",
      totalItems: 1,
      orderedItems: [it.reply.id],
    });
    expect(await it.read(`/posts/${it.replyId}/replies`)).toMatchObject({ totalItems: 0, orderedItems: [] });
    expect((await it.get(`/posts/${it.replyId}/context`)).status, "a reply has no context of its own").toBe(404);
  });

  test.each(["context", "replies"])("%s of more than 1,000 comes in pages that hold every post once", async (name) => {
    const long = await it.ana.post({ text: `A long thread, for its ${name}`, mention: it.group.uri });
    const id = await it.idOf(long.id);
    await it.ours.app.db`
      insert into posts (id, uri, url, thread_id, parent_id, branch_id, author_id, object_type, content, published_at)
      select p.id + i, p.uri || '/' || i, p.url, p.id, p.id, p.id + i, p.author_id, 'Note', '<p>yes</p>', now()
      from posts p, generate_series(1, 2100) i where p.id = ${id}`;
    const whole = await it.read(`/posts/${id}/${name}`);
    const total = name === "context" ? 2_101 : 2_100;
    expect(whole).toMatchObject({ type: "OrderedCollection", totalItems: total, first: expect.any(String) });
    expect(whole.orderedItems).toBeUndefined();
    const items: string[] = [];
    let next = whole.first;
    while (typeof next === "string") {
      const page = await it.read(next.slice(it.ours.origin.length));
      expect(page).toMatchObject({ id: next, type: "OrderedCollectionPage", partOf: whole.id, totalItems: total });
      items.push(...(page.orderedItems as string[]));
      expect((page.orderedItems as string[]).length).toBeLessThanOrEqual(1_000);
      next = page.next;
    }
    expect(new Set(items).size).toBe(total);
    expect(items).toHaveLength(total);
    expect(items.at(-1)).toBe(`${long.id}/2100`);
  });

  test("of what is not here, or is no id, are 404", async () => {
    for (const id of ["1", "0", "x", "99999999999999999999"]) {
      expect((await it.get(`/posts/${id}/context`)).status).toBe(404);
      expect((await it.get(`/posts/${id}/replies`)).status).toBe(404);
      expect((await it.get(`/boosts/${id}`)).status).toBe(404);
    }
    expect((await it.get(`/posts/${it.threadId}/context?after=x`)).status).toBe(200);
  });
});

describe("the boost of a thread", () => {
  test("can be looked up under the id that was sent", async () => {
    const sent = await it.remote.waitFor({ type: "Announce", object: it.thread.id });
    expect(sent.json.id).toBe(`${it.ours.origin}/boosts/${it.threadId}`);
    const boost = await it.read(`/boosts/${it.threadId}`);
    const { proof, ...said } = sent.json;
    expect(boost).toEqual(said);
    expect(proof).toMatchObject({ type: "DataIntegrityProof", verificationMethod: `${it.group.uri}#ed25519-key` });
    expect(boost).toMatchObject({
      type: "Announce",
      actor: it.group.uri,
      object: it.thread.id,
      to: [PUBLIC],
      cc: [`${it.group.uri}/followers`, it.ana.id],
    });
  });

  test("of a reply does not exist", async () => {
    expect((await it.get(`/boosts/${it.replyId}`)).status).toBe(404);
  });

  test("and the thread itself are gone once its author deletes it", async () => {
    const doomed = await it.ana.post({ text: "Forget this", mention: it.group.uri });
    const id = await it.idOf(doomed.id);
    await it.ana.remove(doomed);
    expect((await it.get(`/boosts/${id}`)).status).toBe(410);
    expect((await it.get(`/posts/${id}`)).status).toBe(410);
    expect((await it.get(`/posts/${id}`, { accept: BROWSER })).status).toBe(410);
    expect((await it.get(`/c/welding/t/${id}`, { accept: BROWSER })).status).toBe(410);
    expect((await it.get(`/posts/${id}/context`)).status).toBe(404);
  });
});
