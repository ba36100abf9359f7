/** Passkeys in a real Chromium with a virtual authenticator; the pages of an account by axe, and without script. */
import { Secret, TOTP } from "otpauth";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect } from "vitest";
import { setPasswordHash } from "../../db/queries/credentials.ts";
import { setupLink } from "../../src/auth/setup.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { hashPassword } from "../../src/domain/accounts/password.ts";
import { expectAccessible, FOR_AXE, looks } from "../support/axe.ts";
import { inBrowser, openWindows, type Windows } from "../support/browser.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://commons.example";
const PASSWORD = "three blue welders";

let site: TestSite;
let windows: Windows;

beforeAll(async () => {
  site = await openSite(ORIGIN);
  windows = await openWindows(site);
});
afterAll(async () => {
  await windows?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});
beforeEach(() => site.db`delete from sign_in_attempts`);

async function person(name: string, role: "owner" | "member" = "member"): Promise<TestPerson> {
  const made = await makePerson(site.house, name, { role });
  await setPasswordHash(site.db, made.id, await hashPassword(PASSWORD));
  return made;
}

const open: Windows["open"] = (options, use) => windows.open(options, use);

const cookie = (of: TestPerson) => ({
  name: "session",
  value: of.token,
  url: ORIGIN,
  httpOnly: true,
  sameSite: "Lax" as const,
});

async function authenticator(page: Page, verified = true) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
  } as const;
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, isUserVerified: verified, automaticPresenceSimulation: true },
  });
  return { cdp, authenticatorId };
}

/** Makes a passkey through the pages. */
async function addPasskey(page: Page): Promise<void> {
  await page.goto(`${ORIGIN}/settings/security/passkeys/new`);
  const password = page.getByLabel("Your password, so that we know it is you");
  if ((await password.count()) > 0) await password.fill(PASSWORD);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByLabel("Name").fill("My laptop");
  await page.getByRole("button", { name: "Make the passkey" }).click();
  await page.getByRole("heading", { level: 1, name: /^(?:Your recovery codes|Safety of your account)$/ }).waitFor();
}

