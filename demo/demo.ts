/** `npm run demo`: two of our servers, a small Mastodon and a small Lemmy on loopback; a story is played between them and told on the terminal. */
import { parseArgs } from "node:util";
import { configureLogging } from "../src/base/log.ts";
import { openNarrator } from "./narrator.ts";
import { setStage } from "./stage.ts";
import { play } from "./story.ts";

const USAGE = `npm run demo -- [--fast] [--once]

  --fast  without the pauses for reading
  --once  ends after the story, instead of keeping the pages open until Ctrl-C
`;
const INTERRUPTED = 130;
const INSISTING_MS = 3_000;

async function main(words: string[]): Promise<number> {
  let options: { fast?: boolean; once?: boolean; help?: boolean };
  try {
    const flag = { type: "boolean" } as const;
    options = parseArgs({ args: words, options: { fast: flag, once: flag, help: flag } }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return 1;
  }
  const { fast = false, once = false, help = false } = options;
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  configureLogging({ level: "error", format: "pretty" });
  const stopped = stopSignal();
  const narrator = openNarrator(process.stdout, fast);
  narrator.say("Setting the stage …");
  await using stage = await setStage(narrator.say);
  // A story that is broken off may fail when its stage is taken away: that is nobody's business any more.
  const story = play(stage, narrator);
  story.catch(() => {});
  const ended = await Promise.race([story.then(() => true), stopped.then(() => false)]);
  if (ended && !once) {
    narrator.say("\nOpen them in a browser. Ctrl-C ends it all and leaves nothing behind.");
    await stopped;
  }
  narrator.say("\nTidying up …");
  return 0;
}

/** Resolves when somebody has had enough. Whoever insists some seconds later is let go at once, and leaves a Postgres running. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let toldAt: number | undefined;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        // npm passes on a Ctrl-C that came to us already.
        if (toldAt !== undefined && Date.now() - toldAt > INSISTING_MS) process.exit(INTERRUPTED);
        toldAt ??= Date.now();
        resolve();
      });
    }
    // The reader at the other end of a pipe has seen enough.
    process.stdout.on("error", () => resolve());
  });
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`\nThe demonstration failed: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
process.stdout.write("", () => process.exit());
