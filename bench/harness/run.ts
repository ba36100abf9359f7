/** Runs a benchmark: at most two minutes unless it says so, everything it started is ended, also on Ctrl-C, and the tables come last. */
import { cpus, loadavg } from "node:os";
import type { Clock } from "./clock.ts";
import type { Compared } from "./rounds.ts";
import { comparisons, type Fact, facts } from "./table.ts";

/** What is planned ends by now; the rest of the two minutes is for closing. */
const PLANNED_MS = 105_000;
/** So much longer it may take before it is stopped. */
const GRACE_MS = 8_000;
const CLOSING_MS = 20_000;
const INTERRUPTED = 130;

export interface Bench {
  clock: Clock;
  /** Whatever is opened goes on it. */
  stack: AsyncDisposableStack;
  /** Says on standard error what is being done. */
  say(sentence: string): void;
  row(row: Compared): void;
  fact(fact: Fact): void;
}

class OutOfTime extends Error {}

/** Runs `work` for `plannedMs` at most, prints what it has measured so far whatever becomes of it, and ends the process. */
export async function run(
  title: string,
  unit: string,
  work: (bench: Bench) => Promise<void>,
  plannedMs = PLANNED_MS,
): Promise<never> {
  const begun = performance.now();
  const leftMs = () => plannedMs - (performance.now() - begun);
  const stack = new AsyncDisposableStack();
  const rows: Compared[] = [];
  const figures: Fact[] = [];
  const bench: Bench = {
    clock: {
      leftMs,
      check() {
        if (leftMs() <= 0) throw new OutOfTime();
      },
    },
    stack,
    say: (sentence) =>
      void process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${sentence}\n`),
    row: (row) => void rows.push(row),
    fact: (fact) => void figures.push(fact),
  };
  const { promise: interrupted, reject: interrupt } = Promise.withResolvers<never>();
  interrupted.catch(() => {});
  const hard = setTimeout(() => interrupt(new OutOfTime()), plannedMs + GRACE_MS);
  let signalled = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      signalled = true;
      interrupt(new Error(`Stopped by ${signal}.`));
    });
  }
  const error = await Promise.race([work(bench), interrupted]).then(
    () => null,
    (reason: unknown) => reason,
  );
  clearTimeout(hard);
  setTimeout(() => process.exit(1), CLOSING_MS).unref();
  await stack.disposeAsync().catch((reason: unknown) => bench.say(`Closing failed: ${reason}`));
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  const load = loadavg()[0]?.toFixed(1);
  const out = [
    `\n${title}: Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), load ${load}, ${seconds} s\n`,
    comparisons(rows, unit),
    facts(figures),
  ].filter((part) => part !== "");
  process.stdout.write(`${out.join("\n")}`);
  if (error instanceof OutOfTime) process.stderr.write("The time was up before all was measured.\n");
  else if (error) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(signalled ? INTERRUPTED : error ? 1 : 0);
}
