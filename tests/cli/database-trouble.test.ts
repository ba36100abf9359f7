/** Trouble with the database, as an operator meets it: each in one sentence, without a password, and never as a bug of ours. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Postgres from "postgres";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { postgres } from "../../db/driver.ts";
import { NODE_COUNT } from "../../db/ids.ts";
import { NODE_LOCK } from "../../db/node.ts";
import { explainDatabase } from "../../src/database-trouble.ts";
import { type FreshDatabase, freshDatabase } from "../support/postgres.ts";
import { run, start } from "./run.ts";

let database: FreshDatabase;
let folder = "";
let sql: Postgres.Sql;
let name = "";

beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), "commonplace-trouble-"));
  sql = postgres(database.url, { max: 2, onnotice: () => {} });
  name = new URL(database.url).pathname.slice(1);
});
afterAll(async () => {
  await sql.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

const envOf = (url = database.url) => ({ DATABASE_URL: url, DATA_DIR: folder, ORIGIN: "https://commons.example" });

test("a % in the password that stands for itself", async () => {
  expect(await run(["community", "list"], envOf("postgres://u:se%cret@127.0.0.1:1/x"))).toEqual({
    code: 1,
    out: "",
    err: "DATABASE_URL must have each % that stands for itself written as %25.\n",
  });
});

test("a role that may not make tables, as on Postgres 15 and newer where it does not own the database", async () => {
  const empty = `${name}_empty`;
  await sql`create database ${sql(empty)}`;
  const url = new URL(database.url);
  url.pathname = `/${empty}`;
  const inside = postgres(url.href, { max: 1 });
  await inside`revoke create on schema public from pg_database_owner`;
  await inside.end();
  try {
    const { code, err } = await run(["migrate"], envOf(url.href));
    expect(err).toBe(
      "The database does not let this user do what has to be done (permission denied for schema public): make it the owner of the database and of all that is in there.\n",
    );
    expect(code).toBe(1);
  } finally {
    await sql`drop database ${sql(empty)}`;
  }
});

test("a connection that is cut in the middle of a command", async () => {
  const { ended } = await sql.begin(async (tx) => {
    await tx`lock table communities in access exclusive mode`;
    const command = start(["community", "list"], envOf());
    await expect
      .poll(
        () => sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = ${name} and application_name = 'commonplace command' and wait_event_type = 'Lock'`,
        { timeout: 30_000, interval: 20 },
      )
      .toHaveLength(1);
    return command;
  });
  const { code, err } = await ended;
  expect(err).toMatch(/^The connection to the database was cut \((?:57P01|CONNECTION_CLOSED)\): .*\n$/);
  expect(code).toBe(1);
});

test("a proxy with no database behind it, which takes every connection and ends it at once", async () => {
  let connections = 0;
  const proxy = createServer((socket) => {
    connections += 1;
    socket
      .on("error", () => {})
      .resume()
      .end();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void proxy.close());
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  const { child, ended } = start(["community", "list"], envOf(`postgres://u:secret@127.0.0.1:${port}/x`));
  onTestFinished(() => void child.kill());
  const { code, err } = await ended;
  expect(err).toBe(
    `The connection to the database at 127.0.0.1:${port} was cut (CONNECTION_CLOSED): is it running, and is DATABASE_URL right?\n`,
  );
  expect(code).toBe(1);
  expect(connections).toBeLessThan(10);
});

test("a database that takes no further connection in the middle of a command", async () => {
  const { hostname, port } = new URL(database.url);
  const proxy = createServer((socket) => {
    proxy.close();
    socket.on("error", () => {});
    socket.pipe(connect(Number(port), hostname).on("error", () => {})).pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const url = new URL(database.url);
  url.port = String((proxy.address() as AddressInfo).port);
  const { code, err } = await run(["community", "create", "welding", "--name", "Welding"], envOf(url.href));
  expect(err).toBe("No database answers (ECONNREFUSED): is it running, and is DATABASE_URL right?\n");
  expect(code).toBe(1);
});

test("one process more than there are numbers for", async () => {
  const others = postgres(database.url, { max: 1 });
  await others`select pg_advisory_lock(${NODE_LOCK}, n) from generate_series(0, ${NODE_COUNT - 1}) n`;
  try {
    const { code, err } = await run(["community", "create", "welding", "--name", "Welding"], envOf());
    expect(err).toBe(
      "64 processes are at work on this database, servers and commands together, and there may be no more: end one of them.\n",
    );
    expect(code).toBe(1);
  } finally {
    await others.end();
  }
});

describe("what Postgres says", () => {
  const says = (code: string) => explainDatabase(Object.assign(new Error("so it is"), { code }))?.message;
  test.each([
    ["25006", "can only be read"],
    ["53100", "no room left on its disk"],
    ["55P03", "is busy"],
    ["57014", "took too long"],
    ["57P02", "was cut"],
    ["CONNECTION_CLOSED", "was cut"],
  ])("is put into words: %s", (code, words) => {
    expect(says(code)).toContain(words);
  });

  test.each(["23505", "42601", "ENOENT", ""])("is a bug where it is no trouble of the database: %s", (code) => {
    expect(says(code)).toBeUndefined();
  });
});
