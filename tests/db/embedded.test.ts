/** The embedded Postgres: starts, is joined, stops with its last user, survives what kills it and us. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { postgres } from "../../db/driver.ts";
import { type Embedded, type EmbeddedOptions, EmbeddedPostgresError, openEmbedded } from "../../db/embedded.ts";

const USER = new URL("../support/embedded-user.ts", import.meta.url).pathname;
const isRoot = process.getuid?.() === 0;

/** A stopped cluster that most tests begin with a copy of: that takes a fraction of the time of making one. */
let seed = "";
let dataDir = "";
let opened: Embedded[] = [];
let children: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  seed = await openFolder();
  const embedded = await openEmbedded({ dataDir: seed, fast: true });
  await embedded.stop();
});

afterAll(() => rm(seed, { recursive: true, force: true }));

beforeEach(async () => {
  dataDir = await openFolder();
  execFileSync("cp", ["-a", `${seed}/.`, dataDir]);
});

/** A new folder that others may pass through: as root Postgres runs as another user. */
async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "commonplace-embedded-"));
  await chmod(folder, 0o755);
  return folder;
}

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.stdin.end();
    await once(child, "exit");
  }
  await Promise.all(opened.map((embedded) => embedded.stop()));
  // Whatever a failed test left running.
  const left = await postmaster().catch(() => 0);
  if (left > 1) end(left, "SIGQUIT");
  await rm(dataDir, { recursive: true, force: true });
  opened = [];
  children = [];
});

async function open(options: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  const embedded = await openEmbedded({ dataDir, fast: true, ...options });
  opened.push(embedded);
  return embedded;
}

interface Answer {
  url?: string;
  startedHere?: boolean;
  error?: string;
  name?: string;
}

/** Opens the same data in a process of its own. */
async function openElsewhere(folder = dataDir): Promise<{ child: ChildProcessWithoutNullStreams; answer: Answer }> {
  const child = spawn(process.execPath, [USER, folder]);
  children.push(child);
  for await (const line of createInterface(child.stdout)) return { child, answer: JSON.parse(line) as Answer };
  throw new Error("The process ended without an answer.");
}

async function query<T extends object>(url: string, text: string): Promise<T[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe<T[]>(text))];
  } finally {
    await sql.end();
  }
}

async function postmaster(): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, "cluster", "postmaster.pid"), "utf8"), 10);
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

