/** The driver survives what happens to connections: Postgres ends them one by one, or goes away and comes back. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mend, postgres } from "../../db/driver.ts";
import { type Embedded, openEmbedded } from "../../db/embedded.ts";

let dataDir = "";
let server: Embedded;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "commonplace-driver-"));
  await chmod(dataDir, 0o755);
  server = await openEmbedded({ dataDir, fast: true });
});

afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const NAME = "driver-test";
const open = () =>
  postgres(server.url, {
    max: 4,
    connect_timeout: 5,
    backoff: () => 0.2,
    onnotice: () => {},
    connection: { application_name: NAME },
  });

async function endAllConnections(): Promise<void> {
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  await admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${NAME}`;
  await admin.end();
}

test("statements and transactions fail or succeed while connections end under them, and all work again afterwards", async () => {
  const sql = open();
  let stopped = false;
  const outcomes = { done: 0, failed: 0 };
  const work = async (act: () => Promise<unknown>) => {
    while (!stopped) {
      await act().then(
        () => outcomes.done++,
        () => outcomes.failed++,
      );
      await sleep(1);
    }
  };
  const workers = [
    ...Array.from({ length: 4 }, () => work(() => sql`select pg_sleep(0.002)`)),
    ...Array.from({ length: 4 }, () =>
      work(() =>
        sql.begin(async (tx) => {
          await tx`select 1`;
          await tx`select pg_sleep(0.005)`;
        }),
      ),
    ),
  ];
  for (let i = 0; i < 15; i++) {
    await sleep(60);
    await endAllConnections();
  }
  // Postgres as a whole: the pool has to find it again on the same port.
  await server.stop();
  await sleep(200);
  server = await openEmbedded({ dataDir, fast: true });
  await expect.poll(() => sql`select 1 as one`.catch(() => [])).toEqual([{ one: 1 }]);
  stopped = true;
  await Promise.all(workers);
  expect(outcomes.failed).toBeGreaterThan(0);
  expect(outcomes.done).toBeGreaterThan(0);
  // Every connection of the pool, not only a lucky one.
  await Promise.all(Array.from({ length: 8 }, () => sql`select pg_sleep(0.05)`));
  await sql.end({ timeout: 5 });
});

test("a reserved connection that has ended says so, and giving it back does no harm", async () => {
  const sql = open();
  const reserved = await sql.reserve();
  await reserved`select 1`;
  await endAllConnections();
  await sleep(50);
  await expect(reserved`select 1`.execute()).rejects.toThrow(/CONNECTION_CLOSED/);
  await expect(reserved`select 2`.execute()).rejects.toThrow(/CONNECTION_CLOSED/);
  reserved.release();
  expect(await Promise.all(Array.from({ length: 8 }, () => sql`select 1 as one`))).toEqual(Array(8).fill([{ one: 1 }]));
  await sql.end({ timeout: 5 });
});

test("a proxy that has no Postgres behind it fails every question once, and all work when it has one", async () => {
  let behind = false;
  let connections = 0;
  const { port, hostname } = new URL(server.url);
  const proxy = createServer((socket) => {
    connections += 1;
    socket.on("error", () => {});
    if (!behind) return void socket.resume().end();
    const onward = connect(Number(port), hostname).on("error", () => {});
    socket.pipe(onward).pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const url = new URL(server.url);
  url.port = String((proxy.address() as AddressInfo).port);
  const sql = postgres(url.href, { max: 4, backoff: () => 0.2, onnotice: () => {} });
  const questions = await Promise.allSettled([
    ...Array.from({ length: 6 }, () => sql`select 1`.execute()),
    sql.begin((tx) => tx`select 1`),
    sql.reserve(),
  ]);
  expect(questions.map((question) => question.status === "rejected" && question.reason.code)).toEqual(
    Array(8).fill("CONNECTION_CLOSED"),
  );
  expect(connections).toBeLessThan(12);
  behind = true;
  expect(await Promise.all(Array.from({ length: 8 }, () => sql`select 1 as one`))).toEqual(Array(8).fill([{ one: 1 }]));
  await sql.end({ timeout: 5 });
  await new Promise((resolve) => proxy.close(resolve));
});

test("a driver that has changed is not mended blindly", () => {
  expect(() => mend("file:///x/node_modules/postgres/src/connection.js", "export default 1")).toThrow(
    /look whether it still needs/,
  );
  expect(mend("file:///x/node_modules/postgres/src/types.js", "export default 1")).toBe("export default 1");
});

test("a driver that something else has loaded before it could be mended is not used", async () => {
  const driver = import.meta.resolve("../../db/driver.ts");
  const program = `await import("postgres"); await import(${JSON.stringify(driver)});`;
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: import.meta.dirname,
  });
  await expect(run).rejects.toMatchObject({ stderr: expect.stringContaining("before db/driver.ts could mend it") });
});
