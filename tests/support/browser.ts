/** A Chromium for tests: one or two for each process, with windows that fail the test when a page complains; and journeys, with and without script. */
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { TestSite } from "../web/site.ts";
import { openTestServer, type TestServer } from "./app.ts";
import { CHROMIUM, CHROMIUM_SHELL } from "./chromium.ts";
import type { TestPerson } from "./people.ts";

const WAYS = [
  { way: "with script", script: true },
  { way: "without script", script: false },
] as const;

export const PHONE = { viewport: { width: 360, height: 740 } };
export const DESK = { viewport: { width: 1280, height: 900 } };
export const PASSWORD = "seven quiet looms";

/** A test that wants a browser: skipped where there is no Chromium, as the run says at its beginning. */
export const inBrowser = test.skipIf(CHROMIUM === undefined);

/** What a journey is told: whether pages may run script, and how to get a browser window of somebody's own. */
export interface Traveller {
  script: boolean;
  /** A window without cookies; it closes with the test, and fails it when a page complained on its console. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** A server of our own, empty; it ends with the test. */
  server(): Promise<TestServer>;
  /** Whatever else has to end with the test. */
  use<T extends AsyncDisposable>(opened: T): T;
}

/** Runs `travel` twice, with script and without. */
export function journey(name: string, travel: (traveller: Traveller) => Promise<void>, timeout = 60_000): void {
  describe(name, () => {
    inBrowser.each(WAYS)("$way", { timeout }, async ({ script }) => {
      await using stack = new AsyncDisposableStack();
      const complaints: string[] = [];
      await travel({
        script,
        async open(options = DESK) {
          const context = await (await theBrowser()).newContext({
            ...options,
            javaScriptEnabled: script,
            reducedMotion: "reduce",
          });
          stack.defer(() => context.close());

          const page = await context.newPage();
          listen(page, complaints);
          return page;
        },
        server: async () => stack.use(await openTestServer()),
        use: (opened) => stack.use(opened),
      });
      expect(complaints).toEqual([]);
    });
  });
}

/** Where the pages of `openSite()` are, for the browsers of tests. */
const ORIGIN = "http://commons.example";

/** The engine alone, or the `whole` browser, for what only that one has (chromium.ts). */
type Kind = "shell" | "whole";

const running = new Map<string, Promise<Browser>>();

/** Starts a Chromium of one's own, which talks to nobody on its own. */
export function launchBrowser(...args: readonly string[]): Promise<Browser> {
  return launch("shell", args);
}

async function launch(kind: Kind, args: readonly string[]): Promise<Browser> {
  const executablePath = kind === "whole" ? CHROMIUM : CHROMIUM_SHELL;
  if (executablePath === undefined) throw new Error("There is no chromium on the PATH.");
  const quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", ...quiet, ...args] });
}

/** The Chromium of this process; started when it is first wanted, and ended with the process. */
export function theBrowser(kind: Kind = "shell"): Promise<Browser> {
  // So that passkeys and the worker work without TLS.
  const browser = running.get(kind) ?? launch(kind, [`--unsafely-treat-insecure-origin-as-secure=${ORIGIN}`]);
  running.set(kind, browser);
  return browser;
}

export interface WindowOptions extends BrowserContextOptions {
  /** Who is signed in. */
  as?: TestPerson | null | undefined;
  /** What a page may complain of. */
  forgive?: RegExp;
  browser?: Kind;
}

/** A site in a browser. */
export interface Windows extends AsyncDisposable {
  /** A window of its own, in which the site's origin leads to it. It fails the test when the page complained. */
  open<T>(options: WindowOptions, use: (page: Page, context: BrowserContext) => Promise<T>): Promise<T>;
}

/** Serves a site that was opened at http://commons.example to the browser. */
export async function openWindows(site: TestSite): Promise<Windows> {
  const server = serve({ fetch: site.app.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise((ready) => server.once("listening", ready));
  // The browser asks for the whole URL, as of a proxy.
  const proxy = { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  return {
    async open({ as: who, forgive, browser, ...options }, use) {
      const context = await (await theBrowser(browser)).newContext({ proxy, ...options });
      const complaints: string[] = [];
      try {
        if (who)
          await context.addCookies([
            { name: "session", value: who.token, url: ORIGIN, httpOnly: true, sameSite: "Lax" },
          ]);
        const page = await context.newPage();
        listen(page, complaints, forgive);
        const result = await use(page, context);
        expect(complaints).toEqual([]);
        return result;
      } finally {
        await context.close();
      }
    },
    async [Symbol.asyncDispose]() {
      await site.live.stop();
      server.close();
    },
  };
}

/** Collects what a page complains of; the status of a page that says no is none of it, nor what is forgiven. */
export function listen(page: Page, complaints: string[], forgive = /status of 4\d\d/): void {
  page.on("console", (message) => {
    const text = message.text();
    if (["error", "warning"].includes(message.type()) && !forgive.test(text)) complaints.push(`${page.url()}: ${text}`);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error}`));
}

/** Signs in through the form, from whatever page that leads to it. */
export async function signIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("Name or mail address").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Gives the window the session of `token`. */
export async function carry(page: Page, origin: string, token: string): Promise<void> {
  await page.context().addCookies([{ name: "session", value: token, url: origin, httpOnly: true, sameSite: "Lax" }]);
}

/** The page's only `h1`. */
export const heading = (page: Page): Promise<string> => page.getByRole("heading", { level: 1 }).innerText();

/** Opens a `details` whose summary says `summary`; without script, too, since it needs none. */
export async function unfold(page: Page, summary: string | RegExp): Promise<void> {
  await page.locator("summary").filter({ hasText: summary }).first().click();
}

/** Reloads until the page has `text`: what comes from elsewhere comes when it comes. */
export async function comesUp(page: Page, text: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.reload();
        return page.getByText(text).count();
      },
      { interval: 300 },
    )
    .toBeGreaterThan(0);
}
