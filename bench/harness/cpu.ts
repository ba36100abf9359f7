/** What whole process trees have used: CPU time and memory, as Linux tells it in /proc. */
import { readdirSync, readFileSync } from "node:fs";

/**
 * /proc/pid/stat counts in hundredths of a second on every Linux that Node runs on (USER_HZ), each process by itself: of a dozen, as Postgres has them, a
 * tenth of a second may be missing. Where the kernel tells the nanoseconds of each thread (proc(5), schedstat), those are taken.
 */
const TICK_MS = 10;
const NANOSECONDS = 1e-6;

interface Stat {
  parent: number;
  /** Its own time, and that of its children that have ended and were waited for. */
  ms: number;
}

function readStat(pid: number | string): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name, in brackets, may hold anything: what counts begins behind it (proc_pid_stat(5)).
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const at = (index: number) => Number(fields[index]);
    const own = threadsOf(pid) ?? (at(11) + at(12)) * TICK_MS;
    return { parent: at(1), ms: own + (at(13) + at(14)) * TICK_MS };
  } catch {
    return null;
  }
}

/** Milliseconds that the threads of a process have run; undefined where the kernel does not count them. */
function threadsOf(pid: number | string): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1").split(" ")[0]),
    );
    return threads.reduce((sum, nanoseconds) => sum + nanoseconds, 0) * NANOSECONDS;
  } catch {
    return undefined;
  }
}

/** The processes of the trees that grow from `roots`, with what each has used. */
function tree(roots: readonly number[]): Map<number, Stat> {
  const all = new Map<number, Stat>();
  for (const name of readdirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? readStat(name) : null;
    if (stat) all.set(Number(name), stat);
  }
  const belongs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = all.get(at)?.parent) {
      if (roots.includes(at)) return true;
    }
    return false;
  };
  return new Map([...all].filter(([pid]) => belongs(pid)));
}

/** Milliseconds of CPU, user and system, that these processes and all their descendants have used, those that have ended included. */
export function cpuOf(...roots: number[]): number {
  let sum = 0;
  for (const { ms } of tree(roots).values()) sum += ms;
  return sum;
}

/** Milliseconds of CPU of this process alone, its threads included. */
export function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The process that `pid` was started by. */
export function parentOf(pid: number): number {
  const stat = readStat(pid);
  if (!stat)
    throw new Error(`There is no process ${pid} on this machine: benchmarks need Linux and a Postgres beside them.`);
  return stat.parent;
}

export interface MemoryUse {
  processes: number;
  /** MB. What several processes share counts in each of them. */
  rss: number;
  /** MB. What several processes share is divided among them, so that sums are true. */
  pss: number;
}

/** The memory of a process, or of a whole tree. */
export function memoryOf(root: number, withDescendants: boolean): MemoryUse {
  const pids = withDescendants ? [...tree([root]).keys()] : [root];
  const sum = (file: string, name: string) => pids.reduce((kB, pid) => kB + readLine(`/proc/${pid}/${file}`, name), 0);
  return { processes: pids.length, rss: sum("status", "VmRSS") / 1024, pss: sum("smaps_rollup", "Pss") / 1024 };
}

function readLine(path: string, name: string): number {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(path, "latin1"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
