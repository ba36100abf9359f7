/** The stage of the demonstration: two of our servers, each with a database of its own, and a small Mastodon and a small Lemmy. */
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { openEmbedded } from "../db/embedded.ts";
import { openDb } from "../db/open.ts";
import { type CommunityRow, findCommunityById } from "../db/queries/communities.ts";
import { findPostByUri } from "../db/queries/posts.ts";
import { openApp } from "../src/app.ts";
import { readConfig } from "../src/config.ts";
import { createCommunity } from "../src/domain/communities/create.ts";
import { openServer } from "../src/server.ts";
import { startWorker } from "../src/worker.ts";
import { openRemote, type Remote } from "../tests/support/remote/index.ts";

export interface OurServer {
  origin: string;
  host: string;
  found(slug: string, name: string, summary: string): Promise<CommunityRow>;
  /** The page of the thread that a post opens or stands in; null when it is not here. */
  threadOf(uri: string): Promise<string | null>;
}

export interface Stage extends AsyncDisposable {
  ours: readonly [OurServer, OurServer];
  mastodon: Remote;
  lemmy: Remote;
}

/** Sets it up on free ports of loopback. Disposing ends everything and removes the folder that it was kept in. */
export async function setStage(say: (line: string) => void): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "commonplace-demo-"));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  // For root, Postgres runs as another user, who must be able to pass; where it cannot, the database is kept in a folder of its own.
  await chmod(folder, 0o755);
  const systemDir = join("/var/lib", basename(folder));
  stack.defer(() => rm(systemDir, { recursive: true, force: true, maxRetries: 5 }));
  const postgres = await openEmbedded({ dataDir: join(folder, "postgres"), systemDir, log: say, fast: true });
  stack.defer(() => postgres.stop());
  const first = await openOurServer(stack, postgres.url, join(folder, "first"), "demo_first");
  const second = await openOurServer(stack, postgres.url, join(folder, "second"), "demo_second");
  const mastodon = stack.use(await openRemote({ software: "mastodon" }));
  const lemmy = stack.use(await openRemote({ software: "lemmy" }));
  const kept = stack.move();
  return { ours: [first, second], mastodon, lemmy, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function openOurServer(
  stack: AsyncDisposableStack,
  postgresUrl: string,
  dataDir: string,
  name: string,
): Promise<OurServer> {
  await mkdir(dataDir, { recursive: true });
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const config = readConfig({
    ORIGIN: origin,
    HOST: "127.0.0.1",
    PORT: String(port),
    DATABASE_URL: await makeDatabase(postgresUrl, name),
    DATA_DIR: dataDir,
    ALLOW_PRIVATE_ADDRESSES: "true",
  });
  const app = stack.use(await openApp(config));
  stack.use(await startWorker(app));
  stack.use(await openServer(app));
  return {
    origin,
    host: new URL(origin).host,
    found: (slug, title, summary) => createCommunity(app.house, { slug, name: title, summary }),
    async threadOf(uri) {
      const post = await findPostByUri(app.db, uri);
      const community = post && (await findCommunityById(app.db, post.groupId));
      return community && `${origin}/c/${community.slug}/t/${post.threadId}`;
    },
  };
}

/** A new database beside the one that `url` names; the URL of it. */
async function makeDatabase(url: string, name: string): Promise<string> {
  const db = openDb(url, { max: 1 });
  try {
    await db`create database ${db(name)}`;
  } finally {
    await db.end();
  }
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.href;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
