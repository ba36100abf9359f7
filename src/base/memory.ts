/** Gives memory back to the machine when little is going on. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const EVERY_MS = 10_000;
/** Parts of that time in which the event loop was at work: above the one it is busy, below the other quiet. */
const BUSY = 0.1;
const QUIET = 0.04;

type CollectGarbage = (options: { type: "minor" | "major"; flavor?: "last-resort" }) => void;

/**
 * V8 reconsiders how much room it keeps only when it collects garbage, and a server with nothing to do makes none: after a busy minute it would hold on to
 * twice what it needs, for hours. So its youngest objects are collected every ten seconds, which takes a millisecond or less when little happened,
 * and after which V8 shrinks by itself. Pages that it has done with it keeps for later, and the machine has them back only by a last resort: that is for the
 * first quiet moment after a busy one, for it takes some 75 ms. Figures: bench/README.md.
 *
 * @returns what ends it.
 */
export function giveMemoryBack(everyMs = EVERY_MS): Disposable {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as CollectGarbage;
  let before = performance.eventLoopUtilization();
  let wasBusy = false;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > BUSY) wasBusy = true;
    const isOver = wasBusy && utilization < QUIET;
    collect(isOver ? { type: "major", flavor: "last-resort" } : { type: "minor" });
    if (isOver) wasBusy = false;
  }, everyMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
