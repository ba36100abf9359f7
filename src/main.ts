/** Reads the command line, runs the command it means, and stops on a signal. */
import { EmbeddedPostgresError } from "../db/embedded/run.ts";
import { SchemaError } from "../db/migrate.ts";
import { NodesTaken } from "../db/node.ts";
import { Refusal } from "./base/errors.ts";
import { howToCall } from "./cli/call.ts";
import { UsageError } from "./cli/command.ts";
import { commands } from "./cli/index.ts";
import { parseOrder } from "./cli/parse.ts";
import { ConfigError } from "./config.ts";
import { explainDatabase } from "./database-trouble.ts";
import { openDesk } from "./desk.ts";
import { SecretError } from "./secret.ts";

/** A stop takes at most this long (R59); then whatever hangs is left behind. */
const STOP_MS = 15_000;
/** Exit codes: a bug (EX_SOFTWARE of sysexits.h), and the shell's for a program that was interrupted. */
const BUG = 70;
const INTERRUPTED = 130;

const EXPECTED = [Refusal, ConfigError, SchemaError, EmbeddedPostgresError, NodesTaken, SecretError, UsageError];

async function main(words: readonly string[]): Promise<number> {
  const order = parseOrder(words, commands, howToCall());
  if ("text" in order) {
    process.stdout.write(`${order.text}\n`);
    return 0;
  }
  const stopped = stopSignal();
  await using stack = new AsyncDisposableStack();
  const run = order.command.run(openDesk(stack, stopped), order.values, order.operands);
  if (order.command.untilStopped) return (await run) ?? 0;
  return (await Promise.race([run, stopped.then(() => INTERRUPTED)])) ?? 0;
}

/** Resolves at the first SIGTERM or SIGINT. From then on there are 15 seconds; a second signal ends the program at once. */
function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let told = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (told) process.exit(INTERRUPTED);
      told = true;
      setTimeout(() => {
        process.stderr.write(`Not everything was closed within ${STOP_MS / 1000} seconds; leaving it.\n`);
        process.exit(1);
      }, STOP_MS - 500).unref();
      resolve();
    });
  }
  return promise;
}

/** What is expected is said in a sentence, or a list of them; anything else is a bug and shows where it comes from. */
function report(error: unknown): number {
  if (error instanceof ConfigError && error.problems.length > 1) {
    process.stderr.write(
      `The configuration cannot be used:\n${error.problems.map((problem) => `  - ${problem}\n`).join("")}`,
    );
  } else if (EXPECTED.some((kind) => error instanceof kind)) {
    process.stderr.write(`${(error as Error).message}\n`);
  } else {
    process.stderr.write(`This is a bug in Commonplace.\n${error instanceof Error ? error.stack : String(error)}\n`);
    return BUG;
  }
  return 1;
}

// A reader that has seen enough, such as `head`, closes the pipe.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : BUG));
process.on("uncaughtException", (error) => process.exit(report(error)));
// Nothing may keep a program alive that is done; what was printed is flushed before it ends.
const code = await main(process.argv.slice(2)).catch((error) => report(explainDatabase(error) ?? error));
process.stdout.write("", () => process.exit(code));
