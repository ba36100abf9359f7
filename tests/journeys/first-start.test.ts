/** From an empty database to the first reply from another server, through the pages alone. */
import { Secret, TOTP } from "otpauth";
import { expect } from "vitest";
import { setupLink } from "../../src/auth/setup.ts";
import { comesUp, heading, journey, PASSWORD, signIn } from "../support/browser.ts";
import { openRemote } from "../support/remote/index.ts";

journey("a server is set up, and hears its first reply from elsewhere", async ({ open, server, use }) => {
  const ours = await server();
  const mastodon = use(await openRemote({ software: "mastodon" }));
  const ben = await mastodon.addPerson("ben", { displayName: "Ben Brazer" });
  const page = await open();

  // The link that the program prints at its first start.
  const link = await setupLink(ours.origin, ours.app.tokens);
  await page.goto(link);
  await page.getByLabel("Name", { exact: true }).fill("olive");
  await page.getByLabel("What people call you").fill("Olive Oak");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Make my account" }).click();
  await page.waitForURL(`${ours.origin}/settings/security`);

  // Nobody looks after a server without a second factor.
  expect((await page.goto(`${ours.origin}/admin`))?.status()).toBe(403);
  await page.getByRole("main").getByRole("link", { name: "To the safety of your account" }).click();
  await page.getByRole("link", { name: "Set up codes of an app" }).click();
  await page.getByLabel("Your password, so that we know it is you").fill(PASSWORD);
  await page.getByRole("button", { name: "Begin" }).click();
  const secret = Secret.fromBase32((await page.locator(".secret code").innerText()).replaceAll(" ", ""));
  await page.getByLabel("Code", { exact: true }).fill(TOTP.generate({ secret }));
  await page.getByRole("button", { name: "Turn on" }).click();
  expect(await page.locator(".codes code").count()).toBe(10);
  await page.getByRole("link", { name: "I have kept them" }).click();
  expect((await page.goto(`${ours.origin}/admin`))?.status()).toBe(200);

  // The link worked once.
  expect((await (await open()).goto(link))?.status()).toBe(410);

  // Signing in takes both from now on; the next code, since each is taken once.
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto(`${ours.origin}/communities/new`);
  await signIn(page, "olive");
  await page.getByLabel("Code", { exact: true }).fill(TOTP.generate({ secret, timestamp: Date.now() + 30_000 }));
  await page.getByRole("button", { name: "Go on" }).click();
  await page.waitForURL(`${ours.origin}/communities/new`);

  await page.getByLabel("Name", { exact: true }).fill("Welding");
  await page.getByLabel("What it is about").fill("How we join metal.");
  await page.getByRole("button", { name: "Found it" }).click();
  await page.waitForURL(`${ours.origin}/c/welding/settings?founded`);

  // Found by its handle, and followed, from a Mastodon.
  const found = await mastodon.lookup(`@welding@${ours.host}`);
  expect((await ben.follow(found.id)).status).toBe(202);
  await mastodon.waitFor({ type: "Accept", actor: found.id });

  await page.goto(`${ours.origin}/c/welding`);
  await page.getByRole("link", { name: "Start a conversation" }).click();
  await page.getByRole("link", { name: "Question" }).click();
  await page.getByLabel("Title").fill("Which rod for thin stainless?");
  await page.getByLabel("Anything else").fill("It burns through **every** time.");
  await page.getByRole("button", { name: "Publish" }).click();
  await page.waitForURL(/\/c\/welding\/t\/\d+$/);
  expect(await heading(page)).toBe("Which rod for thin stainless?");

  const uri = `${ours.origin}/posts/${page.url().split("/").pop()}`;
  await mastodon.waitFor({ type: "Announce", actor: found.id, object: uri });
  await mastodon.idle();
  expect(mastodon.timeline(ben)[0]).toMatchObject({ kind: "boost", id: uri, boostedBy: found.id });
  expect(mastodon.timeline(ben)[0]?.content).toContain("<strong>every</strong>");

  expect((await ben.reply(uri, { text: "1.6 mm 308L, and less current." })).status).toBe(202);
  await comesUp(page, "1.6 mm 308L, and less current.");
  const reply = page.locator("article").filter({ hasText: "1.6 mm 308L" });
  expect(await reply.innerText()).toContain("Ben Brazer");
  expect(await page.getByRole("heading", { level: 2, name: /1 reply to/ }).count()).toBe(1);
  expect(mastodon.complaints).toEqual([]);
});
