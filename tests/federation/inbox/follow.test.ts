/** Follow and its Undo at the inbox. */
import { expect, test } from "vitest";
import type { Doc } from "../../support/remote/index.ts";
import { note, setStage } from "./stage.ts";

const stage = setStage();

test("a follower is a member, and gets an Accept that embeds the Follow with its own id", async () => {
  const sent = await stage.ben.follow(stage.group.uri);
  expect(sent.status).toBe(202);
  const accept = await stage.home.waitFor({ type: "Accept", actor: stage.group.uri });
  expect(accept.json.object).toEqual({ id: sent.id, type: "Follow", actor: stage.ben.id, object: stage.group.uri });
  expect(await stage.count("memberships")).toBe(1);
});

test("the peer is asked what it runs before the answer goes out", async () => {
  const [peer] = await stage.ours.app.db`select software, dialect from peers where host = ${stage.home.host}`;
  expect(peer).toEqual({ software: "mastodon", dialect: "microblog" });
});

test("a peer that did not say so is asked again by the next one who follows, once a minute at most", async () => {
  const { db } = stage.ours.app;
  const { host } = stage.home;
  const described = async (ago: string) => {
    await db`update peers set software = null, described_at = now() - ${ago}::interval where host = ${host}`;
    await stage.send(stage.ben, stage.activity(stage.ben, "Follow", { object: stage.group.uri }));
    return (await db`select software from peers where host = ${host}`)[0]?.software;
  };
  expect(await described("10 seconds")).toBeNull();
  expect(await described("2 minutes")).toBe("mastodon");
});

test("following again, by the same or another activity, keeps one membership and is answered again", async () => {
  const again = stage.activity(stage.ben, "Follow", { object: stage.group.uri });
  expect((await stage.send(stage.ben, again)).status).toBe(202);
  expect((await stage.send(stage.ben, again)).status).toBe(202);
  await stage.home.waitFor({ type: "Accept", object: { id: again.id } });
  expect(await stage.count("memberships")).toBe(1);
  const [audience] = await stage.ours.app.db`select members from audience`;
  expect(audience).toEqual({ members: 1 });
});

test("a Follow in another's name is refused", async () => {
  const forged = stage.activity(stage.ana, "Follow", { object: stage.group.uri });
  expect((await stage.send(stage.mallory, forged)).status).toBe(401);
  expect(await stage.count("memberships")).toBe(1);
});

test("a group or a server that follows waits for a person to decide (R53)", async () => {
  const group = await stage.elsewhere.addPerson("agroup", { type: "Group" });
  expect((await stage.send(group, stage.activity(group, "Follow", { object: stage.group.uri }))).status).toBe(202);
  const [row] = await stage.ours.app
    .db`select state from memberships m join actors a on a.id = m.actor_id where a.uri = ${group.id}`;
  expect(row).toEqual({ state: "pending" });
  await stage.ours.worker.settled();
  expect(stage.elsewhere.received.filter((letter) => letter.json.type === "Accept")).toEqual([]);
});

test("following what is not here changes nothing", async () => {
  const before = await stage.count("memberships");
  for (const object of [`${stage.ours.origin}/c/nobody`, stage.ana.id, `${stage.ours.origin}/actor`]) {
    expect((await stage.send(stage.ben, stage.activity(stage.ben, "Follow", { object }))).status).toBe(202);
  }
  expect(await stage.count("memberships")).toBe(before);
});

test("this server itself has no followers: whoever follows it is refused, at whichever inbox (R76)", async () => {
  const server = `${stage.ours.origin}/actor`;
  const before = await stage.count("memberships");
  for (const to of [`${server}/inbox`, `${stage.ours.origin}/inbox`]) {
    const asked = stage.activity(stage.ben, "Follow", { object: server });
    for (let twice = 0; twice < 2; twice++) expect((await stage.ben.send(asked, { to })).status).toBe(202);
    const reject = await stage.home.waitFor({ type: "Reject", object: { id: asked.id } });
    expect(reject.json).toMatchObject({
      actor: server,
      object: { type: "Follow", actor: stage.ben.id, object: server },
    });
    expect(reject.signature).toMatchObject({ verified: true, actor: server });
    await stage.ours.worker.settled();
    expect(stage.home.received.filter(({ json }) => (json.object as Doc).id === asked.id)).toHaveLength(1);
  }
  expect(await stage.count("memberships")).toBe(before);
});

