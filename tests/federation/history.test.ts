/** The past of a community elsewhere: what its outbox lists is looked up where it lives, and what is for a community here stays out. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { repairActivity } from "../../db/queries/posts.ts";
import { makePerson } from "../support/people.ts";
import { type Doc, openRemote, type Remote, type RemotePerson } from "../support/remote/index.ts";
import { note, setStage } from "./inbox/stage.ts";

const stage = setStage();
const AS = "https://www.w3.org/ns/activitystreams";
let forum: Remote;
let group: RemotePerson;

beforeAll(async () => {
  forum = await openRemote({ software: "lemmy" });
  group = await forum.addPerson("brazing", { type: "Group" });
});
afterAll(() => forum?.close());

test("a group's outbox cannot take a post that its author addressed to a community here, or to nobody in particular", async () => {
  const dora = await forum.addPerson("dora");
  const theirs: Doc = { ...note(stage, dora), audience: group.id, cc: [group.id] };
  const ours: Doc = { ...note(stage, dora), cc: [stage.group.uri] };
  const nobodys: Doc = { ...note(stage, dora), cc: [`${dora.id}/followers`] };
  for (const object of [theirs, ours, nobodys]) forum.objects.set(String(object.id), { "@context": AS, ...object });
  const outbox = `${group.id}/outbox`;
  forum.objects.set(outbox, {
    "@context": AS,
    id: outbox,
    type: "OrderedCollection",
    totalItems: 3,
    orderedItems: [theirs, ours, nobodys].map(({ id }) => ({ type: "Announce", actor: group.id, object: id })),
  });
  await stage.send(group, stage.activity(group, "Like", { object: stage.thread.id }));
  const gus = await makePerson(stage.ours.app.house, "gus");
  await stage.ours.app.db`
    insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
    select g.id, ${gus.id}, 'accepted', 'x', now() from actors g where g.uri = ${group.id}`;
  expect(await stage.ours.app.federation.fetchNextHistory()).toBe(`${group.id}: 1 threads, 0 replies`);
  const rows = await stage.ours.app.db`
    select p.uri from posts p join threads t on t.id = p.thread_id join actors g on g.id = t.group_id where g.uri = ${group.id}`;
  expect(rows).toEqual([{ uri: theirs.id }]);
});

test("an old conversation is as old as its newest post and no news to anybody, and what goes wrong by a fault of ours is tried again", async () => {
  const { db, federation } = stage.ours.app;
  const old = await forum.addPerson("smithing", { type: "Group" });
  const dora = await forum.addPerson("della");
  const [asked, answered] = ["2024-03-01T10:00:00.000Z", "2024-03-02T11:00:00.000Z"];
  const hal = await makePerson(stage.ours.app.house, "hal");
  const named = { tag: [{ type: "Mention", href: hal.uri, name: "@hal" }] };
  const opening: Doc = { ...note(stage, dora), audience: old.id, cc: [old.id], published: asked, ...named };
  const reply: Doc = {
    ...note(stage, dora),
    audience: old.id,
    cc: [old.id],
    inReplyTo: opening.id,
    published: answered,
    ...named,
  };
  const replies = `${opening.id}/replies`;
  forum.objects.set(String(reply.id), { "@context": AS, ...reply });
  forum.objects.set(String(opening.id), { "@context": AS, ...opening, replies });
  for (const [id, items] of [
    [replies, [reply.id]],
    [`${old.id}/outbox`, [{ type: "Announce", actor: old.id, object: opening.id }]],
  ] as const)
    forum.objects.set(id, { "@context": AS, id, type: "OrderedCollection", totalItems: 1, orderedItems: items });
  await stage.send(old, stage.activity(old, "Like", { object: stage.thread.id }));
  await db`
    insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
    select g.id, ${hal.id}, 'accepted', 'y', now() from actors g where g.uri = ${old.id}`;

  await db`create function broken() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$`;
  await db`create trigger broken before insert on posts for each row execute function broken()`;
  expect(await federation.fetchNextHistory()).toBe(`${old.id}: it is tried again later`);
  await db`drop function broken cascade`;
  expect(await federation.fetchNextHistory()).toBeNull();
  await db`update histories set begun_at = begun_at - interval '3 minutes' where fetched_at is null`;
  expect(await federation.fetchNextHistory()).toBe(`${old.id}: 1 threads, 1 replies`);
  // Whom it names is not told of it: it is no news.
  const told = () => db`select kind from notifications where actor_id = ${hal.id}`;
  expect((await db`select from mentions where actor_id = ${hal.id}`).count).toBe(2);
  expect(await told()).toEqual([]);

  const activeAt = async () => {
    const [row] = await db<{ at: Date }[]>`
      select t.active_at as at from threads t join posts p on p.id = t.id where p.uri = ${String(opening.id)}`;
    return row?.at.toISOString();
  };
  expect(await activeAt()).toBe(answered);
  await repairActivity(db, "0" as Id);
  expect(await activeAt()).toBe(answered);
  const news: Doc = { ...reply, id: `${reply.id}-2`, published: new Date().toISOString() };
  forum.objects.set(String(news.id), { "@context": AS, ...news });
  const create = { id: `${dora.id}#create/9`, type: "Create", actor: dora.id, object: news };
  await stage.send(old, stage.activity(old, "Announce", { object: create }));
  expect(Date.now() - Date.parse((await activeAt()) ?? "")).toBeLessThan(60_000);
  expect(await told()).toEqual([{ kind: "mention" }]);
});

test("of a collection in many pages three are read (R30)", async () => {
  const long = await forum.addPerson("casting", { type: "Group" });
  const lou = await makePerson(stage.ours.app.house, "lou");
  const outbox = `${long.id}/outbox`;
  const page = (n: number) => `${outbox}?page=${n}`;
  for (let n = 1; n <= 5; n++) {
    const rest = { partOf: outbox, orderedItems: [], next: page(n + 1) };
    forum.objects.set(page(n), { "@context": AS, id: page(n), type: "OrderedCollectionPage", ...rest });
  }
  forum.objects.set(outbox, { "@context": AS, id: outbox, type: "OrderedCollection", first: page(1) });
  await stage.send(long, stage.activity(long, "Like", { object: stage.thread.id }));
  await stage.ours.app.db`
    insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
    select g.id, ${lou.id}, 'accepted', 'z', now() from actors g where g.uri = ${long.id}`;
  expect(await stage.ours.app.federation.fetchNextHistory()).toBe(`${long.id}: 0 threads, 0 replies`);
  const read = forum.fetches.filter(({ path }) => path.includes("/outbox?page=")).map(({ path }) => path.at(-1));
  expect(read).toEqual(["1", "2", "3"]);
});
