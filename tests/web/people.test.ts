/** People's pages: what everybody reads of somebody here, what they read of somebody elsewhere, and not hearing from them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { upsertMembership } from "../../db/queries/members.ts";
import { createAccount } from "../../src/domain/accounts/create.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { closeAccount } from "../../src/domain/people/close.ts";
import { saveProfile } from "../../src/domain/people/profile.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { type Stories, seedStories } from "./seed-stories.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let stories: Stories;
let mira: TestPerson;
let bo: TestPerson;
let groupId: Id;

beforeAll(async () => {
  site = await openSite();
  stories = await seedStories(site.db);
  groupId = (await createCommunity(site.house, { slug: "forge", name: "The Forge", summary: "" })).id;
  mira = await makePerson(site.house, "mira");
  bo = await makePerson(site.house, "bo");
  await saveProfile(site.house, mira.id, {
    name: "Mira Voss",
    bio: "I mend *bicycles*.\n\n<img src=x onerror=alert(1)>",
    does: "Bicycle mechanic",
    helpsWith: ["Hub gears"],
    wantsToLearn: ["Frame building"],
    languages: ["de", "pt"],
    timeZone: "Europe/Lisbon",
    links: [
      { label: "Shop", url: "https://shop.example/" },
      { label: "", url: "https://photos.example/mira" },
    ],
    alsoKnownAs: [],
  });
  await site.db`update profiles set links = jsonb_set(links, '{0,verifiedAt}', '"2026-01-01T00:00:00.000Z"') where actor_id = ${mira.id}`;
  await upsertMembership(site.db, { groupId, actorId: mira.id, state: "accepted", followUri: "x", role: "steward" });
});
afterAll(() => site?.[Symbol.asyncDispose]());

async function get(path: string, person: TestPerson | null = null, language = "en") {
  const headers = { "accept-language": language, ...(person && { cookie: person.cookie }) };
  const response = await site.app.request(path, { headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

function write(who: Id, source: string) {
  const words = { source, warning: "", language: "en", pictures: [], submissionKey: crypto.randomUUID() };
  return composeThread(site.house, who, {
    ...words,
    groupId,
    title: `On ${source}`,
    kind: "story",
    topicIds: [],
    linkUrl: null,
  });
}

describe("the page of somebody here", () => {
  it("says all they say about themselves, safely", async () => {
    const { status, text, headers } = await get("/u/mira");
    expect(status).toBe(200);
    expect(headers.get("vary")).toContain("Accept");
    for (const words of [
      "<h1><bdi>Mira Voss</bdi></h1>",
      "Bicycle mechanic",
      "@mira@commons.example",
      "<em>bicycles</em>",
      "Hub gears",
      "Frame building",
      "German, Portuguese",
      "(Europe/Lisbon)",
      'href="/c/forge"',
      "steward",
      "/u/mira/feed.atom",
      'type="application/activity+json" href="https://commons.example/u/mira"',
    ])
      expect(text).toContain(words);
    expect(text).not.toContain("<img src=x");
    expect(text).toContain("has not written anything here yet");
  });

  it("says which links link back", async () => {
    const { text } = await get("/u/mira");
    expect(text.match(/this page links back/g)).toHaveLength(1);
    expect(text).toMatch(/rel="me nofollow noopener noreferrer"><bdi>Shop<\/bdi><\/a>[^\n]*this page links back/);
  });

  it.each([
    ["de", "Kann helfen bei", "Deutsch, Portugiesisch"],
    ["es", "Puede ayudar con", "alemán, portugués"],
  ])("speaks %s", async (language, words, languages) => {
    const { text } = await get("/u/mira", null, language);
    expect(text).toContain(words);
    expect(text).toContain(languages);
    expect(text).not.toContain("Can help with");
  });

  it("lists what they wrote, newest first, page by page", async () => {
    for (let n = 0; n < 32; n++) await write(bo.id, `story ${n}`);
    const first = await get("/u/bo");
    expect(first.text).toContain("On story 31");
    expect(first.text).not.toContain("On story 1<");
    const older = /href="(\/u\/bo\?before=\d+)"/.exec(first.text)?.[1] ?? "";
    const second = await get(older);
    expect(second.text).toContain("On story 1<");
    expect(second.text).not.toContain("On story 31");
    expect((await get("/u/bo?before=x")).status).toBe(404);
  });

  it("is found by any spelling, by @name, and from /people", async () => {
    expect((await get("/u/MIRA")).headers.get("location")).toBe("/u/mira");
    expect((await get("/@mira")).headers.get("location")).toBe("/u/mira");
    expect((await get("/@nobody")).status).toBe(404);
    expect((await get(`/people/${mira.id}`)).headers.get("location")).toBe("/u/mira");
  });

  it("is not there for who waits to be let in, and gone for who has left", async () => {
    await createAccount(site.house, "anyone", {
      username: "lena",
      name: "Lena",
      role: "member",
      state: "asked",
      email: "lena@mail.example",
      emailConfirmed: false,
      passwordHash: null,
      answer: "",
    });
    expect((await get("/u/lena")).status).toBe(404);
    expect((await get("/u/nobody")).status).toBe(404);
    const gus = await makePerson(site.house, "gus");
    const { id } = await write(gus.id, "GUS-WORDS");
    expect((await get("/u/gus")).text).toContain("GUS-WORDS");
    await closeAccount(site.house, gus.id, "gus");
    expect((await get("/u/gus")).status).toBe(410);
    expect((await get("/@gus")).status).toBe(410);
    for (const path of ["/u/gus", `/c/forge/t/${id}`, "/c/forge", "/", "/u/gus/feed.atom"])
      expect((await get(path)).text, path).not.toContain("GUS-WORDS");
  });

  it("offers to edit to oneself, to block to others, and neither to visitors", async () => {
    const own = await get("/u/mira", mira);
    expect(own.text).toContain('href="/settings">Edit your profile');
    expect(own.text).not.toContain("/u/mira/block");
    const other = await get("/u/mira", bo);
    expect(other.text).toContain('action="/u/mira/block"');
    expect(other.text).not.toContain("Edit your profile");
    expect((await get("/u/mira")).text).not.toContain("/block");
  });
});

describe("not hearing from somebody", () => {
  const send = async (path: string, person: TestPerson | null) => {
    const response = await site.app.request(path, formOf(ORIGIN, person, {}));
    return { status: response.status, to: response.headers.get("location") ?? "" };
  };

  it("is begun and ended on the page of somebody here", async () => {
    expect(await send("/u/mira/block", bo)).toEqual({ status: 303, to: "/u/mira#hearing-from" });
    const { id } = await write(mira.id, "MIRAS-WORDS");
    expect((await get(`/c/forge/t/${id}`, bo)).text).not.toContain("<p>MIRAS-WORDS");
    expect((await get(`/c/forge/t/${id}`)).text).toContain("<p>MIRAS-WORDS");
    const blocked = await get("/u/mira", bo);
    expect(blocked.text).toContain("You have blocked");
    expect(blocked.text).toContain('action="/u/mira/unblock"');
    await send("/u/mira/unblock", bo);
    expect((await get("/u/mira", bo)).text).not.toContain("You have blocked");
  });

  it("is begun and ended on the card of somebody elsewhere, for them or their whole server", async () => {
    const card = `/people/${stories.ana}`;
    expect((await get(card, bo)).text).toContain("Block everybody from mastodon.example");
    await send(`${card}/block-server`, bo);
    expect((await get(card, bo)).text).toContain("You have blocked <strong><bdi>mastodon.example");
    await send(`${card}/unblock-server`, bo);
    await send(`${card}/block`, bo);
    expect((await get(card, bo)).text).toContain("You have blocked <strong><bdi>Ana Ruiz");
    await send(`${card}/unblock`, bo);
    expect((await get(card, bo)).text).not.toContain("You have blocked");
  });

  it("needs somebody who is signed in, and not oneself", async () => {
    expect((await send("/u/mira/block", null)).to).toContain("/sign-in");
    expect((await send("/u/mira/block", mira)).status).toBe(403);
    expect((await send("/u/nobody/block", bo)).status).toBe(404);
    expect((await send("/u/mira/block-server", bo)).status).toBe(404);
    expect((await send("/u/mira/anything", bo)).status).toBe(404);
    expect((await send(`/people/${groupId}/block`, bo)).status).toBe(404);
    const foreign = { ...formOf("https://evil.example", bo, {}) };
    expect((await site.app.request("/u/mira/block", foreign)).status).toBe(403);
  });
});
