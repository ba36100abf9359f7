/** Before the first test: one embedded Postgres with a migrated template database, which tests/support/postgres.ts clones; it ends with the run. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type Postgres from "postgres";
import type { TestProject } from "vitest/node";
import { postgres } from "../../db/driver.ts";
import { type Embedded, openEmbedded } from "../../db/embedded.ts";
import { CHROMIUM } from "./chromium.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where fresh databases are made, and the template they are made from; or why there is no template. */
    postgres: { url: string; template: string; problem?: string };
  }
}

let folder = "";
let embedded: Embedded | undefined;

export async function setup(project: TestProject): Promise<void> {
  if (CHROMIUM === undefined)
    project.vitest.logger.warn("There is no chromium on the PATH: what wants a browser is skipped.");
  folder = await dataDir();
  // The program is started a hundred times over: compiling it anew each time was half of what a command costs. Workers and what they start inherit this.
  process.env.NODE_COMPILE_CACHE = join(folder, "compiled");
  embedded = await open();
  process.once("exit", leaveAtExit);
  for (const [signal, number] of [
    ["SIGINT", 2],
    ["SIGTERM", 15],
    ["SIGHUP", 1],
  ] as const) {
    process.once(signal, () => process.exit(128 + number));
  }
  const admin = postgres(embedded.url, { max: 1, onnotice: () => {}, connection: { lock_timeout: 60_000 } });
  try {
    if (embedded.startedHere) await dropLeftOvers(admin);
    project.provide("postgres", { url: embedded.url, ...(await ensureTemplate(admin, embedded.url)) });
  } finally {
    await admin.end();
  }
}

export async function teardown(): Promise<void> {
  process.off("exit", leaveAtExit);
  await embedded?.stop();
}

/** When a signal ends the run there is no teardown. A process of its own then joins and leaves, and as the last user stops the server. */
function leaveAtExit(): void {
  const user = fileURLToPath(new URL("embedded-user.ts", import.meta.url));
  spawn(process.execPath, [user, folder], { detached: true, stdio: "ignore" }).unref();
}

/**
 * The cluster of this checkout. It is kept between runs, which saves making it, and several runs at once share it.
 * Passable for others, because as root Postgres runs as another user.
 */
async function dataDir(): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const hash = createHash("sha256")
    .update(import.meta.url)
    .digest("hex")
    .slice(0, 8);
  let path = join(tmpdir(), `commonplace-tests-${uid}-${hash}`);
  await mkdir(path, { recursive: true });
  const found = await lstat(path);
  // Somebody else got there first: anyone may write to a folder for temporary files.
  if (!found.isDirectory() || found.uid !== uid) path = await mkdtemp(join(tmpdir(), "commonplace-tests-"));
  await chmod(path, 0o755);
  return path;
}

async function open(): Promise<Embedded> {
  try {
    return await openEmbedded({ dataDir: folder, fast: true });
  } catch {
    // It is written without care for power cuts (`fast`), so a broken one is made anew.
    await rm(folder, { recursive: true, force: true });
    return openEmbedded({ dataDir: await dataDir(), fast: true });
  }
}

/** What a run that was killed left. Only for the one that started the server: nobody else is at work then. */
async function dropLeftOvers(admin: Postgres.Sql): Promise<void> {
  const old = await admin<
    { name: string }[]
  >`select datname as name from pg_database where datname ~ '^(test|template)_'`;
  for (const { name } of old) await admin`drop database ${admin(name)} with (force)`;
}

/** The template for the migrations as they are now; another run with other migrations has its own. */
async function ensureTemplate(admin: Postgres.Sql, url: string): Promise<{ template: string; problem?: string }> {
  const { readMigrations, migrate } = await import("../../db/migrate.ts");
  const { openDb } = await import("../../db/open.ts");
  const migrations = await readMigrations();
  const hash = createHash("sha256").update(JSON.stringify(migrations)).digest("hex").slice(0, 12);
  const template = `template_${hash}`;
  await admin`select pg_advisory_lock(1)`;
  try {
    const [there] = await admin`select from pg_database where datname = ${template}`;
    if (there) return { template };
    const fresh = `${template}_new`;
    await admin`drop database if exists ${admin(fresh)} with (force)`;
    await admin`create database ${admin(fresh)}`;
    const db = openDb(urlOf(url, fresh), { max: 2 });
    try {
      await migrate(db, migrations);
    } catch (error) {
      // Tests that need no database can still say something.
      return { template, problem: `The migrations fail: ${(error as Error).message}` };
    } finally {
      await db.end();
    }
    await admin`alter database ${admin(fresh)} rename to ${admin(template)}`;
    return { template };
  } finally {
    await admin`select pg_advisory_unlock(1)`;
  }
}

function urlOf(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}
