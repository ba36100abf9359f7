/** Delete at the inbox: removal, tombstones, and accounts that close. */
import { expect, test } from "vitest";
import type { Id } from "../../../db/ids.ts";
import { removeActor } from "../../../src/domain/actors/remove.ts";
import type { House } from "../../../src/domain/transact.ts";
import type { RemotePerson } from "../../support/remote/index.ts";
import { note, setStage } from "./stage.ts";

const stage = setStage();

test("an author removes a reply: its words go, its place stays", async () => {
  const object = note(stage, stage.ben, { inReplyTo: stage.thread.id, content: "<p>Wrong advice</p>" });
  await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }));
  const answer = await stage.send(
    stage.ben,
    stage.activity(stage.ben, "Delete", { object: { id: object.id, type: "Tombstone" } }),
  );
  expect(answer.status).toBe(202);
  const [row] = await stage.ours.app
    .db`select content, removed_at is not null as removed from posts where uri = ${String(object.id)}`;
  expect(row).toEqual({ content: "", removed: true });
  expect(await stage.ours.app.db`select 1 from received where body like '%Wrong advice%'`).toHaveLength(0);
});

test("what was deleted stays deleted: a late Create, an Update and a repetition change nothing", async () => {
  const object = note(stage, stage.ben);
  const create = stage.activity(stage.ben, "Create", { object });
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Delete", { object: object.id }))).status).toBe(202);
  expect((await stage.send(stage.ben, create)).status).toBe(202);
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Update", { object }))).status).toBe(202);
  expect(await stage.ours.app.db`select 1 from posts where uri = ${String(object.id)}`).toHaveLength(0);
});

test("a Create and its Delete at the same moment never leave the post behind", async () => {
  for (let round = 0; round < 10; round++) {
    const object = note(stage, stage.ben);
    const create = stage.activity(stage.ben, "Create", { object });
    const remove = stage.activity(stage.ben, "Delete", { object: object.id });
    const answers = await Promise.all([stage.send(stage.ben, create), stage.send(stage.ben, remove)]);
    expect(answers.map((answer) => answer.status)).toEqual([202, 202]);
    expect(
      await stage.ours.app.db`select 1 from posts where uri = ${String(object.id)} and removed_at is null`,
    ).toHaveLength(0);
  }
});

test("the same Delete twice is acknowledged and done once", async () => {
  const object = note(stage, stage.ben, { inReplyTo: stage.thread.id });
  await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }));
  const remove = stage.activity(stage.ben, "Delete", { object: object.id });
  expect((await stage.send(stage.ben, remove)).status).toBe(202);
  const before = await stage.count("journal");
  expect((await stage.send(stage.ben, remove)).status).toBe(202);
  expect(await stage.count("journal")).toBe(before);
});

test("somebody else's post is not theirs to delete, from the same server or another", async () => {
  for (const other of [stage.ben, stage.mallory]) {
    const answer = await stage.send(other, stage.activity(other, "Delete", { object: stage.thread.id }));
    expect(answer.status).toBe(403);
  }
  expect(
    await stage.ours.app
      .db`select 1 from threads where removed_at is not null and id in (select id from posts where uri = ${stage.thread.id})`,
  ).toHaveLength(0);
});

test("a tombstone laid by one person does not keep another's post away", async () => {
  const object = note(stage, stage.ana);
  await stage.send(stage.ben, stage.activity(stage.ben, "Delete", { object: object.id }));
  await stage.send(stage.ana, stage.activity(stage.ana, "Create", { object }));
  expect(await stage.ours.app.db`select 1 from posts where uri = ${String(object.id)}`).toHaveLength(1);
});

test("an account that closes takes its posts, votes and memberships with it", async () => {
  const carl = await stage.home.addPerson("carl");
  await carl.follow(stage.group.uri);
  const object = note(stage, carl);
  await stage.send(carl, stage.activity(carl, "Create", { object }));
  await stage.send(carl, stage.activity(carl, "Like", { object: stage.thread.id }));
  const answer = await stage.send(carl, stage.activity(carl, "Delete", { object: carl.id }));
  expect(answer.status).toBe(202);
  const { db } = stage.ours.app;
  expect(
    await db`select 1 from posts p join actors a on a.id = p.author_id where a.uri = ${carl.id} and p.removed_at is null`,
  ).toHaveLength(0);
  expect(await db`select 1 from votes v join actors a on a.id = v.actor_id where a.uri = ${carl.id}`).toHaveLength(0);
  expect(
    await db`select 1 from memberships m join actors a on a.id = m.actor_id where a.uri = ${carl.id}`,
  ).toHaveLength(0);
  expect(await db`select 1 from audience`).toHaveLength(0);
});

test("a Delete of an account that we never knew and that is gone is acknowledged, and nothing comes of it", async () => {
  const ghost = await stage.elsewhere.addPerson("ghost");
  stage.elsewhere.failWith((request) => (request.path.includes("ghost") ? { status: 410 } : undefined));
  const answers = [
    await stage.send(ghost, stage.activity(ghost, "Create", { object: note(stage, ghost) })),
    await stage.send(ghost, stage.activity(ghost, "Delete", { object: ghost.id })),
    await stage.send(ghost, stage.activity(ghost, "Delete", { object: ghost.id })),
  ];
  stage.elsewhere.failWith(undefined);
  expect(answers.map((answer) => answer.status)).toEqual([401, 202, 202]);
  expect(await stage.ours.app.db`select 1 from actors where uri = ${ghost.id}`).toHaveLength(0);
});

