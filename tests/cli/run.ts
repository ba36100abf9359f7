/** Runs the program as an operator does, in a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

const PATIENCE_MS = 60_000;

export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** A process of the program; `env` is all of its environment but PATH, and where Node keeps what it has compiled. */
export function start(words: readonly string[], env: Record<string, string> = {}) {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [MAIN, ...words], { env: { PATH, NODE_COMPILE_CACHE, ...env }, stdio: "pipe" });
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

/** A port that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until a server that was started is ready on `port`; throws with what it said when it ended instead. */
export async function untilReady(server: ReturnType<typeof start>, port: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    if (Date.now() > deadline || server.child.exitCode !== null)
      throw new Error(`The server is not ready: ${server.outcome.err}`);
    await sleep(50);
  }
}
