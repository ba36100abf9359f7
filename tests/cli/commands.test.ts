/** The operator's commands, each as a process of its own on a real database. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgres } from "../../db/driver.ts";
import { type FreshDatabase, freshDatabase } from "../support/postgres.ts";
import { run } from "./run.ts";

const ORIGIN = "https://commons.example";
let database: FreshDatabase;
let folder = "";
let sql: Postgres.Sql;
const cli = (words: string[], env: Record<string, string> = {}) =>
  run(words, { DATABASE_URL: database.url, DATA_DIR: folder, ORIGIN, ...env });

beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), "commonplace-cli-"));
  sql = postgres(database.url, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

/** An instance as it may look after a while: members elsewhere, talk, letters that wait and that died. */
async function fillInstance(): Promise<void> {
  const [group] = await sql`select id from actors where username = 'welding'`;
  const g = group?.id as string;
  await sql.begin(async (tx) => {
    await tx`insert into peers (id, host, software, version, dialect, failures, failing_since, retry_at, last_error, last_heard_at) values
      (1, 'social.example', 'mastodon', '4.6.3', 'microblog', 0, null, '-infinity', null, now()),
      (2, 'gone.example:8080', 'lemmy', '1.0.2', 'forum', 7, now() - interval '3 days', now() + interval '2 hours', 'connection refused', null)`;
    await tx`insert into inboxes (id, uri, peer_id) overriding system value values
      (1, 'https://social.example/inbox', 1), (2, 'https://gone.example:8080/inbox', 2)`;
    await tx`insert into actors (id, uri, peer_id, kind, username, url, inbox_id) values
      (11, 'https://social.example/users/ana', 1, 'person', 'ana', 'https://social.example/@ana', 1),
      (12, 'https://social.example/users/ben', 1, 'person', 'ben', 'https://social.example/@ben', 1),
      (13, 'https://gone.example:8080/u/cho', 2, 'person', 'cho', 'https://gone.example:8080/u/cho', 2)`;
    await tx`insert into memberships (group_id, actor_id, state, follow_uri, accepted_at) values
      (${g}, 11, 'accepted', 'https://social.example/1', now()), (${g}, 13, 'accepted', 'https://gone.example:8080/1', now()),
      (${g}, 12, 'pending', 'https://social.example/2', null)`;
    await tx`insert into threads (id, group_id, title, active_at) values
      (100, ${g}, 'Rust', now() - interval '2 hours'), (200, ${g}, 'Removed', now())`;
    await tx`update threads set removed_at = now() where id = 200`;
    await tx`insert into posts (id, uri, url, thread_id, parent_id, branch_id, author_id, object_type, content, published_at, removed_at)
      select i, 'https://social.example/p/' || i, 'https://social.example/p/' || i, t, p, i, 11, 'Note', '', now(), gone from (values
        (100, 100, null::int, null::timestamptz), (101, 100, 100, null), (102, 100, 100, now()), (200, 200, null, null)) v (i, t, p, gone)`;
    await tx`insert into activities (id, actor_id, body) select i, ${g}, '{}' from generate_series(1001, 1004) i`;
    await tx`insert into deliveries (inbox_id, activity_id, attempts) values (1, 1001, 0), (2, 1001, 3), (2, 1002, 0)`;
    await tx`insert into dead_letters (inbox_id, activity_id, thread_id, attempts, reason) values (2, 1003, 0, 9, 'too old'), (2, 1004, 0, 9, 'too old')`;
  });
}

