/** Announce at the inbox: boosts by people, and what a followed group passes on. */
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Doc, openRemote, type Remote, type RemotePerson } from "../../support/remote/index.ts";
import { afterInVain, note, setStage } from "./stage.ts";

const stage = setStage();
const AS = "https://www.w3.org/ns/activitystreams";
let forum: Remote;
let group: RemotePerson;
let dora: RemotePerson;

beforeAll(async () => {
  forum = await openRemote({ software: "lemmy" });
  [group, dora] = [await forum.addPerson("brazing", { type: "Group" }), await forum.addPerson("dora")];
});
afterAll(() => forum?.close());

/** Somebody here follows the group. */
async function followGroup(): Promise<void> {
  await stage.send(group, stage.activity(group, "Like", { object: stage.thread.id }));
  await stage.ours.app.db`
    insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
    select g.id, i.id, 'accepted', 'x', now() from actors g, actors i where g.uri = ${group.id} and i.uri = ${`${stage.ours.origin}/actor`}`;
}

test("a boost is counted once per person, and taken back", async () => {
  const boost = stage.activity(stage.ben, "Announce", { object: stage.thread.id });
  expect((await stage.send(stage.ben, boost)).status).toBe(202);
  expect((await stage.send(stage.ben, boost)).status).toBe(202);
  await stage.send(
    stage.mallory,
    stage.activity(stage.mallory, "Announce", { object: { id: stage.thread.id, type: "Note" } }),
  );
  expect(await stage.count("boosts")).toBe(2);
  await stage.send(stage.ben, stage.activity(stage.ben, "Undo", { object: { ...boost, "@context": undefined } }));
  expect(await stage.count("boosts")).toBe(1);
});

test("a boost that was taken back counts again by the same id, and so does its Undo", async () => {
  const [say, before] = [stage.clock(stage.ana), await stage.count("boosts")];
  const boost = stage.activity(stage.ana, "Announce", { object: stage.thread.id });
  const undo = stage.activity(stage.ana, "Undo", { object: { ...boost, "@context": undefined } });
  for (const [letter, more] of [
    [boost, 1],
    [undo, 0],
    [boost, 1],
    [undo, 0],
  ] as const) {
    await say(letter);
    expect(await stage.count("boosts")).toBe(before + more);
  }
});

test("an Undo that overtakes its boost takes it back all the same", async () => {
  const before = await stage.count("boosts");
  const boost = stage.activity(stage.ana, "Announce", { object: stage.thread.id });
  await stage.send(stage.ana, stage.activity(stage.ana, "Undo", { object: { ...boost, "@context": undefined } }));
  expect((await stage.send(stage.ana, boost)).status).toBe(202);
  expect(await stage.count("boosts")).toBe(before);
});

test("a boost in another's name is refused", async () => {
  expect(
    (await stage.send(stage.mallory, stage.activity(stage.ana, "Announce", { object: stage.thread.id }))).status,
  ).toBe(401);
});

test("a boost is never announced (R52)", async () => {
  expect(
    await stage.ours.app
      .db`select 1 from activities where body like '%#announce/%' and body like ${`%${stage.mallory.id}%`}`,
  ).toHaveLength(0);
});

test("a group that nobody here follows passes nothing on", async () => {
  const before = await stage.count("threads");
  const object: Doc = { ...note(stage, dora), audience: group.id, cc: [group.id] };
  forum.objects.set(String(object.id), { "@context": AS, ...object });
  const inner = { id: `${dora.id}/create/1`, type: "Create", actor: dora.id, object };
  expect((await stage.send(group, stage.activity(group, "Announce", { object: inner }))).status).toBe(202);
  expect(await stage.count("threads")).toBe(before);
});

test("a followed group's thread is read at its origin, not believed from the letter", async () => {
  await followGroup();
  const object: Doc = { ...note(stage, dora), audience: group.id, cc: [group.id], content: "<p>The true words</p>" };
  forum.objects.set(String(object.id), { "@context": AS, ...object });
  const inner = {
    id: `${dora.id}/create/2`,
    type: "Create",
    actor: dora.id,
    object: { ...object, content: "<p>Put in her mouth</p>" },
  };
  const passedOn = stage.activity(group, "Announce", { object: inner });
  expect((await stage.send(group, passedOn)).status).toBe(202);
  expect((await stage.send(group, passedOn)).status).toBe(202);
  const rows = await stage.ours.app.db`
    select p.content, g.uri as group, a.uri as author from posts p join threads t on t.id = p.thread_id join actors g on g.id = t.group_id
    join actors a on a.id = p.author_id where p.uri = ${String(object.id)}`;
  expect(rows).toEqual([{ content: "<p>The true words</p>", group: group.id, author: dora.id }]);
});

