/** One Postgres cluster on disk: making it, starting and stopping its server, and telling whether that runs. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Binaries } from "./binaries.ts";
import { processExists } from "./lock.ts";
import type { Place } from "./place.ts";
import { CHILD_ENV, EmbeddedPostgresError, errno, lastLines, type Owner, run } from "./run.ts";

/** Who made the cluster; the program itself works as a lesser role. */
export const SUPERUSER = "postgres";

const START_MS = 60_000;
const STOP_MS = 60_000;
const POLL_MS = 20;
const LOG_BYTES = 10 * 1024 * 1024;

/** Small, because it shares a machine with us. The log keeps no statements: they may hold what people wrote. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  cluster_name: "commonplace",
  shared_buffers: "64MB",
  max_connections: "100",
  max_wal_size: "256MB",
  random_page_cost: "1.1",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  log_min_messages: "log",
  log_min_error_statement: "panic",
};

/** For tests: nothing survives a power cut, and nothing needs to. */
const FAST_SETTINGS = {
  fsync: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "1GB",
  max_connections: "300",
};

export interface Running {
  pid: number;
  port: number;
  /** False while it starts or stops. */
  ready: boolean;
}

/** Where the cluster's own files are. */
export function clusterFolder(place: Place): string {
  return join(place.home, "cluster");
}

/**
 * Makes the cluster unless it is there, and returns its password. It is made aside and renamed, so a cluster that is there is whole.
 * Refuses one that another version of Postgres made.
 */
export async function ensureCluster(place: Place, binaries: Binaries, fast: boolean): Promise<string> {
  const folder = clusterFolder(place);
  const made = await readFile(join(folder, "PG_VERSION"), "utf8").catch((error: unknown) => {
    if (errno(error) === "ENOENT") return undefined;
    throw notOurs(place);
  });
  if (made === undefined) {
    if (await stat(folder).catch(() => undefined)) {
      throw new EmbeddedPostgresError(`${folder} is in the way: it is no Postgres cluster; move it elsewhere.`);
    }
    return makeCluster(place, binaries, fast);
  }
  const major = binaries.version.split(".")[0];
  if (made.trim() !== major) {
    throw new EmbeddedPostgresError(
      `The cluster in ${folder} was made by Postgres ${made.trim()}, but Commonplace brings Postgres ${major}: ` +
        "dump it with the old version and load it into a new one, or set DATABASE_URL to a server that runs it.",
    );
  }
  try {
    return (await readFile(passwordFile(place), "utf8")).trim();
  } catch (error) {
    if (errno(error) !== "ENOENT") throw notOurs(place);
    throw new EmbeddedPostgresError(
      `The database's password is missing: put ${passwordFile(place)} back from your backup.`,
    );
  }
}

