/** A community that asks: a remote follow waits, and its server gets Accept or Reject; what the actor says about it, and how forums read that. */
import { expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { editCommunity } from "../../src/domain/communities/edit.ts";
import { acceptMember, refuseMember } from "../../src/domain/members/decide.ts";
import { removeMember } from "../../src/domain/members/roles.ts";
import { openRemote } from "../support/remote/index.ts";
import { setStage } from "./inbox/stage.ts";

const stage = setStage();
const facilitator = () => ({ groupId: stage.group.id, by: stage.group.id, standings: ["facilitator"] as const });
const edit = (
  joining: "open" | "request" | "invitation",
  posting: "anyone" | "members" | "facilitators",
  name = "Welding",
) =>
  editCommunity(stage.ours.app.house, {
    ...facilitator(),
    name,
    summarySource: "All about welding.",
    colour: "#00aa33",
    language: "en",
    joining,
    posting,
    rules: [],
    questions: [],
    downVotes: true,
    manyAnswers: false,
    secondFactor: false,
    welcomeSource: "",
  });
const actorId = async (uri: string): Promise<Id> => {
  const [row] = await stage.ours.app.db<{ id: Id }[]>`select id from actors where uri = ${uri}`;
  return row?.id as Id;
};
const state = async (uri: string) => {
  const [row] = await stage.ours.app.db<{ state: string }[]>`
    select state from memberships m join actors a on a.id = m.actor_id where m.group_id = ${stage.group.id} and a.uri = ${uri}`;
  return row?.state ?? null;
};

test("followers are told of an edit by an Update of the Group, which never says that it is private, nor closed to its members", async () => {
  await stage.ana.follow(stage.group.uri);
  await stage.home.waitFor({ type: "Accept", actor: stage.group.uri });
  await edit("request", "members", "Welding, slowly");
  const update = await stage.home.waitFor({ type: "Update", actor: stage.group.uri });
  expect(update.json.object).toMatchObject({
    id: stage.group.uri,
    type: "Group",
    name: "Welding, slowly",
    manuallyApprovesFollowers: false,
    postingRestrictedToMods: false,
  });
  expect(update.json.proof).toBeDefined();
  await edit("request", "facilitators");
  await stage.home.waitFor({ type: "Update", object: { id: stage.group.uri, postingRestrictedToMods: true } });
});

test("a follow of a community that asks waits, and nothing is sent", async () => {
  await stage.ben.follow(stage.group.uri);
  expect(await state(stage.ben.id)).toBe("pending");
  await stage.ours.worker.settled();
  const answers = stage.home.received.filter(
    ({ json }) => json.type === "Accept" && JSON.stringify(json.object).includes(stage.ben.id),
  );
  expect(answers).toEqual([]);
});

test("accepted, it is answered with an Accept that embeds the Follow with its own id", async () => {
  const [row] = await stage.ours.app.db<{ followUri: string }[]>`
    select follow_uri as "followUri" from memberships m join actors a on a.id = m.actor_id where a.uri = ${stage.ben.id}`;
  await acceptMember(stage.ours.app.house, { ...facilitator(), actorId: await actorId(stage.ben.id) });
  expect(await state(stage.ben.id)).toBe("accepted");
  const accept = await stage.home.waitFor({ type: "Accept", object: { id: row?.followUri ?? "" } });
  expect(accept.json.object).toEqual({
    id: row?.followUri,
    type: "Follow",
    actor: stage.ben.id,
    object: stage.group.uri,
  });
});

test("refused, it is answered with a Reject and forgotten; a later follow asks again", async () => {
  const first = await stage.mallory.follow(stage.group.uri);
  const act = { ...facilitator(), actorId: await actorId(stage.mallory.id) };
  await refuseMember(stage.ours.app.house, act);
  const reject = await stage.elsewhere.waitFor({ type: "Reject", actor: stage.group.uri });
  expect(reject.json.object).toEqual({
    id: first.id,
    type: "Follow",
    actor: stage.mallory.id,
    object: stage.group.uri,
  });
  expect(await state(stage.mallory.id)).toBeNull();
  const again = stage.activity(stage.mallory, "Follow", { object: stage.group.uri });
  expect((await stage.send(stage.mallory, again)).status).toBe(202);
  expect(await state(stage.mallory.id)).toBe("pending");
  await acceptMember(stage.ours.app.house, act);
  await stage.elsewhere.waitFor({ type: "Accept", object: { id: String(again.id) } });
});

test("who is taken out of the community is told by a Reject; who leaves by themselves is not", async () => {
  await removeMember(stage.ours.app.house, { ...facilitator(), actorId: await actorId(stage.mallory.id) });
  await stage.elsewhere.waitFor({ type: "Reject", actor: stage.group.uri });
  await stage.ben.unfollow(stage.group.uri);
  await stage.ours.worker.settled();
  expect(await state(stage.ben.id)).toBeNull();
  expect(stage.home.received.filter(({ json }) => json.type === "Reject")).toEqual([]);
});

test("by invitation a follow waits as well, and an open community takes in whoever comes", async () => {
  await edit("invitation", "facilitators");
  const one = stage.activity(stage.ben, "Follow", { object: stage.group.uri });
  await stage.send(stage.ben, one);
  expect(await state(stage.ben.id)).toBe("pending");
  await edit("open", "anyone");
  await stage.send(stage.ben, stage.activity(stage.ben, "Follow", { object: stage.group.uri }));
  expect(await state(stage.ben.id)).toBe("accepted");
});

test("on Lemmy, whoever was let in reads what its members write in a community that asks", async () => {
  const asking = await createCommunity(stage.ours.app.house, {
    slug: "brazing",
    name: "Brazing",
    summary: "All about brazing.",
    joining: "request",
    posting: "members",
  });
  await using lemmy = await openRemote({ software: "lemmy" });
  const lena = await lemmy.addPerson("lena");
  for (const person of [stage.ana, lena]) {
    await person.follow(asking.uri);
    const act = { groupId: asking.id, by: asking.id, standings: ["facilitator"] as const };
    await acceptMember(stage.ours.app.house, { ...act, actorId: await actorId(person.id) });
  }
  await lemmy.waitFor({ type: "Accept", object: { actor: lena.id } });
  const thread = await stage.ana.post({ text: "Who has a spare torch?", mention: asking.uri });
  await lemmy.waitFor({ type: "Announce", object: { id: thread.activity.id } });
  await lemmy.idle();
  expect(lemmy.complaints).toEqual([]);
  expect(lemmy.timeline(lena)).toMatchObject([{ id: thread.id, community: asking.uri }]);
});
