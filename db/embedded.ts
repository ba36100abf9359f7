/** Real Postgres without installing one: starts the server that npm brought along, or joins the one that already runs on the same data. */
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { postgres } from "./driver.ts";
import { readyBinaries } from "./embedded/binaries.ts";
import { clusterFolder, ensureCluster, findRunning, SUPERUSER, startServer, stopServer } from "./embedded/cluster.ts";
import { signIn, signOut, withLock } from "./embedded/lock.ts";
import { choosePlace, type Place } from "./embedded/place.ts";
import { EmbeddedPostgresError, errno } from "./embedded/run.ts";

export { EmbeddedPostgresError };

/** Role and database that the program works with. The role may make databases, but is no superuser. */
const NAME = "commonplace";
const ADOPT_MS = 30_000;
const POLL_MS = 100;

export interface EmbeddedOptions {
  /** The folder that belongs to this database; made when absent. */
  dataDir: string;
  /** Told in sentences what a person should know; silent when absent. */
  log?: (line: string) => void;
  /** For tests: quicker, and nothing survives a power cut. */
  fast?: boolean;
  /** Where the cluster goes when we are root and the user `postgres` cannot reach `dataDir`. */
  systemDir?: string;
}

export interface Embedded {
  /** Of the database `commonplace`, over TCP on loopback, password included. */
  url: string;
  /** Whether this call started the server; false when it ran already. */
  startedHere: boolean;
  /**
   * Says that we are done with it. The last of those who use it, in whatever process, stops the server; until then it runs on, whoever started it.
   * Calling it again does nothing.
   */
  stop(): Promise<void>;
}

/**
 * Opens the database in `dataDir`: makes it the first time, repairs it after a crash, joins it when it runs. Any number of processes may do so at
 * the same time. The server is a process of its own and survives the violent end of ours; whoever comes next joins it.
 * Throws an EmbeddedPostgresError, one sentence, when a person must do something.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  if (process.platform === "win32") {
    throw new EmbeddedPostgresError(
      "The Postgres that comes with Commonplace runs on Linux and macOS: set DATABASE_URL to a Postgres 16 or newer.",
    );
  }
  const dataDir = resolve(options.dataDir);
  try {
    return await open(dataDir, options);
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    const why = ["EACCES", "EPERM"].includes(errno(error) ?? "")
      ? "it belongs to another user; run this as the user who started it first, or as root"
      : (error as Error).message;
    throw new EmbeddedPostgresError(`The database in ${dataDir} cannot be opened: ${why}.`, { cause: error });
  }
}

async function open(dataDir: string, options: EmbeddedOptions): Promise<Embedded> {
  const { fast = false, log = () => {}, systemDir = "/var/lib/commonplace" } = options;
  const place = await choosePlace(dataDir, systemDir, log);
  const copyTo = (version: string) => join(place.owner ? systemDir : place.home, `postgres-${version}`);
  const binaries = await readyBinaries(copyTo, place.owner, log);
  const lock = join(place.home, "lock");
  const users = join(place.home, "users");

  return withLock(lock, async () => {
    const password = await ensureCluster(place, binaries, fast);
    const note = await signIn(users);
    const leave = async () => {
      const { othersLeft } = await signOut(users, note);
      if (!othersLeft) await stopServer(place);
    };
    try {
      const runningPort = await adopt(place, password);
      const port = runningPort ?? (await startServer(place, binaries, fast));
      if (runningPort === undefined) await prepare(port, password);
      let left: Promise<void> | undefined;
      return {
        url: `postgres://${NAME}:${password}@127.0.0.1:${port}/${NAME}`,
        startedHere: runningPort === undefined,
        stop: () => {
          left ??= withLock(lock, leave);
          return left;
        },
      };
    } catch (error) {
      await leave().catch(() => {});
      throw error;
    }
  });
}

/** The port of the server that runs on the cluster, once it answers; undefined when none runs, or the one that did has stopped. */
async function adopt(place: Place, password: string): Promise<number | undefined> {
  const deadline = Date.now() + ADOPT_MS;
  for (;;) {
    const running = await findRunning(place);
    if (!running) return undefined;
    if (running.ready) {
      try {
        await prepare(running.port, password);
        return running.port;
      } catch (error) {
        if (!isPassing(error)) throw error;
      }
    }
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `Postgres runs on ${clusterFolder(place)} (process ${running.pid}), but has not answered for ${ADOPT_MS / 1000} s: look into its log, or end that process.`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** Whether a server that is just starting or stopping may answer so. */
function isPassing(error: unknown): boolean {
  const passing = ["57P01", "57P03", "ECONNREFUSED", "ECONNRESET", "CONNECTION_CLOSED", "CONNECT_TIMEOUT"];
  return passing.includes(errno(error) ?? "");
}

/** Asks the server for an answer, and makes our role and database when they are absent. */
async function prepare(port: number, password: string): Promise<void> {
  const sql = postgres({
    host: "127.0.0.1",
    port,
    user: SUPERUSER,
    password,
    database: "postgres",
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
  });
  try {
    const [there] = await sql<{ role: boolean; database: boolean }[]>`
      select exists (select from pg_roles where rolname = ${NAME}) as role,
             exists (select from pg_database where datname = ${NAME}) as database`;
    // The password is base64url: it needs no quoting, and this statement takes no parameters.
    if (!there?.role) await sql.unsafe(`create role ${NAME} login createdb password '${password}'`);
    if (!there?.database) await sql.unsafe(`create database ${NAME} owner ${NAME}`);
  } catch (error) {
    if (errno(error) !== "28P01") throw error;
    throw new EmbeddedPostgresError(
      "The database does not take the password in its password file: put that file back from your backup.",
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}
