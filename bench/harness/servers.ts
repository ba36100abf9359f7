/** The processes that are measured: Postgres with durable commits, our server, and the floors, each in a process of its own. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openEmbedded } from "../../db/embedded.ts";
import { type Db, openDb, pgCode } from "../../db/open.ts";
import { cpuOf, parentOf } from "./cpu.ts";
import type { Bench } from "./run.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Where benchmarks keep their databases and logs; git does not see it. */
export const BENCH_DIR = join(ROOT, ".bench");
const READY_MS = 60_000;
const STOP_MS = 12_000;
/** object_in_use */
const IN_USE = "55006";

export interface Postgres {
  /** Of the database `name`, made empty. */
  fresh(name: string): Promise<string>;
  /** Of the database `name`, and whether it was there; when it was not, older ones whose names begin with `family_` are dropped. */
  keep(name: string, family: string): Promise<{ url: string; isNew: boolean }>;
  /** The process that all its others descend from. */
  pid: number;
}

/** The embedded Postgres as production runs it, fsync and all, on data of this benchmark's own. */
export async function openPostgres({ stack, say }: Bench, name: string): Promise<Postgres> {
  mkdirSync(join(BENCH_DIR, name), { recursive: true });
  const embedded = await openEmbedded({ dataDir: join(BENCH_DIR, name), log: say });
  stack.defer(() => embedded.stop());
  const admin = openDb(embedded.url, { max: 1, statementTimeoutMs: 60_000 });
  stack.defer(() => admin.end({ timeout: 2 }));
  const [backend] = await admin<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const urlOf = (database: string) => embedded.url.replace(/\/commonplace$/, `/${database}`);
  return {
    pid: parentOf(backend?.pid ?? 0),
    async fresh(database) {
      await drop(admin, database);
      await admin`create database ${admin(database)}`;
      return urlOf(database);
    },
    async keep(database, family) {
      const [there] = await admin`select from pg_database where datname = ${database}`;
      if (there) return { url: urlOf(database), isNew: false };
      const old = await admin<
        { name: string }[]
      >`select datname as name from pg_database where starts_with(datname, ${`${family}_`})`;
      for (const { name: older } of old) await drop(admin, older);
      await admin`create database ${admin(database)}`;
      return { url: urlOf(database), isNew: true };
    },
  };
}

/** By itself Postgres waits for its own vacuum workers, but by force it may not end them: force is for what an earlier run left. */
async function drop(admin: Db, database: string): Promise<void> {
  try {
    await admin`drop database if exists ${admin(database)}`;
  } catch (error) {
    if (pgCode(error) !== IN_USE) throw error;
    await admin`drop database ${admin(database)} with (force)`;
  }
}

/** A pool on `url` that is closed with the benchmark; statements may take a minute. */
export function openPool({ stack }: Bench, url: string): Db {
  const db = openDb(url, { statementTimeoutMs: 60_000 });
  stack.defer(() => db.end({ timeout: 2 }));
  return db;
}

export interface Running {
  pid: number;
  /** Milliseconds of CPU it and its children have used. */
  cpu(): number;
  /** Ends it now, and not only with the benchmark. */
  stop(): Promise<void>;
}

export interface Ours extends Running {
  url: string;
  /** Milliseconds from its start until it said that it was ready. */
  readyMs: number;
}

export interface OursOptions {
  name: string;
  env: Record<string, string>;
  port: number;
  role?: "all" | "web";
}

/** Our server as it is run in production, started from the command line; its log goes to a file. */
export function startOurs(bench: Bench, o: OursOptions): Promise<Ours> {
  const profiling = (process.env.BENCH_NODE_OPTIONS ?? "").split(" ").filter((word) => word !== "");
  const args = [...profiling, join(ROOT, "src/main.ts"), "serve", "--role", o.role ?? "all"];
  return startProcess(bench, { ...o, args });
}

/** A file of bench/ that listens on `port` once it is ready. */
export function startFile(bench: Bench, file: string, words: string[], port: number): Promise<Ours> {
  return startProcess(bench, { name: "floor", env: {}, args: [join(ROOT, "bench", file), ...words], port });
}

async function startProcess(
  bench: Bench,
  o: { name: string; env: Record<string, string>; args: string[]; port: number },
): Promise<Ours> {
  const log = join(BENCH_DIR, `${o.name}.log`);
  mkdirSync(BENCH_DIR, { recursive: true });
  const out = openSync(log, "w");
  const begun = performance.now();
  const child = spawn(process.execPath, o.args, { env: envOf(o.env), cwd: ROOT, stdio: ["ignore", out, out] });
  closeSync(out);
  const stop = ending(bench, child);
  const url = `http://127.0.0.1:${o.port}`;
  while (!(await isReady(url))) {
    bench.clock.check();
    if (child.exitCode !== null || performance.now() - begun > READY_MS) {
      throw new Error(`${o.args.join(" ")} did not start:\n${readFileSync(log, "utf8").slice(-2_000)}`);
    }
    await sleep(10);
  }
  const pid = child.pid ?? 0;
  return { url, pid, stop, cpu: () => cpuOf(pid), readyMs: performance.now() - begun };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Runs a command of ours to its end. */
export async function command(env: Record<string, string>, ...words: string[]): Promise<void> {
  const child = spawn(process.execPath, [join(ROOT, "src/main.ts"), ...words], {
    env: envOf(env),
    cwd: ROOT,
    stdio: "pipe",
  });
  let said = "";
  child.stdout.on("data", (text) => (said += text));
  child.stderr.on("data", (text) => (said += text));
  const [code] = (await once(child, "close")) as [number];
  if (code !== 0) throw new Error(`${words.join(" ")}: ${said}`);
}

/** Only what a node process needs, and what it is told: the shell's own settings must not change what is measured. */
function envOf(env: Record<string, string>): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", LOG_LEVEL: "info", LOG_FORMAT: "json", ...env };
}

export interface Child<Ready> extends Running {
  ready: Ready;
  /** Asks it something, and gives its next message. */
  ask<Answer>(question: unknown): Promise<Answer>;
}

/** Starts a file of bench/ in a process of its own; its first message says that it is ready. */
export async function startChild<Ready>(bench: Bench, file: string, start: unknown): Promise<Child<Ready>> {
  const child = fork(join(ROOT, "bench", file), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    serialization: "advanced",
  });
  const stop = ending(bench, child);
  async function ask<Answer>(question: unknown): Promise<Answer> {
    const ended = new AbortController();
    const onExit = () => ended.abort(new Error(`bench/${file} ended.`));
    child.once("exit", onExit);
    try {
      const answer = once(child, "message", { signal: ended.signal });
      child.send(question as object);
      return (await answer)[0] as Answer;
    } finally {
      child.off("exit", onExit);
    }
  }
  const pid = child.pid ?? 0;
  return { ready: await ask<Ready>(start), pid, stop, ask, cpu: () => cpuOf(pid) };
}

function ending({ stack }: Bench, child: ChildProcess): () => Promise<void> {
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await exit;
    clearTimeout(timer);
  };
  stack.defer(stop);
  return stop;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await once(probe.listen(0, "127.0.0.1"), "listening");
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}
