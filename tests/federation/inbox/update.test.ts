/** Update at the inbox: edits of posts, of profiles and of keys. */
import { expect, test } from "vitest";
import { note, setStage } from "./stage.ts";

const stage = setStage();
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

function later(seconds: number): string {
  return new Date(Date.now() + seconds * 1_000).toISOString();
}

test("an edit replaces the words and marks the post; what it said before is its history, and the letter that said it is emptied", async () => {
  const object = note(stage, stage.ben, { inReplyTo: stage.thread.id, content: "<p>Turn the gas up</p>" });
  await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }));
  const edited = { ...object, content: "<p>Turn the gas down</p>", updated: later(1) };
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Update", { object: edited }))).status).toBe(202);
  const [row] = await stage.ours.app
    .db`select content, edited_at is not null as edited from posts where uri = ${String(object.id)}`;
  expect(row).toEqual({ content: "<p>Turn the gas down</p>", edited: true });
  expect(await stage.ours.app.db`select 1 from received where body like '%gas up%'`).toHaveLength(0);
  const kept = await stage.ours.app.db`
    select e.content, e.edited_at from post_edits e join posts p on p.id = e.post_id where p.uri = ${String(object.id)}`;
  expect(kept).toEqual([{ content: "<p>Turn the gas up</p>", edited_at: new Date(edited.updated) }]);
});

test("edits that overtake each other on the way leave the newest", async () => {
  const object = note(stage, stage.ben, { inReplyTo: stage.thread.id });
  await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }));
  const second = { ...object, content: "<p>Second</p>", updated: later(20) };
  const first = { ...object, content: "<p>First</p>", updated: later(10) };
  await stage.send(stage.ben, stage.activity(stage.ben, "Update", { object: second }));
  await stage.send(stage.ben, stage.activity(stage.ben, "Update", { object: first }));
  const [row] = await stage.ours.app.db`select content from posts where uri = ${String(object.id)}`;
  expect(row?.content).toBe("<p>Second</p>");
});

test("an edit by anybody else is refused", async () => {
  for (const other of [stage.ben, stage.mallory]) {
    const object = { ...stage.thread.object, content: "<p>Mine now</p>", updated: later(5) };
    expect((await stage.send(other, stage.activity(other, "Update", { object }))).status).toBe(403);
    const claimed = { ...object, attributedTo: other.id };
    expect((await stage.send(other, stage.activity(other, "Update", { object: claimed }))).status).toBe(403);
  }
  const [row] = await stage.ours.app.db<
    { content: string }[]
  >`select content from posts where uri = ${stage.thread.id}`;
  expect(row?.content).toContain("aluminium");
});

test("an Update of what we never saw is as good as a Create", async () => {
  const object = note(stage, stage.ben, { updated: later(1) });
  await stage.send(stage.ben, stage.activity(stage.ben, "Update", { object }));
  expect(await stage.ours.app.db`select 1 from posts where uri = ${String(object.id)}`).toHaveLength(1);
});

test("a post that is taken back from the public is removed here", async () => {
  const object = note(stage, stage.ben, { inReplyTo: stage.thread.id });
  await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }));
  const hidden = { ...object, to: [`${stage.ben.id}/followers`], cc: [], updated: later(1) };
  await stage.send(stage.ben, stage.activity(stage.ben, "Update", { object: hidden }));
  const [row] = await stage.ours.app
    .db`select content, removed_at is not null as removed from posts where uri = ${String(object.id)}`;
  expect(row).toEqual({ content: "", removed: true });
});

test("the same Update twice is done once", async () => {
  const object = {
    ...stage.thread.object,
    content: "<p>Which gas for aluminium tube?</p>",
    to: [PUBLIC],
    updated: later(30),
  };
  const activity = stage.activity(stage.ana, "Update", { object });
  expect((await stage.send(stage.ana, activity)).status).toBe(202);
  const before = await stage.count("journal");
  expect((await stage.send(stage.ana, activity)).status).toBe(202);
  expect(await stage.count("journal")).toBe(before);
});

test("an actor updates its profile, and nobody else's", async () => {
  const document = stage.home.objects.get(stage.ben.id) ?? {};
  const renamed = { ...document, name: "Ben \u202eEvil", summary: "<p>Welder<script>x()</script></p>" };
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Update", { object: renamed }))).status).toBe(202);
  const [row] = await stage.ours.app.db`select name, summary from actors where uri = ${stage.ben.id}`;
  expect(row).toEqual({ name: "Ben Evil", summary: "<p>Welder</p>" });
  expect((await stage.send(stage.mallory, stage.activity(stage.mallory, "Update", { object: renamed }))).status).toBe(
    403,
  );
});

test("a replay of an old profile does not bring it back (R8)", async () => {
  const document = stage.home.objects.get(stage.ben.id) ?? {};
  const old = stage.activity(stage.ben, "Update", { object: { ...document, name: "Old Ben" } });
  await stage.send(stage.ben, old);
  await stage.send(stage.ben, stage.activity(stage.ben, "Update", { object: { ...document, name: "New Ben" } }));
  await stage.send(stage.ben, old);
  const [row] = await stage.ours.app.db`select name from actors where uri = ${stage.ben.id}`;
  expect(row?.name).toBe("New Ben");
});

test("an Update that brings nothing new leaves no mark", async () => {
  const object = note(stage, stage.ben, { type: "Question", oneOf: [{ type: "Note", name: "Argon" }] });
  await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }));
  const before = [await stage.count("journal"), await stage.count("received")];
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Update", { object }))).status).toBe(202);
  expect([await stage.count("journal"), await stage.count("received")]).toEqual(before);
  const [row] = await stage.ours.app.db`select edited_at from posts where uri = ${String(object.id)}`;
  expect(row).toEqual({ edited_at: null });
});

test("an edit that comes while its post is being written is made", async () => {
  for (let round = 0; round < 10; round++) {
    const object = note(stage, stage.ben, { inReplyTo: stage.thread.id, content: "<p>Turn the gas up</p>" });
    const edited = { ...object, content: "<p>Turn the gas down</p>", updated: later(1) };
    await Promise.all([
      stage.send(stage.ben, stage.activity(stage.ben, "Create", { object })),
      stage.send(stage.ben, stage.activity(stage.ben, "Update", { object: edited })),
    ]);
    const [row] = await stage.ours.app.db`select content from posts where uri = ${String(object.id)}`;
    expect(row).toEqual({ content: "<p>Turn the gas down</p>" });
  }
});

test("an edit and the removal of its post at the same moment never leave words behind", async () => {
  for (let round = 0; round < 10; round++) {
    const object = note(stage, stage.ben, { inReplyTo: stage.thread.id });
    await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }));
    const edited = { ...object, content: "<p>Take this back</p>", updated: later(1) };
    await Promise.all([
      stage.send(stage.ben, stage.activity(stage.ben, "Update", { object: edited })),
      stage.send(stage.ben, stage.activity(stage.ben, "Delete", { object: object.id })),
    ]);
    const { db } = stage.ours.app;
    expect(
      await db`select 1 from posts where uri = ${String(object.id)} and (removed_at is null or content <> '')`,
    ).toHaveLength(0);
    expect(await db`select 1 from received where body like '%Take this back%'`).toHaveLength(0);
    expect(
      await db`select 1 from post_edits e join posts p on p.id = e.post_id where p.removed_at is not null`,
    ).toEqual([]);
  }
});
