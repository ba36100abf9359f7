/** How pages stand in a real Chromium: words that run the other way, a screen enlarged four times, and the place a keyboard is left at. */
import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ORIGIN, type Stage, setTheStage } from "./axe-stage.ts";
import { openSite, type TestSite } from "./site.ts";

const CHROMIUM = "/usr/bin/chromium";

let site: TestSite;
let stage: Stage;
let server: ReturnType<typeof serve>;
let browser: Browser;

describe.skipIf(!existsSync(CHROMIUM))("in Chromium", () => {
  beforeAll(async () => {
    site = await openSite(ORIGIN);
    stage = await setTheStage(site);
    server = serve({ fetch: site.app.fetch, hostname: "127.0.0.1", port: 0 });
    await new Promise((ready) => server.once("listening", ready));
    const { port } = server.address() as AddressInfo;
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", `--host-resolver-rules=MAP commons.example:80 127.0.0.1:${port}`],
    });
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

  it.each([
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

  it("a screen of 1280 by 1024 enlarged four times keeps all its lines for the text, and the menu stays on it", async () => {
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
  });

  it.each([true, false])(
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