test("an edit that a followed group passes on is read at its origin, and what was said before is kept", async () => {
  const object: Doc = { ...note(stage, dora), audience: group.id, cc: [group.id], content: "<p>Before</p>" };
  forum.objects.set(String(object.id), { "@context": AS, ...object });
  await stage.send(group, stage.activity(group, "Announce", { object: object.id }));
  forum.objects.set(String(object.id), { "@context": AS, ...object, content: "<p>After</p>" });
  const inner = { id: `${dora.id}/update/1`, type: "Update", actor: dora.id, object: object.id };
  expect((await stage.send(group, stage.activity(group, "Announce", { object: inner }))).status).toBe(202);
  const rows = await stage.ours.app.db`
    select p.content, e.content as before from posts p join post_edits e on e.post_id = p.id where p.uri = ${String(object.id)}`;
  expect(rows).toEqual([{ content: "<p>After</p>", before: "<p>Before</p>" }]);
});

test("a followed group cannot put words into the mouth of somebody on another server", async () => {
  const object = note(stage, stage.ana, { audience: group.id });
  const inner = { id: `${stage.ana.id}#create/9`, type: "Create", actor: stage.ana.id, object };
  expect((await stage.send(group, stage.activity(group, "Announce", { object: inner }))).status).toBe(202);
  expect(await stage.ours.app.db`select 1 from posts where uri = ${String(object.id)}`).toHaveLength(0);
});

test("a followed group takes in no thread that does not name it, whoever else it names", async () => {
  const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
  const [mention, rest] = [{ type: "Mention", href: group.id, name: "@brazing" }, { cc: [`${dora.id}/followers`] }];
  const to = (more: Doc): Doc => ({ ...note(stage, dora), ...rest, ...more });
  const elsewhere = to({ audience: `${forum.origin}/c/soldering`, to: [PUBLIC, `${forum.origin}/c/soldering`] });
  const nowhere = to({ to: [PUBLIC] });
  const named = [
    to({ audience: group.id }),
    to({ to: [PUBLIC, group.id] }),
    to({ cc: [group.id] }),
    to({ tag: [mention] }),
    to({ tag: mention }),
  ];
  const here = async (object: Doc) =>
    (await stage.ours.app.db`select 1 from posts where uri = ${String(object.id)}`).length;
  for (const object of [elsewhere, nowhere, ...named]) {
    forum.objects.set(String(object.id), { "@context": AS, ...object });
    // What the letter says of it is not believed.
    const claimed = { ...object, audience: group.id, cc: [group.id] };
    const inner = { id: `${String(object.id)}#create`, type: "Create", actor: dora.id, object: claimed };
    for (const said of [inner, object.id])
      expect((await stage.send(group, stage.activity(group, "Announce", { object: said }))).status).toBe(202);
  }
  expect(await Promise.all([elsewhere, nowhere].map(here))).toEqual([0, 0]);
  expect(await Promise.all(named.map(here))).toEqual([1, 1, 1, 1, 1]);
});

test("a followed group's removal counts once the author's server confirms it", async () => {
  const [thread] = await stage.ours.app.db<{ uri: string }[]>`
    select p.uri from posts p join threads t on t.id = p.id join actors g on g.id = t.group_id where g.uri = ${group.id}`;
  const inner = { id: `${dora.id}/delete/1`, type: "Delete", actor: dora.id, object: thread?.uri };
  await stage.send(group, stage.activity(group, "Announce", { object: inner }));
  expect(await removed()).toBe(false);
  forum.objects.delete(thread?.uri ?? "");
  await stage.send(group, stage.activity(group, "Announce", { object: { ...inner, id: `${dora.id}/delete/2` } }));
  expect(await removed()).toBe(true);

  async function removed(): Promise<boolean> {
    const [row] = await stage.ours.app.db<
      { gone: boolean }[]
    >`select removed_at is not null as gone from posts where uri = ${thread?.uri ?? ""}`;
    return row?.gone ?? false;
  }
});

