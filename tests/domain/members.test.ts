/** Joining, being let in, roles, and the last facilitator. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { editCommunity } from "../../src/domain/communities/edit.ts";
import { demandPosting } from "../../src/domain/communities/posting.ts";
import { acceptMember, refuseMember } from "../../src/domain/members/decide.ts";
import { askToJoin, joinCommunity } from "../../src/domain/members/join.ts";
import { leaveCommunity } from "../../src/domain/members/leave.ts";
import { giveRole, removeMember } from "../../src/domain/members/roles.ts";
import { closeAccount } from "../../src/domain/people/close.ts";
import { standingsOf } from "../../src/domain/standing.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson, type TestPerson } from "../support/people.ts";

let stage: TestHouse;
let [ana, ben, cem]: TestPerson[] = [];
let groupId: Id;
beforeAll(async () => {
  stage = await openTestHouse();
  [ana, ben, cem] = [
    await makePerson(stage.house, "ana"),
    await makePerson(stage.house, "ben"),
    await makePerson(stage.house, "cem"),
  ];
  const standings = await standingsOf(stage.db, ana.id, { groupId: null });
  const act = { slug: "welding", name: "Welding", summary: "" };
  groupId = (await createCommunity(stage.house, act, { id: ana.id, uri: ana.uri, standings })).id;
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const row = async (actorId: Id) => {
  const [found] = await stage.db`
    select state, role, answers, follow_uri from memberships where group_id = ${groupId} and actor_id = ${actorId}`;
  return found ?? null;
};
const decide = async (who: TestPerson) => ({
  groupId,
  by: who.id,
  standings: await standingsOf(stage.db, who.id, { groupId }),
});
const settings = async (joining: "open" | "request" | "invitation", questions: string[] = []) =>
  editCommunity(stage.house, {
    ...(await decide(ana as TestPerson)),
    name: "Welding",
    summarySource: "",
    colour: null,
    language: null,
    joining,
    posting: "anyone",
    rules: [],
    questions,
    downVotes: true,
    manyAnswers: false,
    secondFactor: false,
    welcomeSource: "",
  });

test("whoever founds a community facilitates it", async () => {
  expect(await row((ana as TestPerson).id)).toMatchObject({ state: "accepted", role: "facilitator" });
});

test("an open community takes in whoever comes, and the last facilitator cannot leave it", async () => {
  const who = { groupId, actorId: (ben as TestPerson).id, actorUri: (ben as TestPerson).uri, answers: [] };
  expect(await askToJoin(stage.house, who)).toBe("accepted");
  await expect(leaveCommunity(stage.house, { groupId, actorId: (ana as TestPerson).id })).rejects.toMatchObject({
    code: "last-facilitator",
  });
  expect(await leaveCommunity(stage.house, { groupId, actorId: (ben as TestPerson).id })).toBe(true);
  expect(await row((ben as TestPerson).id)).toBeNull();
});

test("a community that asks wants every answer, and lets wait until a facilitator decides", async () => {
  await settings("request", ["What do you weld?", "Who sent you?"]);
  const who = { groupId, actorId: (ben as TestPerson).id, actorUri: (ben as TestPerson).uri };
  await expect(askToJoin(stage.house, { ...who, answers: ["Pipes", " "] })).rejects.toMatchObject({
    code: "answer-missing",
  });
  expect(await askToJoin(stage.house, { ...who, answers: ["Pipes", "Ana", "more"] })).toBe("pending");
  expect(await row(who.actorId)).toMatchObject({ state: "pending", answers: ["Pipes", "Ana"] });
  const wanted = { actorId: who.actorId };
  await expect(acceptMember(stage.house, { ...(await decide(ben as TestPerson)), ...wanted })).rejects.toMatchObject({
    code: "not-allowed",
  });
  await acceptMember(stage.house, { ...(await decide(ana as TestPerson)), ...wanted });
  expect(await row(who.actorId)).toMatchObject({ state: "accepted", role: "member" });
  await expect(acceptMember(stage.house, { ...(await decide(ana as TestPerson)), ...wanted })).rejects.toMatchObject({
    code: "already-done",
  });
  const lines = await stage.db`select act from audit where group_id = ${groupId} order by id desc limit 1`;
  expect(lines).toEqual([{ act: "member.joined" }]);
});

test("who is refused is forgotten, and may ask again; an invitation is not asked for", async () => {
  const who = { groupId, actorId: (cem as TestPerson).id, actorUri: (cem as TestPerson).uri, answers: ["a", "b"] };
  await askToJoin(stage.house, who);
  await refuseMember(stage.house, { ...(await decide(ana as TestPerson)), actorId: who.actorId });
  expect(await row(who.actorId)).toBeNull();
  expect(await askToJoin(stage.house, who)).toBe("pending");
  await leaveCommunity(stage.house, who);
  await settings("invitation");
  await expect(askToJoin(stage.house, who)).rejects.toMatchObject({ code: "invitation-only" });
  await settings("open");
});

test("a second facilitator lets the first one go, and then is the last", async () => {
  const [a, b] = [ana as TestPerson, ben as TestPerson];
  await expect(giveRole(stage.house, { ...(await decide(a)), actorId: a.id, role: "member" })).rejects.toMatchObject({
    code: "last-facilitator",
  });
  await expect(removeMember(stage.house, { ...(await decide(a)), actorId: a.id })).rejects.toMatchObject({
    code: "last-facilitator",
  });
  await giveRole(stage.house, { ...(await decide(a)), actorId: b.id, role: "facilitator" });
  // Both give it up at once: one of them stays.
  const [one, two] = [await decide(a), await decide(b)];
  const ends = await Promise.allSettled([
    giveRole(stage.house, { ...one, actorId: a.id, role: "steward" }),
    giveRole(stage.house, { ...two, actorId: b.id, role: "steward" }),
  ]);
  expect(ends.map((end) => end.status).toSorted()).toEqual(["fulfilled", "rejected"]);
  const [left] = await stage.db`
    select count(*)::int as n from memberships where group_id = ${groupId} and role = 'facilitator'`;
  expect(left).toEqual({ n: 1 });
});

test("a stranger has no role to change, and somebody who waits none either", async () => {
  const [head] = await stage.db<{ id: Id }[]>`
    select actor_id as id from memberships where group_id = ${groupId} and role = 'facilitator'`;
  const standings = await standingsOf(stage.db, head?.id as Id, { groupId });
  const act = { groupId, by: head?.id as Id, standings };
  const stranger = await stage.person("dana");
  await expect(giveRole(stage.house, { ...act, actorId: stranger, role: "steward" })).rejects.toMatchObject({
    code: "not-found",
  });
  await joinCommunity(stage.house, {
    groupId,
    actorId: stranger,
    state: "pending",
    followUri: "https://social.example/f",
  });
  await expect(giveRole(stage.house, { ...act, actorId: stranger, role: "steward" })).rejects.toMatchObject({
    code: "not-found",
  });
});

test("asking again never puts an accepted member back, and keeps the charter's version of joining", async () => {
  const id = await stage.person("eva");
  const join = { groupId, actorId: id, followUri: "https://social.example/g" };
  await joinCommunity(stage.house, { ...join, state: "accepted" });
  await stage.db`insert into charters (group_id, version, written_by) values (${groupId}, 1, ${(ana as TestPerson).id})`;
  expect(await joinCommunity(stage.house, { ...join, state: "pending" })).toBe("accepted");
  const [kept] =
    await stage.db`select charter_version from memberships where group_id = ${groupId} and actor_id = ${id}`;
  expect(kept).toEqual({ charter_version: 0 });
  await leaveCommunity(stage.house, { groupId, actorId: id });
  await joinCommunity(stage.house, { ...join, state: "accepted" });
  const [later] =
    await stage.db`select charter_version from memberships where group_id = ${groupId} and actor_id = ${id}`;
  expect(later).toEqual({ charter_version: 1 });
});

test("who may start threads is what the community says, for people here and elsewhere", async () => {
  const [member, stranger] = [await stage.person("mia"), await stage.person("otto")];
  await joinCommunity(stage.house, {
    groupId,
    actorId: member,
    state: "accepted",
    followUri: "https://social.example/m",
  });
  const [head] = await stage.db<{ id: Id }[]>`
    select actor_id as id from memberships where group_id = ${groupId} and role = 'facilitator'`;
  const who = { stranger, member, facilitator: head?.id as Id };
  const may = async (posting: string) => {
    await stage.db`update communities set posting = ${posting} where actor_id = ${groupId}`;
    const ends = await Promise.allSettled(Object.values(who).map((id) => demandPosting(stage.db, groupId, id)));
    return ends.map((end) => (end.status === "fulfilled" ? "may" : (end.reason as { code: string }).code));
  };
  expect(await may("anyone")).toEqual(["may", "may", "may"]);
  expect(await may("members")).toEqual(["members-only", "may", "may"]);
  expect(await may("facilitators")).toEqual(["facilitators-only", "facilitators-only", "may"]);
});

test("a facilitator elsewhere, or one whose account is suspended, does not make the last one here dispensable", async () => {
  const [dora, emil] = [await makePerson(stage.house, "dora"), await makePerson(stage.house, "emil")];
  const standings = await standingsOf(stage.db, dora.id, { groupId: null });
  const made = await createCommunity(stage.house, { slug: "forging", name: "F", summary: "" }, { ...dora, standings });
  const join = (actorId: Id) =>
    joinCommunity(stage.house, {
      groupId: made.id,
      actorId,
      state: "accepted",
      followUri: `https://x.example/${actorId}`,
    });
  const raise = async (actorId: Id) =>
    giveRole(stage.house, {
      groupId: made.id,
      by: dora.id,
      standings: await standingsOf(stage.db, dora.id, { groupId: made.id }),
      actorId,
      role: "facilitator",
    });
  const far = await stage.person("far");
  for (const id of [far, emil.id]) {
    await join(id);
    await raise(id);
  }
  const last = expect.objectContaining({ code: "last-facilitator" });
  await stage.db`update accounts set state = 'suspended' where actor_id = ${emil.id}`;
  await expect(leaveCommunity(stage.house, { groupId: made.id, actorId: dora.id })).rejects.toEqual(last);
  await expect(closeAccount(stage.house, dora.id, "dora")).rejects.toEqual(last);
  const own = { groupId: made.id, by: dora.id, standings: await standingsOf(stage.db, dora.id, { groupId: made.id }) };
  await expect(removeMember(stage.house, { ...own, actorId: dora.id })).rejects.toEqual(last);
  // Whoever is elsewhere can be taken out, though: the one here stays.
  await removeMember(stage.house, { ...own, actorId: far });
  await stage.db`update accounts set state = 'active' where actor_id = ${emil.id}`;
  expect(await leaveCommunity(stage.house, { groupId: made.id, actorId: dora.id })).toBe(true);
});