describe("before there is a community", () => {
  test("list says how to found one", async () => {
    const { code, out } = await cli(["community", "list"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^There is no community yet\. Found one: .*src\/main\.ts community create SLUG --name NAME\n$/);
  });

  test("peers and deliveries have nothing to show", async () => {
    expect((await cli(["peers"])).out).toBe("No other server has been in touch yet.\n");
    expect((await cli(["deliveries"])).out).toBe("0 letters waiting; 0 of them failed before; 0 given up.\n");
  });

  test("the origin may still change", async () => {
    const other = await cli(["community", "list"], { ORIGIN: "https://other.example" });
    expect(other.code).toBe(0);
    expect(await sql`select origin from instance`).toEqual([{ origin: "https://other.example" }]);
    await cli(["community", "list"]);
    expect(await sql`select origin from instance`).toEqual([{ origin: ORIGIN }]);
  });
});

describe("a community", () => {
  test("is founded, and what to do next is said", async () => {
    const { code, out, err } = await cli([
      "community",
      "create",
      "welding",
      "--name",
      "Welding",
      "--summary",
      "How we *join* metal.",
    ]);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toContain("Founded Welding.");
    expect(out).toContain("@welding@commons.example");
    expect(out).toContain("https://commons.example/c/welding");
    expect(out).toContain("Next: search for @welding@commons.example on Mastodon");
    expect(out).toMatch(
      /\nNobody facilitates it yet: \S+ src\/main\.ts community appoint welding NAME makes somebody with an account here its facilitator\.\n$/,
    );
    const keys =
      await sql`select algorithm from actor_keys k join actors a on a.id = k.actor_id where a.uri = ${`${ORIGIN}/c/welding`}`;
    expect(keys.map((key) => key.algorithm).toSorted()).toEqual(["ed25519", "rsa"]);
  });

  test.each([
    [["welding", "--name", "Again"], "There is already somebody or something named welding here, or so alike"],
    [["Two Words", "--name", "X"], ""],
    [["empty", "--name", " "], "A name is missing."],
    [["long", "--name", "Long", "--summary", "x".repeat(6000)], "A summary has at most 5000 characters."],
  ])("that cannot be is refused in one line: %j", async (words, sentence) => {
    const { code, out, err } = await cli(["community", "create", ...words]);
    expect([code, out]).toEqual([1, ""]);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(err).toContain(sentence);
  });

  test("keeps the origin: another one is refused, naming both", async () => {
    const { code, err } = await cli(["community", "list"], { ORIGIN: "https://other.example" });
    expect(code).toBe(1);
    expect(err).toMatch(
      /^This database belongs to https:\/\/commons\.example, but ORIGIN is https:\/\/other\.example: .*\n$/,
    );
    expect(await sql`select origin from instance`).toEqual([{ origin: ORIGIN }]);
  });

  test("is listed with its figures", async () => {
    await fillInstance();
    const { out } = await cli(["community", "list"]);
    expect(out).toMatch(/@welding@commons\.example +Welding +2 +1 +1 +2 hours ago\n$/);
  });

  test.each(["welding", "@Welding@commons.example", "!welding@commons.example"])(
    "is shown when asked for as %s",
    async (name) => {
      const { code, out } = await cli(["community", "show", name]);
      expect(code).toBe(0);
      expect(out).toContain("How we *join* metal.");
      expect(out).toContain("2 members, 0 of them here");
      expect(out).toContain("1 request");
      expect(out).toContain("1 thread with 1 reply");
      expect(out).toContain("2 other servers");
      expect(out).toMatch(/social\.example +mastodon +1\n/);
      expect(out).toMatch(/https:\/\/social\.example\/users\/ben +(just now|\d+ seconds ago)/);
    },
  );

  test("that is not here is not found", async () => {
    expect(await cli(["community", "show", "knitting"])).toEqual({
      code: 1,
      out: "",
      err: "There is no community named knitting here.\n",
    });
  });
});

describe("peers", () => {
  test("are shown with software, delay and failures", async () => {
    const { out } = await cli(["peers"]);
    expect(out).toMatch(/social\.example +mastodon 4\.6\.3 +microblog .* (just now|seconds ago) .* well\n/);
    expect(out).toMatch(
      /gone\.example:8080 +lemmy 1\.0\.2 +forum .* 7 failures, the first 3 days ago, next try in (2 hours|1 hour) +connection refused\n/,
    );
  });

  test("are blocked by host, URL or handle, and what waits for them is dropped", async () => {
    const { code, out } = await cli(["peers", "--block", "https://Gone.Example:8080/u/cho"]);
    expect(code).toBe(0);
    expect(out).toContain(
      "gone.example:8080 and the names below it are blocked, within half a minute; 2 waiting letters dropped.",
    );
    expect((await cli(["peers"])).out).toMatch(/gone\.example:8080 .* blocked (just now|\d+ seconds ago)/);
    expect((await cli(["peers", "--block", "@mallory@evil.example"])).out).toContain(
      "evil.example and the names below it",
    );
    expect(await sql`select host from peers where blocked_at is not null order by host`).toEqual([
      { host: "evil.example" },
      { host: "gone.example:8080" },
    ]);
  });

  test("are unblocked, once", async () => {
    expect(await cli(["peers", "--unblock", "evil.example"])).toMatchObject({
      code: 0,
      out: "evil.example is no longer blocked.\n",
    });
    expect(await cli(["peers", "--unblock", "evil.example"])).toMatchObject({
      code: 1,
      out: "evil.example was not blocked.\n",
    });
    await cli(["peers", "--unblock", "gone.example:8080"]);
  });

  test.each([
    [["--block", "commons.example"], "commons.example is this server itself."],
    [["--block", "*.example"], '"*.example" is not a host name, such as social.example.'],
    [["--block", "a.example", "--unblock", "b.example"], "Give --block or --unblock, not both."],
  ])("cannot be told %j", async (words, sentence) => {
    expect(await cli(["peers", ...words])).toEqual({ code: 1, out: "", err: `${sentence}\n` });
  });
});

describe("deliveries", () => {
  test("are counted in all and by host", async () => {
    await sql`insert into deliveries (inbox_id, activity_id, attempts) values (2, 1001, 3), (2, 1002, 0)`;
    const { out } = await cli(["deliveries"]);
    expect(out).toMatch(/^3 letters waiting, the oldest made .* ago; 1 of them failed before; 2 given up\.\n/);
    expect(out).toMatch(/gone\.example:8080 +2 +1 +2 .* connection refused\n/);
    expect(out).toMatch(/social\.example +1 +0 +0 /);
  });

  test("that were given up say why, where their host is well", async () => {
    await sql`insert into dead_letters (inbox_id, activity_id, thread_id, attempts, reason, died_at) values
      (1, 1003, 0, 1, 'HTTP 413', now() - interval '1 day'), (1, 1004, 0, 1, 'HTTP 400', now())`;
    expect((await cli(["deliveries"])).out).toMatch(/social\.example +1 +0 +2 .* HTTP 400\n/);
    await sql`delete from dead_letters where inbox_id = 1`;
  });

  test("of a host that is blocked are left where they are: sent to it they would be lost", async () => {
    await sql`update peers set blocked_at = now() where host = 'gone.example:8080'`;
    expect(await cli(["deliveries", "--retry", "gone.example:8080"])).toEqual({
      code: 1,
      out: "",
      err: "gone.example:8080 is blocked: `peers --unblock gone.example:8080` first.\n",
    });
    expect((await sql`select from dead_letters`).count).toBe(2);
    await sql`update peers set blocked_at = null where host = 'gone.example:8080'`;
  });

  test("of a host are tried again", async () => {
    const { code, out } = await cli(["deliveries", "--retry", "GONE.example:8080"]);
    expect(code).toBe(0);
    expect(out).toContain("2 letters that had been given up");
    expect((await sql`select from dead_letters`).count).toBe(0);
    expect((await sql`select from deliveries where inbox_id = 2 and due_at <= now()`).count).toBe(4);
    expect(await cli(["deliveries", "--retry", "nobody.example"])).toEqual({
      code: 1,
      out: "",
      err: "We do not know a server named nobody.example.\n",
    });
  });
});

describe("migrate", () => {
  test("has nothing to do on a database that is up to date", async () => {
    expect(await cli(["migrate", "--check"])).toEqual({ code: 0, out: "The database is up to date.\n", err: "" });
  });

  test("lists what is pending with --check, other commands refuse until it is done", async () => {
    const admin = postgres(database.url, { max: 1 });
    const name = `${new URL(database.url).pathname.slice(1)}_empty`;
    await admin`create database ${admin(name)}`;
    const url = new URL(database.url);
    url.pathname = `/${name}`;
    const env = { DATABASE_URL: url.href };
    try {
      const check = await cli(["migrate", "--check"], env);
      expect(check.code).toBe(1);
      expect(check.out).toMatch(/^\d+ migrations pending:\n {2}0001_actors\n/);
      const list = await cli(["community", "list"], env);
      expect([list.code, list.out]).toEqual([1, ""]);
      expect(list.err).toMatch(
        /^The database is not up to date \(\d+ migrations pending\): run the migrate command, .*\n$/,
      );
      const both = await Promise.all([cli(["migrate"], env), cli(["migrate"], env)]);
      expect(both.map((one) => one.code)).toEqual([0, 0]);
      expect(both.filter((one) => one.out.includes("Applied 0001_actors."))).toHaveLength(1);
      expect((await cli(["migrate", "--check"], env)).code).toBe(0);
    } finally {
      await admin`drop database ${admin(name)}`;
      await admin.end();
    }
  });

  test("refuses a schema that is newer than the program, as every command does", async () => {
    await sql`insert into migrations (name, checksum) values ('9999_future', 'x')`;
    try {
      for (const words of [["migrate", "--check"], ["migrate"], ["community", "list"]]) {
        const { code, out, err } = await cli(words);
        expect([code, out]).toEqual([1, ""]);
        expect(err).toMatch(/^The database has migration 9999_future, which this program does not know: .*\n$/);
      }
    } finally {
      await sql`delete from migrations where name = '9999_future'`;
    }
  });
});

describe("a database that cannot be used", () => {
  test.each([
    ["postgres://commonplace:secret@127.0.0.1:1/x", "No database answers at 127.0.0.1:1 (ECONNREFUSED)"],
    ["postgres://commonplace:secret@nowhere.invalid/x", "nowhere.invalid"],
  ])("is named in one sentence, without its password: %s", async (url, words) => {
    const { code, out, err } = await cli(["community", "list"], { DATABASE_URL: url });
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(words);
    expect(err).not.toContain("secret");
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  test("says when it does not exist or the password is wrong", async () => {
    const absent = new URL(database.url);
    absent.pathname = "/nothing_of_that_name";
    expect((await cli(["community", "list"], { DATABASE_URL: absent.href })).err).toContain(
      "has no database nothing_of_that_name",
    );
    const wrong = new URL(database.url);
    wrong.password = "wrong";
    expect((await cli(["community", "list"], { DATABASE_URL: wrong.href })).err).toContain("does not let user");
  });
});

test("config shows what is in force and never a secret, and prints the README's table", async () => {
  const { code, out } = await cli(["config"], { SECRET_KEY: "ab".repeat(32), PORT: "4321" });
  expect(code).toBe(0);
  expect(out).toMatch(/PORT +4321 +3000\n/);
  expect(out).toContain("ORIGIN: The public origin");
  expect(out).not.toContain(new URL(database.url).password);
  expect(out).not.toContain("abab");
  const markdown = await cli(["config", "--markdown"]);
  const readme = await readFile(join(import.meta.dirname, "../../README.md"), "utf8");
  const [, inReadme] = readme.split("<!-- node src/main.ts config --markdown -->\n");
  expect(inReadme?.split("\n\n")[0]).toBe(markdown.out.trimEnd());
});

test("healthcheck fails when nothing listens", async () => {
  const { code, out } = await cli(["healthcheck"], { PORT: "1" });
  expect(code).toBe(1);
  expect(out).toBe("The server on port 1 does not live: nothing listens there.\n");
});
