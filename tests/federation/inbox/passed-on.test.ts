/** What a followed group passes on of those who look after it, and votes that carry a proof: who is believed, and about what (R45). */
import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { publicKeyToMultibase } from "../../../federation/signatures/keys.ts";
import { addProof } from "../../../federation/signatures/proof.ts";
import { type Doc, openRemote, type Remote, type RemotePerson } from "../../support/remote/index.ts";
import { afterInVain, note, setStage } from "./stage.ts";

const stage = setStage();
const AS = "https://www.w3.org/ns/activitystreams";
const DAY_MS = 86_400_000;

let forum: Remote;
let group: RemotePerson;
let other: RemotePerson;
/** On the group's own server. */
let dora: RemotePerson;
/** On another server, named by the group. */
let mo: RemotePerson;
/** On another server, with a key for proofs. */
let vera: RemotePerson;
let veras: KeyObject;
let question: string;
let reply: string;

beforeAll(async () => {
  forum = await openRemote({ software: "lemmy" });
  [group, other] = [
    await forum.addPerson("brazing", { type: "Group" }),
    await forum.addPerson("soldering", { type: "Group" }),
  ];
  [dora, mo, vera] = [
    await forum.addPerson("dora"),
    await stage.elsewhere.addPerson("mo"),
    await stage.home.addPerson("vera"),
  ];
  const pair = generateKeyPairSync("ed25519");
  veras = pair.privateKey;
  stage.home.objects.set(vera.id, {
    ...stage.home.objects.get(vera.id),
    assertionMethod: [
      {
        id: `${vera.id}#ed25519-key`,
        type: "Multikey",
        controller: vera.id,
        publicKeyMultibase: publicKeyToMultibase(pair.publicKey),
      },
    ],
  });
  for (const one of [group, other]) {
    const moderators = `${one.id}/moderators`;
    forum.objects.set(moderators, {
      "@context": AS,
      id: moderators,
      type: "OrderedCollection",
      totalItems: 1,
      orderedItems: [mo.id],
    });
    forum.objects.set(one.id, {
      ...forum.objects.get(one.id),
      attributedTo: moderators,
      featured: `${one.id}/featured`,
    });
    await stage.send(one, stage.activity(one, "Like", { object: stage.thread.id }));
    await stage.ours.app.db`
      insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
      select g.id, i.id, 'accepted', ${`x${one.id}`}, now() from actors g, actors i where g.uri = ${one.id} and i.uri = ${`${stage.ours.origin}/actor`}`;
  }
});
afterAll(() => forum?.close());

/** A question of vera's in the group, and a reply by dora, fresh for each test. */
beforeEach(async () => {
  question = await place(stage.home, note(stage, vera, { audience: group.id, cc: [group.id] }), vera);
  reply = await place(forum, note(stage, dora, { audience: group.id, cc: [group.id], inReplyTo: question }), dora);
});

async function place(at: Remote, object: Doc, by: RemotePerson): Promise<string> {
  const id = String(object.id);
  at.objects.set(id, { "@context": AS, ...object });
  await pass({ id: `${by.id}#create/${randomUUID()}`, type: "Create", actor: by.id, object });
  expect(await stage.ours.app.db`select 1 from posts where uri = ${id}`).toHaveLength(1);
  return id;
}

function act(by: RemotePerson, type: string, rest: Doc): Doc {
  return { "@context": AS, id: `${by.id}#${type}/${randomUUID()}`, type, actor: by.id, ...rest };
}

function proven(activity: Doc, by = vera, privateKey = veras, created = new Date()): Doc {
  return addProof(activity, { verificationMethod: `${by.id}#ed25519-key`, privateKey, created });
}

/** The group passes it on. */
async function pass(activity: Doc, by = group): Promise<void> {
  expect((await stage.send(by, stage.activity(by, "Announce", { object: activity }))).status).toBe(202);
}

async function accepted(): Promise<string[]> {
  const rows = await stage.ours.app.db<{ uri: string }[]>`
    select p.uri from accepted_answers x join posts p on p.id = x.post_id join posts q on q.id = x.thread_id where q.uri = ${question}`;
  return rows.map(({ uri }) => uri);
}

async function thread(): Promise<{ locked: boolean; pinned: boolean; group: string } | undefined> {
  const [row] = await stage.ours.app.db<{ locked: boolean; pinned: boolean; group: string }[]>`
    select t.locked_at is not null as locked, t.pinned_at is not null as pinned, g.uri as group
    from threads t join posts p on p.id = t.id join actors g on g.id = t.group_id where p.uri = ${question}`;
  return row;
}

