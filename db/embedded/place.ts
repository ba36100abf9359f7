/** Decides where the cluster lives and who owns it: Postgres refuses to run as root, and its own user must reach the files. */
import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EmbeddedPostgresError, lastLines, type Owner, run } from "./run.ts";

export interface Place {
  /** The folder with the cluster and what belongs to it; absolute. */
  home: string;
  /** Who Postgres runs as; absent when it is ourselves. */
  owner?: Owner;
}

/** In `dataDir`, this file says where the cluster is when it is not in `dataDir` itself. */
const ELSEWHERE = "postgres-is-in";
const ADVICE = "run as a normal user, or set DATABASE_URL to a Postgres 16 or newer";

/**
 * Makes and returns the place for the cluster of `dataDir` (absolute). As a normal user this is `dataDir`. As root it is `dataDir` if the system
 * user `postgres` (made when absent) can get there, else a folder of its own below `systemDir`, remembered in `dataDir`.
 */
export async function choosePlace(dataDir: string, systemDir: string, log: (line: string) => void): Promise<Place> {
  await makeFolder(dataDir);
  const isRoot = process.getuid?.() === 0;
  const elsewhere = await readFile(join(dataDir, ELSEWHERE), "utf8").catch(() => "");
  if (elsewhere.trim() !== "" && (await ownerOf(join(elsewhere.trim(), "cluster")))) {
    return withOwner(elsewhere.trim(), isRoot);
  }
  if (!isRoot) return { home: dataDir };
  if (await ownerOf(join(dataDir, "cluster"))) return withOwner(dataDir, isRoot);

  const owner = await systemUser();
  if (await canReach(dataDir, owner)) return { home: dataDir, owner };
  const home = join(systemDir, createHash("sha256").update(dataDir).digest("hex").slice(0, 16));
  try {
    await makeFolder(systemDir);
    await makeFolder(home);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `As root Postgres runs as the user "postgres", who reaches neither ${dataDir} nor ${home} (${(error as Error).message}): ${ADVICE}.`,
    );
  }
  if (!(await canReach(home, owner))) {
    throw new EmbeddedPostgresError(
      `As root Postgres runs as the user "postgres", who reaches neither ${dataDir} nor ${home}: ${ADVICE}.`,
    );
  }
  log(`The database is kept in ${home}: as root Postgres runs as the user "postgres", who cannot reach ${dataDir}.`);
  await writeFile(join(dataDir, ELSEWHERE), `${home}\n`);
  return { home, owner };
}

/** A cluster that is there keeps its owner, whoever starts it. */
async function withOwner(home: string, isRoot: boolean): Promise<Place> {
  const owner = isRoot ? await ownerOf(join(home, "cluster")) : undefined;
  return owner ? { home, owner } : { home };
}

async function ownerOf(path: string): Promise<Owner | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && { uid: found.uid, gid: found.gid };
}

/** Makes `folder` so that others may pass through it, whatever the umask says. One that is there stays as it is. */
async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true });
  if (made !== undefined) await chmod(folder, 0o755);
}

async function canReach(folder: string, owner: Owner): Promise<boolean> {
  return (await run("/bin/sh", ["-c", 'test -x "$1"', "sh", folder], owner)).code === 0;
}

/** The system user `postgres`, made when absent. */
async function systemUser(): Promise<Owner> {
  const there = await lookUp();
  if (there) return there;
  await run("groupadd", ["--system", "--force", "postgres"]);
  const args = ["--system", "--gid", "postgres", "--no-create-home", "--home-dir", "/", "--shell", "/usr/sbin/nologin"];
  const made = await run("useradd", [...args, "postgres"]);
  const user = await lookUp();
  if (user) return user;
  throw new EmbeddedPostgresError(
    `Postgres refuses to run as root, and no system user "postgres" could be made (${lastLines(made.output, 1)}): ${ADVICE}.`,
  );
}

async function lookUp(): Promise<Owner | undefined> {
  const [uid, gid] = await Promise.all([run("id", ["-u", "postgres"]), run("id", ["-g", "postgres"])]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}
