/** Lets one process at a time start or stop a cluster, and knows which processes are using it. */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EmbeddedPostgresError, errno } from "./run.ts";

const WAIT_MS = 120_000;
const POLL_MS = 25;
/** A lock that is still empty after this long was left by a process that died while making it. */
const EMPTY_MS = 10_000;

/**
 * Does `action` while holding the lock `file`. Waits up to two minutes for others; a lock whose process is gone is taken over.
 * (Below it Postgres has a lock of its own, so even a lock broken wrongly could not put two servers on one cluster.)
 */
export async function withLock<T>(file: string, action: () => Promise<T>): Promise<T> {
  const mine = await ownMark();
  const deadline = Date.now() + WAIT_MS;
  while (!(await take(file, mine))) {
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `Another process has been starting or stopping the database for two minutes (${file}): end it, or remove that file if there is none.`,
      );
    }
    await breakIfStale(file);
    await sleep(POLL_MS);
  }
  try {
    return await action();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string, mark: string): Promise<boolean> {
  try {
    await writeFile(file, mark, { flag: "wx", mode: 0o644 });
    return true;
  } catch (error) {
    if (errno(error) === "EEXIST") return false;
    throw error;
  }
}

async function breakIfStale(file: string): Promise<void> {
  const mark = await readFile(file, "utf8").catch(() => undefined);
  if (mark === undefined) return;
  if (mark === "") {
    const made = await stat(file).catch(() => undefined);
    if (!made || Date.now() - made.mtimeMs < EMPTY_MS) return;
  } else if (await isAlive(mark)) {
    return;
  }
  // Moving it away is atomic: of several who found it stale, one gets it. Should it have become another's lock meanwhile, it goes back.
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, "utf8").catch(() => "")) === mark) await rm(aside, { force: true });
  else await rename(aside, file);
}

/** Notes in `folder` that this process uses the cluster, until `signOut`; returns the note's name. */
export async function signIn(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const note = randomUUID();
  await writeFile(join(folder, note), await ownMark(), { flag: "wx", mode: 0o644 });
  return note;
}

/** Takes the note back, and says whether some other living process still uses the cluster. Notes of the dead are removed. */
export async function signOut(folder: string, note: string): Promise<{ othersLeft: boolean }> {
  await rm(join(folder, note), { force: true });
  let othersLeft = false;
  for (const other of await readdir(folder).catch(() => [])) {
    const mark = await readFile(join(folder, other), "utf8").catch(() => "");
    if (await isAlive(mark)) othersLeft = true;
    else await rm(join(folder, other), { force: true });
  }
  return { othersLeft };
}

/** This process by its id and, where the system tells, when it was born: ids are given out again. */
async function ownMark(): Promise<string> {
  return `${process.pid} ${await bornAt(process.pid)}`;
}

async function isAlive(mark: string): Promise<boolean> {
  const [pid, born] = mark.split(" ");
  if (!pid || !/^\d+$/.test(pid) || !processExists(Number(pid))) return false;
  return (await bornAt(Number(pid))) === born;
}

/** Whether there is a process with this id, ours or another user's. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errno(error) === "EPERM";
  }
}

/** The start time of a process in the kernel's ticks since boot (field 22 of /proc/PID/stat), or `-` where there is no /proc. */
async function bornAt(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "-";
}
