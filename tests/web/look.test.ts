/** How pages stand in a real Chromium: words that run the other way, a screen enlarged four times, and the place a keyboard is left at. */
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { inBrowser, launchBrowser } from "../support/browser.ts";
import { ORIGIN, type Stage, setTheStage } from "./axe-stage.ts";
import { openSite, type TestSite } from "./site.ts";

/** Texts that are cut off, or lie over each other. What is cut on purpose, with a link to the whole, is left out: excerpts, and the line that sticks. */
const SPOILT = `(() => {
  const spoilt = [];
  const lines = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const text = words.currentNode;
    const element = text.parentElement;
    if (!text.data.trim() || !element.checkVisibility() || element.closest(".vh, .skip, .line, .answers-head, option, textarea, script")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const boxes = [...range.getClientRects()].filter(({ width }) => width > 1);
    for (let around = element; around !== document.body; around = around.parentElement) {
      if (getComputedStyle(around).overflow === "visible") continue;
      const { left, right, top, bottom } = around.getBoundingClientRect();
      if (boxes.some((box) => box.left < left - 1 || box.right > right + 1 || box.top < top - 2 || box.bottom > bottom + 2))
        spoilt.push("cut off: " + text.data.trim().slice(0, 60));
    }
    lines.push(...boxes.map((box) => ({ box, text })));
  }
  for (const [i, one] of lines.entries())
    for (const other of lines.slice(i + 1)) {
      if (one.text === other.text) continue;
      const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (wide > 2 && high > 0.5 * Math.min(one.box.height, other.box.height))
        spoilt.push("on each other: " + one.text.data.trim().slice(0, 30) + " / " + other.text.data.trim().slice(0, 30));
    }
  return spoilt;
})()`;

