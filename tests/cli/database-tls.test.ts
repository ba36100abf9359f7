/** A Postgres that speaks TLS with a certificate of its own, as most that are rented do: `require` works with it, and `verify-full` says what is missing. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext, TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../support/postgres.ts";
import { good, key } from "./certificates.ts";
import { freePort, run, start, untilReady } from "./run.ts";

let database: FreshDatabase;
let folder = "";
let proxy: Server;

/** Takes the TLS off what goes to the database. */
beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), "commonplace-tls-"));
  const { hostname, port } = new URL(database.url);
  const secureContext = createSecureContext({ cert: good, key });
  proxy = createServer((socket) => {
    socket.on("error", () => {});
    // The question whether there is TLS, and the answer that there is.
    socket.once("data", () => {
      const inside = new TLSSocket(socket, { isServer: true, secureContext }).on("error", () => {});
      socket.write("S");
      inside.pipe(connect(Number(port), hostname).on("error", () => {})).pipe(inside);
    });
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
});
afterAll(async () => {
  proxy.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

function envOf(sslmode: string): Record<string, string> {
  const url = new URL(database.url);
  url.port = String((proxy.address() as AddressInfo).port);
  url.searchParams.set("sslmode", sslmode);
  return { DATABASE_URL: url.href, DATA_DIR: folder, ORIGIN: "http://localhost:3000" };
}

test("with sslmode=require the server runs, its job queue as well", async () => {
  const port = await freePort();
  const server = start(["serve"], { ...envOf("require"), PORT: String(port) });
  onTestFinished(() => void server.child.kill("SIGKILL"));
  await untilReady(server, port);
  server.child.kill("SIGTERM");
  const { code, err } = await server.ended;
  expect(code).toBe(0);
  expect(err).not.toContain("WARNING");
});

test("with sslmode=prefer the server runs with TLS where there is some, and without where there is none", async () => {
  const bare = new URL(database.url);
  bare.searchParams.set("sslmode", "prefer");
  for (const env of [envOf("prefer"), { ...envOf("prefer"), DATABASE_URL: bare.href }]) {
    const port = await freePort();
    const server = start(["serve"], { ...env, PORT: String(port) });
    onTestFinished(() => void server.child.kill("SIGKILL"));
    await untilReady(server, port);
    server.child.kill("SIGTERM");
    const { code, err } = await server.ended;
    expect(err).not.toContain("WARNING");
    expect(code).toBe(0);
  }
});

test("with sslmode=verify-full the certificate is told to be nobody's", async () => {
  const { code, err } = await run(["community", "list"], envOf("verify-full"));
  expect(err).toMatch(
    /^The certificate of the database at 127\.0\.0\.1:\d+ is not to be trusted \([A-Z_]+\): set NODE_EXTRA_CA_CERTS to the file of its authority, or sslmode=require in DATABASE_URL\.\n$/,
  );
  expect(code).toBe(1);
});
