/** The worker: delivers letters and runs the jobs. */
import { openDelivery, prove } from "../federation/index.ts";
import type { App } from "./app.ts";
import { logger } from "./base/log.ts";
import { keepSearch } from "./jobs/search.ts";

export interface RunningWorker extends AsyncDisposable {
  /** Waits until nothing is due: for tests and demonstrations. */
  settled(): Promise<void>;
}

export interface WorkerOptions {
  /** Whether it also does what is to be done again and again; true unless a test does that by itself, at its own time. */
  byTheClock?: boolean;
}

/** Starts to work. Disposing finishes what is under way, for at most 10 seconds, and gives back what it had leased (R59). */
export async function startWorker(app: App, { byTheClock = true }: WorkerOptions = {}): Promise<RunningWorker> {
  const { db, node, outbound, federation, house, jobs } = app;
  const { ownKeys } = federation;
  const delivery = openDelivery({
    db,
    node,
    outbound,
    signerOf: ownKeys.signerOf,
    prove: (activity) => prove(ownKeys, activity),
  });
  app.onCommit(() => delivery.wake());
  const working = await jobs.work(house, federation, app.tokens, outbound);
  if (byTheClock) await jobs.keepTime();
  const search = keepSearch(house, logger("jobs"));
  return {
    settled: () => delivery.settled(),
    async [Symbol.asyncDispose]() {
      await Promise.all([search, delivery, working].map((part) => part[Symbol.asyncDispose]()));
    },
  };
}
