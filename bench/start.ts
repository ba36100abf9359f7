/** `npm run bench:start`: how long a start takes, the very first and every other, and what the server needs when nothing happens. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openEmbedded } from "../db/embedded.ts";
import { openDb } from "../db/open.ts";
import { cpuOf, memoryOf, parentOf } from "./harness/cpu.ts";
import { openLoad, type Shot } from "./harness/load.ts";
import { compare, measure, type Side } from "./harness/rounds.ts";
import { type Bench, run } from "./harness/run.ts";
import { BENCH_DIR, freePort, type Ours, startFile, startOurs } from "./harness/servers.ts";

const ROUNDS = 5;
const IDLE_MS = 20_000;
const IDLE_AIM_MB = 150;
const BUSY_PAGES = 4_000;
/** How long the room that the pages took may take to be given back. */
const QUIET_MS = 45_000;
const DATA_DIR = join(BENCH_DIR, "start");

await run("bench:start", "starts", async (bench) => {
  await rm(DATA_DIR, { recursive: true, force: true });
  const port = await freePort();
  const env = { ORIGIN: `http://127.0.0.1:${port}`, PORT: String(port), DATA_DIR };
  const start = () => startOurs(bench, { name: "start", env, port });

  bench.say("The very first start: a new cluster, all migrations, keys.");
  const first = await start();
  bench.fact({ what: "the very first start to ready", is: `${(first.readyMs / 1_000).toFixed(1)} s` });
  await first.stop();

  bench.say("Starts on a database that is there: measuring.");
  const times: number[] = [];
  // Postgres is started and stopped each time, as it is when one server stands alone; its processes are children of nobody here.
  let used = 0;
  const side = (open: () => Promise<Ours>, note?: number[]): Side => ({
    cpu: () => used,
    async run() {
      const server = await open();
      note?.push(server.readyMs);
      used += server.cpu();
      await server.stop();
      return 1;
    },
  });
  const ours = side(start, times);
  const floor = side(() => startFile(bench, "floors/start.ts", [DATA_DIR, String(port)], port));
  const row = await compare(bench.clock, { what: "start and stop", ours, floor, rounds: ROUNDS, warmUps: 1 });
  bench.row(row);
  bench.fact({
    what: "start to ready, Postgres included",
    is: `${(Math.min(...times) / 1_000).toFixed(2)} - ${(Math.max(...times) / 1_000).toFixed(2)} s`,
  });

  await idle(bench, start);
});

async function idle(bench: Bench, start: () => Promise<Ours>): Promise<void> {
  bench.say(`Idle for ${IDLE_MS / 1_000} s.`);
  const server = await start();
  const postgres = await postgresPid(bench);
  await sleep(2_000);
  const cpu = () => cpuOf(server.pid, postgres);
  const { perCpu, perWall } = await measure({ cpu, run: () => sleep(IDLE_MS).then(() => 1) });
  const node = memoryOf(server.pid, false);
  const theirs = memoryOf(postgres, true);
  const mb = (value: number) => `${value.toFixed(0)} MB`;
  bench.fact({
    what: "our process, idle: resident",
    is: mb(node.rss),
    aim: `${IDLE_AIM_MB} MB`,
    met: node.rss < IDLE_AIM_MB,
  });
  bench.fact({ what: "our process, idle: its share (PSS)", is: mb(node.pss) });
  bench.fact({ what: `Postgres, idle: its share (PSS) of ${theirs.processes} processes`, is: mb(theirs.pss) });
  bench.fact({ what: "CPU while idle, both", is: `${((100 * perWall) / perCpu).toFixed(1)} % of a core` });

  bench.say(`${BUSY_PAGES.toLocaleString("en")} pages, then idle again for ${QUIET_MS / 1_000} s at most.`);
  const page: Shot = { method: "GET", path: "/", headers: { accept: "text/html" } };
  await openLoad(bench, server.url, 8).send(new Array<Shot>(BUSY_PAGES).fill(page), 200);
  const busy = memoryOf(server.pid, false).rss;
  const begun = performance.now();
  let quiet = busy;
  while (quiet > IDLE_AIM_MB && performance.now() - begun < QUIET_MS) {
    await sleep(1_000);
    quiet = memoryOf(server.pid, false).rss;
  }
  bench.fact({
    what: `resident after ${BUSY_PAGES.toLocaleString("en")} pages, and ${((performance.now() - begun) / 1_000).toFixed(0)} s later`,
    is: `${mb(busy)}, ${mb(quiet)}`,
    aim: `${IDLE_AIM_MB} MB`,
    met: quiet <= IDLE_AIM_MB,
  });
  await server.stop();
}

async function postgresPid({ stack }: Bench): Promise<number> {
  const embedded = await openEmbedded({ dataDir: DATA_DIR });
  stack.defer(() => embedded.stop());
  const db = openDb(embedded.url, { max: 1 });
  const [row] = await db<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const pid = parentOf(row?.pid ?? 0);
  await db.end({ timeout: 1 });
  return pid;
}
