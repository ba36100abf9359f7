/** Keeps the index of words up to date while the worker runs: every few seconds, since what was just said is looked for at once. */
import type { Logger } from "../base/log.ts";
import { bringSearchUp } from "../domain/search/bring-up.ts";
import type { House } from "../domain/transact.ts";

const EVERY_MS = 5_000;
/** After trouble, such as a database that is away. */
const AFTER_TROUBLE_MS = 30_000;

/** Begins at once. Disposing stops after the batch that is under way; where it stopped, the next one goes on. */
export function keepSearch(house: Pick<House, "db">, log: Logger, everyMs: number = EVERY_MS): AsyncDisposable {
  const stop = new AbortController();
  const { promise: stopped, resolve: wake } = Promise.withResolvers<void>();
  stop.signal.addEventListener("abort", () => wake());

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      let pause = everyMs;
      try {
        const looked = await bringSearchUp(house, { signal: stop.signal });
        if (looked > 0) log.debug("Read {looked} posts for the search.", { looked });
      } catch (error) {
        if (!stop.signal.aborted) log.warn("The search was not brought up to date: {error}", { error });
        pause = AFTER_TROUBLE_MS;
      }
      const timer = Promise.withResolvers<void>();
      const handle = setTimeout(timer.resolve, pause);
      await Promise.race([timer.promise, stopped]);
      clearTimeout(handle);
    }
  }

  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