async function votes(): Promise<string[]> {
  const rows = await stage.ours.app.db<{ kind: string; name: string }[]>`
    select v.kind, a.username as name from votes v join actors a on a.id = v.actor_id join posts p on p.id = v.post_id where p.uri = ${reply}`;
  return rows.map(({ kind, name }) => `${name} ${kind}`);
}

describe("an accepted answer", () => {
  test.each([
    ["somebody of the group's server", () => dora],
    ["a moderator elsewhere whom it names", () => mo],
  ])("counts by %s, and is taken back", async (_, who) => {
    const chosen = act(who(), "ChooseAnswer", { object: reply });
    const letter = stage.activity(group, "Announce", { object: chosen });
    for (let i = 0; i < 2; i++) expect((await stage.send(group, letter)).status).toBe(202);
    expect(await accepted()).toEqual([reply]);
    await pass(act(who(), "Undo", { object: chosen }));
    expect(await accepted()).toEqual([]);
    // The same letter once more is nothing new.
    await stage.send(group, letter);
    expect(await accepted()).toEqual([]);
  });

  test("counts by whoever asked, with their own proof", async () => {
    const chosen = act(vera, "ChooseAnswer", { object: reply });
    await pass(proven(chosen));
    expect(await accepted()).toEqual([reply]);
    await pass(proven(act(vera, "Undo", { object: chosen })));
    expect(await accepted()).toEqual([]);
  });

  test("does not count by whoever asked without a proof, with a forged one, an old one, or one for other words", async () => {
    const chosen = () => act(vera, "ChooseAnswer", { object: reply });
    await pass(chosen());
    await pass(proven(chosen(), vera, generateKeyPairSync("ed25519").privateKey));
    await pass(proven(chosen(), vera, veras, new Date(Date.now() - 8 * DAY_MS)));
    await pass(proven(chosen(), vera, veras, new Date(Date.now() + 2 * DAY_MS)));
    const another = await place(forum, note(stage, dora, { audience: group.id, inReplyTo: question }), dora);
    await pass({ ...proven(chosen()), object: another });
    await pass(proven(chosen(), stage.ben));
    expect(await accepted()).toEqual([]);
  });

  test("does not count by a stranger, with or without a proof of their own", async () => {
    await pass(act(stage.mallory, "ChooseAnswer", { object: reply }));
    question = await place(forum, note(stage, dora, { audience: group.id, cc: [group.id] }), dora);
    reply = await place(forum, note(stage, dora, { audience: group.id, inReplyTo: question }), dora);
    await pass(proven(act(vera, "ChooseAnswer", { object: reply })));
    expect(await accepted()).toEqual([]);
  });

  test("does not count when another group says so, nor for what is in a community here", async () => {
    await pass(act(mo, "ChooseAnswer", { object: reply }), other);
    expect(await accepted()).toEqual([]);
    const inOurs = await stage.ben.reply(stage.thread, { text: "Argon.", mention: stage.group.uri });
    expect(inOurs.status).toBe(202);
    await pass(act(mo, "ChooseAnswer", { object: inOurs.id }));
    question = stage.thread.id;
    expect(await accepted()).toEqual([]);
  });

  test("is read from the question as well, when its author edits it", async () => {
    const object = {
      ...stage.home.objects.get(question),
      result: [reply, stage.thread.id],
      updated: new Date().toISOString(),
    };
    expect((await stage.send(vera, stage.activity(vera, "Update", { object }))).status).toBe(202);
    expect(await accepted()).toEqual([reply]);
  });
});

