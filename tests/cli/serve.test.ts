/** The server as a process: its first start on the embedded database, commands beside it, its roles, and how it stops. */
import { chmod, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { postgres } from "../../db/driver.ts";
import { type FreshDatabase, freshDatabase } from "../support/postgres.ts";
import { openSmtpServer } from "../support/smtp.ts";
import { freePort, run, start, untilReady } from "./run.ts";

/** Making and starting a Postgres takes a while on a busy machine. */
const FIRST_START_MS = 120_000;
const running: ReturnType<typeof start>[] = [];
let folder = "";

async function serve(env: Record<string, string>, ...words: string[]) {
  const server = start(["serve", ...words], env);
  running.push(server);
  return server;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "commonplace-serve-"));
  // Started by root, Postgres runs as another user and must get there.
  await chmod(folder, 0o755);
});
// Only what a failed test left: each ends its own servers, so that the embedded database ends with them.
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill("SIGTERM");
    await ended;
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test(
  "a first start on the embedded database says what to do next, and what it says works beside the running server",
  async () => {
    const port = await freePort();
    const env = { DATA_DIR: join(folder, "first"), PORT: String(port) };
    const server = await serve(env);
    await untilReady(server, port);
    await expect.poll(() => server.outcome.out).toContain("To be found from other servers");
    const { out } = server.outcome;
    const words = /src\/main\.ts (community create .*)\n/.exec(out)?.[1] ?? "";
    expect(words).toBe('community create welding --name "Welding" --summary "How we join metal."');
    expect(out).toMatch(
      /1\. Nobody looks after this server yet: make the account that owns it .*:\n +http:\/\/localhost:\d+\/setup\?token=\S+\n/,
    );
    expect((await stat(join(folder, "first/secret.key"))).mode & 0o777).toBe(0o600);

    const created = await run(["community", "create", "welding", "--name", "Welding"], env);
    expect(created.code).toBe(0);
    expect((await run(["account", "create", "ana", "--owner"], env)).code).toBe(0);
    const page = await fetch(`http://localhost:${port}/c/welding`, {
      headers: { accept: "application/activity+json" },
    });
    expect(await page.json()).toMatchObject({
      type: "Group",
      id: `http://localhost:${port}/c/welding`,
      name: "Welding",
    });

    server.child.kill("SIGTERM");
    expect((await server.ended).code).toBe(0);
    // The last one who used it has stopped the database.
    const database = Number(await readFile(join(folder, "first/postgres/port"), "utf8"));
    await expect(dial(database)).rejects.toThrow("ECONNREFUSED");

    const again = await serve({ ...env, LOG_FORMAT: "json" });
    await untilReady(again, port);
    expect(again.outcome.out).toBe("");
    expect(again.outcome.err).toContain('"msg":"Ready at');
    again.child.kill("SIGTERM");
    expect((await again.ended).code).toBe(0);
  },
  FIRST_START_MS,
);

