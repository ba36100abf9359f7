/** What orchestrators and operators ask: is the process alive, and is it ready to serve? */
import { Hono } from "hono";
import type { Db } from "../../db/open.ts";
import { readiness } from "../../db/views/health.ts";

/** Seconds that a letter may have been due before we say so; it does not make us unready: web requests are served all the same. */
const LAG_TO_MENTION = 300;

/** `/livez` answers as long as the process runs; `/readyz` looks at the database, the schema and the delivery lag. */
export function health(db: Db, isStopping: () => boolean): Hono {
  const routes = new Hono();
  routes.get("/livez", (c) => c.text("alive\n"));
  routes.get("/readyz", async (c) => {
    if (isStopping()) return c.json({ ready: false, why: "The server is stopping." }, 503);
    try {
      const { pending, lag } = await readiness(db);
      const ready = pending === 0;
      const note = lag > LAG_TO_MENTION ? { note: "Letters wait for delivery: is a worker running?" } : {};
      const answer = { ready, database: "answers", migrationsPending: pending, deliveryLagSeconds: lag, ...note };
      return c.json(answer, ready ? 200 : 503);
    } catch {
      return c.json({ ready: false, why: "The database does not answer." }, 503);
    }
  });
  return routes;
}
