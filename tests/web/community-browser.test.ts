/** The pages around a community in a real Chromium: axe in both themes, no sideways scroll, and the way in without script. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { upsertMembership } from "../../db/queries/members.ts";
import { writeCharter } from "../../src/domain/charters/write.ts";
import { addTopic } from "../../src/domain/topics/edit.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { seedStories } from "./seed-stories.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://commons.example";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let site: TestSite;
let server: ReturnType<typeof serve>;
let browser: Browser;
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
      `--unsafely-treat-insecure-origin-as-secure=${ORIGIN}`,
    ],
  });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  server?.close();
  await site?.[Symbol.asyncDispose]();
});

async function open<T>(
  person: TestPerson,
  options: BrowserContextOptions,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  try {
    await context.addCookies([{ name: "session", value: person.token, url: ORIGIN }]);
    const page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    const result = await use(page);
    expect(complaints).toEqual([]);
    return result;
  } finally {
    await context.close();
  }
}

interface AxeResult {
  violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
}

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  it.each([320, 1280])("every page passes axe at %i px and needs no sideways scroll", async (width) => {
    await open(
      fay,
      { colorScheme, viewport: { width, height: 900 }, bypassCSP: true, reducedMotion: "reduce" },
      async (page) => {
        for (const [name, path] of Object.entries(paths)) {
          await page.goto(ORIGIN + path);
          await page.evaluate(`for (const details of document.querySelectorAll("details")) details.open = true`);
          await page.evaluate(AXE);
          const { violations } = await page.evaluate<AxeResult>(`axe.run({
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`);
          const found = violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n")}`,
          );
          expect(found, `${name} at ${width} in ${colorScheme}`).toEqual([]);
          const wide = await page.evaluate<number>(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth",
          );
          expect(wide, `${name} at ${width}`).toBeLessThanOrEqual(0);
        }
      },
    );
  });
});

it("without script somebody asks to join by keyboard, and waits in plain words", async () => {
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

it("a colour that is not touched is no choice, and one that is chosen tints the pages", async () => {
  await open(fay, { viewport: { width: 1280, height: 900 } }, async (page) => {
    await page.goto(`${ORIGIN}/communities/new`);
    await page.getByLabel("Name", { exact: true }).fill("Bell founding");
    await page.getByLabel("What it is about").fill("Casting bells that ring true.");
    await page.getByRole("button", { name: "Found it" }).click();
    await page.waitForURL("**/c/bell_founding/settings");
    expect(await page.locator("body").getAttribute("class")).toMatch(/^cloth-\d+$/);
    await page.getByLabel("Colour").fill("#00aa33");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved. Other servers are being told.").waitFor();
    expect(await page.locator("body").getAttribute("class")).toMatch(/^cloth-own hue-\d+ dye-\d$/);
  });
});
