/** The floor of a start: the same Postgres joined or started, a question to it, and node:http listening. */
import { once } from "node:events";
import { createServer } from "node:http";
import { openEmbedded } from "../../db/embedded.ts";
import { openDb } from "../../db/open.ts";

const [, , dataDir = "", port = "0"] = process.argv;
const embedded = await openEmbedded({ dataDir });
const db = openDb(embedded.url, { max: 1 });
await db`select 1`;
const server = createServer((_, response) => response.end("ready\n"));
await once(server.listen(Number(port), "127.0.0.1"), "listening");
await once(process, "SIGTERM");
await db.end({ timeout: 1 });
await embedded.stop();
process.exit();
