/** What must be in order for the server to be ready. */
import { pendingMigrations } from "../migrate.ts";
import type { Db } from "../open.ts";
import { deliveryLag } from "../queries/deliveries.ts";

export interface Readiness {
  /** Migrations still to be applied. */
  pending: number;
  /** Seconds that the oldest due letter has waited. */
  lag: number;
}

/** Throws when the database does not answer. */
export async function readiness(db: Db): Promise<Readiness> {
  const pending = await pendingMigrations(db);
  return { pending: pending.length, lag: Math.round(await deliveryLag(db)) };
}
