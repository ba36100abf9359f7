/** People's pages and settings in a real Chromium: axe in both themes and three widths, and a profile written on a phone without script. */

import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, expect } from "vitest";
import { upsertMembership } from "../../db/queries/members.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { blockHost, blockPerson } from "../../src/domain/people/block.ts";
import { saveProfile, setPicture } from "../../src/domain/people/profile.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { expectAccessible, FOR_AXE } from "../support/axe.ts";
import { inBrowser, openWindows, type WindowOptions, type Windows } from "../support/browser.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://commons.example";
const PATHS = [
  "/u/mira",
  "/u/pest",
  "/u/alone",
  "/settings?saved",
  "/settings/appearance",
  "/settings/blocks",
  "/settings/export",
  "/settings/close",
];

let site: TestSite;
let windows: Windows;
let mira: TestPerson;

beforeAll(async () => {
  site = await openSite(ORIGIN);
  const { house, db } = site;
  mira = await makePerson(house, "mira");
  const pest = await makePerson(house, "pest");
  await makePerson(house, "alone");
  await saveProfile(house, mira.id, {
    name: "Mira Voss",
    bio: "I mend *bicycles*, mostly other people’s, in a cellar in Lisbon. Before that I built frames for [a small shop](https://frames.example).\n\n- hub gears of any age\n- wheels that were given up on",
    does: "Bicycle mechanic, fifteen years",
    helpsWith: ["Hub gears", "Wheel building", "Old Sturmey-Archer parts", "Rust"],
    wantsToLearn: ["TIG welding", "Frame geometry"],
    languages: ["de", "pt", "en"],
    timeZone: "Europe/Lisbon",
    links: [
      { label: "The cellar", url: "https://cellar.example/" },
      { label: "", url: "https://photos.example/mira" },
    ],
    alsoKnownAs: ["https://social.example/users/mira"],
  });
  await db`update profiles set links = jsonb_set(links, '{0,verifiedAt}', '"2026-01-01T00:00:00.000Z"') where actor_id = ${mira.id}`;
  const face = sharp({ create: { width: 300, height: 200, channels: 3, background: "#7a9" } });
  await setPicture(house, mira.id, await face.png().toBuffer());
  for (const [slug, name] of [
    ["wheels", "Wheels and Hubs"],
    ["forge", "The Forge"],
  ] as const) {
    const groupId = (await createCommunity(house, { slug, name, summary: "" })).id;
    const role = slug === "wheels" ? ("facilitator" as const) : ("member" as const);
    await upsertMembership(db, { groupId, actorId: mira.id, state: "accepted", followUri: "x", role });
    for (const title of ["A three-speed hub that slips in second", "What I keep in the truing drawer"])
      await composeThread(house, mira.id, {
        groupId,
        title,
        source:
          "It came in on Tuesday with a handful of gravel where the grease should have been, and a note that said sorry.",
        kind: "story",
        topicIds: [],
        linkUrl: null,
        warning: "",
        language: "en",
        pictures: [],
        submissionKey: crypto.randomUUID(),
      });
  }
  await blockPerson(house, mira.id, pest.id);
  await blockHost(house, mira.id, "spam.example");
  windows = await openWindows(site);
});
afterAll(async () => {
  await windows?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

const open = <T>(options: WindowOptions, use: (page: Page) => Promise<T>, who = mira) =>
  windows.open({ locale: "en", ...options, as: who }, use);

inBrowser.each(PATHS)("%s is clean for axe and scrolls one way only, narrow and wide, light and dark", async (path) => {
  await open(FOR_AXE, (page) =>
    expectAccessible(page, ORIGIN + path, [
      { width: 320, theme: "light" },
      { width: 360, theme: "dark" },
      { width: 1280, theme: "light" },
      { width: 1280, theme: "dark" },
    ]),
  );
});

inBrowser(
  "a profile is written on a phone, without script",
  async () => {
    const noor = await makePerson(site.house, "noor");
    const options = { viewport: { width: 360, height: 720 }, javaScriptEnabled: false };
    await open(
      options,
      async (page) => {
        await page.goto(`${ORIGIN}/u/noor`);
        await page.getByRole("link", { name: "Edit your profile" }).click();
        await page.getByLabel("What you do").fill("Bookbinder");
        await page.getByLabel("What you can help with").fill("Paste, Boards");
        await page.getByLabel("Language 1").selectOption({ label: "Arabic" });
        await page.getByLabel("Link 1, its address").fill("ftp://noor.example");
        await page.getByRole("button", { name: "Save" }).click();
        await expect.poll(() => page.getByRole("alert").textContent()).toContain("A link begins with https://");
        await page.getByLabel("Link 1, its address").fill("https://noor.example");
        await page.getByRole("button", { name: "Save" }).click();
        await expect.poll(() => page.getByRole("status").textContent()).toBe("Saved.");
        await page.getByRole("link", { name: "your page" }).click();
        const text = await page.getByRole("main").textContent();
        for (const words of ["Bookbinder", "Boards", "Arabic", "noor.example"]) expect(text).toContain(words);
      },
      noor,
    );
  },
  30_000,
);
