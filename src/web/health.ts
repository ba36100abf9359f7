/** What orchestrators and operators ask: is the process alive, and is it ready to serve? */
import { Hono } from "hono";
import type { Db } from "../../db/open.ts";
import { readiness, SchemaError } from "../../db/views/health.ts";

/** Seconds that a letter may have been due before we say so; it does not make us unready: web requests are served all the same. */
const LAG_TO_MENTION = 300;

const LETTERS_WAIT = "Letters wait for delivery: is a worker running?";
const NEWER_SCHEMA = "A newer version has brought the database up to date: this one should be replaced soon.";

/** `/livez` answers as long as the process runs; `/readyz` looks at the database, the schema and the delivery lag. */
export function health(db: Db, isStopping: () => boolean): Hono {
  const routes = new Hono();
  routes.get("/livez", (c) => c.text("alive\n"));
  routes.get("/readyz", async (c) => {
    if (isStopping()) return c.json({ ready: false, why: "The server is stopping." }, 503);
    try {
      const { pending, newer, lag } = await readiness(db);
      const ready = pending === 0;
      const note = [newer && NEWER_SCHEMA, lag > LAG_TO_MENTION && LETTERS_WAIT].filter(Boolean).join(" ");
      const answer = { ready, database: "answers", migrationsPending: pending, deliveryLagSeconds: lag };
      return c.json(note === "" ? answer : { ...answer, note }, ready ? 200 : 503);
    } catch (error) {
      const why = error instanceof SchemaError ? error.message : "The database does not answer.";
      return c.json({ ready: false, why }, 503);
    }
  });
  return routes;
}
