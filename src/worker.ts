/** The worker: delivers letters and runs the jobs. */
import { openDelivery, prove } from "../federation/index.ts";
import type { App } from "./app.ts";

export interface RunningWorker extends AsyncDisposable {
  /** Waits until nothing is due: for tests and demonstrations. */
  settled(): Promise<void>;
}

/** Starts to work. Disposing finishes what is under way, for at most 10 seconds, and gives back what it had leased (R59). */
export async function startWorker(app: App): Promise<RunningWorker> {
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
  await jobs.work(house, federation);
  return {
    settled: () => delivery.settled(),
    [Symbol.asyncDispose]: () => delivery[Symbol.asyncDispose](),
  };
}
