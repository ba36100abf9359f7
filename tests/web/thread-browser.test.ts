/** A thread in a real Chromium, signed in and not, with and without script: acts that keep the place, folds, live replies, axe, keyboard. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Id } from "../../db/ids.ts";
import { insertPosts } from "../../db/queries/posts.ts";
import { transact } from "../../src/domain/transact.ts";
import { expectAccessible, FOR_AXE, looks } from "../support/axe.ts";
import { inBrowser, openWindows, type WindowOptions, type Windows } from "../support/browser.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { type Stories, seedStories } from "./seed-stories.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://commons.example";

let site: TestSite;
let stories: Stories;
let windows: Windows;
let fay: TestPerson;
let answer: string;
let long: { id: string; replyIds: string[] };
let paths: string[];

beforeAll(async () => {
  site = await openSite(ORIGIN);
  stories = await seedStories(site.db);
  const { db, house } = site;
  fay = await makePerson(house, "fay");
  for (const slug of ["welding", "gardens"]) {
    await db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
      select id, ${fay.id}, 'accepted', 'facilitator', 'urn:' || id, now() from actors where username = ${slug} and kind = 'group'`;
  }
  await db`insert into topics (id, group_id, slug, name) select ${house.makeId()}, id, 'stainless', 'Stainless' from actors where username = 'welding' and kind = 'group'`;
  await db`insert into thread_topics (thread_id, topic_id) select ${stories.warping}, id from topics`;
  await db`update threads set kind = 'question', pinned_at = now() where id = ${stories.warping}`;
  const posts = await db<{ id: string }[]>`
    select id from posts where thread_id = ${stories.warping} and removed_at is null and parent_id is not null order by id`;
  answer = posts[0]?.id ?? "";
  await db`insert into accepted_answers (thread_id, post_id, accepted_by) values (${stories.warping}, ${answer}, ${fay.id})`;
  await db`insert into votes (post_id, actor_id, kind, emoji, uri) values (${answer}, ${fay.id}, 'reaction', '🎉', 'x')`;
  await db`insert into thread_reads (actor_id, thread_id, post_id) values (${fay.id}, ${stories.warping}, ${posts.at(-3)?.id ?? ""})`;
  long = await stories.seed.longThread("welding", "A long one", "ana@mastodon.example", 90, 35);
  paths = [`/c/welding/t/${stories.warping}`, `/c/welding/t/${long.id}`, "/c/welding"];
  windows = await openWindows(site);
});
afterAll(async () => {
  await windows?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

const open = <T>(options: WindowOptions, use: (page: Page) => Promise<T>) => windows.open(options, use);

const WIDE = { viewport: { width: 1280, height: 900 } };
const footer = (page: Page, id: string) => page.locator(`#p-${id} > footer`);

async function reply(by: Id, threadId: string): Promise<void> {
  const id = site.house.makeId();
  const uri = `${ORIGIN}/posts/${id}`;
  await transact(site.house, "reply.write", "anyone", undefined, async (tx) => {
    const row = {
      id,
      uri,
      url: uri,
      authorId: by,
      receivedId: null,
      objectType: "Note",
      content: "<p>Just in.</p>",
      warning: "",
    };
    const more = { language: null, attachments: [], publishedAt: new Date(), editedAt: null };
    await insertPosts(tx, [{ ...row, ...more, threadId: threadId as Id, parentId: threadId as Id }]);
    return {
      result: null,
      line: { kind: "reply.written", groupId: null, actorId: by, threadId: threadId as Id, postId: id, data: {} },
    };
  });
}

describe.each([false, true])("signed in: %s", (signedIn) => {
  inBrowser.each([360, 1280])("a thread passes axe at %i px in both themes", async (width) => {
    await open({ ...FOR_AXE, as: signedIn ? fay : null }, async (page) => {
      for (const path of paths)
        await expectAccessible(page, ORIGIN + path, looks(width), () =>
          page.evaluate(
            `for (const details of document.querySelectorAll("details:not(.also)")) details.open = true; document.querySelector("details.also")?.setAttribute("open", "")`,
          ),
        );
    });
  });
});

describe("on a narrow screen", () => {
  inBrowser("what unfolds more stays under the finger", async () => {
    await open({ viewport: { width: 360, height: 700 }, as: fay }, async (page) => {
      await page.goto(ORIGIN + (paths[0] ?? ""));
      for (const words of ["Look after this conversation", "more"]) {
        const summary = page.locator("summary").filter({ hasText: words }).first();
        await summary.scrollIntoViewIfNeeded();
        const before = await summary.boundingBox();
        await summary.click();
        expect(await summary.boundingBox(), words).toEqual(before);
        await summary.click();
      }
    });
  });

  inBrowser("nothing sticks out at 320 px, whatever is unfolded, and every target is 24 px high", async () => {
    await open({ viewport: { width: 320, height: 700 }, as: fay }, async (page) => {
      for (const path of paths.slice(0, 2)) {
        await page.goto(ORIGIN + path);
        await page.evaluate(
          `for (const details of document.querySelectorAll("details")) { details.removeAttribute("name"); details.open = true; }`,
        );
        const { scroll, outside, small } = await page.evaluate<{
          scroll: number;
          outside: string[];
          small: string[];
        }>(`({
          scroll: document.documentElement.scrollWidth,
          outside: Array.from(document.querySelectorAll("main *:not(.answers-head *)"))
            .filter((element) => element.checkVisibility() && !element.matches(".vh, .vh *"))
            .filter((element) => element.getBoundingClientRect().right > 321 || element.getBoundingClientRect().left < -1)
            .map((element) => element.outerHTML.slice(0, 160)),
          small: Array.from(document.querySelectorAll("main a, main button, main input, main summary"))
            .filter((element) => element.checkVisibility() && !element.matches(".prose a, p.facts a, .topic input"))
            .filter((element) => element.getBoundingClientRect().height < 23.9 || element.getBoundingClientRect().width < 23.9)
            .map((element) => element.outerHTML.slice(0, 160)),
        })`);
        expect(scroll, path).toBeLessThanOrEqual(320);
        expect(outside, path).toEqual([]);
        expect(small, path).toEqual([]);
      }
    });
  });
});

describe("a vote", () => {
  inBrowser("with script counts where it stands: nothing moves, the focus stays, and it is said", async () => {
    await open({ ...WIDE, as: fay }, async (page) => {
      await page.goto(ORIGIN + (paths[0] ?? ""));
      const button = footer(page, answer).locator(".helpful");
      await button.scrollIntoViewIfNeeded();
      const before = await page.evaluate<number>("scrollY");
      const said = (await button.innerText()).match(/\d+/)?.[0];
      await button.focus();
      await page.keyboard.press("Space");
      await footer(page, answer).locator(".helpful[aria-pressed=true]").waitFor();
      expect(await button.innerText()).toContain(String(Number(said) + 1));
      expect(await page.evaluate("scrollY")).toBe(before);
      expect(await page.evaluate(`document.activeElement.matches("#p-${answer} .helpful")`)).toBe(true);
      expect(await page.locator("[data-done]").innerText()).toBe("Your vote counts.");
      await page.keyboard.press("Space");
      await footer(page, answer).locator(".helpful[aria-pressed=false]").waitFor();
    });
  });

  inBrowser("without script counts as well, and leads back to its place", async () => {
    await open({ ...WIDE, javaScriptEnabled: false, as: fay }, async (page) => {
      await page.goto(ORIGIN + (paths[0] ?? ""));
      await footer(page, answer).locator(".helpful").click();
      expect(page.url()).toBe(`${ORIGIN}${paths[0]}#p-${answer}`);
      expect(await footer(page, answer).locator(".helpful").getAttribute("aria-pressed")).toBe("true");
      await footer(page, answer).locator("summary").click();
      await footer(page, answer).getByRole("button", { name: "👀" }).click();
      expect(await footer(page, answer).getByRole("button", { name: "👀 1" }).getAttribute("aria-pressed")).toBe(
        "true",
      );
      await footer(page, answer).locator(".helpful").click();
    });
  });

  inBrowser("that cannot get through says so and can be tried again", async () => {
    await open({ ...WIDE, as: fay, forgive: /ERR_FAILED/ }, async (page) => {
      await page.goto(ORIGIN + (paths[0] ?? ""));
      await page.route("**/vote", (route) => route.abort());
      await footer(page, answer).locator(".helpful").click();
      await page.getByText("That did not get through.").waitFor();
      await page.unroute("**/vote");
      await footer(page, answer).locator(".helpful").click();
      await footer(page, answer).locator(".helpful[aria-pressed=true]").waitFor();
    });
  });
});

