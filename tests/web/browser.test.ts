/** The pages in a real Chromium, with and without script: axe, keyboard, narrow screens, the policy against inline script. */

import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { expectAccessible, FOR_AXE, looks } from "../support/axe.ts";
import { inBrowser, openWindows, theBrowser, type WindowOptions, type Windows } from "../support/browser.ts";
import { type Stories, seedStories } from "./seed-stories.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://commons.example";
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let site: TestSite;
let stories: Stories;
let windows: Windows;
let paths: Record<string, string>;

beforeAll(async () => {
  site = await openSite(ORIGIN);
  stories = await seedStories(site.db);
  const long = await stories.seed.longThread(
    "repair",
    "What do you do when nobody brings tools?",
    "ana@mastodon.example",
    600,
    5,
  );
  windows = await openWindows(site);
  paths = {
    front: "/",
    community: "/c/welding",
    thread: `/c/welding/t/${stories.warping}`,
    unanswered: `/c/welding/t/${stories.quiet}`,
    languages: `/c/gardens/t/${stories.languages}`,
    warned: `/c/nightnursing/t/${stories.burn}`,
    "second page": `/posts/${long.replyIds[550]}`,
    person: `/people/${stories.ana}`,
    about: "/about",
    follow: "/c/welding/follow",
    "empty community": "/c/repair",
    gone: `/c/welding/t/${stories.removed}`,
    missing: "/nothing",
  };
});
afterAll(async () => {
  await windows?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

/** A window in which pictures from elsewhere can be had. */
function open<T>(options: WindowOptions, use: (page: Page, context: BrowserContext) => Promise<T>): Promise<T> {
  return windows.open({ forgive: /status of 4(?:04|10|22)/, ...options }, async (page, context) => {
    await context.route("https://media.example/**", (route) =>
      route.fulfill({ contentType: "image/png", body: PIXEL }),
    );
    return use(page, context);
  });
}

describe("every page", () => {
  const GROUPS = [
    ["front", "community", "thread", "unanswered"],
    ["languages", "warned", "person"],
    ["second page"],
    ["about", "follow", "empty community", "gone", "missing"],
  ];

  inBrowser.each(GROUPS.map((names) => [names]))("passes axe at 360 and 1280 px in both themes: %s", async (names) => {
    await open(FOR_AXE, async (page) => {
      for (const name of names) await expectAccessible(page, ORIGIN + paths[name], looks(360, 1280));
    });
  });

  inBrowser("is one of those", () => {
    expect(Object.keys(paths).sort()).toEqual(GROUPS.flat().sort());
  });
});

describe("on a narrow screen", () => {
  inBrowser("no page scrolls sideways at 320 px, nor does any part of it stick out", async () => {
    await open({ viewport: { width: 320, height: 700 } }, async (page) => {
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(ORIGIN + path);
        const { scroll, outside } = await page.evaluate<{ scroll: number; outside: string[] }>(`({
          scroll: document.documentElement.scrollWidth,
          outside: Array.from(document.querySelectorAll("main *:not(.answers-head *)"))
            .filter((element) => element.getBoundingClientRect().right > 321)
            .map((element) => element.outerHTML.slice(0, 120)),
        })`);
        expect(scroll, name).toBeLessThanOrEqual(320);
        expect(outside, name).toEqual([]);
      }
    });
  });

  inBrowser("what can be pressed is at least 24 px high, unless it stands in a sentence", async () => {
    await open({ viewport: { width: 390, height: 844 } }, async (page) => {
      for (const path of Object.values(paths)) {
        await page.goto(ORIGIN + path);
        const small = await page.evaluate<string[]>(`
          Array.from(document.querySelectorAll("a, button, input, summary"))
            .filter((element) => element.checkVisibility() && !element.matches(".skip, .prose a, p.facts a"))
            .filter((element) => element.getBoundingClientRect().height < 23.9)
            .map((element) => element.outerHTML.slice(0, 160))`);
        expect(small, path).toEqual([]);
      }
    });
  });
});

describe("by keyboard", () => {
  inBrowser("the first stop leads past the masthead, and every stop can be seen", async () => {
    await open({ viewport: { width: 1280, height: 900 } }, async (page) => {
      await page.goto(ORIGIN + (paths.thread ?? ""));
      await page.keyboard.press("Tab");
      const skip = page.locator(":focus");
      expect(await skip.innerText()).toBe("Skip to the text");
      expect((await skip.boundingBox())?.height).toBeGreaterThan(24);
      await page.keyboard.press("Enter");
      expect(await page.evaluate("document.activeElement.id")).toBe("main");
      const stops: string[] = [];
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press("Tab");
        const stop = await page.evaluate<{ name: string; outlined: boolean; seen: boolean } | null>(`(() => {
          const element = document.activeElement;
          if (element === document.body) return null;
          const style = getComputedStyle(element);
          const box = element.getBoundingClientRect();
          const top = document.elementFromPoint(box.left + Math.min(box.width / 2, 20), box.top + box.height / 2);
          return {
            name: element.textContent.trim(),
            outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
            seen: top !== null && (element.contains(top) || top.contains(element)),
          };
        })()`);
        if (!stop) break;
        expect(stop, stop.name).toMatchObject({ outlined: true, seen: true });
        stops.push(stop.name);
      }
      expect(stops[0]).toBe("Welding");
      expect(stops).toContain("Open on mastodon.example: reply by Ana Ruiz");
      expect(stops.length).toBeGreaterThan(40);
    });
  });

  inBrowser("a link that a permalink led to is not hidden behind the line that stays at the top", async () => {
    await open({ viewport: { width: 1280, height: 800 } }, async (page) => {
      await page.goto(ORIGIN + (paths["second page"] ?? ""));
      const bar = await page.evaluate<number>(`document.querySelector(".answers-head").getBoundingClientRect().bottom`);
      const post = await page.evaluate<number>(`document.querySelector(":target .who").getBoundingClientRect().top`);
      expect(post).toBeGreaterThan(bar);
    });
  });
});