describe("a passkey", () => {
  inBrowser("is made, is a second factor at once, signs in on its own, is renamed and removed", async () => {
    const ana = await person("ana", "owner");
    await open({ browser: "whole" }, async (page, context) => {
      await authenticator(page);
      await context.addCookies([cookie(ana)]);
      await addPasskey(page);
      expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("Your recovery codes");
      const codes = await page.locator(".codes code").allInnerTexts();
      expect(codes).toHaveLength(10);
      const notices = await site.db`select text_body as text from mails where purpose = 'security-notice'`;
      expect(notices.map(({ text }) => text.includes("your account @ana has got a new passkey"))).toEqual([true]);
      await page.getByRole("link", { name: "I have kept them" }).click();
      expect(await page.getByText("The passkey is there.").isVisible()).toBe(true);
      expect(await page.getByText("10 recovery codes are left.").isVisible()).toBe(true);

      await page.getByRole("button", { name: "Sign out" }).click();
      await page.goto(`${ORIGIN}/sign-in?next=/settings/security`);
      await page.getByRole("button", { name: "Sign in with a passkey" }).click();
      await page.waitForURL(`${ORIGIN}/settings/security`);
      expect(await page.getByText("My laptop").isVisible()).toBe(true);
      const [session] =
        await site.db`select second_factor_at is not null as strong from sessions where actor_id = ${ana.id}`;
      expect(session).toEqual({ strong: true });

      await page.getByText("Rename", { exact: true }).first().click();
      await page.getByLabel("Name of this passkey").fill("Old laptop");
      await page.getByRole("button", { name: "Rename" }).click();
      await page.getByRole("link", { name: "Remove Old laptop" }).click();
      await page.getByRole("button", { name: "Remove" }).click();
      expect(await page.getByText("The passkey is removed.").isVisible()).toBe(true);
      expect(await site.db`select 1 from passkeys where actor_id = ${ana.id}`).toEqual([]);
      expect(await site.db`select 1 from recovery_codes where actor_id = ${ana.id}`).toEqual([]);
    });
  });

  inBrowser("of somebody who signed in by password is shown before anything that it protects", async () => {
    const bo = await person("bo");
    await open({ browser: "whole" }, async (page, context) => {
      await authenticator(page);
      await context.addCookies([cookie(bo)]);
      await addPasskey(page);
      await page.getByRole("link", { name: "I have kept them" }).click();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.goto(`${ORIGIN}/sign-in?next=/settings/security/codes`);
      await page.getByLabel("Name or mail address").fill("bo");
      await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("Show your second factor");
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await page.waitForURL(`${ORIGIN}/settings/security/codes`);
      await page.getByRole("button", { name: "Make new ones" }).click();
      expect(await page.locator(".codes code").count()).toBe(10);
    });
  });

  inBrowser("that does not know its owner, or an answer that was given before, opens nothing", async () => {
    const cho = await person("cho");
    await open({ browser: "whole" }, async (page, context) => {
      const { cdp, authenticatorId } = await authenticator(page);
      await context.addCookies([cookie(cho)]);
      await addPasskey(page);
      await context.clearCookies();
      await page.goto(`${ORIGIN}/sign-in?next=/settings/security`);
      const sent = page.waitForRequest((request) => request.url().endsWith("/sign-in/passkey"));
      await page.getByRole("button", { name: "Sign in with a passkey" }).click();
      const fields = Object.fromEntries(new URLSearchParams((await sent).postData() ?? ""));
      await page.waitForURL(`${ORIGIN}/settings/security`);
      const post = (path: string, more: Record<string, string>, who: TestPerson | null = null) =>
        site.app.request(path, formOf(ORIGIN, who, { ...fields, ...more }));
      expect((await post("/sign-in/passkey", {})).status).toBe(422);

      // An answer to another challenge, and a token that was made for another ceremony.
      const html = await site.read("/sign-in");
      const token = /name="token" value="([^"]+)"/.exec(html)?.[1] ?? "";
      expect((await post("/sign-in/passkey", { token })).status).toBe(422);
      const tokens = openTokens({ secret: Buffer.alloc(32, 7), origin: ORIGIN });
      const show = await tokens.sign("passkey", { challenge: "x", ceremony: "show", actor: cho.id }, 60);
      expect((await post("/sign-in/passkey", { token: show })).status).toBe(410);
      for (const path of ["/settings/security/passkeys", "/settings/security/show-passkey"]) {
        expect((await post(path, { token }, cho)).status, path).toBe(410);
        const foreign = await tokens.sign("passkey", { challenge: "x", ceremony: "add", actor: "1" }, 60);
        expect((await post(path, { token: foreign }, cho)).status, path).toBe(410);
      }
      expect((await post("/settings/security/passkeys", { token: show }, cho)).status).toBe(410);
      for (const credential of ["", "null", "[]", "{", '{"id":1}', '{"id":"x","response":null}'])
        expect([400, 422]).toContain((await post("/sign-in/passkey", { credential, token })).status);

      await context.clearCookies();
      await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
      await page.goto(`${ORIGIN}/sign-in`);
      await page.getByRole("button", { name: "Sign in with a passkey" }).click();
      await page.getByRole("status").getByText("The passkey was not shown.").waitFor();
      expect(await page.evaluate("location.pathname")).toBe("/sign-in");
    });
  });
});

