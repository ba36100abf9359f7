/** Becoming a member and looking after the server in a real Chromium: axe on every page, narrow screens, and an invited person on a phone. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { saveSettings } from "../../db/queries/settings.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { createAccount } from "../../src/domain/accounts/create.ts";
import { createInvitation } from "../../src/domain/accounts/invite.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { writeMail } from "../../src/domain/mails/write.ts";
import { invitationLink } from "../../src/web/invitation-link.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://commons.example";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const tokens = openTokens({ secret: Buffer.alloc(32, 7), origin: ORIGIN });

let site: TestSite;
let server: ReturnType<typeof serve>;
let browser: Browser;
let owner: TestPerson;
let groupId: Id;
let mailId: string;

beforeAll(async () => {
  site = await openSite(ORIGIN);
  const { house, db } = site;
  owner = await makePerson(house, "olga", { role: "owner", secondFactor: true });
  await makePerson(house, "mira");
  groupId = (await createCommunity(house, { slug: "welding", name: "Welding", summary: "Joining metal." })).id;
  const question = "What do you repair, and for whom?";
  await saveSettings(db, ORIGIN, { name: "The Commons", registration: "approval", question, founding: "members" });
  await createAccount(house, "anyone", {
    username: "lena",
    name: "Lena",
    role: "member",
    state: "asked",
    email: "lena@mail.example",
    emailConfirmed: false,
    passwordHash: null,
    answer: "Bicycles.",
  });
  const text = `Hello,\n\n${ORIGIN}/confirm-email?token=${"x".repeat(300)}\n`;
  await writeMail(db, house, { to: "lena@mail.example", actorId: null, purpose: "x", subject: "Confirm", text });
  const [mail] = await db<
    { id: string }[]
  >`update mails set failed_at = now(), last_error = '550 no such user' returning id`;
  mailId = mail?.id ?? "";
  server = serve({ fetch: site.app.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise((ready) => server.once("listening", ready));
  const { port } = server.address() as AddressInfo;
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", `--host-resolver-rules=MAP commons.example:80 127.0.0.1:${port}`],
  });
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  await site?.[Symbol.asyncDispose]();
});

async function invite(): Promise<string> {
  const invitation = { groupId, role: "member" as const, uses: 1, days: 7, note: "For Jo" };
  const id = await createInvitation(site.house, owner.id, invitation);
  return (await invitationLink({ tokens, origin: ORIGIN }, { id, expiresAt: Date.now() + 86_400_000 })).slice(
    ORIGIN.length,
  );
}

async function open<T>(
  options: BrowserContextOptions,
  who: TestPerson | null,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ locale: "en", ...options });
  try {
    if (who) await context.addCookies([{ name: "session", value: who.token, url: ORIGIN }]);
    return await use(await context.newPage());
  } finally {
    await context.close();
  }
}

describe.each([
  [320, "light"],
  [1280, "dark"],
] as const)("%i pixels wide, %s", (width, colorScheme) => {
  it.each([false, true])(
    "every page is clean for axe and scrolls one way only (signed in: %s)",
    async (signedIn) => {
      const confirm = await tokens.sign("confirm-email", { actor: owner.id, email: "lena@mail.example" }, 600);
      const invitation = await invite();
      const paths = signedIn
        ? [
            "",
            "/people",
            "/people/mira",
            "/people?search=nobody_of_that",
            "/invitations",
            "/mail",
            `/mail/${mailId}`,
            "/audit",
          ]
            .map((path) => `/admin${path}`)
            .concat(invitation)
        : ["/join", invitation, "/join?invitation=none", "/join/sent", `/confirm-email?token=${confirm}`, "/about"];
      const options = { viewport: { width, height: 800 }, colorScheme, bypassCSP: true };
      await open(options, signedIn ? owner : null, async (page) => {
        for (const path of paths) {
          await page.goto(ORIGIN + path);
          const wide = await page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth",
          );
          expect(wide, `${path} scrolls sideways`).toBe(false);
          await page.evaluate(AXE);
          const found = await page.evaluate(
            `axe.run({ runOnly: ${JSON.stringify(RULES)} }).then((r) => r.violations.map((v) => v.id + ": " + v.nodes[0].html))`,
          );
          expect(found, path).toEqual([]);
        }
      });
    },
    60_000,
  );
});

it("an invited person joins on a phone, without script", async () => {
  const invitation = await invite();
  await open({ viewport: { width: 360, height: 720 }, javaScriptEnabled: false }, null, async (page) => {
    await page.goto(ORIGIN + invitation);
    await page.getByLabel("User name").fill("jo");
    await page.getByLabel("Your name").fill("Jo");
    await page.getByLabel("Mail address").fill("jo@mail.example");
    await page.getByLabel("Password").fill("short but long enough");
    await page.getByRole("button", { name: "Join" }).click();
    await page.goto(`${ORIGIN}/about`);
    await page.getByRole("button", { name: "You", exact: true }).click();
    expect(await page.getByRole("link", { name: "@jo" }).count()).toBe(1);
  });
  expect(
    await site.db`select from memberships m join actors a on a.id = m.actor_id
    where a.username = 'jo' and m.group_id = ${groupId} and m.state = 'accepted'`,
  ).toHaveLength(1);
});

it("an owner lets somebody in with the keyboard alone", async () => {
  await open({ viewport: { width: 1280, height: 800 } }, owner, async (page) => {
    await page.goto(`${ORIGIN}/admin`);
    await page.getByRole("link", { name: "Look" }).first().press("Enter");
    await page.getByRole("button", { name: "Let in" }).press("Enter");
    expect(await page.getByRole("status").first().textContent()).toContain("@lena is in");
  });
});
