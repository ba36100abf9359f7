/** Somebody is invited, joins on a phone and answers a question; the asker accepts the answer. */
import { expect } from "vitest";
import { upsertMembership } from "../../db/queries/members.ts";
import type { TestServer } from "../support/app.ts";
import { carry, heading, journey, PASSWORD, PHONE, signIn, unfold } from "../support/browser.ts";
import { makePerson, type TestPerson } from "../support/people.ts";

async function member(ours: TestServer, group: { id: TestPerson["id"] }, name: string, role: "facilitator" | "member") {
  const person = await makePerson(ours.app.house, name);
  const followUri = `${person.uri}#follows/${group.id}`;
  await upsertMembership(ours.app.db, { groupId: group.id, actorId: person.id, state: "accepted", followUri, role });
  return person;
}

journey("an invited person joins on a phone and answers a question", async ({ open, server }) => {
  const ours = await server();
  const welding = await ours.found("welding", "Welding");
  const [fay, ask] = [await member(ours, welding, "fay", "facilitator"), await member(ours, welding, "ask", "member")];

  const facilitators = await open();
  await carry(facilitators, ours.origin, fay.token);
  await facilitators.goto(`${ours.origin}/c/welding/members`);
  await unfold(facilitators, "Make a link");
  await facilitators.getByLabel("A note for yourself").fill("For Ina from the workshop");
  await facilitators.getByRole("button", { name: "Make a link" }).click();
  const link = await facilitators.getByRole("status").locator("code").innerText();
  expect(link).toMatch(new RegExp(`^${ours.origin}/join\\?invitation=`));

  const askers = await open(PHONE);
  await carry(askers, ours.origin, ask.token);
  await askers.goto(`${ours.origin}/c/welding/new?kind=question`);
  await askers.getByLabel("Title").fill("How do you keep thin sheet flat?");
  await askers.getByLabel("What do you want to do?").fill("Weld a box of 1 mm sheet.");
  await askers.getByRole("button", { name: "Publish" }).click();
  await askers.waitForURL(/\/c\/welding\/t\/\d+$/);
  const question = askers.url();

  const phone = await open(PHONE);
  await phone.goto(link);
  expect(await heading(phone)).toBe("Join Welding");
  await phone.getByLabel("User name").fill("ina");
  await phone.getByLabel("Your name").fill("Ina Iron");
  await phone.getByLabel("Mail address").fill("ina@mail.example");
  await phone.getByLabel("Password").fill("password123");
  await phone.getByRole("button", { name: "Join", exact: true }).click();
  // Refused, and nothing that was typed is lost.
  expect(await phone.getByRole("alert").isVisible()).toBe(true);
  expect(await phone.getByLabel("Your name").inputValue()).toBe("Ina Iron");
  await phone.getByLabel("Password").fill(PASSWORD);
  await phone.getByRole("button", { name: "Join", exact: true }).click();
  await phone.waitForURL(`${ours.origin}/c/welding/welcome`);
  expect(await heading(phone)).toBe("Welcome to Welding");
  await phone.getByRole("link", { name: "To the conversations" }).click();
  expect(await phone.getByText("You are new here.").isVisible()).toBe(true);
  await phone.getByRole("link", { name: "How do you keep thin sheet flat?" }).click();
  await phone.getByRole("link", { name: "Write a reply" }).click();
  await phone.getByLabel("Your reply").fill("Clamp **copper** behind it.");
  await phone.getByRole("button", { name: "Preview" }).click();
  expect(await phone.locator(".preview .prose").innerHTML()).toContain("<strong>copper</strong>");
  await phone.getByRole("button", { name: "Reply", exact: true }).click();
  await phone.waitForURL(/\/c\/welding\/t\/\d+#p-\d+$/);
  expect(await phone.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  // It is not hers to accept.
  const hers = phone.locator("article").filter({ hasText: "Clamp copper behind it." });
  expect(await hers.getByRole("button", { name: "accept as the answer" }).count()).toBe(0);

  await askers.goto(question);
  const answer = askers.locator("article").filter({ hasText: "Clamp copper behind it." });
  expect(await answer.innerText()).toContain("Ina Iron");
  await answer.locator("summary").filter({ hasText: "more" }).click();
  await answer.getByRole("button", { name: "accept as the answer" }).click();
  await askers.getByRole("heading", { name: "The accepted answer" }).waitFor();
  expect(await askers.locator(".accepted").innerText()).toContain("Clamp copper behind it.");
  expect(await askers.locator(".thread-state p").first().innerText()).toBe("Question, answered");

  // Everybody sees it, on the thread and in the community; and she is told.
  const visitors = await open(PHONE);
  await visitors.goto(`${ours.origin}/c/welding`);
  expect(await visitors.locator("main").innerText()).toContain("answered");
  await phone.goto(`${ours.origin}/notifications`);
  expect(await phone.locator("main").innerText()).toMatch(/accepted/);

  // Later, from another phone.
  const later = await open(PHONE);
  await later.goto(question);
  await later.getByRole("link", { name: "sign in to reply" }).click();
  await signIn(later, "ina");
  await later.waitForURL(/\/posts\/\d+\/reply$/);
  // The link was for one.
  await later.context().clearCookies();
  expect((await later.goto(link))?.status()).toBe(410);
});