describe("without script", () => {
  inBrowser("the follow form leads to the visitor's own server", async () => {
    await open({ javaScriptEnabled: false }, async (page) => {
      await page.goto(`${ORIGIN}/c/welding`);
      expect(await page.getByRole("button", { name: "Copy" }).count()).toBe(0);
      await page.getByLabel("Your server, or your own handle").fill("@you@nowhere.example");
      await page.getByRole("button", { name: "Follow" }).click();
      expect(await page.getByLabel("Your server, or your own handle").inputValue()).toBe("@you@nowhere.example");
      expect(await page.getByText("nowhere.example does not answer.").isVisible()).toBe(true);
      await page.getByLabel("Your server, or your own handle").fill("@you@mastodon.example");
      await page.getByRole("button", { name: "Follow" }).click();
      const link = page.getByRole("link", { name: "Continue on mastodon.example" });
      expect(await link.getAttribute("href")).toContain("https://mastodon.example/authorize_interaction");
    });
  });
});

describe("with script", () => {
  inBrowser("the handle is copied, and that is said", async () => {
    await open({ browser: "whole", permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await page.goto(`${ORIGIN}/c/welding`);
      await page.getByRole("button", { name: "Copy the handle of this community" }).click();
      await page.getByRole("status").getByText("Copied").waitFor();
      expect(await page.evaluate("navigator.clipboard.readText()")).toBe("@welding@commons.example");
    });
  });

  inBrowser("an inline script that got into a post does not run", async () => {
    await using other = await openSite(ORIGIN);
    const { seed } = await seedStories(other.db);
    const id = await seed.thread("repair", "A post that should never have been kept", {
      by: "rosa@garten.example",
      at: "2026-05-11T10:00:00Z",
      html: `<p>Words.</p><script>window.ran = true</script><img src="x" onerror="window.ran = true"><p style="color: red" id="styled">Red?</p>`,
    });
    const html = await other.read(`/c/repair/t/${id}`);
    const context = await (await theBrowser()).newContext();
    const refused: string[] = [];
    const page = await context.newPage();
    page.on("console", (message) => refused.push(message.text()));
    const { headers } = await other.app.request("/");
    await page.route(`${ORIGIN}/evil`, (route) =>
      route.fulfill({
        contentType: "text/html",
        headers: { "Content-Security-Policy": headers.get("Content-Security-Policy") ?? "" },
        body: html,
      }),
    );
    await page.goto(`${ORIGIN}/evil`);
    expect(await page.evaluate('"ran" in window')).toBe(false);
    expect(await page.evaluate('getComputedStyle(document.querySelector("#styled")).color')).not.toBe("rgb(255, 0, 0)");
    expect(refused.filter((text) => text.includes("Content Security Policy")).length).toBeGreaterThanOrEqual(3);
    await context.close();
  });
});

describe("fonts and signs", () => {
  inBrowser("come from here and arrive", async () => {
    await open({}, async (page) => {
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      await page.goto(ORIGIN + (paths.community ?? ""));
      await page.evaluate("document.fonts.ready.then(() => true)");
      expect(
        await page.evaluate(`document.fonts.check("16px 'Source Serif'") && document.fonts.check("16px Atkinson")`),
      ).toBe(true);
      expect(asked.filter((url) => !url.startsWith(ORIGIN))).toEqual([]);
      const hand = await page.evaluate('document.querySelector(".wordmark use").getBoundingClientRect().width');
      expect(hand).toBeGreaterThan(10);
    });
  });
});
