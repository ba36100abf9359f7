/** The site as an app: manifest, icons, sharing; and in a real Chromium what is kept for when there is no connection, and what never is. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "@hono/node-server";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bringSearchUp } from "../../src/domain/search/bring-up.ts";
import { freePort } from "../support/app.ts";
import { expectAccessible, FOR_AXE, looks } from "../support/axe.ts";
import { inBrowser, theBrowser } from "../support/browser.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { type Stories, seedStories } from "./seed-stories.ts";
import { openSite, type TestSite } from "./site.ts";

const ASSETS = join(import.meta.dirname, "../../src/web/assets");

let site: TestSite;
let stories: Stories;
let bea: TestPerson;
let zoe: TestPerson;
let origin: string;
let port: number;
let server: ReturnType<typeof serve>;

beforeAll(async () => {
  port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  site = await openSite(origin);
  stories = await seedStories(site.db);
  bea = await makePerson(site.house, "bea");
  zoe = await makePerson(site.house, "zoe");
  await sleep(3);
  await bringSearchUp(site.house, { settleMs: 0 });
  await listen();
});
afterAll(async () => {
  server?.close();
  await site?.[Symbol.asyncDispose]();
});

async function listen(): Promise<void> {
  server = serve({ fetch: site.app.fetch, hostname: "127.0.0.1", port });
  await new Promise((ready) => server.once("listening", ready));
}

/** The server is gone, not only slow. */
async function hangUp(): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  if ("closeAllConnections" in server) server.closeAllConnections();
  await closed;
}

describe("the app", () => {
  it("is described by a manifest whose icons are there", async () => {
    const response = await site.app.request("/manifest.webmanifest");
    expect(response.headers.get("content-type")).toBe("application/manifest+json; charset=utf-8");
    const manifest = (await response.json()) as {
      icons: { src: string; type: string; sizes: string; purpose?: string }[];
    };
    expect(manifest).toMatchObject({ start_url: "/", scope: "/", display: "standalone", lang: "en" });
    for (const { src, type, sizes } of manifest.icons) {
      const icon = await site.app.request(src);
      expect([icon.status, icon.headers.get("content-type")]).toEqual([200, type]);
      // The width of a PNG stands at byte 16.
      if (type === "image/png")
        expect(`${Buffer.from(await icon.arrayBuffer()).readUInt32BE(16)}`).toBe(sizes.split("x")[0]);
    }
    expect(manifest.icons.some(({ purpose }) => purpose === "maskable")).toBe(true);
    expect(await site.read("/")).toContain('<link rel="manifest" href="/manifest.webmanifest">');
  });

  it("has scripts of less than 4 kB for this, and of less than 20 kB in all", () => {
    const size = (name: string) => statSync(join(ASSETS, name)).size;
    expect(size("install.js")).toBeLessThanOrEqual(500);
    expect(size("install.js") + size("offline.js") + size("offline-worker.js")).toBeLessThanOrEqual(4_096);
    const all = readdirSync(ASSETS).filter((name) => name.endsWith(".js"));
    expect(all.reduce((sum, name) => sum + size(name), 0)).toBeLessThan(20_480);
  });

  it("serves a worker that asks again for itself, and keeps only files that are there", async () => {
    const response = await site.app.request("/offline-worker.js");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    const first = (await response.text()).split("\n", 1)[0] ?? "";
    const kept = JSON.parse(first.slice(first.indexOf("{"), -1)) as { files: string[]; version: string };
    for (const path of kept.files) await site.read(path);
    expect(kept.files).toContain("/offline");
  });
});

describe("sharing from another app", () => {
  const share = (query: string, cookie?: string) =>
    site.app.request(`/share?${query}`, cookie === undefined ? {} : { headers: { cookie } });

  it("is for members, who come back to it from signing in", async () => {
    const response = await share("title=A");
    expect([response.status, response.headers.get("location")]).toEqual([303, "/sign-in?next=%2Fshare%3Ftitle%3DA"]);
  });

  it("leads to the form of a community with what was shared in it", async () => {
    const page = await (await share("title=T%26t&text=Look+https%3A%2F%2Fa.example%2Fx", bea.cookie)).text();
    expect(page).toContain(
      'href="/c/welding/new?title=T%26t&amp;text=Look&amp;link=https%3A%2F%2Fa.example%2Fx&amp;kind=link"',
    );
    expect(page).toContain("You have not joined a community yet.");
  });

  it("takes nothing that is no web address, and nothing that is too long", async () => {
    const page = await (await share(`url=javascript%3Aalert(1)&text=${"a".repeat(6_000)}`, bea.cookie)).text();
    expect(page).not.toContain("javascript:");
    expect(page).not.toContain("a".repeat(2_001));
    for (const query of ["", "title=%00&text=%ED%A0%80", "url=https://"])
      expect((await share(query, bea.cookie)).status).toBe(200);
  });
});

/** Every address that the browser keeps, and all of their text. */
const keptIn = (page: Page) =>
  page.evaluate<{ paths: string[]; text: string }>(`(async () => {
    const paths = [];
    let text = "";
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        paths.push(new URL(request.url).pathname);
        text += await (await cache.match(request, { ignoreVary: true })).text();
      }
    }
    return { paths, text };
  })()`);

