/** transact: policy, one transaction, the mark of the letter, the journal line and its readers. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JournalLine } from "../../db/journal.ts";
import { Refusal } from "../../src/base/errors.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { AlreadySeen, type House, transact, transactInCompany } from "../../src/domain/transact.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";

let stage: TestHouse;
let groupId: string;
const line = () => ({
  kind: "member.left" as const,
  groupId: groupId as never,
  actorId: null,
  threadId: null,
  postId: null,
  data: {},
});

beforeAll(async () => {
  stage = await openTestHouse();
  groupId = (await createCommunity(stage.house, { slug: "welding", name: "Welding", summary: "" })).id;
});
afterAll(() => stage?.[Symbol.asyncDispose]());

test("what the policy does not allow does not even open a transaction", async () => {
  let opened = false;
  const act = transact(stage.house, "post.edit", "anyone", undefined, async () => {
    opened = true;
    return { result: 1, line: null };
  });
  await expect(act).rejects.toMatchObject({ code: "not-allowed" });
  expect(opened).toBe(false);
});

test("a reader that fails takes the act back with it", async () => {
  const house: House = { ...stage.house, readers: [() => Promise.reject(new Error("no ink"))] };
  const before = await count("journal");
  const act = transact(house, "community.leave", "anyone", undefined, async (tx) => {
    await tx`insert into tombstones (uri, owner_uri) values ('a', 'b')`;
    return { result: 1, line: line() };
  });
  await expect(act).rejects.toThrow("no ink");
  expect(await count("journal")).toBe(before);
  expect(await count("tombstones")).toBe(0);
});

test("those who wait for commits are told after the commit, and only of acts that left a line", async () => {
  const told: JournalLine[] = [];
  const house: House = { ...stage.house, committed: (written) => void told.push(written) };
  await transact(house, "community.leave", "anyone", undefined, async () => ({ result: 1, line: null }));
  expect(told).toEqual([]);
  await transact(house, "community.leave", "anyone", undefined, async () => ({ result: 1, line: line() }));
  expect(told).toHaveLength(1);
  const rows = await stage.db`select kind from journal where id = ${told[0]?.id ?? "0"}`;
  expect(rows).toEqual([{ kind: "member.left" }]);
});

test("a letter that was seen before changes nothing, also when both come at once", async () => {
  const actorId = await stage.person("ana");
  const letter = { actorId, uri: "https://social.example/1", type: "Like", announceable: true, body: "{}" };
  const act = () =>
    transact(stage.house, "vote.cast", "anyone", letter, async (tx) => {
      await tx`insert into tombstones (uri, owner_uri) values (${crypto.randomUUID()}, 'c')`;
      return { result: 1, line: null };
    });
  const ends = await Promise.allSettled([act(), act(), act()]);
  expect(ends.filter((end) => end.status === "fulfilled")).toHaveLength(1);
  for (const end of ends) if (end.status === "rejected") expect(end.reason).toBeInstanceOf(AlreadySeen);
  expect(await count("tombstones")).toBe(1);
});

test("an act that is refused half-way leaves no mark of its letter", async () => {
  const actorId = await stage.person("ben");
  const letter = { actorId, uri: "https://social.example/2", type: "Like", announceable: true, body: "{}" };
  const act = transact(stage.house, "vote.cast", "anyone", letter, () => Promise.reject(new Refusal("gone")));
  await expect(act).rejects.toMatchObject({ code: "gone" });
  expect(await stage.db`select 1 from received where uri = ${letter.uri}`).toHaveLength(0);
});

async function count(table: string): Promise<number> {
  const [row] = await stage.db<{ n: number }[]>`select count(*)::int as n from ${stage.db(table)}`;
  return row?.n ?? -1;
}

test("small acts that come together share a transaction: a replay is told so, one that fails fails alone, no key is met twice", async () => {
  const actorId = await stage.person("cleo");
  const told: number[] = [];
  const house: House = { ...stage.house, readers: [async (_, lines) => void told.push(lines.length)] };
  const letter = (name: string) => ({ actorId, uri: `${name}-letter`, type: "Like", announceable: true, body: "{}" });
  const act = (name: string, o: { key?: string; letter?: string } = {}) =>
    transactInCompany(house, "vote.cast", "anyone", letter(o.letter ?? name), o.key ?? name, async (tx) => {
      await tx`insert into tombstones (uri, owner_uri) values (${name}, 'company')`;
      if (name === "bad") throw new Error("no");
      return { result: name, line: line() };
    });
  const acts = [act("a"), act("b"), act("again", { letter: "a" }), act("c"), act("bad"), act("d", { key: "b" })];
  const ends = await Promise.allSettled(acts);
  expect(ends.map((end) => (end.status === "fulfilled" ? end.value : end.reason))).toEqual([
    "a",
    "b",
    expect.any(AlreadySeen),
    "c",
    new Error("no"),
    "d",
  ]);
  const kept = await stage.db<{ uri: string }[]>`select uri from tombstones where owner_uri = 'company' order by uri`;
  expect(kept.map(({ uri }) => uri)).toEqual(["a", "b", "c", "d"]);
  expect(await stage.db`select 1 from received where uri = 'bad-letter'`).toHaveLength(0);
  told.length = 0;
  await Promise.all([act("e"), act("f"), act("g"), act("h", { key: "g" })]);
  expect(told).toEqual([1, 2, 1]);
});
