/** A Chromium for journeys: with and without script, on a server of its own, failing the test when a page complains. */
import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../support/app.ts";

const CHROMIUM = "/usr/bin/chromium";
const WAYS = [
  { way: "with script", script: true },
  { way: "without script", script: false },
] as const;

export const PHONE = { viewport: { width: 360, height: 740 } };
export const DESK = { viewport: { width: 1280, height: 900 } };
export const PASSWORD = "seven quiet looms";

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

/** Runs `travel` twice, with script and without; skipped, with a sentence that says why, where there is no Chromium. */
export function journey(name: string, travel: (traveller: Traveller) => Promise<void>, timeout = 60_000): void {
  const here = existsSync(CHROMIUM);
  describe.skipIf(!here)(here ? name : `${name} (skipped: there is no ${CHROMIUM} on this machine)`, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch();
    });
    afterAll(() => browser?.close());

    test.each(WAYS)("$way", { timeout }, async ({ script }) => {
      await using stack = new AsyncDisposableStack();
      const complaints: string[] = [];
      await travel({
        script,
        async open(options = DESK) {
          const context = await browser.newContext({ ...options, javaScriptEnabled: script, reducedMotion: "reduce" });
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

/** Debian's Chromium, which talks to nobody on its own. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Whether there is a Chromium here. */
export const hasChromium = existsSync(CHROMIUM);

/** Collects what a page complains of; the status of a page that says no is none of it. */
export function listen(page: Page, complaints: string[]): void {
  page.on("console", (message) => {
    const text = message.text();
    if (["error", "warning"].includes(message.type()) && !/status of 4\d\d/.test(text))
      complaints.push(`${page.url()}: ${text}`);
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
export async function comesUp(page: Page, text: string, timeout = 10_000): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.reload();
        return page.getByText(text).count();
      },
      { timeout, interval: 300 },
    )
    .toBeGreaterThan(0);
}