inBrowser("by keyboard, what is behind “more” is reached, used and put away again", async () => {
  await open({ ...WIDE, as: fay }, async (page) => {
    await page.goto(ORIGIN + (paths[0] ?? ""));
    const summary = footer(page, answer).locator("summary");
    await summary.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.value")).toBe("👍");
    await page.keyboard.press("Enter");
    await footer(page, answer).getByRole("button", { name: "👍 1" }).waitFor();
    await summary.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Escape");
    expect(await footer(page, answer).locator("details").getAttribute("open")).toBeNull();
    expect(await page.evaluate("document.activeElement.localName")).toBe("summary");
  });
});

describe.each([true, false])("a folded branch (script: %s)", (javaScriptEnabled) => {
  inBrowser("opens for a link to what is in it, and is a list of replies all the while", async () => {
    await open({ ...WIDE, javaScriptEnabled }, async (page) => {
      const inside = long.replyIds[20] as string;
      await page.goto(`${ORIGIN}/posts/${inside}`);
      const post = page.locator(`#p-${inside}`);
      await post.waitFor({ state: "visible" });
      const box = await post.boundingBox();
      expect(box && box.y > 0 && box.y < 900).toBe(true);
      const other = page.locator("details.branch:not([open])");
      expect(await other.count()).toBe(1);
      await other.locator("summary").focus();
      await page.keyboard.press("Enter");
      await page.locator(`#p-${long.replyIds[50]}`).waitFor({ state: "visible" });
      expect(await page.locator("details.branch").nth(1).getByRole("listitem").count()).toBe(34);
    });
  });
});

