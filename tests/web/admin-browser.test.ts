/** Becoming a member and looking after the server in a real Chromium: axe on every page, narrow screens, and an invited person on a phone. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Id } from "../../db/ids.ts";
import { saveSettings } from "../../db/queries/settings.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { createAccount } from "../../src/domain/accounts/create.ts";
import { createInvitation } from "../../src/domain/accounts/invite.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { writeMail } from "../../src/domain/mails/write.ts";
import { invitationLink } from "../../src/web/invitation-link.ts";
import { expectAccessible, FOR_AXE } from "../support/axe.ts";
import { inBrowser, openWindows, type WindowOptions, type Windows } from "../support/browser.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://commons.example";
const tokens = openTokens({ secret: Buffer.alloc(32, 7), origin: ORIGIN });

let site: TestSite;
let windows: Windows;
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
  windows = await openWindows(site);
});
afterAll(async () => {
  await windows?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

async function invite(): Promise<string> {
  const invitation = { groupId, role: "member" as const, uses: 1, days: 7, note: "For Jo" };
  const id = await createInvitation(site.house, owner.id, invitation);
  return (await invitationLink({ tokens, origin: ORIGIN }, { id, expiresAt: Date.now() + 86_400_000 })).slice(
    ORIGIN.length,
  );
}

const open = <T>(options: WindowOptions, who: TestPerson | null, use: (page: Page) => Promise<T>) =>
  windows.open({ locale: "en", ...options, as: who }, use);

describe.each([
  [320, "light"],
  [1280, "dark"],
] as const)("%i pixels wide, %s", (width, theme) => {
  inBrowser.each([false, true])(
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
      await open(FOR_AXE, signedIn ? owner : null, async (page) => {
        for (const path of paths) await expectAccessible(page, ORIGIN + path, [{ width, theme }]);
      });
    },
    60_000,
  );
});

inBrowser("an invited person joins on a phone, without script", async () => {
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

inBrowser("an owner lets somebody in with the keyboard alone", async () => {
  await open({ viewport: { width: 1280, height: 800 } }, owner, async (page) => {
    await page.goto(`${ORIGIN}/admin`);
    await page.getByRole("link", { name: "Look" }).first().press("Enter");
    await page.getByRole("button", { name: "Let in" }).press("Enter");
    expect(await page.getByRole("status").first().textContent()).toContain("@lena is in");
  });
});
