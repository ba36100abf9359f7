/** What orchestrators and operators ask: is the process alive, and is it ready to serve? */
import { Hono } from "hono";
import { pendingMigrations } from "../db/migrate.ts";
import { deliveryLag } from "../db/queries/deliveries.ts";
import type { App } from "./app.ts";

/** Seconds that a letter may have been due before we say so; it does not make us unready: web requests are served all the same. */
const LAG_TO_MENTION = 300;

/** `/livez` answers as long as the process runs; `/readyz` looks at the database, the schema and the delivery lag. */
export function health(app: Pick<App, "db">, isStopping: () => boolean): Hono {
  const routes = new Hono();
  routes.get("/livez", (c) => c.text("alive\n"));
  routes.get("/readyz", async (c) => {
    if (isStopping()) return c.json({ ready: false, why: "The server is stopping." }, 503);
    try {
      const pending = await pendingMigrations(app.db);
      const lag = await deliveryLag(app.db);
      const ready = pending.length === 0;
      return c.json(
        {
          ready,
          database: "answers",
          migrationsPending: pending.length,
          deliveryLagSeconds: Math.round(lag),
          ...(lag > LAG_TO_MENTION && { note: "Letters wait for delivery: is a worker running?" }),
        },
        ready ? 200 : 503,
      );
    } catch {
      return c.json({ ready: false, why: "The database does not answer." }, 503);
    }
  });
  return routes;
}
