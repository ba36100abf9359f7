/** Runs a program to its end, as another user where needed, and gives back what it said. */
import { spawn } from "node:child_process";

/** The system user that a program runs as; only root can choose one. */
export interface Owner {
  uid: number;
  gid: number;
}

/** Something about the embedded Postgres that a person has to put right; the message is one sentence that says how. */
export class EmbeddedPostgresError extends Error {
  override readonly name = "EmbeddedPostgresError";
}

/** What children get instead of our own environment: nothing of ours reaches Postgres, and its messages are in English. */
export const CHILD_ENV = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };

const TIMEOUT_MS = 120_000;

/**
 * Runs `program` with `args`. Never rejects: a program that cannot be run at all, is killed or takes longer than two minutes has the code -1.
 * `output` is everything it printed.
 */
export function run(
  program: string,
  args: readonly string[],
  owner?: Owner,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...owner,
      cwd: "/",
      env: CHILD_ENV,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: TIMEOUT_MS,
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", (error) => resolve({ code: -1, output: `${output}${error.message}` }));
    child.on("close", (code) => resolve({ code: code ?? -1, output }));
  });
}

/** The last `count` lines of `text`, joined by ` | ` so that they fit into one sentence. */
export function lastLines(text: string, count = 4): string {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-count)
    .join(" | ");
}

/** The code of a system error such as `ENOENT`, or undefined. */
export function errno(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
