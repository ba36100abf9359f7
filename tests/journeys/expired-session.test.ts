/** A session ends while somebody writes: they sign in, find all they wrote, and publish it once. */
import { expect } from "vitest";
import { setPasswordHash } from "../../db/queries/credentials.ts";
import { hashPassword } from "../../src/domain/accounts/password.ts";
import { carry, heading, journey, PASSWORD, PHONE, signIn } from "../support/browser.ts";
import { makePerson } from "../support/people.ts";

journey("what was written when the session ended is still there after signing in", async ({ open, server }) => {
  const ours = await server();
  const { db, house } = ours.app;
  const welding = await ours.found("welding", "Welding");
  await db`insert into topics (id, group_id, slug, name) values (1, ${welding.id}, 'tig', 'TIG')`;
  const [ana, eve] = [await makePerson(house, "ana"), await makePerson(house, "eve")];
  for (const { id } of [ana, eve]) await setPasswordHash(db, id, await hashPassword(PASSWORD));
  const page = await open(PHONE);
  await carry(page, ours.origin, ana.token);

  // A whole thread, with everything that its form has.
  await page.goto(`${ours.origin}/c/welding/new?kind=story`);
  await page.getByLabel("Title").fill("The day the gas ran out");
  await page.getByLabel("What happened?").fill("Halfway through, *nothing*.\n\nNot a hiss.");
  await page.getByLabel("Anything else").fill("Ümläute, <b>tags</b> & “quotes” stay.");
  await page.getByLabel("TIG").check();
  const more = page.locator("summary").filter({ hasText: "Warning, language, pictures" });
  if (!(await page.getByLabel("Content warning").isVisible())) await more.click();
  await page.getByLabel("Content warning").fill("burns");
  expect((await db`delete from sessions where actor_id = ${ana.id}`).count).toBe(1);
  await page.getByRole("button", { name: "Publish" }).click();
  await page.waitForURL(/\/sign-in\?next=/);
  expect(await db`select 1 from posts`).toEqual([]);
  const waiting = page.url();

  await signIn(page, "ana");
  await page.waitForURL(/\/c\/welding\/new\?/);
  expect(await page.getByText("You are signed in again, and here is what you wrote.").count()).toBe(1);
  expect(await page.getByLabel("Title").inputValue()).toBe("The day the gas ran out");
  expect(await page.getByLabel("What happened?").inputValue()).toBe("Halfway through, *nothing*.\n\nNot a hiss.");
  expect(await page.getByLabel("Anything else").inputValue()).toBe("Ümläute, <b>tags</b> & “quotes” stay.");
  expect(await page.getByLabel("TIG").isChecked()).toBe(true);
  expect(await page.getByLabel("Content warning").inputValue()).toBe("burns");
  await page.getByRole("button", { name: "Publish" }).click();
  await page.waitForURL(/\/c\/welding\/t\/\d+$/);
  expect(await heading(page)).toBe("The day the gas ran out");
  expect(await page.locator(".thread-state").innerText()).toContain("TIG");

  // Somebody who gets hold of the address later finds nothing of hers there.
  const others = await open(PHONE);
  await others.goto(waiting);
  await signIn(others, "eve");
  await others.waitForURL(/\/c\/welding\/new\?/);
  expect(await others.getByLabel("Title").inputValue()).toBe("");

  // The same with a reply; the back button to the form that was sent does not send it again.
  const thread = page.url();
  await page.getByRole("link", { name: "Write a reply" }).click();
  await page.getByLabel("Your reply").fill("I turned the bottle upside down.");
  await db`delete from sessions where actor_id = ${ana.id}`;
  await page.getByRole("button", { name: "Reply", exact: true }).click();
  await page.waitForURL(/\/sign-in\?next=/);
  await signIn(page, "ana");
  await page.waitForURL(/\/posts\/\d+\/reply\?/);
  expect(await page.getByLabel("Your reply").inputValue()).toBe("I turned the bottle upside down.");
  await page.getByRole("button", { name: "Reply", exact: true }).click();
  await page.waitForURL(/\/t\/\d+#p-\d+$/);
  await page.goBack();
  const again = page.getByRole("button", { name: "Reply", exact: true });
  if ((await again.count()) > 0 && (await page.getByLabel("Your reply").inputValue()) !== "") await again.click();
  await page.goto(thread);
  expect(await page.locator("article").filter({ hasText: "I turned the bottle upside down." }).count()).toBe(1);

  expect((await db`select 1 from threads`).count).toBe(1);
  expect((await db`select 1 from posts`).count).toBe(2);
  expect((await db`select 1 from drafts`).count).toBe(0);
});
