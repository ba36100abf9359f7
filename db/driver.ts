/**
 * Loads postgres.js, mended where version 3.4.9 does not survive the end of a connection: it writes to the socket that is gone, outside of any
 * promise (https://github.com/porsager/postgres/issues/1208), and what it had not sent yet stays in the way of the connection's next life
 * (https://github.com/porsager/postgres/pull/1168). Unmended, restarting Postgres ends our process or leaves it without connections. And where a
 * proxy takes a connection and ends it, for want of a Postgres behind it, the next one is made at once, hundreds a second, and no question is answered.
 */
import { registerHooks } from "node:module";
import type Postgres from "postgres";

/** For each file of the driver: what stands there, what is to stand there, and how often. */
const MENDS: Readonly<Record<string, readonly (readonly [wrong: string, right: string, times: number])[]>> = {
  "/postgres/src/connection.js": [
    // What was waiting to be sent goes with its socket.
    [
      "    clearImmediate(nextWriteTimer)\n",
      "    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n",
      2,
    ],
    ["    const x = socket.write(chunk, fn)\n", "    const x = socket === null || socket.write(chunk, fn)\n", 1],
    // What the old socket still owed an answer to is told so, and is not taken for a question of the next one.
    // A socket that was ended before it was of use is made anew at once only where there is another host to ask.
    [
      "    if (initial)\n      return reconnect()\n\n    !hadError && (query || sent.length) && error(",
      "    if (initial && options.host[1])\n      return query = errorResponse = null, reconnect()\n\n    ;(initial || query || sent.length) && error(",
      1,
    ],
    [
      "    closedTime = performance.now()\n",
      "    query = errorResponse = null\n    closedTime = performance.now()\n",
      1,
    ],
    // Its own first question, which nobody waits for, may fail.
    ["    `], [], execute)\n    types.forEach", "    `], [], execute).catch(() => [])\n    types.forEach", 1],
    // A transaction or a reserved connection whose socket is gone is told so, at once.
    [
      "  function execute(q) {\n",
      "  function execute(q) {\n    if (socket === null)\n      return queryError(q, Errors.connection('CONNECTION_CLOSED', options, socket)), true\n\n",
      1,
    ],
  ],
  "/postgres/src/index.js": [
    // A reserved connection that has ended is given back as what it is, not as one that is open.
    [
      "      c.reserved = null\n      onopen(c)\n",
      "      c.reserved = null\n      c.queue === closed || onopen(c)\n",
      1,
    ],
  ],
};

/** `source` of the driver's file at `url`, mended; unchanged when it is another file. Throws when the driver is no longer the one we know. */
export function mend(url: string, source: string): string {
  const file = Object.keys(MENDS).find((name) => url.endsWith(name));
  for (const [wrong, right, times] of file ? (MENDS[file] ?? []) : []) {
    if (source.split(wrong).length - 1 !== times) {
      throw new Error(
        `${url} is not the version of postgres.js that db/driver.ts mends: look whether it still needs mending.`,
      );
    }
    source = source.replaceAll(wrong, () => right);
  }
  return source;
}

let mended = 0;
const hooks = registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (loaded.format !== "module" || loaded.source === undefined || loaded.source === null) return loaded;
    if (!Object.keys(MENDS).some((name) => url.endsWith(name))) return loaded;
    const source =
      typeof loaded.source === "string" ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString("utf8");
    mended += 1;
    return { ...loaded, source: mend(url, source) };
  },
});

/** postgres.js. It is loaded here and nowhere else, because only what is loaded now gets mended. */
export const postgres: typeof Postgres = (await import("postgres")).default;
hooks.deregister();
if (mended === 0) throw new Error("Something has loaded postgres.js before db/driver.ts could mend it.");
