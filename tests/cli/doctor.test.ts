/** The doctor, on a running server behind a proxy that does one thing wrong at a time. */

import { mkdtemp, rm } from "node:fs/promises";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { claimNode } from "../../db/node.ts";
import { openDb } from "../../db/open.ts";
import { checkCertificate } from "../../src/cli/doctor/certificate.ts";
import { checkClock } from "../../src/cli/doctor/inside.ts";
import { type FreshDatabase, freshDatabase } from "../support/postgres.ts";
import { early, expired, good, key, mid, other, root, self } from "./certificates.ts";
import { type FaultyProxy, openProxy } from "./proxy.ts";
import { freePort, run, start, untilReady } from "./run.ts";

let database: FreshDatabase;
let folder = "";
let proxy: FaultyProxy;
let server: ReturnType<typeof start>;
let env: Record<string, string>;

beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), "commonplace-doctor-"));
  proxy = await openProxy();
  proxy.port = await freePort();
  env = { DATABASE_URL: database.url, DATA_DIR: folder, ORIGIN: proxy.origin, PORT: String(proxy.port) };
  server = start(["serve"], env);
  await untilReady(server, proxy.port);
});
afterAll(async () => {
  server.child.kill("SIGTERM");
  await server.ended;
  await proxy[Symbol.asyncDispose]();
  await database.drop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  proxy.faults = {};
});

const doctor = (more: Record<string, string> = {}) => run(["doctor"], { ...env, ...more });

test("a server without a community is examined as far as it goes, and what to do is said", async () => {
  const { code, out, err } = await doctor();
  expect(err).toBe("");
  expect(out).not.toContain("✗");
  expect(out).toContain("✓ The database is Postgres");
  expect(out).toContain(`✓ Servers get the actor with the id ${proxy.origin}/actor.`);
  expect(out).toContain("! There is no community to ask for");
  expect(code).toBe(0);
});

describe("with a community", () => {
  beforeAll(async () => {
    expect((await run(["community", "create", "welding", "--name", "Welding"], env)).code).toBe(0);
  });

  test("a healthy server has nothing broken", async () => {
    const { code, out } = await doctor();
    expect(out).not.toContain("✗");
    for (const sentence of [
      "The database is up to date.",
      "The clock of the database agrees",
      "Letters leave without delay.",
      "NodeInfo says what we are.",
      "WebFinger finds welding@localhost",
      `Servers get the actor with the id ${proxy.origin}/c/welding.`,
      "People get the page of welding at the same address.",
      "The inbox refuses letters that nobody signed.",
      "Host, date and body of signed letters arrive as they were sent.",
      "Letters of 900 KiB get through.",
    ]) {
      expect(out).toContain(`✓ ${sentence}`);
    }
    expect(code).toBe(0);
  });

  test.each([
    ["changes the Host header", { host: "127.0.0.1:3000" }, "✗ The proxy changes the Host header"],
    ["refuses long letters", { maxBody: 512 * 1024 }, "✗ The proxy refuses letters of 900 KiB (413)."],
    ["changes bodies", { tamper: true }, "✗ The proxy changes the bodies of letters."],
    [
      "has a clock of its own for letters",
      { dateShift: -2 * 3_600_000 },
      "✗ The server refuses the time of a letter sent just now",
    ],
    ["drops the Accept header", { accept: "text/html" }, "/c/welding gives servers the page for people."],
    [
      "asks for documents on behalf of browsers",
      { accept: "application/activity+json" },
      "/c/welding gives browsers application/activity+json instead of a page.",
    ],
    [
      "changes media types",
      { answer: { "content-type": "application/octet-stream" } },
      "✗ The actor comes as application/octet-stream instead",
    ],
    [
      "is an hour late",
      { answer: { date: new Date(Date.now() - 3_600_000).toUTCString() } },
      "✗ The clock at the public origin and this machine's differ by 3,6",
    ],
    [
      "keeps /.well-known/ to itself",
      { own: { path: "/.well-known/", status: 404 } },
      "✗ WebFinger for acct:welding@localhost",
    ],
    [
      "keeps NodeInfo to itself",
      { own: { path: "/nodeinfo/", status: 404 } },
      "gives the status 404 instead of NodeInfo.",
    ],
    [
      "does not forward letters",
      { own: { path: "/inbox", status: 405 } },
      "✗ The inbox gives the status 405 for a letter that nobody signed",
    ],
    [
      "guards against robots",
      { own: { path: "/inbox", status: 403 } },
      "A protection against robots stands in front of the server: let POST to /inbox pass.",
    ],
    [
      "redirects visitors",
      { own: { path: "/", status: 301, location: "https://www.commons.example/" } },
      "sends visitors on to https://www.commons.example/.",
    ],
    [
      "does not reach the server",
      { own: { path: "/", status: 502 } },
      "answers with 502.\n    The proxy does not reach the server",
    ],
  ] as const)("a proxy that %s is found out", async (_fault, faults, words) => {
    proxy.faults = faults;
    const { code, out } = await doctor();
    expect(out).toContain(words);
    expect(code).toBe(1);
  });

  test("a proxy that removes Vary is warned of", async () => {
    proxy.faults = { answer: { vary: undefined } };
    const { code, out } = await doctor();
    expect(out).toContain("! The answers come without Vary: Accept.");
    expect(code).toBe(0);
  });

  test("a server that was started with another origin is found out", async () => {
    await using second = await openProxy();
    second.port = proxy.port;
    const { code, out } = await doctor({ ORIGIN: second.origin });
    expect(out).toContain(`speaks of ${proxy.origin}/c/welding, not of ${second.origin}.`);
    expect(code).toBe(1);
  });

  test("an origin that nothing answers at is told from a server that does not run", async () => {
    const { code, out } = await doctor({ ORIGIN: "http://localhost:1" });
    expect(out).toContain("✗ http://localhost:1 does not answer (ECONNREFUSED).");
    expect(out).toContain(`✓ The server runs on port ${proxy.port} and is ready.`);
    expect(code).toBe(1);
    const stopped = await doctor({ ORIGIN: "http://localhost:1", PORT: "1" });
    expect(stopped.out).toContain("! No server answers on port 1 of this machine (nothing listens there).");
  });

  test("a name without an address is explained", async () => {
    const { out } = await doctor({ ORIGIN: "http://nowhere.test" });
    expect(out).toMatch(
      /✗ http:\/\/nowhere\.test does not answer \((ENOTFOUND|EAI_AGAIN)\)\.\n {4}Its name has no address/,
    );
  });

  test("a database that is away does not hide the rest", async () => {
    const { code, out } = await doctor({ DATABASE_URL: "postgres://x:secret@127.0.0.1:1/x" });
    expect(out).toContain("✗ The database cannot be looked at.\n    No database answers at 127.0.0.1:1");
    expect(out).toContain("✓ The inbox refuses letters that nobody signed.");
    expect(out).not.toContain("secret");
    expect(code).toBe(1);
  });

  test("letters that do not leave and servers that do not take them are named", async () => {
    const sql = openDb(database.url, { max: 1 });
    try {
      const [group] = await sql`select id from actors where username = 'welding'`;
      await sql`insert into peers (id, host, failures, failing_since, retry_at, last_error) values
        (1, 'gone.example', 9, now() - interval '3 days', now() + interval '1 hour', 'connection refused')`;
      const { out } = await doctor();
      expect(out).toContain("! gone.example has not taken our letters since 3 days ago: connection refused");
      // Leased by one who lives and does not send it: a letter that has waited for ten minutes.
      await using node = await claimNode(sql);
      await sql`insert into peers (id, host) values (2, 'slow.example')`;
      await sql`insert into inboxes (id, uri, peer_id, leased_by, leased_until) overriding system value values (1, 'https://slow.example/inbox', 2, ${node.number}, now() + interval '1 hour')`;
      await sql`insert into activities (id, actor_id, body) values (1, ${group?.id as string}, '{}')`;
      await sql`insert into deliveries (inbox_id, activity_id, due_at) values (1, 1, now() - interval '10 minutes')`;
      const late = await doctor();
      expect(late.out).toContain("✗ A letter that could be sent has waited for 10 minutes.");
      expect(late.code).toBe(1);
    } finally {
      await sql`delete from deliveries`;
      await sql.end();
    }
  });
});