/** Whether anybody listens on the port of `url`. A process id would not tell: one that has ended may still wait to be reaped. */
async function answers(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function silence(url: string): Promise<void> {
  await expect.poll(() => answers(url)).toBe(false);
}

describe("a first start", () => {
  beforeEach(async () => {
    await rm(dataDir, { recursive: true });
    dataDir = await openFolder();
  });

  test("makes a UTF-8 database called commonplace that knows letters, and whose role is no superuser", async () => {
    const { url, startedHere } = await open();
    expect(startedHere).toBe(true);
    const [row] = await query(
      url,
      `select current_database() as database, current_user as role, rolsuper as super, rolcreatedb as createdb,
         current_setting('server_encoding') as encoding, current_setting('server_version_num')::int / 10000 as major,
         upper('äß') as upper, current_setting('listen_addresses') as listens
       from pg_roles where rolname = current_user`,
    );
    expect(row).toEqual({
      ...{ database: "commonplace", role: "commonplace", super: false, createdb: true },
      ...{ encoding: "UTF8", major: 18, upper: "Äß", listens: "127.0.0.1" },
    });
    await query(url, "create extension pg_trgm; create extension unaccent");
  });

  test("keeps its password to its owner and lets nobody in without it", async () => {
    const { url } = await open();
    expect((await stat(join(dataDir, "password"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, "cluster"))).mode & 0o077).toBe(0);
    const { password } = new URL(url);
    expect(password.length).toBeGreaterThanOrEqual(32);
    await expect(query(url.replace(password, "guessed"), "select 1")).rejects.toThrow(/password authentication failed/);
  });

  test("begins again when an earlier one was interrupted while making the cluster", async () => {
    await mkdir(join(dataDir, "cluster.new-1"));
    await writeFile(join(dataDir, "cluster.new-1", "half"), "");
    const { url } = await open();
    expect(await query(url, "select 1 as one")).toEqual([{ one: 1 }]);
    expect((await readdir(dataDir)).filter((name) => name.startsWith("cluster.new"))).toEqual([]);
  });
});

describe("several users", () => {
  test("join the running server, and the last one to leave stops it", async () => {
    const first = await open();
    const { child, answer } = await openElsewhere();
    expect(answer).toEqual({ url: first.url, startedHere: false });

    child.stdin.end();
    await once(child, "exit");
    expect(await query(first.url, "select 1 as one")).toEqual([{ one: 1 }]);

    await first.stop();
    expect(await answers(first.url)).toBe(false);
  });

  test("keep it running when the one who started it leaves first", async () => {
    const first = await open();
    const second = await open();
    expect([first.startedHere, second.startedHere]).toEqual([true, false]);
    await first.stop();
    await first.stop();
    expect(await query(second.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await second.stop();
    expect(await answers(first.url)).toBe(false);
  });

  test("who start at the same moment get one server", async () => {
    const answers = await Promise.all([openElsewhere(), openElsewhere(), openElsewhere()]);
    expect(answers.filter(({ answer }) => answer.startedHere)).toHaveLength(1);
    expect(new Set(answers.map(({ answer }) => answer.url)).size).toBe(1);
  });

  test("wait for a server that is just stopping, and start it again", async () => {
    const first = await open();
    await query(first.url, "create table kept (id int); insert into kept values (1)");
    const pid = await postmaster();
    end(pid, "SIGINT");
    const second = await open();
    expect(await query(second.url, "select id from kept")).toEqual([{ id: 1 }]);
    expect(await postmaster()).not.toBe(pid);
  });
});

describe("after a violent end", () => {
  test("of the process that started it, the server lives, and the next one joins it", async () => {
    const { child, answer } = await openElsewhere();
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await query(answer.url ?? "", "select 1 as one")).toEqual([{ one: 1 }]);

    const next = await open();
    expect(next).toMatchObject({ url: answer.url, startedHere: false });
    await next.stop();
    expect(await answers(next.url)).toBe(false);
  });

  test("of Postgres itself, the next start repairs it, on the same port, with what was committed", async () => {
    const first = await open();
    await query(first.url, "create table kept (id int); insert into kept values (7)");
    end(await postmaster(), "SIGKILL");
    await silence(first.url);

    const second = await open();
    expect(second).toMatchObject({ url: first.url, startedHere: true });
    expect(await query(second.url, "select id from kept")).toEqual([{ id: 7 }]);
  });

  test("a pid file whose number now belongs to another program does not keep it from starting", async () => {
    const first = await open();
    await first.stop();
    await writeFile(
      join(dataDir, "cluster", "postmaster.pid"),
      `${process.pid}\n${dataDir}/cluster\n1\n1\n\n\n\nready\n`,
    );
    const { startedHere } = await open();
    expect(startedHere).toBe(true);
  });

  test("of a process that held the lock, the next one takes it over", async () => {
    await writeFile(join(dataDir, "lock"), "999999999 1");
    const { startedHere } = await open();
    expect(startedHere).toBe(true);
  });
});

describe("what a person must put right is said in one sentence", () => {
  test("when another version of Postgres made the cluster", async () => {
    await writeFile(join(dataDir, "cluster", "PG_VERSION"), "17\n");
    const error = await open().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EmbeddedPostgresError);
    expect(String(error)).toMatch(
      /was made by Postgres 17, but Commonplace brings Postgres 18: dump it .* or set DATABASE_URL/,
    );
  });

  test("when the password file is gone", async () => {
    await rm(join(dataDir, "password"));
    await expect(open()).rejects.toThrow(/password is missing: put .*password back from your backup/);
  });

  test("when Postgres cannot start, with the last lines of its own log", async () => {
    await rm(join(dataDir, "cluster", "global", "pg_control"));
    await expect(open()).rejects.toThrow(/Postgres did not start: .*(pg_control|database system)/);
    expect(await readdir(join(dataDir, "users"))).toEqual([]);
  });

  test("when the folder cannot be made", async () => {
    await writeFile(join(dataDir, "file"), "");
    await expect(open({ dataDir: join(dataDir, "file", "db") })).rejects.toThrow(/cannot be opened: ENOTDIR/);
  });
});

describe.skipIf(!isRoot)("as root", () => {
  test("the server runs as another user", async () => {
    await open();
    expect((await stat(`/proc/${await postmaster()}`)).uid).not.toBe(0);
    expect((await stat(join(dataDir, "cluster"))).uid).not.toBe(0);
  });

  test("a folder that its user cannot reach keeps only a note of where the cluster is", async () => {
    const closed = await mkdtemp(join(homedir(), ".commonplace-closed-"));
    const systemDir = await mkdtemp(join(tmpdir(), "commonplace-system-"));
    await chmod(closed, 0o700);
    await chmod(systemDir, 0o755);
    const said: string[] = [];
    try {
      const options = { dataDir: join(closed, "data"), systemDir, log: (line: string) => void said.push(line) };
      const first = await open(options);
      const home = (await readFile(join(closed, "data", "postgres-is-in"), "utf8")).trim();
      expect(home.startsWith(systemDir)).toBe(true);
      expect(said.join("\n")).toContain(
        `The database is kept in ${home}: as root Postgres runs as the user "postgres"`,
      );
      await query(first.url, "create table kept (id int)");
      await first.stop();

      const second = await open(options);
      expect(await query(second.url, "select * from kept")).toEqual([]);
      await second.stop();
    } finally {
      await rm(closed, { recursive: true, force: true });
      await rm(systemDir, { recursive: true, force: true });
    }
  });
});