describe("on a database that is there", () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());
  const envOn = (port: number) => ({
    DATABASE_URL: database.url,
    DATA_DIR: join(folder, "shared"),
    PORT: String(port),
    ORIGIN: "http://commons.test",
  });

  test("servers that start at once agree on the secret, and share the work", async () => {
    const [one, two] = [await freePort(), await freePort()];
    const servers = await Promise.all([
      serve(envOn(one), "--role", "web"),
      serve(envOn(two)),
      serve(envOn(one), "--role", "worker"),
    ]);
    await Promise.all([untilReady(servers[0], one), untilReady(servers[1], two)]);
    const actors = await Promise.all(
      [one, two].map(async (port) =>
        (await fetch(`http://127.0.0.1:${port}/actor`, { headers: { accept: "application/activity+json" } })).json(),
      ),
    );
    expect(actors[0]).toMatchObject({ id: "http://commons.test/actor" });
    expect(actors[1]).toEqual(actors[0]);
    await expect.poll(() => servers[2].outcome.err).toContain("Ready at");
    for (const { child } of servers) child.kill("SIGTERM");
    for (const { ended } of servers) expect((await ended).code).toBe(0);
  });

  test("a port that is taken is said in one line", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = other.address() as AddressInfo;
      const { code, err } = await (await serve({ ...envOn(port), HOST: "127.0.0.1", LOG_LEVEL: "error" })).ended;
      expect(err).toBe(`Another program listens on port ${port} of 127.0.0.1: stop it, or set PORT to a free one.\n`);
      expect(code).toBe(1);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test("so is a HOST that is no address", async () => {
    const { code, err } = await (await serve({ ...envOn(1), HOST: "nowhere.invalid", LOG_LEVEL: "error" })).ended;
    expect(err).toMatch(/^HOST is nowhere\.invalid, a name .*: set it to an address of this machine\.\n$/);
    expect(code).toBe(1);
  });

  test("a role that there is not is refused before anything is opened", async () => {
    const { code, err } = await run(["serve", "--role", "king"], { DATABASE_URL: "postgres://127.0.0.1:1/x" });
    expect([code, err]).toEqual([1, "--role must be all, web or worker, not king.\n"]);
  });

  test("a stop takes less than 15 seconds, also when a request never ends", async () => {
    const port = await freePort();
    const server = await serve(envOn(port));
    await untilReady(server, port);
    const slow = await dial(port);
    slow.write("GET / HTTP/1.1\r\nHost: comm");
    await sleep(200);
    const before = Date.now();
    server.child.kill("SIGTERM");
    expect((await server.ended).code).toBe(0);
    expect(Date.now() - before).toBeLessThan(15_000);
    slow.destroy();
  });

  test("nor more when a mail server does not answer as well: everything is given its time at once", async () => {
    await using smtp = await openSmtpServer();
    const never = Promise.withResolvers<void>();
    smtp.hold = never.promise;
    const sql = postgres(database.url, { max: 1 });
    await sql`insert into mails (id, to_address, purpose, subject, text_body, headers) values (1, 'ana@mail.example', 'test', 'Hello', 'Hello', '{}')`;
    const port = await freePort();
    const server = await serve({ ...envOn(port), SMTP_URL: smtp.url });
    await untilReady(server, port);
    const slow = await dial(port);
    slow.write("GET / HTTP/1.1\r\nHost: comm");
    await expect.poll(() => smtp.asked).toBe(1);
    const before = Date.now();
    server.child.kill("SIGTERM");
    const { code, err } = await server.ended;
    expect(err).not.toContain("Not everything was closed");
    expect(code).toBe(0);
    expect(Date.now() - before).toBeLessThan(15_000);
    // It waits to be sent by the next process.
    expect(await sql`select sent_at, failed_at from mails`).toEqual([{ sent_at: null, failed_at: null }]);
    await sql.end();
    slow.destroy();
    never.resolve();
  });

  test("a second signal ends it at once", async () => {
    const port = await freePort();
    const server = await serve(envOn(port));
    await untilReady(server, port);
    const slow = await dial(port);
    slow.write("GET / HTTP/1.1\r\nHost: comm");
    await sleep(200);
    server.child.kill("SIGINT");
    const knock = () =>
      dial(port).then(
        (socket) => socket.destroy() && "open",
        (error: NodeJS.ErrnoException) => error.code,
      );
    await expect.poll(knock).toBe("ECONNREFUSED");
    const before = Date.now();
    server.child.kill("SIGINT");
    expect((await server.ended).code).toBe(130);
    // It would wait 10 s for the request.
    expect(Date.now() - before).toBeLessThan(8_000);
    slow.destroy();
  });
});

test("a command that hangs is ended by one signal", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  const asking = new Promise<void>((resolve) => silent.once("request", () => resolve()));
  const doctor = start(["doctor"], { DATABASE_URL: "postgres://127.0.0.1:1/x", PORT: String(port) });
  await asking;
  doctor.child.kill("SIGINT");
  expect((await doctor.ended).code).toBe(130);
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

async function dial(port: number) {
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve, reject) => socket.once("connect", () => resolve(undefined)).once("error", reject));
  return socket.on("error", () => {});
}