describe("without script", () => {
  inBrowser("a server is set up, a second factor with it, and its owner signs in with both", async () => {
    await site.db`update accounts set state = 'closed' where role = 'owner'`;
    const link = await setupLink(ORIGIN, openTokens({ secret: Buffer.alloc(32, 7), origin: ORIGIN }));
    await open({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } }, async (page) => {
      await page.goto(link);
      await page.getByLabel("Name", { exact: true }).fill("olive");
      await page.getByLabel("What people call you").fill("Olive Oak");
      await page.getByLabel("Mail address").fill("olive@mail.example");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Make my account" }).click();
      expect(await page.getByText("for that you need a second factor").isVisible()).toBe(true);
      await page.getByRole("link", { name: "Set up codes of an app" }).click();
      await page.getByLabel("Your password, so that we know it is you").fill(PASSWORD);
      await page.getByRole("button", { name: "Begin" }).click();
      expect(await page.getByRole("img", { name: "Code to scan with your app" }).isVisible()).toBe(true);
      const secret = Secret.fromBase32((await page.locator(".secret code").innerText()).replaceAll(" ", ""));
      const code = (ms: number) => TOTP.generate({ secret, timestamp: Date.now() + ms });
      await page.getByLabel("Code", { exact: true }).fill(code(0));
      await page.getByRole("button", { name: "Turn on" }).click();
      await page.getByRole("link", { name: "I have kept them" }).click();
      // On a phone the way out waits behind a button.
      await page.getByRole("button", { name: "You", exact: true }).click();
      await page.getByRole("button", { name: "Sign out" }).click();

      await page.goto(`${ORIGIN}/sign-in?next=/settings/security`);
      expect(await page.getByRole("button", { name: "Sign in with a passkey" }).isVisible()).toBe(false);
      await page.getByLabel("Name or mail address").fill("olive");
      await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      // The next one: each is taken once, and a slow machine may have got there meanwhile.
      await page.getByLabel("Code", { exact: true }).fill(code(30_000));
      await page.getByRole("button", { name: "Go on" }).click();
      await page.waitForURL(`${ORIGIN}/settings/security`);
      expect(await page.getByText("for that you need a second factor").count()).toBe(0);
      await page.getByRole("link", { name: "Add a passkey" }).click();
      await page.getByRole("button", { name: "Go on" }).click();
      expect(await page.getByText("Passkeys need script").isVisible()).toBe(true);
    });
  });
});

describe("every page of an account passes axe, narrow and wide, light and dark, and none scrolls sideways", () => {
  /** Somebody with a passkey and a past, whose second factor has to be shown again. */
  async function signedIn(): Promise<TestPerson> {
    const dee = await person(`dee_${crypto.randomUUID().slice(0, 8)}`);
    await site.db`insert into passkeys (id, actor_id, public_key, name) values (${`key${dee.id}`}, ${dee.id}, 'x', 'The phone in my pocket')`;
    await site.db`update sessions set second_factor_at = now() - interval '1 hour' where actor_id = ${dee.id}`;
    await makePersonsPast(dee);
    return dee;
  }

  inBrowser("before there is one, and before one is signed in", async () => {
    await site.db`update accounts set state = 'closed' where role = 'owner'`;
    const setup = await setupLink(ORIGIN, openTokens({ secret: Buffer.alloc(32, 7), origin: ORIGIN }));
    await open(FOR_AXE, async (page) => {
      for (const url of [`${ORIGIN}/sign-in`, `${ORIGIN}/forgot`, setup])
        await expectAccessible(page, url, looks(360, 1280));
    });
  });

  inBrowser.each([
    ["password and address", ["", "/password", "/address", "/address/remove"]],
    ["second factors", ["/totp", "/codes", "/passkeys/new", "/passkeys/KEY/remove", "/show"]],
  ])("where one looks after one's %s", async (_, paths) => {
    const dee = await signedIn();
    await open({ ...FOR_AXE, as: dee }, async (page) => {
      for (const path of paths) {
        const url = `${ORIGIN}/settings/security${path.replace("KEY", `key${dee.id}`)}`;
        await expectAccessible(page, url, looks(360, 1280));
        expect(page.url()).toBe(url);
      }
    });
  });

  inBrowser("where the codes of an app are confirmed", async () => {
    await open({ ...FOR_AXE, as: await signedIn() }, async (page) => {
      await page.goto(`${ORIGIN}/settings/security/totp`);
      await page.getByLabel("Your password, so that we know it is you").fill(PASSWORD);
      await page.getByRole("button", { name: "Begin" }).click();
      await expectAccessible(page, `${ORIGIN}/settings/security/totp/confirm`, looks(360, 1280));
    });
  });
});

/** Another session, and tries to sign in. */
async function makePersonsPast(of: TestPerson): Promise<void> {
  const { startSession } = await import("../../src/auth/sessions.ts");
  const userAgent =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1";
  await startSession(site.house, { actorId: of.id, secondFactor: false, address: "2001:db8:77:1::5", userAgent });
  const app = site.app;
  await app.request("/sign-in", formOf(ORIGIN, null, { name: of.username, password: "wrong wrong wrong" }));
  await app.request("/sign-in", formOf(ORIGIN, null, { name: of.username, password: PASSWORD }));
}