test("whatever else comes to the inbox of this server itself is taken as at the shared one", async () => {
  const object = note(stage, stage.ana);
  const letter = stage.activity(stage.ana, "Create", { object });
  expect((await stage.ana.send(letter, { to: `${stage.ours.origin}/actor/inbox` })).status).toBe(202);
  expect((await stage.ours.app.db`select from posts where uri = ${String(object.id)}`).count).toBe(1);
});

test("an inbox of nobody is not found", async () => {
  const answer = await stage.ben.send(stage.activity(stage.ben, "Follow", { object: stage.group.uri }), {
    to: `${stage.ours.origin}/c/nobody/inbox`,
  });
  expect(answer.status).toBe(404);
});

test("somebody else cannot end a membership", async () => {
  const inner = { id: `${stage.ben.id}#follow`, type: "Follow", actor: stage.ben.id, object: stage.group.uri };
  expect((await stage.send(stage.mallory, stage.activity(stage.mallory, "Undo", { object: inner }))).status).toBe(403);
  const [row] = await stage.ours.app
    .db`select state from memberships m join actors a on a.id = m.actor_id where a.uri = ${stage.ben.id}`;
  expect(row).toEqual({ state: "accepted" });
});

test("an Undo that overtakes its Follow ends it all the same, and only that one", async () => {
  const { mallory } = stage;
  const members = () =>
    stage.ours.app.db`select from memberships m join actors a on a.id = m.actor_id where a.uri = ${mallory.id}`;
  const [follow, another] = [0, 1].map(() => stage.activity(mallory, "Follow", { object: stage.group.uri }));
  await stage.send(mallory, stage.activity(mallory, "Undo", { object: follow }));
  expect((await stage.send(mallory, follow as Doc)).status).toBe(202);
  expect((await members()).count).toBe(0);
  await stage.send(mallory, another as Doc);
  expect((await members()).count).toBe(1);
  await stage.send(mallory, stage.activity(mallory, "Undo", { object: another }));
  expect((await members()).count).toBe(0);
});

test("who left follows again by the same id, is answered, and may leave again", async () => {
  const cy = await stage.home.addPerson("cy");
  const follow = stage.activity(cy, "Follow", { object: stage.group.uri });
  const undo = stage.activity(cy, "Undo", { object: follow });
  const [say, before] = [stage.clock(cy), await stage.count("memberships")];
  for (let round = 1; round <= 2; round++) {
    stage.home.received.length = 0;
    await say(follow);
    await stage.home.waitFor({ type: "Accept", object: { id: follow.id } });
    expect(await stage.count("memberships")).toBe(before + 1);
    await say(undo);
    expect(await stage.count("memberships")).toBe(before);
  }
});

test("an Undo ends it, embedded or by the id of the Follow", async () => {
  await stage.ben.unfollow(stage.group.uri);
  expect(
    await stage.ours.app
      .db`select 1 from memberships m join actors a on a.id = m.actor_id where a.uri = ${stage.ben.id}`,
  ).toHaveLength(0);
  const follow = stage.activity(stage.ben, "Follow", { object: stage.group.uri });
  await stage.send(stage.ben, follow);
  await stage.send(stage.ben, stage.activity(stage.ben, "Undo", { object: follow.id }));
  expect(
    await stage.ours.app
      .db`select 1 from memberships m join actors a on a.id = m.actor_id where a.uri = ${stage.ben.id}`,
  ).toHaveLength(0);
  expect(await stage.ours.app.db`select 1 from audience`).toHaveLength(0);
});
