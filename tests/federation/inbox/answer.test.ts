/** Accept and Reject at the inbox: the answer to a follow that somebody here sent (R51). */
import { beforeAll, describe, expect, test } from "vitest";
import { makePerson, type TestPerson } from "../../support/people.ts";
import type { Doc, RemotePerson } from "../../support/remote/index.ts";
import { askToFollow, setStage } from "./stage.ts";

const stage = setStage();
let eve: TestPerson;
let serial = 0;
let followed: RemotePerson;
let follow: Doc;

beforeAll(async () => {
  eve = await makePerson(stage.ours.app.house, "eve");
});

/** Eve asks to follow somebody new, who answers when the test says so. */
async function ask(): Promise<void> {
  followed = await stage.elsewhere.addPerson(`followed${++serial}`, { type: "Group", locked: true });
  follow = await askToFollow(stage, eve, followed);
}

async function answer(type: "Accept" | "Reject", object: unknown = follow, by = followed): Promise<void> {
  expect((await stage.send(by, stage.activity(by, type, { object }))).status).toBe(202);
}

async function state(): Promise<string | undefined> {
  const [row] = await stage.ours.app.db<{ state: string }[]>`
    select state from memberships m join actors a on a.id = m.group_id where a.uri = ${followed.id} and m.actor_id = ${eve.id}`;
  return row?.state;
}

test("an Accept makes the follow one, whether it embeds it or names it", async () => {
  for (const how of [(doc: Doc) => doc, (doc: Doc) => doc.id]) {
    await ask();
    expect(await state()).toBe("pending");
    await answer("Accept", how(follow));
    expect(await state()).toBe("accepted");
  }
});

test("a Reject ends the follow, whether it waits or was accepted before", async () => {
  await ask();
  await answer("Reject");
  expect(await state()).toBeUndefined();
  await ask();
  await answer("Accept");
  await answer("Reject", follow.id);
  expect(await state()).toBeUndefined();
});

test("an Accept that comes after the Reject brings nothing back", async () => {
  await ask();
  await answer("Reject");
  const before = await stage.count("journal");
  await answer("Accept");
  expect(await state()).toBeUndefined();
  expect(await stage.count("journal")).toBe(before);
});

describe("changes nothing:", () => {
  test.each(["Accept", "Reject"] as const)("a %s by somebody who was not asked", async (type) => {
    await ask();
    const neighbour = await stage.elsewhere.addPerson(`neighbour${serial}`, { type: "Group" });
    for (const by of [neighbour, stage.ben])
      for (const object of [follow, { ...follow, object: by.id }, follow.id]) await answer(type, object, by);
    expect(await state()).toBe("pending");
  });

  test.each(["Accept", "Reject"] as const)("a %s of a follow that we did not send", async (type) => {
    await ask();
    await answer(type, { ...follow, id: `${follow.id}/2` });
    await answer(type, `${eve.uri}#follows/1`);
    expect(await state()).toBe("pending");
  });

  test.each(["Accept", "Reject"] as const)("a %s of what a member elsewhere sent to a community here", async (type) => {
    const sent = await stage.ben.follow(stage.group.uri);
    const before = await stage.count("memberships");
    await answer(type, { id: sent.id, type: "Follow", actor: stage.ben.id, object: stage.mallory.id }, stage.mallory);
    expect(await stage.count("memberships")).toBe(before);
  });
});