/** The spacing that a reader may set for themselves (WCAG 1.4.12). */
const SPACED = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-block-end: 2em !important }`;

let site: TestSite;
let stage: Stage;
let server: ReturnType<typeof serve>;
let browser: Browser;

describe("in Chromium", () => {
  beforeAll(async () => {
    site = await openSite(ORIGIN);
    stage = await setTheStage(site);
    server = serve({ fetch: site.app.fetch, hostname: "127.0.0.1", port: 0 });
    await new Promise((ready) => server.once("listening", ready));
    const { port } = server.address() as AddressInfo;
    browser = await launchBrowser(`--host-resolver-rules=MAP commons.example:80 127.0.0.1:${port}`);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.live.stop();
    server?.close();
    await site?.[Symbol.asyncDispose]();
  });

  async function open(path: string, options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ reducedMotion: "reduce", serviceWorkers: "block", ...options });
    context.setDefaultTimeout(10_000);
    try {
      await context.addCookies([{ name: "session", value: stage.people.fay.token, url: ORIGIN }]);
      const page = await context.newPage();
      await page.goto(ORIGIN + path);
      await use(page);
    } finally {
      await context.close();
    }
  }

  /** How far the words of the reply by `who` stand in from the edges of their column, and where its hairlines are. */
  const standing = (page: Page, who: string) =>
    page.evaluate<{ left: number; right: number; lines: string }>(`(() => {
      const post = [...document.querySelectorAll(".replies .post")].find((one) => one.querySelector(".who")?.textContent.includes(${JSON.stringify(who)}));
      const { paddingLeft, paddingRight, backgroundPositionX } = getComputedStyle(post.querySelector(".words"));
      return { left: parseFloat(paddingLeft), right: parseFloat(paddingRight), lines: backgroundPositionX };
    })()`);

  inBrowser.each([
    ["ltr", "left", "right"],
    ["rtl", "right", "left"],
  ] as const)(
    "answers are indented from one side in a page that runs %s, whichever way their own words run",
    async (dir, near, far) => {
      await open(stage.at.languages, { viewport: { width: 1280, height: 900 } }, async (page) => {
        // Rosa answers Layla: her words, English or Arabic, stand in by one step.
        for (const own of ["ltr", "rtl"]) {
          await page.evaluate(`document.documentElement.dir = ${JSON.stringify(dir)};
          for (const words of document.querySelectorAll(".replies .replies .words")) words.dir = ${JSON.stringify(own)};`);
          const { lines, ...sides } = await standing(page, "Rosa");
          expect(sides[near], own).toBeGreaterThan(20);
          expect(sides[far], own).toBe(0);
          expect(lines, own).toMatch(dir === "ltr" ? /^(?:left )?1px$/ : /^right 1px$|calc\(100% - 1px\)/);
        }
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(1280);
      });
    },
  );

  inBrowser(
    "a screen of 1280 by 1024 enlarged four times keeps all its lines for the text, and the menu stays on it",
    async () => {
      await open(stage.at.thread, { viewport: { width: 320, height: 256 } }, async (page) => {
        const stuck = await page.evaluate<string[]>(`Array.from(document.querySelectorAll("body *"))
        .filter((element) => ["sticky", "fixed"].includes(getComputedStyle(element).position) && element.checkVisibility())
        .map((element) => element.className)`);
        expect(stuck).toEqual([]);
        await page.getByRole("button", { name: "You", exact: true }).click();
        const menu = await page.locator("#you-more").boundingBox();
        expect((menu?.y ?? 0) + (menu?.height ?? 999)).toBeLessThanOrEqual(256);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
      });
    },
  );

  inBrowser("texts that a reader spaces out are neither cut off nor lie on each other", async () => {
    const { thread, own, poll, reply } = stage.at;
    const welding = "/c/welding";
    const pages = ["/", welding, thread, own, poll, `${reply}/reply?quote=1`, `${welding}/new?kind=question`, "/home"];
    pages.push(
      `${welding}/members`,
      "/notifications",
      "/search?q=copper",
      "/settings",
      "/admin/people",
      `${own}/history`,
    );
    await open(welding, { bypassCSP: true }, async (page) => {
      for (const path of pages)
        for (const width of [360, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          await page.goto(ORIGIN + path);
          await page.addStyleTag({ content: SPACED });
          expect(await page.evaluate(SPOILT), `${path} at ${width}`).toEqual([]);
          expect(await page.evaluate("document.documentElement.scrollWidth"), `${path} at ${width}`).toBe(width);
        }
    });
  });

  inBrowser.each([true, false])(
    "the composer leaves the keyboard at the field that it refuses (script: %s)",
    async (javaScriptEnabled) => {
      await open("/c/welding/new?kind=link", { javaScriptEnabled }, async (page) => {
        await page.getByLabel("Title", { exact: true }).fill(" ");
        await page.getByLabel("Link", { exact: true }).fill("https://bead.example/");
        await page.getByLabel("Text", { exact: true }).fill("Words that stay.");
        await page.getByRole("button", { name: "Publish" }).press("Enter");
        await page.locator("#f-title[aria-invalid]:focus").waitFor();
        expect(
          await page.locator("#f-title").evaluate((field) => field.ariaDescribedByElements?.at(-1)?.textContent),
        ).toBe("It needs a title.");
        expect(await page.getByLabel("Text", { exact: true }).inputValue()).toBe("Words that stay.");
      });
    },
  );

  inBrowser.each([true, false])(
    "a form that was answered leaves the keyboard at its answer (script: %s)",
    async (javaScriptEnabled) => {
      await open("/settings/appearance", { javaScriptEnabled }, async (page) => {
        await page.getByRole("button", { name: "Save" }).press("Enter");
        await page.locator(".done-note:focus").getByText("Saved.").waitFor();
      });
      await open("/communities/new", { javaScriptEnabled }, async (page) => {
        await page.getByLabel("Name", { exact: true }).fill("Welding");
        await page.getByLabel("Short name").fill("welding");
        await page.getByLabel("What it is about").fill("Joining metal.");
        await page.getByRole("button", { name: "Found it" }).press("Enter");
        await page.locator(".problem-note:focus").waitFor();
        expect(await page.getByLabel("Short name").getAttribute("aria-invalid")).toBe("true");
      });
      await open(stage.at.quiet, { javaScriptEnabled }, async (page) => {
        const [press, next] = javaScriptEnabled ? ["Follow", "Follow no more"] : ["Follow no more", "Follow"];
        await page.locator(".keeping").getByRole("button", { name: press, exact: true }).press("Enter");
        await page.locator(".keeping").getByRole("button", { name: next, exact: true }).waitFor();
        await page.keyboard.press("Tab");
        expect(await page.locator(".keeping :focus").innerText()).toBe(next);
      });
    },
  );
});