describe("what a followed group passes on", () => {
  const here = async ({ id }: Doc) => {
    const [row] = await stage.ours.app.db<{ group: string; parent: string | null; removed: boolean }[]>`
      select g.uri as group, q.uri as parent, p.removed_at is not null as removed from posts p join threads t on t.id = p.thread_id
      join actors g on g.id = t.group_id left join posts q on q.id = p.parent_id where p.uri = ${String(id)}`;
    return row;
  };
  const passOn = async (type: string, object: Doc) => {
    const inner = { id: `${dora.id}/${type}/${randomUUID()}`, type, actor: dora.id, object: object.id };
    const letter = stage.activity(group, "Announce", { object: inner });
    expect((await stage.send(group, letter)).status).toBe(202);
    return letter;
  };
  const readAgain = async ({ id }: Doc) => {
    const state = () => stage.ours.app.db`select state from pgboss.job where data->>'uri' = ${String(id)}`;
    await expect.poll(state).toEqual([{ state: "completed" }]);
  };
  const written = (rest: Doc = {}) => {
    const object: Doc = { ...note(stage, dora), audience: group.id, cc: [group.id], ...rest };
    forum.objects.set(String(object.id), { "@context": AS, ...object });
    return object;
  };
  const away = ({ id }: Doc) =>
    forum.failWith(({ path }) => (forum.origin + path === id ? { status: 503 } : undefined));
  const back = () => forum.failWith(undefined);
  afterEach(back);

  test("while the author's server is away is taken in later: a thread, an edit and a removal", async () => {
    const object = written({ content: "<p>Before</p>" });
    away(object);
    const created = await passOn("Create", object);
    expect(await here(object)).toBeUndefined();
    await afterInVain(stage, created, back);
    await expect.poll(() => here(object)).toMatchObject({ group: group.id, removed: false });
    away(object);
    const edited = await passOn("Update", object);
    await afterInVain(stage, edited, () => {
      forum.objects.set(String(object.id), { "@context": AS, ...object, content: "<p>After</p>" });
      back();
    });
    const words = () => stage.ours.app.db`select content from posts where uri = ${String(object.id)}`;
    await expect.poll(words).toEqual([{ content: "<p>After</p>" }]);
    away(object);
    const removed = await passOn("Delete", object);
    await afterInVain(stage, removed, () => {
      forum.objects.delete(String(object.id));
      back();
    });
    await expect.poll(() => here(object)).toMatchObject({ removed: true });
  });

  test("by the id of an activity, as Mbin passes on edits, is what the activity is about", async () => {
    const object = written({ content: "<p>Before</p>" });
    const act = (type: string) => {
      const id = `${dora.id}/${type}/${randomUUID()}`;
      forum.objects.set(id, { "@context": AS, id, type, actor: dora.id, to: object.to, object });
      return stage.send(group, stage.activity(group, "Announce", { object: id }));
    };
    expect((await act("Create")).status).toBe(202);
    expect(await here(object)).toMatchObject({ group: group.id });
    forum.objects.set(String(object.id), { "@context": AS, ...object, content: "<p>After</p>" });
    expect((await act("Update")).status).toBe(202);
    const words = await stage.ours.app.db`select content from posts where uri = ${String(object.id)}`;
    expect(words).toEqual([{ content: "<p>After</p>" }]);
  });

  test("by the id of an activity about what is on another server brings nothing", async () => {
    const object = note(stage, stage.ben, { audience: group.id });
    stage.home.objects.set(String(object.id), { "@context": AS, ...object });
    const id = `${dora.id}/update/${randomUUID()}`;
    forum.objects.set(id, { "@context": AS, id, type: "Update", actor: dora.id, to: object.to, object });
    expect((await stage.send(group, stage.activity(group, "Announce", { object: id }))).status).toBe(202);
    expect(await here(object)).toBeUndefined();
  });

  test("of a thread that we lack brings the thread with it, if that is for the group", async () => {
    const opening = written();
    const first = written({ inReplyTo: opening.id });
    const second = written({ inReplyTo: first.id });
    await passOn("Create", second);
    await expect.poll(() => here(second)).toMatchObject({ group: group.id, parent: first.id });
    expect(await here(first)).toMatchObject({ group: group.id, parent: opening.id });
    expect(await here(opening)).toMatchObject({ group: group.id, parent: null });
  });

  test("of a thread that is somebody else's brings nothing", async () => {
    const elsewhere = written({ audience: `${forum.origin}/c/soldering`, cc: [] });
    const ours = written({ audience: stage.group.uri, cc: [group.id] });
    for (const opening of [elsewhere, ours]) {
      const reply = written({ inReplyTo: opening.id });
      const letter = await passOn("Create", reply);
      await readAgain(letter);
      expect(await here(opening)).toBeUndefined();
      expect(await here(reply)).toBeUndefined();
    }
    const inOurs = written({ inReplyTo: stage.thread.id });
    const between = written({ inReplyTo: inOurs.id });
    const letter = await passOn("Create", between);
    await readAgain(letter);
    expect(await here(inOurs)).toBeUndefined();
  });
});

test("a boost that embeds a Page with an actor on it, as Lemmy sends it, is one of the Page", async () => {
  const object: Doc = { ...note(stage, dora), type: "Page", name: "Flux", audience: group.id, cc: [group.id] };
  forum.objects.set(String(object.id), { "@context": AS, ...object });
  const boost = stage.activity(group, "Announce", { object: { ...object, actor: dora.id } });
  expect((await stage.send(group, boost)).status).toBe(202);
  expect(await stage.ours.app.db`select 1 from posts where uri = ${String(object.id)}`).toHaveLength(1);
});
