/** A process that opens the embedded database in a folder, says so in one line of JSON, and leaves when its standard input ends. */
import { once } from "node:events";
import { openEmbedded } from "../../db/embedded.ts";

const [dataDir = "", systemDir] = process.argv.slice(2);
try {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const opened = await openEmbedded({ dataDir, log, fast: true, ...(systemDir ? { systemDir } : {}) });
  process.stdout.write(`${JSON.stringify({ url: opened.url, startedHere: opened.startedHere })}\n`);
  process.stdin.resume();
  await once(process.stdin, "end");
  await opened.stop();
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: (error as Error).message, name: (error as Error).name })}\n`);
  process.exitCode = 1;
}