describe("replies that come while a page is open", () => {
  inBrowser("are told in a quiet line that moves nothing, and leads to them", async () => {
    await open(WIDE, async (page) => {
      const stream = page.waitForResponse((response) => response.url().includes("/live"));
      await page.goto(ORIGIN + (paths[0] ?? ""));
      await stream;
      await page.evaluate("document.fonts.ready.then(() => scrollTo(0, 600))");
      const places = () =>
        page.evaluate<number[]>(
          `[scrollY, ...Array.from(document.querySelectorAll(".post, .answer"), (e) => Math.round(e.getBoundingClientRect().top))]`,
        );
      const before = await places();
      await reply(fay.id, stories.warping);
      const link = page.locator(".arrivals a");
      await link.waitFor();
      expect(await link.innerText()).toBe("1 new reply");
      expect(await places()).toEqual(before);
      await reply(fay.id, stories.warping);
      await page.getByText("2 new replies").waitFor();
      await link.click();
      await page.getByText("Just in.").first().waitFor();
      expect(page.url()).toContain("#p-");
    });
  });

  inBrowser("are no trouble when the stream is blocked", async () => {
    await open({ ...WIDE, forgive: /ERR_FAILED/ }, async (page) => {
      await page.route("**/live*", (route) => route.abort());
      const blocked = page.waitForEvent("requestfailed", (request) => request.url().includes("/live"));
      await page.goto(ORIGIN + (paths[0] ?? ""));
      await blocked;
      expect(await page.locator("h1").innerText()).toContain("thin stainless");
    });
  });
});
