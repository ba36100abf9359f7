/** A process that delivers until it is killed: for the tests of what happens when a worker dies. */
import { openWorld } from "./world.ts";

const [url = ""] = process.argv.slice(2);
const world = await openWorld(url, { empty: false });
world.open({ now: () => new Date() }).wake();
process.stdout.write("working\n");