describe("a thread", () => {
  test("is locked and opened again by those who look after the group, and then a moderator may still speak in it", async () => {
    const locked = act(mo, "Lock", { object: question });
    await pass(act(stage.mallory, "Lock", { object: question }));
    await pass(locked, other);
    expect(await thread()).toMatchObject({ locked: false });
    await pass(locked);
    expect(await thread()).toMatchObject({ locked: true });
    await place(forum, note(stage, dora, { audience: group.id, inReplyTo: question }), dora);
    await pass(act(stage.mallory, "Undo", { object: locked }));
    expect(await thread()).toMatchObject({ locked: true });
    await pass(act(dora, "Undo", { object: locked }));
    expect(await thread()).toMatchObject({ locked: false });
  });

  test("is locked by who looks after the group since just now", async () => {
    const nia = await stage.elsewhere.addPerson("nia");
    await pass(act(nia, "Lock", { object: question }));
    expect(await thread()).toMatchObject({ locked: false });
    const moderators = `${group.id}/moderators`;
    forum.objects.set(moderators, { ...forum.objects.get(moderators), orderedItems: [mo.id, nia.id] });
    await pass(act(nia, "Lock", { object: question }));
    expect(await thread()).toMatchObject({ locked: true });
  });

  test("is locked later, when the list of those who look after the group cannot be had for a moment", async () => {
    const kim = await stage.elsewhere.addPerson("kim");
    const moderators = `${group.id}/moderators`;
    forum.objects.set(moderators, { ...forum.objects.get(moderators), orderedItems: [mo.id, kim.id] });
    forum.failWith(({ path }) => (forum.origin + path === moderators ? { status: 503 } : undefined));
    const letter = stage.activity(group, "Announce", { object: act(kim, "Lock", { object: question }) });
    expect((await stage.send(group, letter)).status).toBe(202);
    await afterInVain(stage, letter, () => forum.failWith(undefined));
    await expect.poll(thread).toMatchObject({ locked: true });
  });

  test("is pinned and unpinned where the group lists what it pins, and nowhere else", async () => {
    await pass(act(mo, "Add", { object: question, target: `${group.id}/moderators` }));
    await pass(act(mo, "Add", { object: question, target: `${other.id}/featured` }));
    await pass(act(mo, "Add", { object: reply, target: `${group.id}/featured` }));
    await pass(act(stage.mallory, "Add", { object: question, target: `${group.id}/featured` }));
    expect(await thread()).toMatchObject({ pinned: false });
    await pass(act(mo, "Add", { object: question, target: `${group.id}/featured` }));
    expect(await thread()).toMatchObject({ pinned: true });
    await pass(act(mo, "Remove", { object: question, target: `${group.id}/featured` }));
    expect(await thread()).toMatchObject({ pinned: false });
  });

  test("is moved to another group of the same server, and to none elsewhere", async () => {
    const move = (target: string, origin = group.id) => act(mo, "Move", { object: question, origin, target });
    await pass(move(stage.group.uri));
    await pass(move(stage.mallory.id));
    await pass(move(dora.id));
    await pass(move(other.id, other.id));
    await pass(move(other.id, group.id), other);
    expect(await thread()).toMatchObject({ group: group.id });
    await pass(move(other.id));
    expect(await thread()).toMatchObject({ group: other.id });
  });
});

describe("a removal", () => {
  const removed = async (uri: string) =>
    (
      await stage.ours.app.db<{ gone: boolean }[]>`select removed_at is not null as gone from posts where uri = ${uri}`
    )[0]?.gone;

  test("by those who look after the group takes its copy here away, and its accepted answers with it", async () => {
    await pass(act(mo, "ChooseAnswer", { object: reply }));
    await pass(act(stage.mallory, "Delete", { object: reply, summary: "" }));
    await pass(act(mo, "Delete", { object: reply, summary: "Spam" }), other);
    expect(await removed(reply)).toBe(false);
    await pass(act(mo, "Delete", { object: reply, summary: "Spam" }));
    expect(await removed(reply)).toBe(true);
    expect(await accepted()).toEqual([]);
    await pass(act(dora, "Delete", { object: question, summary: "" }));
    expect(await removed(question)).toBe(true);
  });

  test("reaches nothing in a community here", async () => {
    await pass(act(mo, "Delete", { object: stage.thread.id, summary: "" }));
    await pass(act(dora, "Delete", { object: stage.thread.id, summary: "" }));
    expect(await removed(stage.thread.id)).toBe(false);
  });
});

describe("a vote", () => {
  test("counts once with the proof of who cast it, first-hand or passed on, and is taken back with one", async () => {
    const like = act(vera, "Like", { object: reply });
    const sealed = proven(like);
    await pass(sealed);
    await pass(sealed);
    expect(await votes()).toEqual(["vera up"]);
    await pass(act(vera, "Undo", { object: like }));
    await pass(proven(act(vera, "Undo", { object: { ...like, actor: dora.id } })));
    expect(await votes()).toEqual(["vera up"]);
    await pass(proven(act(vera, "Undo", { object: like })));
    expect(await votes()).toEqual([]);
    // Neither the group nor anybody else can cast it once more with the old proof.
    await pass(sealed);
    expect((await stage.send(vera, sealed)).status).toBe(202);
    expect(await votes()).toEqual([]);
    await pass(proven(act(vera, "Dislike", { object: reply })));
    expect(await votes()).toEqual(["vera down"]);
  });

  test("does not count without a proof, with somebody else's, or about another group's content", async () => {
    await pass(act(dora, "Like", { object: reply }));
    await pass(act(vera, "Like", { object: reply }));
    await pass(proven(act(dora, "Like", { object: reply })));
    await pass(proven(act(dora, "Like", { object: reply }), dora));
    await pass(proven(act(vera, "Like", { object: reply })), other);
    await pass(proven(act(vera, "Like", { object: stage.thread.id })));
    expect(await votes()).toEqual([]);
    reply = stage.thread.id;
    expect(await votes()).not.toContain("vera up");
  });
});
