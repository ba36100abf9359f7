/** `account …` as an operator uses it, and the link that the server prints while nobody owns it; each as a process of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgres } from "../../db/driver.ts";
import { type FreshDatabase, freshDatabase } from "../support/postgres.ts";
import { freePort, run, start, untilReady } from "./run.ts";

let database: FreshDatabase;
let folder = "";
let port = 0;
let origin = "";
let sql: Postgres.Sql;
const env = () => ({
  DATABASE_URL: database.url,
  DATA_DIR: folder,
  PORT: String(port),
  ORIGIN: origin,
  LOG_LEVEL: "error",
});
const cli = (...words: string[]) => run(["account", ...words], env());

beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), "commonplace-account-"));
  port = await freePort();
  origin = `http://localhost:${port}`;
  sql = postgres(database.url, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

const form = (fields: Record<string, string>): RequestInit => ({
  method: "POST",
  redirect: "manual",
  headers: { origin, "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(fields).toString(),
});

describe("while there is nobody", () => {
  test("list says how to make the first account", async () => {
    const { code, out } = await cli("list");
    expect(code).toBe(0);
    expect(out).toMatch(/^There is no account yet\. Make the first: .* account create NAME --owner\n$/);
  });

  test("the server prints a link by which its owner makes an account, until there is one", async () => {
    const first = start(["serve", "--role", "web"], env());
    try {
      await untilReady(first, port);
      await expect.poll(() => first.outcome.out).toContain("/setup?token=");
      const link = /http:\S+\/setup\?token=\S+/.exec(first.outcome.out)?.[0] ?? "";
      expect((await fetch(link)).status).toBe(200);
      const token = new URL(link).searchParams.get("token") ?? "";
      const fields = {
        token,
        username: "olive",
        name: "Olive",
        email: "olive@mail.example",
        password: "three blue welders",
      };
      const made = await fetch(`${origin}/setup`, form(fields));
      expect([made.status, made.headers.get("location")]).toEqual([303, "/settings/security"]);
      expect((await fetch(link)).status).toBe(410);
    } finally {
      first.child.kill("SIGTERM");
      await first.ended;
    }
    const second = start(["serve", "--role", "web"], env());
    try {
      await untilReady(second, port);
      await expect.poll(() => second.outcome.out).toContain("there is no community yet");
      expect(second.outcome.out).toContain(`1. Open ${origin}\n`);
      expect(second.outcome.out).not.toContain("/setup?token=");
    } finally {
      second.child.kill("SIGTERM");
      await second.ended;
    }
  });
});

describe("an account", () => {
  test("is made with a link to set its password, which the server takes once", async () => {
    const made = await cli("create", "bo", "--administrator", "--email", "bo@mail.example");
    expect([made.code, made.err]).toEqual([0, ""]);
    expect(made.out).toContain(`Made @bo@localhost:${port}.`);
    const token = /\/reset\?token=(\S+)/.exec(made.out)?.[1] ?? "";
    const server = start(["serve", "--role", "web"], env());
    try {
      await untilReady(server, port);
      const set = () => fetch(`${origin}/reset`, form({ token, "new-password": "seven green anvils" }));
      expect((await set()).status).toBe(303);
      expect((await set()).status).toBe(410);
      const signedIn = await fetch(
        `${origin}/sign-in`,
        form({ name: "bo@mail.example", password: "seven green anvils" }),
      );
      expect([signedIn.status, signedIn.headers.get("location")]).toEqual([303, "/home"]);
    } finally {
      server.child.kill("SIGTERM");
      await server.ended;
    }
  });

  test.each([
    [["create", "admin"], 'The name "admin" is reserved.\n'],
    [
      ["create", "b0"],
      "There is already somebody or something named b0 here, or so alike that people would mistake it.\n",
    ],
    [
      ["create", "cy", "--owner", "--administrator"],
      "An account is made with --owner or with --administrator, not with both.\n",
    ],
    [["create", "cy", "--email", "nonsense"], "This is not a mail address.\n"],
    [["create", "cy", "--email", "BO@mail.example"], "This mail address belongs to another account.\n"],
    [["link", "nobody"], "There is no account named nobody here.\n"],
    [["suspend", "nobody"], "There is no account named nobody here.\n"],
    [["suspend", "olive"], "A server needs an owner: name another one first.\n"],
  ])("account %j is refused in one line", async (words, sentence) => {
    const { code, out, err } = await cli(...words);
    expect([code, out, err]).toEqual([1, "", sentence]);
  });

  test("that is locked out gets a link; only when asked to, it loses its second factor as well", async () => {
    const [row] = await sql<{ id: string }[]>`select id from actors where username = 'bo'`;
    const id = row?.id ?? "";
    await sql`update accounts set sealed_totp_secret = 'x', totp_confirmed_at = now() where actor_id = ${id}`;
    await sql`insert into recovery_codes (actor_id, code_hash) values (${id}, 'x')`;
    await sql`update accounts set email = 'bo@mail.example', email_confirmed_at = now() where actor_id = ${id}`;
    await sql`delete from mails`;
    const notices = () =>
      sql`select to_address as "to", text_body as text from mails where purpose = 'security-notice'`;
    const kept = await cli("link", "@bo");
    expect(await notices()).toEqual([]);
    expect(kept.out).toMatch(/sets the password of @bo; it works once:\n\n {2}http:\S+\/reset\?token=\S+\n$/);
    const factor = () => sql`select totp_confirmed_at is not null as on from accounts where actor_id = ${id}`;
    expect(await factor()).toEqual([{ on: true }]);
    expect((await cli("link", "bo", "--drop-second-factor")).code).toBe(0);
    expect(await factor()).toEqual([{ on: false }]);
    expect(await sql`select 1 from recovery_codes where actor_id = ${id}`).toEqual([]);
    const [notice, ...more] = await notices();
    expect([notice?.to, more]).toEqual(["bo@mail.example", []]);
    expect(notice?.text).toContain("have removed the second factor and all passkeys of your account @bo");
    expect(notice?.text).not.toContain("token=");
  });

  test("that is suspended has no session any more, and the list says so", async () => {
    const { code, out } = await cli("suspend", "bo");
    expect([code, out]).toEqual([0, "@bo cannot sign in any more.\n"]);
    const list = await cli("list");
    expect(list.out).toMatch(
      /^HANDLE +ROLE +STATE +SECOND FACTOR +LAST SEEN\n@olive@localhost:\d+ +owner +active +no +(?!never)\S.*\n@bo@localhost:\d+ +administrator +suspended +no +(?!never)\S/,
    );
    const [row] =
      await sql`select count(*)::int as n from sessions s join actors a on a.id = s.actor_id where a.username = 'bo'`;
    expect(row?.n).toBe(0);
  });

  test("whatever was done to it at the machine is on record", async () => {
    const acts = await sql`select act, actor_id from audit order by id`;
    expect(acts.map((row) => row.act)).toEqual([
      "owner.set-up",
      "account.created",
      "account.link",
      "account.link",
      "account.suspended",
    ]);
    expect(acts.every((row) => row.actor_id === null)).toBe(true);
  });
});

test("community appoint makes somebody a facilitator, also of a community that has none", async () => {
  await cli("create", "zoe");
  expect((await run(["community", "create", "joinery", "--name", "Joinery"], env())).code).toBe(0);
  const appointed = await run(["community", "appoint", "joinery", "zoe"], env());
  expect(appointed).toMatchObject({ code: 0, out: expect.stringMatching(/is a facilitator of Joinery now\.\n$/) });
  const [row] = await sql<{ role: string; state: string }[]>`
    select m.role, m.state from memberships m join actors a on a.id = m.actor_id where a.username = 'zoe'`;
  expect(row).toEqual({ role: "facilitator", state: "accepted" });
  expect(await run(["community", "appoint", "joinery", "nobody"], env())).toMatchObject({
    code: 1,
    err: "There is no account named nobody here.\n",
  });
  expect((await run(["community", "appoint", "nothing", "zoe"], env())).err).toBe(
    "There is no community named nothing here.\n",
  );
});
