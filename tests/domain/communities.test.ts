/** Founding a community. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInvitation } from "../../src/domain/accounts/invite.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { standingsOf } from "../../src/domain/standing.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson } from "../support/people.ts";

let stage: TestHouse;
beforeAll(async () => {
  stage = await openTestHouse();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

test("a community has its id under the origin, its summary in HTML, and a line in the journal", async () => {
  const made = await createCommunity(stage.house, {
    slug: "welding",
    name: " Welding ",
    summary: "How we *join* <script>metal</script>.",
  });
  expect(made).toMatchObject({ uri: "https://commons.example/c/welding", slug: "welding", name: "Welding" });
  expect(made.summary).toContain("<em>join</em>");
  expect(made.summary).not.toContain("<script>");
  expect(made.summarySource).toContain("*join*");
  expect(await stage.db`select kind from journal where group_id = ${made.id}`).toEqual([{ kind: "community.created" }]);
});

test.each(["Welding", "we-lding", "", "a".repeat(31), "inbox", "schweißen"])("%j cannot be a slug", async (slug) => {
  await expect(createCommunity(stage.house, { slug, name: "X", summary: "" })).rejects.toMatchObject({
    code: "slug-invalid",
  });
});

test("two communities cannot have one slug, not even when both are founded at once", async () => {
  await expect(createCommunity(stage.house, { slug: "welding", name: "X", summary: "" })).rejects.toMatchObject({
    code: "slug-taken",
  });
  const both = await Promise.allSettled([
    createCommunity(stage.house, { slug: "brazing", name: "A", summary: "" }),
    createCommunity(stage.house, { slug: "brazing", name: "B", summary: "" }),
  ]);
  expect(both.map((end) => end.status).toSorted()).toEqual(["fulfilled", "rejected"]);
});

test("a name must be there, and a summary must not be a book", async () => {
  await expect(createCommunity(stage.house, { slug: "a", name: " \u202e ", summary: "" })).rejects.toMatchObject({
    code: "name-missing",
  });
  await expect(
    createCommunity(stage.house, { slug: "b", name: "B", summary: "x".repeat(5_001) }),
  ).rejects.toMatchObject({ code: "too-long" });
});

test.each([
  ["hello", "he11o"],
  ["gardens", "g_ardens"],
  ["modern", "modem"],
  ["bob", "b0b"],
  ["wind", "vvind"],
])(
  "%s keeps %s, which people would mistake for it, from being founded or being somebody's name",
  async (slug, alike) => {
    await createCommunity(stage.house, { slug, name: "X", summary: "" });
    const taken = { code: "slug-taken" };
    await expect(createCommunity(stage.house, { slug: alike, name: "X", summary: "" })).rejects.toMatchObject(taken);
    await expect(makePerson(stage.house, alike)).rejects.toMatchObject(taken);
  },
);

test("names that only resemble each other are two names", async () => {
  await createCommunity(stage.house, { slug: "wedding", name: "X", summary: "" });
});

test("one person founds three a day, also when they try all at once; whoever looks after the server as many as they like", async () => {
  let later = 0;
  const house = { ...stage.house, now: () => new Date(Date.now() + later) };
  const founderOf = async (name: string) => {
    const person = await makePerson(stage.house, name);
    return { ...person, standings: await standingsOf(stage.db, person.id, { groupId: null }) };
  };
  const [ana, ben, keeper] = [await founderOf("ana"), await founderOf("ben"), await founderOf("keeper")];
  const found = (slug: string, who: typeof ana) => createCommunity(house, { slug, name: slug, summary: "" }, who);
  const ends = await Promise.allSettled(["one", "two", "three", "four", "five"].map((slug) => found(slug, ana)));
  const refused = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  expect(refused).toHaveLength(2);
  for (const reason of refused) expect(reason).toMatchObject({ code: "enough-for-today", status: 429 });
  expect(refused[0].retryAfterS).toBeGreaterThan(86_000);
  expect(refused[0].retryAfterS).toBeLessThanOrEqual(86_400);
  await found("six", ben);
  later = 86_401_000;
  await found("seven", ana);
  const standings = [...keeper.standings, "administrator"] as const;
  for (const slug of ["k1", "k2", "k3", "k4", "k5"]) await found(slug, { ...keeper, standings: [...standings] });
});

test("one person invites 500 a day, by all their links together", async () => {
  const person = await makePerson(stage.house, "inviter");
  const standings = await standingsOf(stage.db, person.id, { groupId: null });
  const { id: groupId } = await createCommunity(
    stage.house,
    { slug: "inviting", name: "I", summary: "" },
    { ...person, standings },
  );
  const invite = (uses: number) =>
    createInvitation(stage.house, person.id, { groupId, role: "member", uses, days: 7, note: "" });
  await invite(400);
  await expect(invite(101)).rejects.toMatchObject({ code: "enough-for-today" });
  await invite(100);
  await expect(invite(1)).rejects.toMatchObject({ code: "enough-for-today" });
  await stage.db`update audit set at = at - interval '25 hours' where actor_id = ${person.id}`;
  await invite(500);
});
