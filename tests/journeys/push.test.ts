/** A whole server tells a device: somebody adds theirs, a facilitator invites them, and the push service has it a moment later. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../support/app.ts";
import { formOf, makePerson } from "../support/people.ts";
import { makeBrowser, opened, openPushService, type PushService, vapid } from "../web/push-stage.ts";

let ours: TestServer;
let service: PushService;
beforeAll(async () => {
  ours = await openTestServer();
  service = await openPushService();
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
});

test("what somebody is told reaches their device, and is gone from there when they sign out", async () => {
  const { house, db } = ours.app;
  const [ana, fay] = [await makePerson(house, "ana"), await makePerson(house, "fay")];
  const { id: groupId } = await ours.found("welding", "Welding");
  await db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
    values (${groupId}, ${fay.id}, 'accepted', 'facilitator', 'urn:fay', now())`;
  const browser = makeBrowser(service);
  const post = (path: string, who: typeof ana, fields: Record<string, string>) =>
    fetch(ours.origin + path, formOf(ours.origin, who, fields));
  const added = await post("/settings/notifications/devices", ana, { subscription: JSON.stringify(browser.said) });
  expect(added.status).toBe(303);
  expect((await post("/c/welding/members/invite-by-name", fay, { name: "@ana" })).status).toBe(303);

  await expect.poll(() => service.received.length, { timeout: 20_000 }).toBe(1);
  const [got] = service.received;
  if (!got) throw new Error("Nothing came.");
  expect(opened(got, browser)).toMatchObject(["Welding", { body: "Fay invites you to Welding", data: "/c/welding" }]);
  expect(vapid(got)).toMatchObject({ good: true, claims: { aud: service.origin } });
  expect(got.headers["user-agent"]).toMatch(/^Commonplace\//);

  expect((await post("/sign-out", ana, {})).status).toBe(303);
  expect(await db`select from push_devices`).toHaveLength(0);
});