async function ready(page: Page): Promise<void> {
  await page.goto(`${origin}/about`);
  await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
  // Only pages that are opened from now on go through it.
  await page.reload();
  await until(() => page.evaluate<boolean>("navigator.serviceWorker.controller !== null"));
}

async function withContext(work: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
  const context = await (await theBrowser()).newContext();
  const complaints: string[] = [];
  try {
    const page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(String(error)));
    await work(page, context);
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
}

/** Until the worker has put it away, which it does after the page was shown. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  await expect.poll(condition).toBe(true);
}

describe("without a connection", () => {
  inBrowser("a conversation that was read can be read again, and what was not leads to the list of those", async () => {
    await withContext(async (page, context) => {
      await ready(page);
      const path = `/c/welding/t/${stories.warping}`;
      await page.goto(origin + path);
      await until(async () => (await keptIn(page)).paths.includes(path));
      await hangUp();
      // What came a few seconds ago the browser has anyway.
      await (await context.newCDPSession(page)).send("Network.clearBrowserCache");
      try {
        await page.goto("about:blank");
        await page.goto(`${origin}${path}#p-${stories.warping}`);
        expect(await page.getByText("You are not connected. This is the conversation").isVisible()).toBe(true);
        expect(await page.getByText("Copper behind it, always.").isVisible()).toBe(true);
        // Styled as ever.
        expect(await page.evaluate("getComputedStyle(document.querySelector('.masthead')).display")).not.toBe("block");
        await page.goto(`${origin}/c/welding`);
        expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("You are not connected");
        const kept = page.locator("#kept a");
        expect(await kept.count()).toBe(1);
        await kept.click();
        expect(new URL(page.url()).pathname).toBe(path);
        await page.goto(`${origin}/offline`);
        await page.getByRole("button", { name: "Forget them all" }).click();
        await page.getByText("They are gone from this device.").waitFor();
        expect((await keptIn(page)).paths).not.toContain(path);
      } finally {
        await listen();
      }
    });
  });

  inBrowser("nothing of one's own is ever kept, and who signs out leaves no trace of what they read", async () => {
    await withContext(async (page, context) => {
      await context.addCookies([{ name: "session", value: bea.token, url: origin }]);
      await ready(page);
      const path = `/c/welding/t/${stories.warping}`;
      for (const own of [
        "/home",
        "/settings",
        "/notifications",
        "/admin",
        "/share?title=x",
        "/search?q=weld",
        "/u/bea",
        "/",
      ])
        await page.goto(origin + own);
      await page.goto(origin + path);
      expect(await page.getByRole("button", { name: "Sign out" }).isVisible()).toBe(true);
      await until(async () => (await keptIn(page)).paths.includes(path));
      const { paths, text } = await keptIn(page);
      expect(paths.filter((one) => !one.startsWith("/assets/")).toSorted()).toEqual([path, "/offline"]);
      // Kept is what a visitor sees.
      expect(text).toContain("Copper behind it, always.");
      expect(text).not.toContain("@bea");
      expect(text).not.toContain("/sign-out");
      await page.getByRole("button", { name: "Sign out" }).click();
      await until(async () => !(await keptIn(page)).paths.includes(path));
    });
  });

  inBrowser("the last 20 that were read are kept, and no more", async () => {
    await withContext(async (page) => {
      const ids: string[] = [];
      for (let i = 0; i < 22; i++) {
        const at = `2026-05-${String(i + 1).padStart(2, "0")}T10:00:00Z`;
        ids.push(
          await stories.seed.thread("repair", `Kept ${i}`, { by: "ana@mastodon.example", at, html: "<p>Yes.</p>" }),
        );
      }
      await ready(page);
      for (const id of ids) {
        await page.goto(`${origin}/c/repair/t/${id}`);
        await until(async () => (await keptIn(page)).paths.includes(`/c/repair/t/${id}`));
      }
      const threads = (await keptIn(page)).paths.filter((path) => path.includes("/t/"));
      expect(threads.toSorted()).toEqual(
        ids
          .slice(2)
          .map((id) => `/c/repair/t/${id}`)
          .toSorted(),
      );
    });
  });
});

inBrowser.each([
  "/search",
  "/search?q=copper",
  "/search?q=ana",
  "/search?q=x&community=none",
  "/search?q=xyzzy&what=threads",
  "/offline",
  "/share?title=A&url=https://a.example/",
])("%s passes axe at 320 and 1280 px in both themes and does not scroll sideways", async (path) => {
  const context = await (await theBrowser()).newContext({ ...FOR_AXE, serviceWorkers: "block" });
  await context.addCookies([{ name: "session", value: zoe.token, url: origin }]);
  const page = await context.newPage();
  await expectAccessible(page, origin + path, looks(320, 1280));
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const small =
      await page.evaluate(`Array.from(document.querySelectorAll("main a, main button, main input, main select, main summary"))
        .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 23.9).map((element) => element.outerHTML.slice(0, 160))`);
    expect(small, `${path} at ${width}`).toEqual([]);
  }
  await context.close();
});
