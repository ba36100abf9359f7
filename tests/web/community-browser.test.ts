/** The pages around a community in a real Chromium: axe in both themes, no sideways scroll, and the way in without script. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import type { Id } from "../../db/ids.ts";
import { upsertMembership } from "../../db/queries/members.ts";
import { writeCharter } from "../../src/domain/charters/write.ts";
import { addTopic } from "../../src/domain/topics/edit.ts";
import { expectAccessible, FOR_AXE, looks } from "../support/axe.ts";
import { inBrowser, openWindows, type WindowOptions, type Windows } from "../support/browser.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { seedStories } from "./seed-stories.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://commons.example";

let site: TestSite;
let windows: Windows;
let fay: TestPerson;
let newt: TestPerson;
const paths = {
  community: "/c/welding",
  settings: "/c/welding/settings",
  charter: "/c/welding/charter",
  "charter edit": "/c/welding/charter/edit",
  changes: "/c/welding/charter/changes?from=1",
  members: "/c/welding/members",
  requests: "/c/welding/requests",
  topics: "/c/welding/topics",
  topic: "/c/welding/topics/stainless",
  welcome: "/c/welding/welcome",
  newcomers: "/c/welding/newcomers",
  found: "/communities/new",
  join: "/c/gardens/join",
};

beforeAll(async () => {
  site = await openSite(ORIGIN);
  const { db, house } = site;
  const stories = await seedStories(db);
  const groupOf = async (slug: string): Promise<Id> => {
    const [row] = await db<{ id: Id }[]>`select id from actors where username = ${slug} and peer_id is null`;
    return row?.id as Id;
  };
  const groupId = await groupOf("welding");
  const join = (
    person: TestPerson,
    role: "facilitator" | "steward" | "member",
    state: "accepted" | "pending" = "accepted",
  ) =>
    upsertMembership(db, {
      groupId,
      actorId: person.id,
      state,
      followUri: person.uri,
      role,
      answers: ["Pipes, for a living.", "A friend."],
    });
  fay = await makePerson(house, "fay");
  newt = await makePerson(house, "newt");
  const [stew, wanda] = [await makePerson(house, "stew"), await makePerson(house, "wanda")];
  await join(fay, "facilitator");
  await join(stew, "steward");
  await join(newt, "member");
  await join(wanda, "member", "pending");
  await upsertMembership(db, {
    groupId,
    actorId: stories.ana as Id,
    state: "accepted",
    followUri: "https://x.example/1",
  });
  await db`update profiles set does = 'Pipe welder, twenty years' where actor_id = ${stew.id}`;
  await db`
    update communities set questions = '{"What do you weld?","Who sent you here?"}', rules = '{"Say what you have tried.","Nobody is born knowing this."}',
      welcome_source = ${"Good that you are here.\n\nPut your **first bead** in a thread; somebody will look at it."}, colour = '#1d6f8a'
    where actor_id = ${groupId}`;
  await db`update communities set joining = 'request', questions = '{"What grows where you are?"}' where actor_id = ${await groupOf("gardens")}`;
  for (const name of ["Stainless", "TIG", "Distortion"])
    await addTopic(house, { groupId, standings: ["steward"], name });
  await db`
    insert into thread_topics select ${stories.warping}, id from topics where slug <> 'tig'`;
  await db`update threads set kind = 'question', pinned_at = now() where id = ${stories.warping}`;
  const charter = {
    groupId,
    by: fay.id,
    standings: ["facilitator"] as const,
    purpose: "We learn to join metal **so that it holds**.\n\nWe meet on Mondays.",
    audience: "For everybody who welds, for a living or for love. Newcomers are why we are here.",
    norms: "- Say what you have tried.\n- Show your failures, too.",
    roles: "Facilitators keep the door; stewards keep the topics.",
    reviewOn: "2027-01-31",
  };
  await writeCharter(house, { ...charter, from: 0 });
  await writeCharter(house, {
    ...charter,
    from: 1,
    purpose: charter.purpose.replace("Mondays", "Tuesdays, and once a year at the fair"),
  });
  windows = await openWindows(site);
}, 60_000);
afterAll(async () => {
  await windows?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

const open = <T>(person: TestPerson, options: WindowOptions, use: (page: Page) => Promise<T>) =>
  windows.open({ ...options, as: person }, use);

inBrowser.each(Object.entries(paths))(
  "%s passes axe at 320 and 1280 px in both themes, and needs no sideways scroll",
  async (_, path) => {
    await open(fay, FOR_AXE, (page) => expectAccessible(page, ORIGIN + path, looks(320, 1280)));
  },
);

inBrowser("without script somebody asks to join by keyboard, and waits in plain words", async () => {
  await open(newt, { javaScriptEnabled: false, viewport: { width: 360, height: 800 } }, async (page) => {
    await page.goto(`${ORIGIN}/c/gardens`);
    await page.getByRole("link", { name: "Ask to join" }).click();
    await page.getByLabel("What grows where you are?").fill("Beans, mostly.");
    await page.keyboard.press("Enter");
    await page.getByText("You have asked to join, and wait for a facilitator’s answer.").waitFor();
    await page.getByRole("button", { name: "Take the request back" }).click();
    await page.getByRole("link", { name: "Ask to join" }).waitFor();
  });
});

inBrowser("a colour that is not touched is no choice, and one that is chosen tints the pages", async () => {
  await open(fay, { viewport: { width: 1280, height: 900 } }, async (page) => {
    await page.goto(`${ORIGIN}/communities/new`);
    await page.getByLabel("Name", { exact: true }).fill("Bell founding");
    await page.getByLabel("What it is about").fill("Casting bells that ring true.");
    await page.getByRole("button", { name: "Found it" }).click();
    await page.waitForURL("**/c/bell_founding/settings?founded");
    expect(await page.locator("body").getAttribute("class")).toMatch(/^cloth-\d+$/);
    await page.getByLabel("Colour").fill("#00aa33");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved. Other servers are being told.").waitFor();
    expect(await page.locator("body").getAttribute("class")).toMatch(/^cloth-own hue-\d+ dye-\d$/);
  });
});
