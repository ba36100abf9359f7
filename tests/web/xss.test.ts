/**
 * Script in disguise, through the real forms and the real inbox of a real server, and every page that shows it in a real Chromium under the real
 * policy: nothing runs, nothing even tries to, and nothing is left in the markup that could.
 */
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { openTestServer, type TestServer } from "../support/app.ts";
import { carry, inBrowser, theBrowser } from "../support/browser.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openRemote, type Remote } from "../support/remote/index.ts";
import { putInElsewhere } from "./xss-elsewhere.ts";
import { putInHere } from "./xss-here.ts";
import { ADDRESSES, DEED, LINE, LINES, MARKDOWN, VECTORS } from "./xss-inputs.ts";

describe("script that people and servers send", () => {
  let ours: TestServer;
  let mastodon: Remote;
  let lemmy: Remote;
  let ana: TestPerson;
  let context: BrowserContext;
  let page: Page;
  /** What went wrong since the last look. */
  let alarms: string[] = [];
  /** On how many pages there was something of it to read. */
  let shows = 0;
  /** Pages to open, beside those that everybody knows of. */
  const pages: string[] = [];

  beforeAll(async () => {
    [ours, mastodon, lemmy] = [
      await openTestServer(),
      await openRemote({ software: "mastodon" }),
      await openRemote({ software: "lemmy" }),
    ];
    ana = await makePerson(ours.app.house, "ana", { role: "owner", secondFactor: true });
    context = await (await theBrowser()).newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: "reduce",
      serviceWorkers: "block",
    });

    page = await context.newPage();
    await carry(page, ours.origin, ana.token);
    page.on("dialog", async (dialog) => {
      alarms.push(`dialog ${dialog.message()}`);
      await dialog.dismiss();
    });
    // What people link to elsewhere is a picture at most.
    await context.route(
      (url) => url.origin !== ours.origin,
      (route) => {
        if (route.request().resourceType() !== "image") alarms.push(`asks for ${route.request().url()}`);
        return route.abort();
      },
    );
    await context.addInitScript(`
      globalThis.__violations = [];
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) => {
        if (effectiveDirective !== "img-src") globalThis.__violations.push(effectiveDirective + " " + blockedURI + " " + sample);
      });`);
  }, 60_000);
  afterAll(async () => {
    await context?.close();
    await ours?.[Symbol.asyncDispose]();
    await mastodon?.close();
    await lemmy?.close();
  });

  /** Opens a page as Ana, and says what is wrong with it. */
  async function look(path: string): Promise<string[]> {
    alarms = [];
    const status = (await page.goto(ours.origin + path))?.status() ?? 0;
    if (status >= 500) alarms.push(`status ${status}`);
    if ((await page.content()).includes("__pwned")) shows++;
    await page.evaluate(`for (const details of document.querySelectorAll("details")) details.open = true`);
    const found = await page.evaluate<string[]>(`(() => {
      const found = [...(globalThis.__violations ?? ["no listener"])];
      if ("__pwned" in globalThis) found.push("it ran");
      for (const element of document.querySelectorAll("*")) {
        for (const { name, value } of element.attributes) {
          if (/^on|^srcdoc$|^style$|^ping$/i.test(name)) found.push(element.outerHTML.slice(0, 200));
          if (/^(?:href|src|action|formaction|xlink:href|data|poster|background)$/i.test(name)
              && !/^(?:https?:|mailto:|\\/(?!\\/)|#|\\?)/i.test(value) && value !== "") found.push(element.outerHTML.slice(0, 200));
        }
        const own = element.localName === "script" && element.src.startsWith(location.origin + "/assets/");
        if (!own && /^(?:script|iframe|frame|object|embed|applet|base|style|template|math|portal)$/.test(element.localName))
          found.push(element.outerHTML.slice(0, 200));
        if (element.localName === "meta" && /refresh/i.test(element.httpEquiv)) found.push(element.outerHTML);
      }
      for (const form of document.forms) if (new URL(form.action, location).origin !== location.origin) found.push(form.outerHTML);
      return found;
    })()`);
    return [...alarms, ...found];
  }

  inBrowser("is put in by people here, through every form that shows what it is told", async () => {
    pages.push(...(await putInHere(ours, ana)));
  });

  inBrowser("is put in by other servers, signed and sealed", async () => {
    pages.push(...(await putInElsewhere({ ours, mastodon, lemmy }, ana, pages[2] ?? "")));
  });

  inBrowser("never runs, nor tries to, on any page that shows it", async () => {
    const shown = [
      "/",
      "/about",
      "/home",
      "/notifications",
      "/drafts",
      "/c/evil",
      "/c/evil?kind=link",
      "/c/evil/charter",
      "/c/evil/charter/changes?from=1",
      "/c/evil/charter/edit",
      "/c/evil/members",
      "/c/evil/requests",
      "/c/evil/topics",
      "/c/evil/welcome",
      "/c/evil/settings",
      "/c/evil/newcomers",
      "/c/evil/follow",
      "/c/evil/new",
      "/c/evil/new?kind=story",
      "/u/ana",
      "/u/bo",
      "/settings",
      "/settings/security",
      "/settings/blocks",
      "/admin",
      "/admin/people",
      "/admin/people/ana",
      "/admin/people/mallory",
      "/admin/invitations",
      "/admin/mail",
      "/admin/mail/1",
      "/admin/audit",
      ...LINES.slice(0, 6).map((q) => `/search?q=${encodeURIComponent(q)}`),
      "/search?q=alert",
      `/search?q=x&community=evil&author=${encodeURIComponent(LINES[1])}`,
      `/search?q=x&topic=${encodeURIComponent(LINES[1])}&kind=${encodeURIComponent(LINES[0])}`,
      `/share?title=${encodeURIComponent(LINES[1])}&text=${encodeURIComponent(LINE)}&url=${encodeURIComponent(ADDRESSES[0])}`,
      `/c/${encodeURIComponent(LINES[1])}`,
      `/c/evil/topics/${encodeURIComponent(LINES[1])}`,
      `/u/${encodeURIComponent(LINES[1])}`,
      `/join?invitation=${encodeURIComponent(LINES[1])}`,
      `/admin/people?search=${encodeURIComponent(LINES[1])}`,
      `/admin/people?done=approved&name=${encodeURIComponent(LINES[1])}`,
      `/settings/security?done=${encodeURIComponent(LINES[1])}`,
      ...pages,
    ];
    const wrong: Record<string, string[]> = {};
    for (const path of shown) {
      const found = await look(path);
      if (found.length > 0) wrong[path] = found.slice(0, 5);
    }
    expect(wrong).toEqual({});
    expect(shows).toBeGreaterThan(shown.length * 0.75);
    // They were shown, not lost: the words are there to be read.
    await page.goto(ours.origin + (pages[2] ?? ""));
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toContain(LINES[0]);
    expect((await page.locator("main").innerText()).split("__pwned").length).toBeGreaterThan(100);
  });

  inBrowser("does not run in what a page's script shows: previews and completions", async () => {
    const thread = pages[2] ?? "";
    alarms = [];
    await page.goto(`${ours.origin}/posts/${thread.split("/").pop()}/reply`);
    const text = page.getByLabel("Your reply");
    for (const source of [VECTORS.join("\n\n").slice(0, 9_000), MARKDOWN.join("\n\n")]) {
      await text.fill(source);
      const answered = page.waitForResponse((response) => response.url().endsWith("/preview"));
      await page.getByRole("button", { name: "Preview" }).click();
      await answered;
      await page.locator(".preview .prose").waitFor();
      await page.waitForTimeout(100);
      expect(
        await page.evaluate(
          `[...document.querySelectorAll(".preview *")].filter((e) => [...e.attributes].some((a) => /^on|^style/i.test(a.name)) || /^(?:script|iframe|svg|style|object|embed)$/.test(e.localName)).map((e) => e.outerHTML)`,
        ),
      ).toEqual([]);
    }
    await text.fill("");
    await text.pressSequentially("@a");
    await page.getByRole("option").first().waitFor();
    expect(alarms).toEqual([]);
    expect(await page.evaluate(`"__pwned" in globalThis`)).toBe(false);
    expect(await page.evaluate("globalThis.__violations")).toEqual([]);
  });

  inBrowser("would be stopped by the policy, if it ever got into a page", async () => {
    const injected = `<script>${DEED}</script><img src="/nothing" onerror="${DEED}"><a id="bad" href="javascript:${DEED}">x</a><style>body { color: red }</style>`;
    await page.route(`${ours.origin}/about`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace("</main>", `${injected}</main>`) });
    });
    const found = await look("/about");
    // It is seen by what looks at all the other pages, and did not run.
    for (const kind of [
      "script-src-elem inline",
      "script-src-attr inline",
      "style-src-elem inline",
      "<script>",
      "<img src",
      "<a id",
      "<style>",
    ])
      expect(
        found.filter((one) => one.startsWith(kind)),
        kind,
      ).not.toEqual([]);
    await page.locator("#bad").click({ noWaitAfter: true });
    await page.waitForTimeout(200);
    expect(await page.evaluate(`"__pwned" in globalThis`)).toBe(false);
    expect(alarms).toEqual([]);
    await page.unroute(`${ours.origin}/about`);
  });
});
