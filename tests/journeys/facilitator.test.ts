/** A facilitator founds a community that people ask to join, lets somebody in from elsewhere, and pins its charter. */
import { expect } from "vitest";
import { carry, comesUp, heading, journey } from "../support/browser.ts";
import { makePerson } from "../support/people.ts";
import { openRemote } from "../support/remote/index.ts";

journey("a community is founded, lets in a follower from elsewhere, and pins its charter", async (traveller) => {
  const { open, server, use } = traveller;
  const ours = await server();
  const mastodon = use(await openRemote({ software: "mastodon" }));
  const [ben, cy] = [
    await mastodon.addPerson("ben", { displayName: "Ben Brazer" }),
    await mastodon.addPerson("cy", { displayName: "Cy Unwanted" }),
  ];
  const fay = await makePerson(ours.app.house, "fay");
  const page = await open();
  await carry(page, ours.origin, fay.token);
  await page.goto(`${ours.origin}/`);
  await page.getByRole("link", { name: "Found a community" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Boat building");
  await page.getByLabel("Short name").fill("boats");
  await page.getByLabel("What it is about").fill("Small wooden boats, and how to keep them afloat.");
  await page.getByLabel("Whoever asks").check();
  await page.getByRole("button", { name: "Found it" }).click();
  await page.waitForURL(`${ours.origin}/c/boats/settings?founded`);
  const home = `${ours.origin}/c/boats`;

  // Whoever follows from elsewhere waits until somebody decides.
  const actor = await mastodon.lookup(`@boats@${ours.host}`);
  expect(actor.document).toMatchObject({ type: "Group", manuallyApprovesFollowers: false });
  for (const person of [ben, cy]) expect((await person.follow(actor.id)).status).toBe(202);
  await ours.worker.settled();
  expect(ben.following.get(actor.id)).toBe("pending");
  expect(mastodon.received.filter(({ json }) => json.type === "Accept")).toEqual([]);

  await page.goto(home);
  await page.getByRole("link", { name: "2 people wait to join" }).click();
  await page.getByRole("button", { name: /^Accept.*Ben Brazer/ }).click();
  await page.getByText("Accepted. They are being told.").waitFor();
  await page.getByRole("button", { name: /^Refuse.*Cy Unwanted/ }).click();
  await page.getByText("Nobody waits.").waitFor();
  const accept = await mastodon.waitFor({ type: "Accept", actor: actor.id });
  expect(accept.signature).toMatchObject({ verified: true, actor: actor.id });
  await mastodon.waitFor({ type: "Reject", actor: actor.id });
  await mastodon.idle();
  expect(ben.following.get(actor.id)).toBe("accepted");
  expect(cy.following.get(actor.id)).not.toBe("accepted");

  await page.goto(`${home}/charter`);
  expect(await page.getByText("There is no charter yet.").count()).toBe(1);
  await page.getByRole("link", { name: "Write the charter" }).click();
  await page.getByLabel("What we are here for").fill("We keep **small boats** afloat.");
  await page.getByLabel("Who it is for").fill("Whoever owns a boat, or wants to.");
  await page.getByRole("button", { name: "Save as a new version" }).click();
  await page.getByText("The new version is in force").waitFor();
  expect(await page.locator("main .prose strong").first().innerText()).toBe("small boats");

  // Who follows is told; `featured` holds it, as the object itself, which anybody can fetch.
  await mastodon.waitFor({ type: "Create", actor: actor.id, object: { id: `${home}/charter`, type: "Article" } });
  const featured = async () => (await ours.document("/c/boats/featured")).json.orderedItems as { id: string }[];
  await expect.poll(featured).toHaveLength(1);
  const [article] = await featured();
  expect(article).toMatchObject({ id: `${home}/charter`, type: "Article" });
  const fetched = (await mastodon.fetch(`${home}/charter`)).json;
  expect(fetched).toMatchObject({ type: "Article", attributedTo: actor.id });
  expect(String(fetched?.content)).toContain("<strong>small boats</strong>");

  // Everybody finds it from the community's page.
  const visitor = await open();
  await visitor.goto(home);
  await visitor.getByRole("main").getByRole("link", { name: "Charter" }).first().click();
  expect(await heading(visitor)).toBe("Charter");
  await visitor.getByText("Whoever owns a boat, or wants to.").waitFor();
  expect((await visitor.goto(`${home}/charter/edit`))?.url()).toContain("/sign-in?next=");

  // Whom she let in may speak, and is heard.
  expect((await ben.post({ text: "My planks leak.", mention: actor.id })).status).toBe(202);
  await page.goto(home);
  await comesUp(page, "My planks leak.");
  expect(mastodon.complaints).toEqual([]);
});
