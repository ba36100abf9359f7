/** What people say about themselves, whom they block, and how they leave. */
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { upsertMembership } from "../../db/queries/members.ts";
import { findOwnPersonById } from "../../db/queries/people.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { blockHost, blockPerson, blockTyped, unblock } from "../../src/domain/people/block.ts";
import { closeAccount, finishClosings } from "../../src/domain/people/close.ts";
import {
  dropPicture,
  type Profile,
  saveProfile,
  setPicture,
  timeZones,
  uncheckedLinks,
} from "../../src/domain/people/profile.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson, type TestPerson } from "../support/people.ts";

let stage: TestHouse;
let ana: TestPerson;
let groupId: Id;

beforeAll(async () => {
  stage = await openTestHouse();
  await makePerson(stage.house, "olga", { role: "owner" });
  ana = await makePerson(stage.house, "ana");
  groupId = (await createCommunity(stage.house, { slug: "welding", name: "Welding", summary: "" })).id;
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const EMPTY: Profile = {
  name: "Ana",
  bio: "",
  does: "",
  helpsWith: [],
  wantsToLearn: [],
  languages: [],
  timeZone: null,
  links: [],
  alsoKnownAs: [],
};
const save = (more: Partial<Profile>, who = ana.id) => saveProfile(stage.house, who, { ...EMPTY, ...more });
const lines = async (kind: string, actorId: Id) =>
  (await stage.db`select id from journal where kind = ${kind} and actor_id = ${actorId}`).count;

function begin(who: Id, source = "Which rod?") {
  const words = { source, warning: "", language: "en", pictures: [], submissionKey: crypto.randomUUID() };
  return composeThread(stage.house, who, {
    ...words,
    groupId,
    title: "Rods",
    kind: "discussion",
    topicIds: [],
    linkUrl: null,
  });
}
function answer(who: Id, parentId: Id, source = "The thin one.") {
  const words = { source, warning: "", language: "en", pictures: [], submissionKey: crypto.randomUUID() };
  return composeReply(stage.house, who, { ...words, parentId });
}

describe("a profile", () => {
  it("is what the person is to everybody, with its Markdown made safe and a line that says it changed", async () => {
    await save({
      name: "Ana\u202e Ruiz",
      bio: "I *weld*.\n\n<script>alert(1)</script>",
      does: "Pipe welder",
      helpsWith: ["Pipes", " pipes ", "Root passes", ""],
      languages: ["es", "en", "es"],
      timeZone: "Europe/Madrid",
      links: [
        { label: "Shop", url: "https://shop.example" },
        { label: "x", url: " " },
      ],
      alsoKnownAs: ["https://social.example/users/ana", ""],
    });
    const person = await findOwnPersonById(stage.db, ana.id);
    expect(person).toMatchObject({
      name: "Ana Ruiz",
      does: "Pipe welder",
      helpsWith: ["pipes", "Root passes"],
      languages: ["es", "en"],
      alsoKnownAs: ["https://social.example/users/ana"],
    });
    expect(person?.links).toMatchObject([{ label: "Shop", url: "https://shop.example/", verifiedAt: null }]);
    expect(person?.summary).toContain("<em>weld</em>");
    expect(person?.summary).not.toContain("<script");
    expect(await lines("actor.updated", ana.id)).toBe(1);
  });

  it.each<[string, Partial<Profile>, string]>([
    ["a link without https", { links: [{ label: "", url: "http://shop.example" }] }, "link-invalid"],
    ["a link that acts", { links: [{ label: "", url: "javascript:alert(1)" }] }, "link-invalid"],
    ["a link with a password", { links: [{ label: "", url: "https://a:b@shop.example" }] }, "link-invalid"],
    ["an id elsewhere that is none", { alsoKnownAs: ["@ana@social.example"] }, "link-invalid"],
    ["six ids", { alsoKnownAs: [1, 2, 3, 4, 5, 6].map((n) => `https://s${n}.example/`) }, "too-long"],
    ["thirteen things", { helpsWith: Array.from({ length: 13 }, (_, n) => `thing ${n}`) }, "too-long"],
    ["a thing of 41 characters", { wantsToLearn: ["x".repeat(41)] }, "too-long"],
    ["a long line", { does: "x".repeat(201) }, "too-long"],
    ["a long bio", { bio: "x".repeat(5_001) }, "too-long"],
    ["a made-up time zone", { timeZone: "Mars/Olympus" }, "input-invalid"],
    ["a made-up language", { languages: ["<b>"] }, "input-invalid"],
  ])("refuses %s", async (_, more, code) => {
    await expect(save(more)).rejects.toMatchObject({ code });
  });

  it("knows every time zone, and UTC", () => {
    expect(timeZones()).toEqual(expect.arrayContaining(["UTC", "Europe/Berlin"]));
  });

  it("keeps what is known of a link that stays", async () => {
    const links = [{ label: "Shop", url: "https://shop.example/" }];
    await save({ links });
    const at = new Date().toISOString();
    await stage.db`update profiles set links = jsonb_set(jsonb_set(links, '{0,verifiedAt}', to_jsonb(${at}::text)), '{0,checkedAt}', to_jsonb(${at}::text))
      where actor_id = ${ana.id}`;
    await save({ links: [{ label: "My shop", url: "https://shop.example/" }] });
    expect((await findOwnPersonById(stage.db, ana.id))?.links).toMatchObject([{ label: "My shop", verifiedAt: at }]);
    expect(await uncheckedLinks(stage.house, new Date(Date.parse(at) - 1_000), 10)).toEqual([]);
    expect(await uncheckedLinks(stage.house, new Date(Date.parse(at) + 1_000), 10)).toHaveLength(1);
    await save({ links: [{ label: "", url: "https://other.example/" }] });
    expect((await findOwnPersonById(stage.db, ana.id))?.links).toMatchObject([{ verifiedAt: null }]);
  });

  it("has a picture, of which only the last is kept", async () => {
    const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    await setPicture(stage.house, ana.id, png);
    const first = (await findOwnPersonById(stage.db, ana.id))?.iconUrl;
    expect(first).toMatch(/^https:\/\/commons\.example\/media\/\d+$/);
    await setPicture(stage.house, ana.id, png);
    expect((await findOwnPersonById(stage.db, ana.id))?.iconUrl).not.toBe(first);
    const kept = await stage.db`select used_at from media where owner_id = ${ana.id}`;
    expect(kept).toHaveLength(1);
    expect(kept[0]?.used_at).not.toBeNull();
    await dropPicture(stage.house, ana.id);
    expect(await stage.db`select from media where owner_id = ${ana.id}`).toHaveLength(0);
    expect((await findOwnPersonById(stage.db, ana.id))?.iconUrl).toBeNull();
    await expect(setPicture(stage.house, ana.id, Buffer.from("no picture"))).rejects.toMatchObject({
      code: "picture-invalid",
    });
  });
});

describe("a block", () => {
  it("takes the person out of one's followers, and is undone", async () => {
    const ben = await stage.person("ben");
    await upsertMembership(stage.db, { groupId: ana.id, actorId: ben, state: "accepted", followUri: "https://f/1" });
    await blockPerson(stage.house, ana.id, ben);
    await blockPerson(stage.house, ana.id, ben);
    expect(await stage.db`select from memberships where group_id = ${ana.id}`).toHaveLength(0);
    const told = await stage.db`select data, group_id::text as g from journal where kind = 'actor.unfollowed'`;
    expect(told).toMatchObject([{ g: ana.id, data: { followUri: "https://f/1", by: ana.id } }]);
    expect(await stage.db`select from blocks where actor_id = ${ana.id}`).toHaveLength(1);
    await unblock(stage.house, ana.id, { id: ben });
    expect(await stage.db`select from blocks where actor_id = ${ana.id}`).toHaveLength(0);
  });

  it("of a server takes out everybody of it and of what is under its name, and nobody else", async () => {
    const [cleo, dora, other] = await Promise.all([
      stage.person("cleo", "bad.example"),
      stage.person("dora", "sub.bad.example"),
      stage.person("other", "notbad.example"),
    ]);
    for (const id of [cleo, dora, other])
      await upsertMembership(stage.db, {
        groupId: ana.id,
        actorId: id,
        state: "accepted",
        followUri: `https://f/${id}`,
      });
    await blockHost(stage.house, ana.id, "BAD.example");
    const left = await stage.db<{ id: Id }[]>`select actor_id::text as id from memberships where group_id = ${ana.id}`;
    expect(left.map(({ id }) => id)).toEqual([other]);
    expect(await stage.db`select blocked_host from blocks where actor_id = ${ana.id}`).toMatchObject([
      { blocked_host: "bad.example" },
    ]);
  });

  it("is typed as a handle or as a server", async () => {
    const who = await makePerson(stage.house, "typist");
    await makePerson(stage.house, "pest");
    const eve = await stage.person("Eve", "evil.example");
    for (const typed of ["@eve@evil.example", "pest", "@pest", "spam.example", "pest@commons.example"])
      await blockTyped(stage.house, who.id, typed);
    const rows =
      await stage.db`select blocked_id::text as id, blocked_host as host from blocks where actor_id = ${who.id}`;
    expect(rows).toHaveLength(3);
    expect(rows).toContainEqual({ id: eve, host: null });
    expect(rows).toContainEqual({ id: null, host: "spam.example" });
    const no = (typed: string, code: string) =>
      expect(blockTyped(stage.house, who.id, typed)).rejects.toMatchObject({ code });
    await no("@nobody@evil.example", "not-found");
    await no("@typist", "not-allowed");
    await no("commons.example", "not-allowed");
    await no("a b", "input-invalid");
    await no("@eve@evil.example/x", "input-invalid");
  });
});

describe("closing an account", () => {
  it("needs the name to be typed", async () => {
    const who = await makePerson(stage.house, "hasty");
    await expect(closeAccount(stage.house, who.id, "hast")).rejects.toMatchObject({ code: "wrong-credentials" });
    await closeAccount(stage.house, who.id, " @Hasty ");
  });

  it("is refused to the last owner and to the last facilitator", async () => {
    const [olga] = await stage.db<{ id: Id }[]>`select actor_id::text as id from accounts where role = 'owner'`;
    await expect(closeAccount(stage.house, olga?.id as Id, "olga")).rejects.toMatchObject({ code: "last-owner" });
    const fay = await makePerson(stage.house, "fay");
    const gus = await makePerson(stage.house, "gus");
    const member = { groupId, followUri: "x", state: "accepted" as const };
    await upsertMembership(stage.db, { ...member, actorId: fay.id, role: "facilitator" });
    await expect(closeAccount(stage.house, fay.id, "fay")).rejects.toMatchObject({ code: "last-facilitator" });
    await upsertMembership(stage.db, { ...member, actorId: gus.id, role: "facilitator" });
    await closeAccount(stage.house, fay.id, "fay");
    await expect(closeAccount(stage.house, gus.id, "gus")).rejects.toMatchObject({ code: "last-facilitator" });
  });

  it("leaves nothing of theirs but the name and the keys, one line for each post, and others' words in place", async () => {
    const kim = await makePerson(stage.house, "kim");
    await upsertMembership(stage.db, { groupId, actorId: kim.id, state: "accepted", followUri: "f" });
    await save({ name: "Kim", bio: "Kim's secret garden", links: [{ label: "", url: "https://kim.example" }] }, kim.id);
    const { id: threadId } = await begin(ana.id);
    const { id: own } = await answer(kim.id, threadId, "KIMS-WORDS here");
    await answer(ana.id, own, "I agree.");
    await upsertMembership(stage.db, {
      groupId: kim.id,
      actorId: await stage.person("fan"),
      state: "accepted",
      followUri: "x",
    });
    await stage.db`insert into drafts (token, actor_id, path, fields) values ('kim', ${kim.id}, '/c/welding/new', '{}')`;
    await closeAccount(stage.house, kim.id, "kim");
    const [row] = await stage.db`
      select ac.state, ac.email, ac.password_hash, a.name, a.summary, a.gone_at, a.username, p.bio_source, p.links
      from accounts ac join actors a on a.id = ac.actor_id join profiles p on p.actor_id = a.id where a.id = ${kim.id}`;
    expect(row).toMatchObject({ state: "closed", email: null, name: "", summary: "", username: "kim", bio_source: "" });
    expect(row?.links).toEqual([]);
    expect(row?.gone_at).not.toBeNull();
    for (const table of ["sessions", "drafts", "memberships", "notifications", "media"]) {
      const column = table === "media" ? "owner_id" : "actor_id";
      expect(await stage.db`select from ${stage.db(table)} where ${stage.db(column)} = ${kim.id}`, table).toHaveLength(
        0,
      );
    }
    expect(await stage.db`select from memberships where group_id = ${kim.id}`).toHaveLength(0);
    expect(
      await stage.db`select from posts where content like '%KIMS-WORDS%' or source like '%KIMS-WORDS%'`,
    ).toHaveLength(0);
    expect(await lines("reply.removed", kim.id)).toBe(1);
    expect(await lines("actor.removed", kim.id)).toBe(1);
    expect(await stage.db`select from posts where parent_id = ${own} and removed_at is null`).toHaveLength(1);
    await expect(makePerson(stage.house, "kim")).rejects.toMatchObject({ code: "slug-taken" });
    await expect(closeAccount(stage.house, kim.id, "kim")).rejects.toMatchObject({ code: "not-found" });
  });

  it("goes on in a job where there is much to remove, once", async () => {
    const max = await makePerson(stage.house, "max");
    const { id: threadId } = await begin(max.id);
    for (let n = 0; n < 30; n++) await answer(max.id, threadId, `Reply ${n}`);
    const left = () => stage.db`select from posts where author_id = ${max.id} and removed_at is null`;
    await closeAccount(stage.house, max.id, "max");
    expect(await left()).toHaveLength(6);
    expect(await lines("actor.removed", max.id)).toBe(0);
    await Promise.all([finishClosings(stage.house), finishClosings(stage.house)]);
    expect(await left()).toHaveLength(0);
    expect(await lines("actor.removed", max.id)).toBe(1);
    expect(await finishClosings(stage.house)).toBe(0);
  });
});