describe("certificates", () => {
  test.each([
    ["complete and valid", good + mid, "good", "The certificate of localhost is accepted"],
    [
      "without the one that signed it",
      good,
      "bad",
      "The certificate of localhost comes without the certificate that signed it.",
    ],
    ["expired", expired + mid, "bad", "The certificate of localhost has expired."],
    ["not valid yet", early + mid, "bad", "The certificate of localhost is not valid yet."],
    ["for another name", other + mid, "bad", "The certificate of localhost is for another name."],
    ["signed by itself", self, "bad", "The certificate of localhost is signed by itself."],
  ])("that are %s are told apart", async (_kind, cert, mark, what) => {
    await withTls(cert, async (origin) => {
      const finding = await checkCertificate(origin, new Date(), root);
      expect(finding.what).toContain(what);
      expect(finding.mark).toBe(mark);
    });
  });

  test("that end soon are warned of", async () => {
    await withTls(good + mid, async (origin) => {
      const finding = await checkCertificate(origin, new Date("2099-12-25T00:00:00Z"), root);
      expect(finding).toMatchObject({ mark: "warning", what: "The certificate of localhost ends in 7 days." });
    });
  });

  test("that are missing altogether are told from those", async () => {
    expect((await checkCertificate("https://localhost:1")).what).toBe(
      "No encrypted connection to localhost could be made (ECONNREFUSED).",
    );
  });

  async function withTls(cert: string, act: (origin: string) => Promise<void>): Promise<void> {
    const secure = createSecureServer({ key, cert }, (_request, response) => response.end());
    await new Promise<void>((resolve) => secure.listen(0, "localhost", resolve));
    try {
      await act(`https://localhost:${(secure.address() as AddressInfo).port}`);
    } finally {
      secure.closeAllConnections();
      await new Promise((resolve) => secure.close(resolve));
    }
  }
});

test("clocks may differ by 30 seconds and the time of the question", () => {
  expect(checkClock(10_000, 40_000, 41_000).mark).toBe("good");
  expect(checkClock(9_999, 40_000, 41_000).what).toContain("differs from this machine's by 30 seconds");
  expect(checkClock(71_001, 40_000, 41_000).mark).toBe("bad");
  expect(checkClock(40_500, 40_000, 41_000).mark).toBe("good");
});