test("who closed their account does not come back", async () => {
  const dan = await stage.home.addPerson("dan");
  await stage.send(dan, stage.activity(dan, "Like", { object: stage.thread.id }));
  await stage.send(dan, stage.activity(dan, "Delete", { object: dan.id }));
  const object = note(stage, dan);
  await stage.send(dan, stage.activity(dan, "Create", { object }));
  expect(await stage.ours.app.db`select 1 from posts where uri = ${String(object.id)}`).toHaveLength(0);
});

test("who closed their account neither votes nor follows any more, by letters that come after that", async () => {
  const fay = await stage.home.addPerson("fay");
  const { db } = stage.ours.app;
  await stage.send(fay, stage.activity(fay, "Like", { object: stage.thread.id }));
  await stage.send(fay, stage.activity(fay, "Delete", { object: fay.id }));
  const late = [
    stage.activity(fay, "Like", { object: stage.thread.id }),
    stage.activity(fay, "Announce", { object: stage.thread.id }),
    stage.activity(fay, "Follow", { object: stage.group.uri }),
  ];
  for (const letter of late) await stage.send(fay, letter);
  for (const table of ["votes", "boosts", "memberships"])
    expect(
      await db`select from ${db(table)} x join actors a on a.id = x.actor_id where a.uri = ${fay.id}`,
      table,
    ).toHaveLength(0);
});

test("what somebody writes in the very moment in which their account closes goes with it", async () => {
  const eli = await stage.home.addPerson("eli");
  await stage.send(eli, stage.activity(eli, "Like", { object: stage.thread.id }));
  const { db } = stage.ours.app;
  const object = note(stage, eli, { inReplyTo: stage.thread.id, content: "<p>My last words</p>" });
  // Held between the removal of the posts and that of the account.
  const closing = await db.begin(async (tx) => {
    await tx`select from actors where uri = ${eli.id} for share`;
    const closing = stage.send(eli, stage.activity(eli, "Delete", { object: eli.id }));
    const held = () => db`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await held()).count).toBe(1);
    expect((await stage.send(eli, stage.activity(eli, "Create", { object }))).status).toBe(202);
    expect(await db`select from posts where uri = ${String(object.id)}`).toHaveLength(1);
    return { closing };
  });
  expect((await closing.closing).status).toBe(202);
  expect(await db`select from posts where uri = ${String(object.id)} and removed_at is null`).toHaveLength(0);
  expect(await db`select from received where body like '%My last words%'`).toHaveLength(0);
});

/** Closes the account of somebody elsewhere as another process on our database does when it takes their Delete. */
async function closedElsewhere(who: RemotePerson, overrides: Partial<House> = {}): Promise<void> {
  const { db, house } = stage.ours.app;
  const [row] = await db<{ id: Id }[]>`select id from actors where uri = ${who.id}`;
  await removeActor({ ...house, ...overrides }, { actorId: row?.id as Id, uri: who.id });
}

test("who closed their account at another process writes and votes no more here, where their key is still at hand", async () => {
  const gil = await stage.home.addPerson("gil");
  const { db } = stage.ours.app;
  await stage.send(gil, stage.activity(gil, "Like", { object: stage.thread.id }));
  await closedElsewhere(gil);
  const late = [
    stage.activity(gil, "Create", { object: note(stage, gil, { inReplyTo: stage.thread.id }) }),
    stage.activity(gil, "Create", { object: note(stage, gil) }),
    stage.activity(gil, "Like", { object: stage.thread.id }),
    stage.activity(gil, "Announce", { object: stage.thread.id }),
    stage.activity(gil, "Follow", { object: stage.group.uri }),
    stage.activity(gil, "Update", { object: gil.id }),
  ];
  for (const letter of late) expect((await stage.send(gil, letter)).status).toBe(202);
  const [left] = await db`
    select a.name, (select count(*)::int from posts where author_id = a.id) as posts,
      (select count(*)::int from votes where actor_id = a.id) as votes, (select count(*)::int from boosts where actor_id = a.id) as boosts,
      (select count(*)::int from memberships where actor_id = a.id) as memberships
    from actors a where uri = ${gil.id}`;
  expect(left).toEqual({ name: "", posts: 0, votes: 0, boosts: 0, memberships: 0 });
});

test("a process that dies once an account is closed leaves nothing behind that was written in that moment", async () => {
  const hal = await stage.home.addPerson("hal");
  await stage.send(hal, stage.activity(hal, "Like", { object: stage.thread.id }));
  const { db } = stage.ours.app;
  const object = note(stage, hal, { inReplyTo: stage.thread.id });
  const dies: Partial<House> = {
    committed: ({ kind }) => {
      if (kind === "actor.removed") throw new Error("killed");
    },
  };
  const { closing } = await db.begin(async (tx) => {
    await tx`select from actors where uri = ${hal.id} for share`;
    const closing = closedElsewhere(hal, dies);
    closing.catch(() => {});
    const held = () => db`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await held()).count).toBe(1);
    expect((await stage.send(hal, stage.activity(hal, "Create", { object }))).status).toBe(202);
    return { closing };
  });
  await expect(closing).rejects.toThrow("killed");
  expect([...(await db`select removed_at is not null as removed from posts where uri = ${String(object.id)}`)]).toEqual(
    [{ removed: true }],
  );
});
