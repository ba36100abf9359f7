/** Writing in a real Chromium: the preview in place, a draft that outlives the tab, names that go on, one post by a double click; axe on every page. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Id } from "../../db/ids.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { reviseOwnPost } from "../../src/domain/posts/revise.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { expectAccessible, FOR_AXE, looks } from "../support/axe.ts";
import { inBrowser, openWindows, type WindowOptions, type Windows } from "../support/browser.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://commons.example";

let site: TestSite;
let windows: Windows;
let ana: TestPerson;
let threadId: Id;

beforeAll(async () => {
  site = await openSite(ORIGIN);
  const group = await createCommunity(site.house, { slug: "welding", name: "Welding", summary: "Joining metal." });
  await site.db`insert into topics (id, group_id, slug, name) values (1, ${group.id}, 'tig', 'TIG'), (2, ${group.id}, 'thin_sheet', 'Thin sheet')`;
  ana = await makePerson(site.house, "ana");
  await makePerson(site.house, "bolette");
  const text = { warning: "", language: "en", pictures: [] };
  const posted = await composeThread(site.house, ana.id, {
    ...text,
    groupId: group.id,
    title: "How do you keep thin sheet from warping?",
    source: "I weld 1 mm sheet, and it **always** bends.\n\nWhat do you do?",
    kind: "question",
    topicIds: [],
    linkUrl: null,
    submissionKey: "the-first-thread-of-all",
  });
  threadId = posted.id;
  await reviseOwnPost(site.house, ana.id, {
    ...text,
    postId: threadId,
    source: "I weld 1 mm sheet.\n\nWhat do *you* do?",
  });
  windows = await openWindows(site);
});
afterAll(async () => {
  await windows?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

/** A page of Ana's. */
const open = <T>(options: WindowOptions, use: (page: Page) => Promise<T>) =>
  windows.open({ as: ana, forgive: /status of 4|ERR_INTERNET_DISCONNECTED|ERR_FAILED/, ...options }, use);

const paths = () => ({
  kinds: "/c/welding/new",
  story: "/c/welding/new?kind=story",
  link: "/c/welding/new?kind=link",
  reply: `/posts/${threadId}/reply`,
  edit: `/posts/${threadId}/edit`,
  remove: `/posts/${threadId}/remove`,
  history: `/posts/${threadId}/history`,
  drafts: "/drafts",
});

inBrowser.each(Object.keys(paths()) as (keyof ReturnType<typeof paths>)[])(
  "the page %s passes axe at 360 and 1280 px in both themes, and does not scroll sideways",
  async (name) => {
    await open(FOR_AXE, (page) => expectAccessible(page, ORIGIN + paths()[name], looks(360, 1280)));
  },
);

describe("a thread is written", () => {
  inBrowser("with a preview in place, a draft that outlives the tab, and once by a double click", async () => {
    await open({ viewport: { width: 1280, height: 900 } }, async (page) => {
      await page.goto(`${ORIGIN}/c/welding/new`);
      await page.getByRole("link", { name: "Discussion" }).click();
      await page.getByLabel("Title").fill("My first bead");
      await page.getByLabel("Text", { exact: true }).fill("It was *crooked*.");
      await page.getByLabel("TIG").check();
      await page.getByRole("button", { name: "Preview" }).click();
      await page.locator(".preview em").waitFor();
      expect(await page.locator(".preview .prose").innerHTML()).toBe("<p>It was <em>crooked</em>.</p>");
      await page.getByText("Draft kept").waitFor();

      await page.goto(`${ORIGIN}/c/welding/new?kind=discussion`);
      expect(await page.getByLabel("Title").inputValue()).toBe("");
      await page.locator(".draft-offer").getByText("Continue").click();
      expect(await page.getByLabel("Title").inputValue()).toBe("My first bead");
      expect(await page.getByLabel("Text", { exact: true }).inputValue()).toBe("It was *crooked*.");
      expect(await page.getByLabel("TIG").isChecked()).toBe(true);
      await page.getByRole("button", { name: "Publish" }).dblclick();
      await page.waitForURL(/\/c\/welding\/t\/\d+$/);
      expect((await site.db`select from threads where title = 'My first bead'`).count).toBe(1);
      expect((await site.db`select from drafts`).count).toBe(0);

      await page.goto(`${ORIGIN}/c/welding/new?kind=discussion`);
      await page.waitForTimeout(300);
      expect(await page.locator(".draft-offer").count()).toBe(0);
    });
  });

  inBrowser("what was typed without a connection is kept here, said so, and offered again", async () => {
    await open({}, async (page) => {
      const path = `${ORIGIN}/posts/${threadId}/reply`;
      await page.goto(path);
      await page.context().setOffline(true);
      await page.getByLabel("Your reply").fill("Written on a train");
      await page.getByText("Kept here, not sent: there is no connection.").waitFor();
      await page.getByRole("button", { name: "Reply", exact: true }).click();
      expect(await page.getByLabel("Your reply").inputValue()).toBe("Written on a train");
      await page.route("**/drafts", (route) => route.abort());
      await page.context().setOffline(false);
      await page.goto(path);
      await page.getByRole("button", { name: "Continue" }).click();
      expect(await page.getByLabel("Your reply").inputValue()).toBe("Written on a train");
    });
  });

  inBrowser("a name goes on by keyboard, and Escape leaves it alone", async () => {
    await open({}, async (page) => {
      await page.goto(`${ORIGIN}/posts/${threadId}/reply`);
      const text = page.getByLabel("Your reply");
      await text.pressSequentially("Ask @bol");
      const option = page.getByRole("option", { name: "Bolette @bolette" });
      await option.waitFor();
      expect(await text.getAttribute("aria-activedescendant")).toBe(await option.getAttribute("id"));
      await page.keyboard.press("Escape");
      expect(await page.getByRole("listbox", { name: "@ #" }).isVisible()).toBe(false);
      await text.pressSequentially("e");
      await option.waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      expect(await text.inputValue()).toBe("Ask @bolette ");
      await text.pressSequentially("#ti");
      await page.getByRole("option", { name: "TIG #tig" }).click();
      expect(await text.inputValue()).toBe("Ask @bolette #tig ");
    });
  });
});
