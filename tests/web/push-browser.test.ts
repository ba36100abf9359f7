/** Telling devices, in a real Chromium: the button that only a browser which can shows, what is shown, and what opening it does. */

import { createECDH, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { readNotificationsAmong } from "../../db/views/notifications.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { composer } from "../../src/jobs/pushes.ts";
import { carry, inBrowser, listen, theBrowser } from "../support/browser.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openSite, type TestSite } from "./site.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PATH = "/settings/notifications";

let site: TestSite;
let server: ReturnType<typeof serve>;
let browser: Browser;
let origin: string;
let ana: TestPerson;

beforeAll(async () => {
  const probe = createServer();
  await new Promise<void>((ready) => probe.listen(0, "127.0.0.1", ready));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  origin = `http://127.0.0.1:${port}`;
  site = await openSite(origin);
  ana = await makePerson(site.house, "ana");
  server = serve({ fetch: site.app.fetch, hostname: "127.0.0.1", port });
  await new Promise((ready) => server.once("listening", ready));
  browser = await theBrowser("whole");
});
afterAll(async () => {
  server?.close();
  await site?.[Symbol.asyncDispose]();
});

/** What a browser's push service would hand out; none can be reached from here. */
function subscription(): string {
  const keys = createECDH("prime256v1");
  keys.generateKeys();
  const p256dh = keys.getPublicKey("base64url");
  return JSON.stringify({
    endpoint: "https://push.example/one",
    keys: { p256dh, auth: randomBytes(16).toString("base64url") },
  });
}

async function inContext(
  options: { javaScriptEnabled?: boolean; width?: number; colorScheme?: "light" | "dark" },
  work: (page: Page, context: BrowserContext) => Promise<void>,
): Promise<void> {
  const { width = 1_280, ...others } = options;
  const context = await browser.newContext({ ...others, viewport: { width, height: 800 } });
  const complaints: string[] = [];
  try {
    await context.grantPermissions(["notifications"], { origin });
    const page = await context.newPage();
    listen(page, complaints);
    await carry(page, origin, ana.token);
    await work(page, context);
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
}

/** Instead of the browser's own way to its push service. */
const scripted = (answer: string) => `{
  PushManager.prototype.getSubscription = async () => null;
  PushManager.prototype.subscribe = async (asked) => {
    window.asked = asked;
    ${answer}
  };
}`;

describe("the settings", { timeout: 60_000 }, () => {
  inBrowser("show no button without script, nor where the browser cannot, and the rest works", async () => {
    await inContext({ javaScriptEnabled: false }, async (page) => {
      await page.goto(origin + PATH);
      expect(await page.getByRole("button", { name: "Notify this device" }).isVisible()).toBe(false);
      expect(await page.getByText("None of your devices does so.").isVisible()).toBe(true);
    });
    await inContext({}, async (page) => {
      await page.addInitScript("delete window.PushManager");
      await page.goto(origin + PATH);
      await page.waitForLoadState("load");
      expect(await page.getByRole("button", { name: "Notify this device" }).isVisible()).toBe(false);
    });
  });

  inBrowser("say so when the browser will not", async () => {
    await inContext({}, async (page) => {
      await page.addInitScript(scripted(`throw new DOMException("no", "AbortError");`));
      await page.goto(origin + PATH);
      await page.getByRole("button", { name: "Notify this device" }).click();
      await page.getByRole("status").filter({ hasText: "Your browser did not allow it" }).waitFor();
    });
    expect(await site.db`select from push_devices`).toHaveLength(0);
  });

  inBrowser("add the device with one click, and remove it with another", async () => {
    await inContext({}, async (page) => {
      await page.addInitScript(scripted(`return ${subscription()};`));
      await page.goto(origin + PATH);
      await page.getByRole("button", { name: "Notify this device" }).click();
      await page.getByText("This device tells you at once from now on.").waitFor();
      expect(await site.db`select from push_devices where actor_id = ${ana.id}`).toHaveLength(1);
      expect(await page.getByRole("button", { name: "Notify this device" }).count()).toBe(0);
      // In between two colours, what moves has neither.
      for (const [width, colorScheme] of [
        [320, "dark"],
        [1_280, "light"],
      ] as const) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.evaluate(AXE);
        const { violations } = await page.evaluate<{ violations: { id: string }[] }>("axe.run()");
        expect(violations).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      }
      await page.getByRole("button", { name: /^Remove/ }).click();
      await page.getByText("That device tells you nothing any more.").waitFor();
      expect(await site.db`select from push_devices`).toHaveLength(0);
    });
  });
});

describe("what a device is told", { timeout: 120_000 }, () => {
  inBrowser("is shown as it came, and opened it counts as read", async () => {
    const { id: groupId } = await createCommunity(site.house, { slug: "welding", name: "Welding", summary: "" });
    const id = site.house.makeId();
    await site.db`insert into notifications (id, actor_id, kind, group_id) values (${id}, ${ana.id}, 'welcome', ${groupId})`;
    const [notification] = await readNotificationsAmong(site.db, [id]);
    if (!notification) throw new Error("There is nothing to tell.");
    const message = composer(origin)(notification, "en");
    await inContext({}, async (page, context) => {
      await page.goto(`${origin}/about`);
      await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
      const [worker] = context.serviceWorkers();
      if (!worker) throw new Error("There is no worker.");
      const cdp = await context.newCDPSession(page);
      const registered = new Promise<string>((resolve) => {
        cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
          const one = registrations.find(({ scopeURL, isDeleted }) => scopeURL.startsWith(origin) && !isDeleted);
          if (one) resolve(one.registrationId);
        });
      });
      await cdp.send("ServiceWorker.enable");
      const registrationId = await registered;
      const shown = () =>
        worker.evaluate<{ title: string; body: string; tag: string; data: string }[]>(
          "registration.getNotifications().then((all) => all.map(({ title, body, tag, data }) => ({ title, body, tag, data })))",
        );
      // A worker that is only just starting may miss one. However often it comes, it is shown once.
      const delivered = async () => {
        await cdp.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data: message });
        return shown();
      };
      await expect
        .poll(delivered, { timeout: 30_000, interval: 500 })
        .toEqual([{ title: "Welding", body: "Welcome to Welding", tag: id, data: "/c/welding/welcome" }]);
      // A click by nobody may open no window; all else is as if somebody had clicked.
      const closed = await worker.evaluate(`registration.getNotifications().then(([{ data, tag }]) => {
        const all = [];
        let closed = false;
        const notification = { data, tag, close: () => { closed = true; } };
        self.onnotificationclick({ notification, waitUntil: (one) => all.push(Promise.resolve(one).catch(() => {})) });
        return Promise.all(all).then(() => closed);
      })`);
      expect(closed).toBe(true);
      await expect
        .poll(async () => (await site.db`select from notifications where id = ${id} and read_at is not null`).length, {
          timeout: 20_000,
        })
        .toBe(1);
    });
  });
});