function notOurs(place: Place): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The database in ${place.home} belongs to another user: run this as the user who started it first, or as root.`,
  );
}

function passwordFile(place: Place): string {
  return join(place.home, "password");
}

async function makeCluster(place: Place, binaries: Binaries, fast: boolean): Promise<string> {
  // What an interrupted start left; we hold the lock, so nobody is at work there.
  for (const name of await readdir(place.home)) {
    if (name.startsWith("cluster.new-")) await rm(join(place.home, name), { recursive: true, force: true });
  }
  const password = randomBytes(24).toString("base64url");
  await rm(passwordFile(place), { force: true });
  await writeFile(passwordFile(place), `${password}\n`, { mode: 0o600 });
  await giveTo(passwordFile(place), place.owner);
  const fresh = join(place.home, `cluster.new-${process.pid}`);
  await mkdir(fresh, { mode: 0o700 });
  await giveTo(fresh, place.owner);

  const args = [
    ...["--pgdata", fresh, "--username", SUPERUSER, "--pwfile", passwordFile(place), "--auth", "scram-sha-256"],
    ...["--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"],
    ...["--no-instructions", ...(fast ? ["--no-sync"] : [])],
  ];
  // With the C library's C.UTF-8 pg_trgm knows letters beyond ASCII; systems that lack it do without.
  let made = await run(binaries.initdb, [...args, "--lc-ctype", "C.UTF-8"], place.owner);
  if (made.code !== 0 && /locale/i.test(made.output)) made = await run(binaries.initdb, args, place.owner);
  if (made.code !== 0) {
    await rm(fresh, { recursive: true, force: true });
    throw new EmbeddedPostgresError(`Postgres could not make a cluster in ${place.home}: ${lastLines(made.output)}`);
  }
  await rename(fresh, clusterFolder(place));
  return password;
}

async function giveTo(path: string, owner: Owner | undefined): Promise<void> {
  if (owner) await chown(path, owner.uid, owner.gid);
}

/** The server that runs on the cluster, if one does: what a crash left behind counts as none, also when its process id is another's now. */
export async function findRunning(place: Place): Promise<Running | undefined> {
  const text = await readFile(pidFile(place), "utf8").catch(() => "");
  const lines = text.split("\n").map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1 || !processExists(pid) || (await isSomethingElse(pid))) return undefined;
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7] === "ready" };
}

function pidFile(place: Place): string {
  return join(clusterFolder(place), "postmaster.pid");
}

/** Whether process `pid` is surely no Postgres. Where that cannot be told it might be one. */
async function isSomethingElse(pid: number): Promise<boolean> {
  if (process.platform === "linux") {
    // Empty for a process that has ended but was not waited for yet.
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
    return command !== undefined && !command.includes("postgres");
  }
  const { code, output } = await run("ps", ["-p", String(pid), "-o", "command="]);
  return code === 0 && !output.includes("postgres");
}

/**
 * Starts the server and returns its port once it is ready. It runs on its own: it outlives us, and Ctrl-C in our terminal does not reach it.
 * After a crash this is also how Postgres repairs itself.
 */
export async function startServer(place: Place, binaries: Binaries, fast: boolean): Promise<number> {
  await removeForeignPidFile(place);
  const deadline = Date.now() + START_MS;
  for (;;) {
    const port = await choosePort(place);
    const said = await launch(place, binaries, fast, port);
    if (said === undefined) return port;
    // Somebody else took the port between our looking and Postgres' binding, or children of a killed server are still ending.
    const passing = /could not bind|shared memory block .* is still in use/.test(said);
    if (!passing || Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `Postgres did not start: ${lastLines(said)} (the whole log is ${logFile(place)})`,
      );
    }
    await sleep(10 * POLL_MS);
  }
}

/**
 * Removes a pid file whose process id is now another program's (as happens after a reboot or in a container), because Postgres would refuse to start.
 * Any other left-over pid file stays: Postgres itself checks by it that no child of the old server is still at work.
 */
async function removeForeignPidFile(place: Place): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile(place), "utf8").catch(() => ""), 10);
  if (pid > 0 && processExists(pid) && (await isSomethingElse(pid))) await rm(pidFile(place), { force: true });
}

/** Undefined once it is ready; else what it wrote to its log before it ended. */
async function launch(place: Place, binaries: Binaries, fast: boolean, port: number): Promise<string | undefined> {
  const size = (await stat(logFile(place)).catch(() => undefined))?.size ?? 0;
  if (size > LOG_BYTES) await rename(logFile(place), `${logFile(place)}.1`);
  const from = size > LOG_BYTES ? 0 : size;
  const log = await open(logFile(place), "a", 0o600);
  let ended: string | undefined;
  let pid: number | undefined;
  try {
    await giveTo(logFile(place), place.owner);
    const settings = Object.entries({ ...SETTINGS, ...(fast ? FAST_SETTINGS : {}) });
    const child = spawn(
      binaries.postgres,
      [
        "-D",
        clusterFolder(place),
        "-p",
        String(port),
        ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ],
      { ...place.owner, cwd: "/", env: CHILD_ENV, detached: true, stdio: ["ignore", log.fd, log.fd] },
    );
    pid = child.pid;
    child.on("error", (error) => {
      ended = error.message;
    });
    child.on("exit", (code, signal) => {
      ended = `it ended with ${signal ?? `code ${code}`}`;
    });
    child.unref();
  } finally {
    await log.close();
  }
  const deadline = Date.now() + START_MS;
  for (;;) {
    const running = await findRunning(place);
    if (running?.ready && running.pid === pid) return undefined;
    if (ended !== undefined) {
      const text = (await readFile(logFile(place))).subarray(from).toString("utf8");
      return text.trim() === "" ? ended : text;
    }
    if (Date.now() > deadline) {
      if (pid !== undefined) signal(pid, "SIGQUIT");
      return `it was not ready after ${START_MS / 1000} s`;
    }
    await sleep(POLL_MS);
  }
}

function logFile(place: Place): string {
  return join(place.home, "postgres.log");
}

/** The port used last time if it is still free, so that a restarted server is found where it was; else a new one, which is kept. */
async function choosePort(place: Place): Promise<number> {
  const file = join(place.home, "port");
  const kept = Number(await readFile(file, "utf8").catch(() => ""));
  if (Number.isInteger(kept) && kept > 0 && kept < 65_536 && (await listenOnce(kept)) !== undefined) return kept;
  const port = (await listenOnce(0)) ?? 0;
  await writeFile(file, `${port}\n`);
  await chmod(file, 0o644);
  return port;
}

/** Listens on `port` (0: any) for a moment; the port when that worked. */
function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : undefined));
    });
  });
}

/** Stops the server, cutting off whoever is still connected, and returns when it is gone. */
export async function stopServer(place: Place): Promise<void> {
  const running = await findRunning(place);
  if (!running) return;
  // SIGINT is Postgres' "fast" shutdown: SIGTERM would wait for every client to leave.
  signal(running.pid, "SIGINT");
  const deadline = Date.now() + STOP_MS;
  while ((await findRunning(place))?.pid === running.pid) {
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `Postgres (process ${running.pid}) did not stop within ${STOP_MS / 1000} s: look into ${logFile(place)}.`,
      );
    }
    await sleep(POLL_MS);
  }
}

function signal(pid: number, name: "SIGINT" | "SIGQUIT"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (errno(error) === "EPERM")
      throw new EmbeddedPostgresError(`Postgres (process ${pid}) runs as another user: stop it as that user.`);
    if (errno(error) !== "ESRCH") throw error;
  }
}
