/** Finds the processes that read pictures for this one: Linux tells who our children are. */
import { readdirSync, readFileSync } from "node:fs";

/** Where this can be asked. */
export const canAsk = process.platform === "linux";

/** Their ids. One that has ended and was not cleared away yet is none. */
export function pictureProcesses(): number[] {
  return readdirSync("/proc/self/task")
    .flatMap((thread) => readFileSync(`/proc/self/task/${thread}/children`, "utf8").trim().split(" "))
    .filter((pid) => pid !== "" && commandOf(pid).includes("pictures/process.ts"))
    .map(Number);
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
