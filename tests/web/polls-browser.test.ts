/** A poll in a real Chromium, in both themes and at two widths: axe, no sideways scroll, and a vote by keyboard without script. */
import { afterAll, beforeAll, expect } from "vitest";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { voteInPoll } from "../../src/domain/polls/vote.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { expectAccessible, FOR_AXE, looks } from "../support/axe.ts";
import { inBrowser, openWindows, type Windows } from "../support/browser.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://commons.example";

let site: TestSite;
let windows: Windows;
let ana: TestPerson;
let bo: TestPerson;
let path: string;

beforeAll(async () => {
  site = await openSite(ORIGIN);
  const { house } = site;
  const group = await createCommunity(house, { slug: "welding", name: "Welding", summary: "" });
  ana = await makePerson(house, "ana");
  bo = await makePerson(house, "bo");
  const { id } = await composeThread(house, ana.id, {
    groupId: group.id,
    title: "What shall we practise at the next open evening?",
    source: "I have the workshop until ten, and steel for about twelve people.",
    kind: "poll",
    topicIds: [],
    linkUrl: null,
    poll: {
      options:
        "Vertical seams\nThin stainless, with and without backing gas, on the pieces that were left over from the railing\nReading a weld",
      multiple: true,
      days: 7,
    },
    warning: "",
    language: "en",
    pictures: [],
    submissionKey: "form-of-the-browser",
  });
  for (const [name, chosen] of [
    ["cy", [0]],
    ["di", [0, 2]],
    ["ed", [1]],
  ] as const)
    await voteInPoll(house, { threadId: id, by: await makePerson(house, name), chosen });
  await voteInPoll(house, { threadId: id, by: ana, chosen: [1, 2] });
  path = `/c/welding/t/${id}`;
  windows = await openWindows(site);
});
afterAll(async () => {
  await windows?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

const open: Windows["open"] = (options, use) => windows.open(options, use);

inBrowser.each(["voted", "open", "visitor", "form"] as const)(
  "a poll (%s) passes axe at 320 and 1280 px in both themes, and nothing scrolls sideways",
  async (how) => {
    const who = { voted: ana, open: bo, visitor: null, form: ana }[how];
    await open({ ...FOR_AXE, as: who }, async (page) => {
      const url = ORIGIN + (how === "form" ? "/c/welding/new?kind=poll" : path);
      await expectAccessible(page, url, looks(320, 1280), async () => {
        for (const folded of await page.locator("details.so-far summary").all()) await folded.click();
      });
    });
  },
);

inBrowser("a vote by keyboard, without script, leads to the result", async () => {
  await open({ as: bo, javaScriptEnabled: false }, async (page) => {
    await page.goto(ORIGIN + path);
    await page.getByLabel("Reading a weld").focus();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Vote", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(`${ORIGIN}${path}#poll`);
    const row = page.getByRole("row", { name: /Reading a weld/ });
    expect(await row.innerText()).toMatch(/your vote/);
    expect(await row.innerText()).toMatch(/3 votes, 60 %/);
    expect(await page.getByRole("button", { name: "Vote", exact: true }).count()).toBe(0);
  });
});
