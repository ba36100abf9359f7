/** A whole server of ours for a test: its own database, a free port on loopback, web and worker in this process. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { type App, type AppOptions, openApp } from "../../src/app.ts";
import { configureLogging, logLevels } from "../../src/base/log.ts";
import { readConfig } from "../../src/config.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { openServer } from "../../src/server.ts";
import { type RunningWorker, startWorker } from "../../src/worker.ts";
import { freshDatabase } from "./postgres.ts";

export interface TestServer extends AsyncDisposable {
  app: App;
  origin: string;
  host: string;
  worker: RunningWorker;
  databaseUrl: string;
  /** Founds a community. */
  found(slug: string, name?: string): Promise<CommunityRow>;
  /** GETs a path as a server would, and reads the JSON. */
  document(path: string): Promise<{ status: number; headers: Headers; json: Record<string, unknown> }>;
  /** GETs a path as a browser would. */
  page(path: string): Promise<{ status: number; headers: Headers; text: string }>;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

export interface TestServerOptions extends AppOptions {
  databaseUrl?: string;
  port?: number;
  /** More of the environment. */
  env?: Record<string, string>;
}

/** People of a test say much in a minute, and are known for as long. */
const MUCH = { most: 100_000, seconds: 3_600 };
const TALKATIVE = { strangersPosts: MUCH, acts: MUCH };

export async function openTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  await using stack = new AsyncDisposableStack();
  // To see what a server says while a test runs: TEST_LOG=debug npx vitest run …
  const level = logLevels.find((known) => known === process.env.TEST_LOG);
  if (level) configureLogging({ level, format: "pretty" });
  let { databaseUrl } = options;
  if (databaseUrl === undefined) {
    const database = await freshDatabase();
    stack.defer(() => database.drop());
    databaseUrl = database.url;
  }
  const dataDir = await mkdtemp(join(tmpdir(), "commonplace-test-"));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const port = options.port ?? (await freePort());
  const origin = `http://127.0.0.1:${port}`;
  const config = readConfig({
    ORIGIN: origin,
    PORT: String(port),
    HOST: "127.0.0.1",
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    ALLOW_PRIVATE_ADDRESSES: "true",
    SECRET_KEY: "ab".repeat(32),
    ...options.env,
  });
  const app = stack.use(await openApp(config, { ...options, figures: { ...TALKATIVE, ...options.figures } }));
  stack.use(await openServer(app));
  // What the clock does every minute would come in between, now and then: a test does it when it is the time for it.
  const worker = stack.use(await startWorker(app, { byTheClock: false }));
  const kept = stack.move();
  return {
    app,
    origin,
    host: new URL(origin).host,
    worker,
    databaseUrl,
    found: (slug, name = `About ${slug}`) => createCommunity(app.house, { slug, name, summary: `All about ${slug}.` }),
    async document(path) {
      const answer = await app.outbound.get(origin + path, {
        accept: "application/activity+json",
        maxBytes: 5_000_000,
      });
      const json = answer.body.length > 0 ? JSON.parse(answer.body.toString()) : {};
      return { status: answer.status, headers: new Headers(answer.headers), json };
    },
    async page(path) {
      const answer = await fetch(origin + path, { headers: { accept: "text/html" }, redirect: "follow" });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
