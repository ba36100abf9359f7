/** Like, Dislike, EmojiReact and their Undo at the inbox. */
import { expect, test } from "vitest";
import { setStage } from "./stage.ts";

const stage = setStage();

async function standing(): Promise<string[]> {
  const rows = await stage.ours.app.db<{ kind: string; emoji: string; name: string }[]>`
    select v.kind, v.emoji, a.username as name from votes v join actors a on a.id = v.actor_id order by a.username, v.emoji`;
  return rows.map((row) => `${row.name} ${row.kind}${row.emoji === "" ? "" : ` ${row.emoji}`}`);
}

test("a Like is a vote up, a Dislike replaces it, and each counts once", async () => {
  const like = stage.activity(stage.ben, "Like", { object: stage.thread.id });
  expect((await stage.send(stage.ben, like)).status).toBe(202);
  expect((await stage.send(stage.ben, like)).status).toBe(202);
  await stage.send(stage.ben, stage.activity(stage.ben, "Like", { object: stage.thread.id }));
  expect(await standing()).toEqual(["ben up"]);
  await stage.send(stage.ben, stage.activity(stage.ben, "Dislike", { object: stage.thread.id }));
  expect(await standing()).toEqual(["ben down"]);
});

test("reactions stand beside the vote, one of each emoji", async () => {
  for (const content of ["🔥", "🔥", "👏"]) {
    await stage.send(stage.ben, stage.activity(stage.ben, "EmojiReact", { object: stage.thread.id, content }));
  }
  expect(await standing()).toEqual(["ben down", "ben reaction 👏", "ben reaction 🔥"]);
});

test("a reaction without an emoji is refused", async () => {
  expect(
    (await stage.send(stage.ben, stage.activity(stage.ben, "EmojiReact", { object: stage.thread.id }))).status,
  ).toBe(400);
});

test("a vote in another's name is refused", async () => {
  expect((await stage.send(stage.mallory, stage.activity(stage.ana, "Like", { object: stage.thread.id }))).status).toBe(
    401,
  );
});

test("a vote on what is not here changes nothing", async () => {
  const before = await stage.count("votes");
  expect(
    (await stage.send(stage.ben, stage.activity(stage.ben, "Like", { object: `${stage.home.origin}/nothing` }))).status,
  ).toBe(202);
  expect(await stage.count("votes")).toBe(before);
});

test("an Undo takes back one's own vote of that kind, and nobody else's", async () => {
  const dislike = { type: "Dislike", actor: stage.ben.id, object: stage.thread.id };
  expect((await stage.send(stage.mallory, stage.activity(stage.mallory, "Undo", { object: dislike }))).status).toBe(
    403,
  );
  const mine = { ...dislike, actor: stage.mallory.id };
  expect((await stage.send(stage.mallory, stage.activity(stage.mallory, "Undo", { object: mine }))).status).toBe(202);
  expect(await standing()).toContain("ben down");
  await stage.send(stage.ben, stage.activity(stage.ben, "Undo", { object: { ...dislike, type: "Like" } }));
  expect(await standing()).toContain("ben down");
  await stage.send(stage.ben, stage.activity(stage.ben, "Undo", { object: dislike }));
  expect(await standing()).toEqual(["ben reaction 👏", "ben reaction 🔥"]);
});

test("an Undo may name only the id of what it takes back", async () => {
  const like = stage.activity(stage.ana, "Like", { object: stage.thread.id });
  await stage.send(stage.ana, like);
  await stage.send(stage.mallory, stage.activity(stage.mallory, "Undo", { object: like.id }));
  expect(await standing()).toContain("ana up");
  await stage.send(stage.ana, stage.activity(stage.ana, "Undo", { object: like.id }));
  expect(await standing()).not.toContain("ana up");
});

test.each(["buy now", "<b>", "", ":no name:"])("a reaction of %j is refused", async (content) => {
  const reaction = stage.activity(stage.ben, "EmojiReact", { object: stage.thread.id, content });
  expect((await stage.send(stage.ben, reaction)).status).toBe(400);
});

test.each(["❤", "👩🏽‍🚒", "🇳🇴", "1️⃣", ":blobcat:", ":blobcat@social.example:"])(
  "a reaction of %s is counted",
  async (content) => {
    const before = await stage.count("votes");
    const reaction = stage.activity(stage.ben, "EmojiReact", { object: stage.thread.id, content });
    expect((await stage.send(stage.ben, reaction)).status).toBe(202);
    expect(await stage.count("votes")).toBe(before + 1);
  },
);
