/** Runs the program as an operator does, in a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** A process of the program; `env` is all of its environment but PATH. */
export function start(words: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, ...words], { env: { PATH: process.env.PATH, ...env }, stdio: "pipe" });
  const outcome: Outcome = { code: null, out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    outcome.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    outcome.err += text;
  });
  const ended = once(child, "close").then(([code]) => ({ ...outcome, code: code as number | null }));
  return { child, outcome, ended };
}

/** Runs it to its end. */
export function run(words: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  return start(words, env).ended;
}
