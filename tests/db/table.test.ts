/** Rows handed to Postgres as a table: whatever stands in them comes out as it went in. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb, table } from "../../db/open.ts";
import { freshDatabase } from "../support/postgres.ts";

let db: Db;
let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
  db = openDb(database.url, { max: 1 });
});
afterAll(async () => {
  await db?.end();
  await database?.drop();
});

const words = table({ i: "integer", word: "text" });
const all = table({ id: "bigint", truth: "boolean", at: "timestamptz", data: "jsonb", text: "text", missing: "text" });

const through = async (texts: readonly string[]) => {
  const rows = await db<{ word: string }[]>`
    select word from ${words(
      db,
      texts.map((word, i) => ({ i, word })),
    )} w order by i`;
  return rows.map(({ word }) => word);
};

test("quotes, backslashes, braces, commas, line breaks, control characters and the word null are only text", async () => {
  const texts = [
    '"',
    "\\",
    '\\"',
    "{a,b}",
    ",",
    "null",
    "NULL",
    "",
    " ",
    "\n\r\t\b\u0001",
    '{"a":"\\u0000"}',
    "ü→🧵",
    "\u2028",
  ];
  expect(await through(texts)).toEqual(texts);
});

test("any text without U+0000 comes out as it went in; a lone surrogate, which is no text, as U+FFFD", async () => {
  const text = fc.string({ unit: "binary", maxLength: 40 }).map((any) => any.replaceAll("\0", ""));
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (texts) => {
      expect(await through(texts)).toEqual(texts.map((one) => one.toWellFormed()));
    }),
    { numRuns: 60 },
  );
  expect(await through(["a\ud800b"])).toEqual(["a\ufffdb"]);
});

test("ids, truths, times and objects keep their types, and what is absent is null", async () => {
  const at = new Date("2026-11-23T12:34:56.789Z");
  const id = "9223372036854775807";
  const rows = [{ id, truth: false, at, data: { quote: '"' }, text: null }, { truth: true }];
  const came = await db`select * from ${all(db, rows)} a order by id`;
  expect([...came]).toEqual([
    { id, truth: false, at, data: { quote: '"' }, text: null, missing: null },
    { id: null, truth: true, at: null, data: null, text: null, missing: null },
  ]);
  expect([...(await db`select * from ${all(db, [])} a`)]).toEqual([]);
});
