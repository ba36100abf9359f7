/** Two servers of ours, whose members talk with each other: found by its handle, followed, read back, answered, and answered again. */
import { expect } from "vitest";
import { upsertMembership } from "../../db/queries/members.ts";
import { carry, comesUp, heading, journey } from "../support/browser.ts";
import { makePerson } from "../support/people.ts";
import { openRemote } from "../support/remote/index.ts";

journey("a member of one server talks with the community of another", async ({ open, server, use }) => {
  const [north, south] = [await server(), await server()];
  const lemmy = use(await openRemote({ software: "lemmy" }));
  const cara = await lemmy.addPerson("cara");
  const welding = await south.found("welding", "Welding");
  const [ana, bo] = [await makePerson(north.app.house, "ana"), await makePerson(south.app.house, "bo")];
  const followUri = `${bo.uri}#follows/${welding.id}`;
  const membership = {
    groupId: welding.id,
    actorId: bo.id,
    state: "accepted",
    followUri,
    role: "facilitator",
  } as const;
  await upsertMembership(south.app.db, membership);

  // What was said before anybody of the north came.
  const bos = await open();
  await carry(bos, south.origin, bo.token);
  await bos.goto(`${south.origin}/c/welding/new?kind=question`);
  await bos.getByLabel("Title").fill("Gas or none?");
  await bos.getByLabel("Anything else").fill("For **outdoor** work.");
  await bos.getByRole("button", { name: "Publish" }).click();
  await bos.waitForURL(/\/c\/welding\/t\/\d+$/);
  const thread = bos.url();
  await bos.getByRole("link", { name: "Write a reply" }).click();
  await bos.getByLabel("Your reply").fill("Flux core is what I have.");
  await bos.getByRole("button", { name: "Reply", exact: true }).click();
  await bos.waitForURL(/#p-\d+$/);

  expect((await cara.follow(welding.uri)).status).toBe(202);

  // Found by its handle, and followed.
  const anas = await open();
  await carry(anas, north.origin, ana.token);
  await anas.goto(`${north.origin}/search`);
  await anas.getByLabel("What are you looking for?").fill(`@welding@${south.host}`);
  await anas.getByRole("button", { name: "Search", exact: true }).click();
  await anas.locator("#elsewhere + div").getByRole("link", { name: "Welding" }).click();
  await anas.waitForURL(`${north.origin}/c/welding@${south.host}`);
  const home = anas.url();
  expect(await heading(anas)).toBe("Welding");
  await anas.getByRole("button", { name: "Follow it from here" }).click();
  await comesUp(anas, "You follow it:");
  // What the clock does within a minute.
  expect(await north.app.federation.fetchNextHistory()).toBe(`${welding.uri}: 1 threads, 1 replies`);
  await comesUp(anas, "Gas or none?");
  await comesUp(anas, "All that its server lists is here.");

  // Its past is here, to read and to answer.
  await anas.getByRole("link", { name: "Gas or none?" }).click();
  expect(await heading(anas)).toBe("Gas or none?");
  expect(anas.url().startsWith(`${north.origin}/c/welding@${south.host}/t/`)).toBe(true);
  const past = await anas.locator("main").innerText();
  expect(past).toContain("For outdoor work.");
  expect(past).toContain("Flux core is what I have.");
  const copy = anas.url();
  await anas.getByRole("link", { name: "Write a reply" }).click();
  await anas.getByLabel("Your reply").fill("Then *do* use it, and mind the wind.");
  await anas.getByRole("button", { name: "Reply", exact: true }).click();
  await anas.waitForURL(/#p-\d+$/);
  expect(await anas.locator("article").filter({ hasText: "mind the wind" }).locator("em").innerText()).toBe("do");

  // It stands on the community's own server, and everybody who follows there is told, with her own proof inside.
  await bos.goto(thread);
  await comesUp(bos, "mind the wind");
  const answer = bos.locator("article").filter({ hasText: "mind the wind" });
  expect(await answer.innerText()).toContain("Ana");
  expect(await answer.innerText()).toContain(north.host);
  const passed = await lemmy.waitFor({
    type: "Announce",
    actor: welding.uri,
    object: { type: "Create", actor: ana.uri },
  });
  expect(passed.signature).toMatchObject({ verified: true, actor: welding.uri });

  // He is told, and answers her; so is she.
  await bos.goto(`${south.origin}/notifications`);
  expect(await bos.locator("main").innerText()).toMatch(/Ana/);
  await bos.goto(thread);
  await answer.getByRole("link", { name: /^reply/ }).click();
  await bos.getByLabel("Your reply").fill("A wall of plywood, then. Thank you!");
  await bos.getByRole("button", { name: "Reply", exact: true }).click();
  await bos.waitForURL(/#p-\d+$/);
  await anas.goto(copy);
  await comesUp(anas, "A wall of plywood, then.");
  await anas.goto(`${north.origin}/notifications`);
  expect(await anas.locator("main").innerText()).toMatch(/Bo/);

  // A new conversation comes by itself.
  await bos.goto(`${south.origin}/c/welding/new?kind=discussion`);
  await bos.getByLabel("Title").fill("What is on your bench?");
  await bos.getByLabel("Text", { exact: true }).fill("Mine has a kettle.");
  await bos.getByRole("button", { name: "Publish" }).click();
  await bos.waitForURL(/\/c\/welding\/t\/\d+$/);
  await anas.goto(home);
  await comesUp(anas, "What is on your bench?");

  for (const ours of [north, south]) expect(await ours.app.db`select from dead_letters`).toHaveLength(0);
  expect(lemmy.complaints).toEqual([]);
});
