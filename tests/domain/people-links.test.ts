/** Links on profiles: those whose pages link back are shown to, and looked at again. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findOwnPersonById } from "../../db/queries/people.ts";
import { linksBack } from "../../src/base/text/rel-me.ts";
import { saveProfile } from "../../src/domain/people/profile.ts";
import { checkLinks } from "../../src/jobs/profiles.ts";
import { costMs } from "../support/cost.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson, type TestPerson } from "../support/people.ts";

const OURS = ["https://commons.example/u/ana", "https://commons.example/@ana"];

describe("a page links back", () => {
  it.each([
    ['<a rel="me" href="https://commons.example/u/ana">', true],
    ['<a rel="nofollow ME" href="https://commons.example/@ana/">me</a>', true],
    ["<html><head><link href=https://commons.example/u/ana rel=me></head>", true],
    ['<a href="https://commons.example/u/ana">', false],
    ['<a rel="met" href="https://commons.example/u/ana">', false],
    ['<a rel="me" href="https://commons.example/u/anabel">', false],
    ['<a rel="me" href="http://commons.example/u/ana">', false],
    ['<!-- <a rel="me" href="https://commons.example/u/ana"> -->', false],
    ['<script>"<a rel=\\"me\\" href=\\"https://commons.example/u/ana\\">"</script>', false],
    ["", false],
  ])("%s: %s", (html, yes) => {
    expect(linksBack(html, OURS)).toBe(yes);
  });

  it("is looked for in a bounded time, however long the page is", async () => {
    const cost = await costMs(() => {
      linksBack(`${"<a rel=me href=x ".repeat(60_000)}`, OURS);
      linksBack("<div>".repeat(200_000), OURS);
    });
    expect(cost).toBeLessThan(8_000);
  });
});

describe("the job", () => {
  let stage: TestHouse;
  let ana: TestPerson;
  let now = new Date();
  beforeAll(async () => {
    stage = await openTestHouse({ now: () => now });
    ana = await makePerson(stage.house, "ana");
    const links = ["back", "not", "away"].map((name) => ({ label: "", url: `https://${name}.example/` }));
    const said = { name: "", bio: "", does: "", helpsWith: [], wantsToLearn: [], languages: [], timeZone: null };
    await saveProfile(stage.house, ana.id, { ...said, links, alsoKnownAs: [] });
  });
  afterAll(() => stage?.[Symbol.asyncDispose]());

  const asked: string[] = [];
  let back = '<a rel="me" href="https://commons.example/u/ana">';
  const outbound = {
    async get(url: string) {
      asked.push(url);
      if (url.includes("away")) throw Object.assign(new Error("away"), { kind: "timeout" });
      const body = Buffer.from(url.includes("back") ? back : "<p>Nothing here.</p>");
      return { status: 200, url, headers: { "content-type": "text/html; charset=utf-8" }, body };
    },
  };
  const verified = async () =>
    (await findOwnPersonById(stage.db, ana.id))?.links.map(({ url, verifiedAt }) => [url, verifiedAt !== null]);

  it("looks at new links once, and marks those that link back", async () => {
    expect(await checkLinks(stage.house, outbound)).toBe(3);
    expect(await verified()).toEqual([
      ["https://back.example/", true],
      ["https://not.example/", false],
      ["https://away.example/", false],
    ]);
    expect(await checkLinks(stage.house, outbound)).toBe(0);
  });

  it("looks again after a week, and takes the mark away where the link is gone", async () => {
    now = new Date(now.getTime() + 8 * 24 * 3_600_000);
    back = "<p>Moved.</p>";
    expect(await checkLinks(stage.house, outbound)).toBe(3);
    expect((await verified())?.[0]).toEqual(["https://back.example/", false]);
  });

  it("does not hide a bug of ours as a page that is away", async () => {
    now = new Date(now.getTime() + 8 * 24 * 3_600_000);
    const broken = { get: () => Promise.reject(new TypeError("a bug")) };
    await expect(checkLinks(stage.house, broken)).rejects.toThrow("a bug");
  });
});
