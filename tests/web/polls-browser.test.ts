/** A poll in a real Chromium, in both themes and at two widths: axe, no sideways scroll, and a vote by keyboard without script. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { voteInPoll } from "../../src/domain/polls/vote.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://commons.example";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let site: TestSite;
let server: ReturnType<typeof serve>;
let browser: Browser;
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
  server = serve({ fetch: site.app.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise((ready) => server.once("listening", ready));
  const { port } = server.address() as AddressInfo;
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      `--host-resolver-rules=MAP commons.example:80 127.0.0.1:${port}`,
    ],
  });
});
afterAll(async () => {
  await browser?.close();
  await site?.live.stop();
  server?.close();
  await site?.[Symbol.asyncDispose]();
});

async function open(
  options: BrowserContextOptions & { as?: TestPerson },
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const { as: who, ...rest } = options;
  const context = await browser.newContext(rest);
  try {
    if (who) await context.addCookies([{ name: "session", value: who.token, url: ORIGIN }]);
    await use(await context.newPage());
  } finally {
    await context.close();
  }
}

describe.each(["light", "dark"] as const)("in the %s theme", (colorScheme) => {
  it.each([320, 1280])("a poll and its form pass axe at %i px, and nothing scrolls sideways", async (width) => {
    const options = { colorScheme, viewport: { width, height: 900 }, bypassCSP: true } as const;
    for (const [name, who, at] of [
      ["voted", ana, path],
      ["open", bo, path],
      ["visitor", undefined, path],
      ["form", ana, "/c/welding/new?kind=poll"],
    ] as const) {
      await open({ ...options, ...(who && { as: who }) }, async (page) => {
        await page.goto(ORIGIN + at);
        for (const folded of await page.locator("details.so-far summary").all()) await folded.click();
        if (process.env.SHOTS)
          await page.screenshot({ path: `${process.env.SHOTS}/${name}-${colorScheme}-${width}.png`, fullPage: true });
        await page.evaluate(AXE);
        const { violations } = await page.evaluate<{
          violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
        }>(
          `axe.run({ runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } })`,
        );
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`)}`,
        );
        expect(found, name).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name).toBe(true);
      });
    }
  });
});

test("a vote by keyboard, without script, leads to the result", async () => {
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
