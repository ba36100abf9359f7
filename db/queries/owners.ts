/** The owners of this server: once there was a first, there is always one. */
import type { Tx } from "../open.ts";

/** Whoever makes the first owner does so alone, until `tx` ends. */
export async function lockOwners(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended('commonplace owners', 0))`;
}
