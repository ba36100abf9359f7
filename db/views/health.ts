/** What must be in order for the server to be ready. */
import { SchemaError, schemaState } from "../migrate.ts";
import type { Db } from "../open.ts";
import { deliveryLag } from "../queries/deliveries.ts";

export { SchemaError };

export interface Readiness {
  /** Migrations still to be applied. */
  pending: number;
  /** Whether a newer version has brought the schema further: then yesterday's server may still run on it (R87). */
  newer: boolean;
  /** Seconds that the oldest due letter has waited. */
  lag: number;
}

/** Throws a SchemaError when the schema is not what was brought to it, and anything else when the database does not answer. */
export async function readiness(db: Db): Promise<Readiness> {
  const { pending, unknown } = await schemaState(db);
  return { pending: pending.length, newer: unknown.length > 0, lag: Math.round(await deliveryLag(db)) };
}
