/** Every page in a real Chromium, at four widths and in both themes: axe, no sideways scroll, and targets that a finger hits. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { inBrowser, launchBrowser } from "../support/browser.ts";
import { NO_PAGES, PAGES, type Row } from "./axe-pages.ts";
import { ORIGIN, type Reader, type Stage, setTheStage } from "./axe-stage.ts";
import { openSite, type TestSite } from "./site.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** As a file of the site the browser keeps it compiled. */
const AXE_PATH = "/assets/axe.js";
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds with `options`, one line a rule. */
const axe = (
  options: string,
) => `axe.run({ ...${options}, resultTypes: ["violations"], preload: false, selectors: false }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html, failureSummary }) => html + " " + failureSummary).join(" | ")))`;
const ALL = axe(`{ runOnly: ${JSON.stringify(RULES)} }`);
/** Structure is the same in both themes; only colours are asked for twice. */
const COLOURS = axe(`{ runOnly: { type: "rule", values: ["color-contrast"] } }`);
/**
 * In an order in which each step changes either the width or the theme. Nothing is shown or hidden between a phone and a tablet, so that there only what
 * is measured is asked for; and what only a wide screen shows is looked at whole in the one theme, and for its colours in the other.
 */
const STEPS = [
  { width: 768, theme: "light", asks: null },
  { width: 360, theme: "light", asks: ALL },
  { width: 360, theme: "dark", asks: COLOURS },
  { width: 1280, theme: "dark", asks: ALL },
  { width: 1280, theme: "light", asks: COLOURS },
] as const;

/** Links that stand in a sentence may be as high as its lines (WCAG 2.5.8); all else that can be pressed measures 24 px both ways. */
const SMALL = `Array.from(document.querySelectorAll("a, button, summary, select, input:not([type=hidden]), textarea"))
  .filter((element) => element.checkVisibility() && !element.matches(".skip, .nobodys *"))
  .filter((element) => !(element.matches("a") && getComputedStyle(element).display === "inline"
    && element.closest("p, li, dd, td, div").textContent.trim() !== element.textContent.trim()))
  .filter((element) => { const { height, width } = element.getBoundingClientRect(); return height < 23.9 || width < 23.9; })
  .map((element) => element.outerHTML.slice(0, 160))`;

/** Unfolds what is folded, but of what floats only one: two cannot be open at once. */
const UNFOLD = `for (const details of document.querySelectorAll("details:not(.also)")) details.open = true;
  document.querySelector("details.also")?.setAttribute("open", "")`;

/** A screen of 1280 px enlarged four times (WCAG 1.4.10). */
const NARROWEST = 320;
const LANES = 2;

let site: TestSite;
let stage: Stage;
let server: ReturnType<typeof serve>;
let browser: Browser;
const found = new Map<Row, Promise<Record<string, unknown>>>();

const pathOf = ({ path }: Row) => (typeof path === "string" ? path : path(stage.at));

/** A window for each reader, kept: what a browser has compiled once it need not compile for the next page. */
function openWindows() {
  const windows = new Map<Reader, Promise<Page>>();
  const open = async (reader: Reader): Promise<Page> => {
    const context = await browser.newContext({
      bypassCSP: true,
      locale: "en",
      reducedMotion: "reduce",
      serviceWorkers: "block",
    });
    context.setDefaultTimeout(30_000);
    if (reader !== "visitor")
      await context.addCookies([{ name: "session", value: stage.people[reader].token, url: ORIGIN }]);
    return context.newPage();
  };
  return (reader: Reader): Promise<Page> => {
    const window = windows.get(reader) ?? open(reader);
    windows.set(reader, window);
    return window;
  };
}

/** What is wrong with a page, by width and theme; nothing, when nothing is. */
async function faultsOf(row: Row, page: Page): Promise<Record<string, unknown>> {
  const faults: Record<string, unknown> = {};
  const note = (where: string, list: string[]) => {
    if (list.length > 0) faults[where] = list;
  };
  await page.emulateMedia({ colorScheme: STEPS[0].theme });
  await page.setViewportSize({ width: NARROWEST, height: 800 });
  await row.before?.(page.context(), site);
  await page.goto(ORIGIN + pathOf(row));
  await row.first?.(page, site);
  await page.evaluate(UNFOLD);
  await page.addScriptTag({ url: AXE_PATH });
  const needs = await page.evaluate<number>("document.documentElement.scrollWidth");
  if (needs > NARROWEST) faults[`${NARROWEST} sideways`] = needs;
  let before = { width: 0, theme: "" };
  for (const { width, theme, asks } of STEPS) {
    if (theme !== before.theme) await page.emulateMedia({ colorScheme: theme });
    if (width !== before.width) {
      await page.setViewportSize({ width, height: 800 });
      note(`${width} small`, await page.evaluate<string[]>(SMALL));
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      if (wide > width) faults[`${width} sideways`] = wide;
    }
    if (asks) note(`${width} ${theme}`, await page.evaluate<string[]>(asks));
    before = { width, theme };
  }
  return faults;
}

/** Looks at every page, in as many lanes as machines like this have processors; those that change the site for all wait for the others. */
function lookAtAll(): void {
  const lanes = Array.from({ length: LANES }, () => ({
    windowOf: openWindows(),
    last: Promise.resolve<unknown>(null),
  }));
  for (const [i, row] of PAGES.entries()) {
    const lane = lanes[i % LANES] as (typeof lanes)[number];
    const free = row.alone ? Promise.all(lanes.map(({ last }) => last)) : lane.last;
    const looked = free.then(async () => faultsOf(row, await lane.windowOf(row.as)));
    // A test waits for it and says what went wrong; the lane goes on.
    lane.last = looked.catch(() => null);
    found.set(row, looked);
  }
}

describe("in Chromium", () => {
  beforeAll(async () => {
    site = await openSite(ORIGIN);
    stage = await setTheStage(site);
    server = serve({
      fetch: (request, env) =>
        new URL(request.url).pathname === AXE_PATH
          ? new Response(AXE, { headers: { "content-type": "text/javascript", "cache-control": "max-age=3600" } })
          : site.app.fetch(request, env),
      hostname: "127.0.0.1",
      port: 0,
    });
    await new Promise((ready) => server.once("listening", ready));
    const { port } = server.address() as AddressInfo;
    // Nobody answers for media.example; to abort its requests here would cost the browser its cache.
    browser = await launchBrowser(
      `--host-resolver-rules=MAP commons.example:80 127.0.0.1:${port}, MAP media.example:443 127.0.0.1:9`,
    );
    lookAtAll();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.live.stop();
    server?.close();
    await site?.[Symbol.asyncDispose]();
  });

  inBrowser.each(PAGES)("$name ($as)", { timeout: 120_000 }, async (row) => {
    expect(await found.get(row)).toEqual({});
  });

  inBrowser("no page of the site is left out", () => {
    const known = PAGES.map((row) => pathOf(row).replace(/\?.*/, ""));
    const served = new Set(site.app.routes.filter(({ method }) => method === "GET").map(({ path }) => path));
    const missing = [...served].filter((path) => {
      const pattern = path.replace(/:\w+(?:\{((?:[^{}]|\{[^{}]*\})*)\})?/g, (_, rule = "[^/]+") => `(?:${rule})`);
      return !NO_PAGES.test(path) && !known.some((one) => new RegExp(`^${pattern}$`).test(one));
    });
    expect(missing).toEqual([]);
  });
});
