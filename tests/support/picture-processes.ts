/** Finds the processes that read pictures for this one: Linux tells who our children are. */
import { readdirSync, readFileSync } from "node:fs";
import { vi } from "vitest";

/** Where this can be asked. */
export const canAsk = process.platform === "linux";

/** Their ids. One that has ended and was not cleared away yet is none. */
export function pictureProcesses(): number[] {
  return readdirSync("/proc/self/task")
    .flatMap((thread) => readFileSync(`/proc/self/task/${thread}/children`, "utf8").trim().split(" "))
    .filter((pid) => pid !== "" && commandOf(pid).includes("pictures/process.ts"))
    .map(Number);
}

/** Waits for the end of those of test files that ran in this process before: they are kept for two seconds. */
export function othersEnded(): Promise<unknown> {
  return vi.waitUntil(() => pictureProcesses().length === 0, { timeout: 60_000 });
}

/** The id of the only one. */
export function pictureProcess(): number {
  const [pid, ...more] = pictureProcesses();
  if (pid === undefined || more.length > 0) throw new Error("There is not exactly one.");
  return pid;
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
