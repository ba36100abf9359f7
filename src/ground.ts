/** Opens the database that the configuration names, embedded or not, and makes sure that it is ours to use. */
import { join } from "node:path";
import { openEmbedded } from "../db/embedded.ts";
import { migrate, pendingMigrations, SchemaError } from "../db/migrate.ts";
import { type Db, type OpenDbOptions, openDb } from "../db/open.ts";
import { claimOrigin } from "../db/queries/instance.ts";
import { askServer, MAX_CLOCK_DIFFERENCE_MS, OLDEST_POSTGRES } from "../db/views/operator.ts";
import { Refusal } from "./base/errors.ts";
import { plural } from "./base/table.ts";
import { type Config, isLoopback } from "./config.ts";
import { explainDatabase } from "./database-trouble.ts";

/**
 * What to do about the schema: `apply` migrates (the server), `require` refuses unless it is up to date (commands), `any` does not look
 * (commands that mend or examine it).
 */
export type SchemaNeed = "apply" | "require" | "any";

/** Seconds that the end waits for statements under way: whoever stops has waited for its own work before. */
const END_S = 2;

export interface GroundOptions extends OpenDbOptions {
  schema: SchemaNeed;
  /** Told in sentences what a person should know, such as that Postgres was started. */
  log?: (line: string) => void;
}

/** The open database. Disposing closes the pool, then leaves the embedded Postgres to whoever else uses it. */
export interface Ground extends AsyncDisposable {
  readonly db: Db;
  readonly config: Config;
  /** The URL that was opened, password included. */
  readonly url: string;
  /** Names of the migrations that were applied now. */
  readonly migrated: readonly string[];
}

/** Throws a Refusal, SchemaError or EmbeddedPostgresError, each with one sentence, when the database cannot or must not be used. */
export async function openGround(config: Config, options: GroundOptions): Promise<Ground> {
  const { schema, log, ...dbOptions } = options;
  await using stack = new AsyncDisposableStack();
  let url = config.databaseUrl;
  if (url === null) {
    const embedded = await openEmbedded({ dataDir: join(config.dataDir, "postgres"), ...(log ? { log } : {}) });
    stack.defer(() => embedded.stop());
    url = embedded.url;
  }
  const db = openDb(url, dbOptions);
  stack.defer(() => db.end({ timeout: END_S }));
  try {
    const server = await askServer(db);
    const migrated = schema === "any" ? [] : await prepare(db, config, schema, server);
    const kept = stack.move();
    return { db, config, url, migrated, [Symbol.asyncDispose]: () => kept.disposeAsync() };
  } catch (error) {
    throw explainDatabase(error, url) ?? error;
  }
}

async function prepare(
  db: Db,
  config: Config,
  schema: "apply" | "require",
  server: { version: string; versionNumber: number; now: Date },
): Promise<string[]> {
  if (server.versionNumber < OLDEST_POSTGRES) {
    throw new SchemaError(`The database is Postgres ${server.version}: Commonplace needs version 16 or newer.`);
  }
  const difference = Math.abs(Date.now() - server.now.getTime());
  if (schema === "apply" && difference > MAX_CLOCK_DIFFERENCE_MS) {
    throw new SchemaError(
      `The clock of the database differs from this machine's by ${plural(Math.round(difference / 1000), "second")}: set both by NTP.`,
    );
  }
  const migrated = schema === "apply" ? await migrate(db) : [];
  const pending = schema === "require" ? await pendingMigrations(db) : [];
  if (pending.length > 0) {
    throw new SchemaError(
      `The database is not up to date (${plural(pending.length, "migration")} pending): run the migrate command, or start the server, which does it.`,
    );
  }
  const { stored } = await claimOrigin(db, config.origin);
  if (stored !== config.origin) {
    throw new Refusal(
      "origin-changed",
      `This database belongs to ${stored}, but ORIGIN is ${config.origin}: its ids begin with the first, and others may know them, so set ORIGIN=${stored}${isLoopback(new URL(stored).hostname) ? ", or DATA_DIR or DATABASE_URL to a place for a new server" : ""}.`,
    );
  }
  return migrated;
}
