/** Like, Dislike, EmojiReact and their Undo at the inbox. */
import { expect, test } from "vitest";
import { type Doc, openRemote } from "../../support/remote/index.ts";
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

test("an Undo that overtakes its Like takes it back all the same, and only that one", async () => {
  const { ana, mallory } = stage;
  const [like, another] = [0, 1].map(() => stage.activity(ana, "Like", { object: stage.thread.id }));
  const mine = stage.activity(mallory, "Like", { object: stage.thread.id });
  // Nobody else's word counts.
  await stage.send(mallory, stage.activity(mallory, "Undo", { object: { ...another, actor: mallory.id } }));
  for (const by of [ana, ana]) await stage.send(by, stage.activity(by, "Undo", { object: like }));
  expect((await stage.send(ana, like as Doc)).status).toBe(202);
  expect(await standing()).not.toContain("ana up");
  await stage.send(ana, another as Doc);
  await stage.send(mallory, mine);
  expect(await standing()).toEqual(expect.arrayContaining(["ana up", "mallory up"]));
  await Promise.all([
    stage.send(mallory, stage.activity(mallory, "Undo", { object: mine })),
    stage.send(ana, stage.activity(ana, "Undo", { object: another })),
  ]);
  expect((await standing()).filter((vote) => vote.endsWith("up"))).toEqual([]);
});

test("a vote that was taken back counts again by the same id, as NodeBB says it, and so does its Undo", async () => {
  const { ana, thread } = stage;
  const say = stage.clock(ana);
  const like = stage.activity(ana, "Like", { object: thread.id });
  const undo = stage.activity(ana, "Undo", { object: like });
  const dislike = stage.activity(ana, "Dislike", { object: thread.id });
  const own = async () => (await standing()).filter((vote) => /^ana (up|down)/.test(vote));
  for (let round = 1; round <= 3; round++) {
    for (let i = 0; i < 2; i++) await say(like);
    expect(await own(), `round ${round}`).toEqual(["ana up"]);
    for (let i = 0; i < 2; i++) await say(undo);
    expect(await own(), `round ${round}`).toEqual([]);
  }
  for (const [letter, vote] of [
    [like, "ana up"],
    [dislike, "ana down"],
    [like, "ana up"],
    [dislike, "ana down"],
  ] as const) {
    await say(letter);
    expect(await own()).toEqual([vote]);
  }
  // What was signed before the last of them is an old letter.
  await say(like, -1);
  expect(await own()).toEqual(["ana down"]);
  expect(await stage.ours.app.db`select 1 from received where uri = ${String(like.id)}`).toHaveLength(1);
});

test("a Like and its Undo at the same moment never leave a vote", async () => {
  for (let i = 0; i < 10; i++) {
    const like = stage.activity(stage.mallory, "Like", { object: stage.thread.id });
    const undo = stage.activity(stage.mallory, "Undo", { object: like });
    await Promise.all([stage.send(stage.mallory, like), stage.send(stage.mallory, undo)]);
    expect(await standing()).not.toContain("mallory up");
  }
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

test("somebody reacts to a post in eight ways at most", async () => {
  const own = async () => (await standing()).filter((vote) => vote.startsWith("mallory reaction"));
  const react = (content: string) =>
    stage.send(stage.mallory, stage.activity(stage.mallory, "EmojiReact", { object: stage.thread.id, content }));
  for (const content of ["😀", "😁", "😂", "😃", "😄", "😅", "😆", "😇", "😈"])
    expect((await react(content)).status).toBe(202);
  expect(await own()).toHaveLength(8);
  const before = await stage.count("journal");
  expect((await react("😉")).status).toBe(202);
  expect(await stage.count("journal")).toBe(before);
  await stage.send(
    stage.mallory,
    stage.activity(stage.mallory, "Undo", {
      object: { type: "EmojiReact", actor: stage.mallory.id, object: stage.thread.id, content: "😀" },
    }),
  );
  await react("😉");
  expect(await own()).toContain("mallory reaction 😉");
});

test("where a community has no down votes, a Dislike takes back the vote up, and is not passed on (R81)", async () => {
  const { db } = stage.ours.app;
  const lemmy = await openRemote({ software: "lemmy" });
  const lena = await lemmy.addPerson("lena");
  const { id } = await lena.follow(stage.group.uri);
  await lemmy.waitFor({ type: "Accept", object: { id } });
  const [first, second] = [0, 1].map(() => stage.activity(stage.ana, "Dislike", { object: stage.thread.id }));
  const like = stage.activity(stage.ana, "Like", { object: stage.thread.id });
  await db`update communities set down_votes = false`;
  for (const letter of [first, like, second]) await stage.send(stage.ana, letter as Doc);
  expect((await standing()).filter((vote) => /^ana (up|down)/.test(vote))).toEqual([]);
  await db`update communities set down_votes = true`;
  await stage.ours.worker.settled();
  const announced = lemmy.received.filter(({ json }) => json.type === "Announce").map(({ json }) => json.object as Doc);
  expect(announced.map((inner) => inner.id)).toEqual([like.id]);
  await lemmy.close();
});

test.each(["Service", "Application"] as const)("what a %s likes is not counted (R81)", async (type) => {
  const bot = await stage.elsewhere.addPerson(`a${type.toLowerCase()}`, { type });
  const before = await stage.count("votes");
  for (const [kind, rest] of [
    ["Like", {}],
    ["Dislike", {}],
    ["EmojiReact", { content: "🔥" }],
  ] as const)
    expect((await stage.send(bot, stage.activity(bot, kind, { object: stage.thread.id, ...rest }))).status).toBe(202);
  expect(await stage.count("votes")).toBe(before);
});
