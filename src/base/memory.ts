/** Gives memory back to the machine when little is going on. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const EVERY_MS = 10_000;

type CollectGarbage = (options: { type: "minor" }) => void;

/**
 * V8 reconsiders how much room it keeps only when it collects garbage, and a server with nothing to do makes none: after a busy minute it would hold on to
 * twice what it needs, for hours. So its youngest objects are collected every ten seconds, which takes a millisecond or less when little happened,
 * and after which V8 shrinks by itself. Figures: bench/README.md.
 *
 * @returns what ends it.
 */
export function giveMemoryBack(everyMs = EVERY_MS): Disposable {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as CollectGarbage;
  const timer = setInterval(() => collect({ type: "minor" }), everyMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
