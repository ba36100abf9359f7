/** Founding a community. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommunity } from "../../src/domain/communities/create.ts";
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
