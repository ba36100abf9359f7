/** Pictures of posts: put in, taken up, let go, forgotten. */
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import type { Queryable } from "../../db/open.ts";
import { findPost } from "../../db/queries/posts.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { storePicture } from "../../src/domain/media/store.ts";
import { takePictures } from "../../src/domain/posts/pictures.ts";
import { removeOwnPost, withdrawOwnPost } from "../../src/domain/posts/remove.ts";
import { reviseOwnPost } from "../../src/domain/posts/revise.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { startThread } from "../../src/domain/threads/start.ts";
import { cleanUp } from "../../src/domain/upkeep/clean-up.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson, type TestPerson } from "../support/people.ts";

let stage: TestHouse;
let groupId: Id;
let ana: TestPerson;
let bytes: Buffer;

beforeAll(async () => {
  stage = await openTestHouse();
  groupId = (await createCommunity(stage.house, { slug: "welding", name: "Welding", summary: "" })).id;
  ana = await makePerson(stage.house, "ana");
  bytes = await sharp({ create: { width: 3_000, height: 30, channels: 3, background: "blue" } })
    .png()
    .toBuffer();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const put = (ownerId = ana.id) => storePicture(stage.house, { ownerId, purpose: "post", bytes, description: "" });
const kept = async () => (await stage.db<{ id: Id }[]>`select id from media order by id`).map(({ id }) => id);

it("come with their post, change with its edits, and go with it", async () => {
  const [one, two, three] = [await put(), await put(), await put()];
  expect(one).toMatchObject({ width: 2_048, height: 20, url: `https://commons.example/media/${one.id}` });
  const text = { source: "", warning: "", language: null };
  const picture = ({ id }: { id: Id }, description: string) => ({ id, description });
  const { id } = await composeThread(stage.house, ana.id, {
    ...text,
    groupId,
    title: "Pictures speak",
    kind: "discussion",
    topicIds: [],
    linkUrl: null,
    pictures: [picture(one, "One"), picture(two, "Two")],
    submissionKey: "a",
  });
  await reviseOwnPost(stage.house, ana.id, {
    ...text,
    postId: id,
    source: "Words",
    pictures: [picture(three, "Three"), picture(two, "Two, better")],
  });
  const [row] = await stage.db`select attachments from posts where id = ${id}`;
  expect(row?.attachments).toMatchObject([
    { url: three.url, description: "Three", mediaType: "image/webp", width: 2_048, height: 20 },
    { url: two.url, description: "Two, better" },
  ]);
  expect(await kept()).toEqual([two.id, three.id]);
  await withdrawOwnPost(stage.house, ana, id);
  expect(await kept()).toEqual([]);
});

it("go with the thread they were shown in, whoever put them in and wherever the thread was begun", async () => {
  const [remy, bea] = [await stage.person("remy"), await makePerson(stage.house, "bea")];
  const letter = { actorId: remy, uri: "https://social.example/l/1", type: "Create", announceable: true, body: "{}" };
  const uri = "https://social.example/posts/1";
  const text = { uri, url: uri, objectType: "Note", name: null, html: "<p>Look</p>", warning: "", language: null };
  // Somebody else's picture, named as one's own, stays.
  const [kites, answer, other] = [await put(), await put(bea.id), await put(bea.id)];
  await stage.db`update media set used_at = now() where id = ${kites.id}`;
  const attachments = [{ url: kites.url, mediaType: "image/webp", description: "" }];
  const written = { ...text, attachments, publishedAt: new Date(), editedAt: null };
  const authorUri = "https://social.example/users/remy";
  const threadId = await startThread(stage.house, { groupId, authorId: remy, authorUri, text: written, letter });
  const reply = (picture: Id, submissionKey: string) =>
    composeReply(stage.house, bea.id, {
      ...{ parentId: threadId, source: "", warning: "", language: null, submissionKey },
      pictures: [{ id: picture, description: "Mine" }],
    });
  await reply(answer.id, "one");
  const { id: second } = await reply(other.id, "two");
  await withdrawOwnPost(stage.house, bea, second);
  expect(await kept()).toEqual([kites.id, answer.id]);
  const post = await findPost(stage.db, threadId);
  const gone = { ...letter, uri: "https://social.example/l/2", type: "Delete" };
  await removeOwnPost(stage.house, { post, uri, by: remy, ownerUri: authorUri, letter: gone });
  expect(await kept()).toEqual([kites.id]);
  await stage.db`delete from media where id = ${kites.id}`;
});

it("belong to one post, also when two are sent at once", async () => {
  const { id } = await put();
  const take = (tx: Queryable) => takePictures(tx, "https://commons.example", ana.id, [{ id, description: "" }]);
  const { promise: first, resolve: taken } = Promise.withResolvers<void>();
  const { promise: second, resolve: asked } = Promise.withResolvers<void>();
  const one = stage.db.begin(async (tx) => {
    await take(tx);
    taken();
    await second;
  });
  await first;
  const other = stage.db.begin(async (tx) => {
    const wait = take(tx);
    setTimeout(asked, 100);
    await wait;
  });
  await expect(other).rejects.toMatchObject({ code: "picture-invalid" });
  await one;
  await stage.db`delete from media where id = ${id}`;
});

it("are forgotten after a day when no post took them up", async () => {
  const [old, fresh] = [await put(), await put()];
  await stage.db`update media set created_at = now() - interval '25 hours' where id = ${old.id}`;
  expect(await cleanUp(stage.house)).toMatchObject({ pictures: 1 });
  expect(await kept()).toEqual([fresh.id]);
});

it("of people and communities are squares", async () => {
  for (const purpose of ["avatar", "community"] as const) {
    const made = await storePicture(stage.house, { ownerId: ana.id, purpose, bytes, description: "" });
    expect(made).toMatchObject({ width: 30, height: 30 });
  }
});

it("are thirty in half an hour at most, for each person", async () => {
  const bo = await makePerson(stage.house, "bo");
  const now = new Date();
  const lately = { ...stage.house, now: () => now };
  const bring = (content: Uint8Array, house = lately) =>
    storePicture(house, { ownerId: bo.id, purpose: "post", bytes: content, description: "" });
  // What turns out to be none, and what is taken out again, counts as well.
  for (let n = 0; n < 28; n++)
    await expect(bring(Buffer.from("none"))).rejects.toMatchObject({ code: "picture-invalid" });
  await bring(bytes);
  await stage.db`delete from media where owner_id = ${bo.id}`;
  const both = await Promise.allSettled([bring(bytes), bring(bytes)]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  await expect(bring(bytes)).rejects.toMatchObject({ code: "too-many-tries" });
  await expect(put()).resolves.toBeDefined();
  // Being told to wait is not counted: half an hour later they may go on.
  const later = { ...stage.house, now: () => new Date(now.getTime() + 30 * 60_000 + 1) };
  await expect(bring(bytes, later)).resolves.toBeDefined();
});
