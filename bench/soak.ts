/**
 * `npm run bench:soak [-- MINUTES]`: two servers on one Postgres are killed again and again, and Postgres with them, while people write and their servers
 * fail; then the faults end, what waits is delivered, and everything is counted. Exit 1 when anything is lost, happened twice, or came out of order.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "../db/open.ts";
import { retryHost } from "../db/queries/deliveries.ts";
import { FORUMS } from "../federation/software.ts";
import { act, type Fediverse, type Mood, openFediverse, type Person, signed } from "./harness/fediverse.ts";
import { openLoad } from "./harness/load.ts";
import { type Bench, run } from "./harness/run.ts";
import { command, freePort, type Ours, openPool, openPostgres, startOurs } from "./harness/servers.ts";
import { Arrivals } from "./soak/arrivals.ts";
import { anyOf, Crowd } from "./soak/crowd.ts";
import { verdict } from "./soak/verdict.ts";

const SOFTWARE = ["mastodon", "misskey", "gotosocial", "lemmy", "piefed", "nodebb", "mbin"];
const PEOPLE = 35;
const DRAIN_MS = 240_000;
/** Milliseconds between two faults, at least and at most. */
const PEACE_MS = [800, 3_300] as const;
/** In nine of ten cases a server is well. */
const MOODS: readonly Mood[] = [
  ...Array<Mood>(45).fill("well"),
  ...["broken" as const, "broken" as const, "busy" as const, "gone" as const, "gone-after" as const],
];
/** One in a hundred is silent, which costs whoever asks ten seconds. */
const SILENT = 0.01;

interface Stage {
  bench: Bench;
  db: Db;
  fediverse: Fediverse;
  crowd: Crowd;
  servers: { start(): Promise<Ours>; running: Ours }[];
  arrivals: Arrivals;
  /** What nobody should have been answered. */
  refused: string[];
  faults: { on: boolean; kills: number; crashes: number };
}

const minutes = Number(process.argv[2] ?? 3);
if (!(minutes > 0 && minutes <= 600)) {
  process.stderr.write("How many minutes? A number from 1 to 600.\n");
  process.exit(1);
}
const plannedMs = minutes * 60_000 + DRAIN_MS;

await run(
  "bench:soak",
  "",
  async (bench) => {
    const stage = await setStage(bench);
    const { crowd, fediverse, faults } = stage;
    const end = performance.now() + minutes * 60_000;
    const isOver = () => performance.now() >= end;
    bench.say(`${PEOPLE} people begin, for ${minutes} minutes.`);
    faults.on = true;
    await Promise.all([trouble(stage, isOver), ...fediverse.people.map((person) => crowd.live(person, isOver))]);
    faults.on = false;
    await drain(stage);
    await report(stage);
  },
  plannedMs,
);

async function setStage(bench: Bench): Promise<Stage> {
  bench.say("Starting Postgres, two servers and a small fediverse.");
  const postgres = await openPostgres(bench, "soak");
  const url = await postgres.fresh("soak");
  const ports = [await freePort(), await freePort()];
  const origin = `http://127.0.0.1:${ports[0]}`;
  const env = (port: number) => ({
    ORIGIN: origin,
    PORT: String(port),
    DATABASE_URL: url,
    ALLOW_PRIVATE_ADDRESSES: "true",
    SECRET_KEY: "ab".repeat(32),
  });
  const faults = { on: false, kills: 0, crashes: 0 };
  const arrivals = new Arrivals();
  const fediverse = await openFediverse(bench, {
    ...{ software: SOFTWARE, people: PEOPLE, keyPairs: 4 },
    mood: () => (!faults.on ? "well" : Math.random() < SILENT ? "silent" : (anyOf(MOODS) ?? "well")),
    onLetter: (at, body) => arrivals.add(at, body),
  });
  const servers: Stage["servers"] = [];
  for (const [i, port] of ports.entries()) {
    const start = () => startOurs(bench, { name: `soak-${i}`, env: env(port), port });
    servers.push({ start, running: await start() });
  }
  const db = openPool(bench, url);
  // Newcomers say ten things an hour: whoever comes has been known for two days.
  await db`alter table actors alter column created_at set default now() - interval '2 days'`;
  await command(env(ports[0] ?? 0), "community", "create", "bench", "--name", "Bench");
  const refused: string[] = [];
  const send = insist(bench, `${origin}/inbox`, ports, refused);
  const group = `${origin}/c/bench`;
  for (const person of fediverse.people.slice(0, SOFTWARE.length)) await send(person, act(person, "Follow", group));
  return { bench, db, fediverse, crowd: new Crowd(group, send), servers, arrivals, refused, faults };
}

/** Sends as every server does: to whichever process answers, again and again until the letter is taken. */
function insist(bench: Bench, inbox: string, ports: readonly number[], refused: string[]) {
  const doors = ports.map((port) => openLoad(bench, `http://127.0.0.1:${port}`, PEOPLE));
  return async (by: Person, activity: object): Promise<void> => {
    for (;;) {
      bench.clock.check();
      const shot = await signed(inbox, by, activity);
      // A process that is gone answers nothing.
      const answer = await anyOf(doors)
        ?.read(shot)
        .catch(() => null);
      if (answer?.status === 202) return;
      if (answer && answer.status !== 503) {
        refused.push(`${answer.status} for ${JSON.stringify(activity).slice(0, 300)}: ${answer.text.slice(0, 200)}`);
        if (answer.status < 500) return;
      }
      await sleep(100 + Math.random() * 300);
    }
  };
}

/** Kills a server, or a process of Postgres, which then throws everybody out and recovers; and an operator tries again whatever was put off. */
async function trouble({ bench, db, fediverse, servers, faults }: Stage, isOver: () => boolean): Promise<void> {
  for (let round = 1; !isOver(); round++) {
    await sleep(PEACE_MS[0] + Math.random() * (PEACE_MS[1] - PEACE_MS[0]));
    const server = anyOf(servers);
    if (round % 6 === 0) {
      if (await crash(db)) faults.crashes++;
    } else if (server) {
      if (Math.random() < 0.2) await server.running.stop();
      else process.kill(server.running.pid, "SIGKILL");
      faults.kills++;
      server.running = await server.start();
    }
    if (round % 2 === 0) await retryAll(db, fediverse).catch(() => {});
    if (round % 10 === 0) bench.say(`${faults.kills} kills, ${faults.crashes} crashes of Postgres.`);
  }
}

/** Kills the process that serves one connection of ours. */
async function crash(db: Db): Promise<boolean> {
  const rows = await db<{ pid: number }[]>`
    select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`;
  const victim = anyOf(rows)?.pid;
  if (victim) process.kill(victim, "SIGKILL");
  return victim !== undefined;
}

async function retryAll(db: Db, { origins }: Fediverse): Promise<void> {
  for (const origin of origins) await retryHost(db, new URL(origin).host);
}

async function drain({ bench, db, fediverse, crowd, arrivals }: Stage): Promise<void> {
  bench.say(`${crowd.posts.length} posts; ${arrivals.count} letters came so far. The faults are over.`);
  // It may just be recovering from the last of them.
  const isBack = () => db`select 1`.then(Boolean, () => false);
  while (!(await isBack())) {
    bench.clock.check();
    await sleep(100);
  }
  for (let round = 1; ; round++) {
    bench.clock.check();
    await retryAll(db, fediverse);
    await sleep(1_000);
    const [left] = await db<{ count: number }[]>`select count(*)::int as count from deliveries`;
    if (!left?.count) return;
    if (round % 10 === 0) bench.say(`${left.count} letters still wait.`);
  }
}

async function report({ bench, db, fediverse, crowd, arrivals, refused, faults }: Stage): Promise<void> {
  const followers = fediverse.origins.map((origin, i) => ({
    origin,
    isForum: FORUMS.includes(SOFTWARE[i] as string),
  }));
  const wrong = [...refused, ...(await verdict(db, crowd.posts, followers, arrivals))];
  const { posts } = crowd;
  const likes = posts.reduce((sum, post) => sum + post.likes.size, 0);
  const edits = posts.reduce((sum, post) => sum + post.edits, 0);
  const removed = posts.filter((post) => post.removed).length;
  bench.fact({ what: "servers killed, crashes of Postgres", is: `${faults.kills}, ${faults.crashes}` });
  bench.fact({
    what: "posts, edits, removals, likes that stand",
    is: [posts.length, edits, removed, likes].join(", "),
  });
  bench.fact({ what: "letters that came", is: arrivals.count.toLocaleString("en") });
  bench.fact({ what: "lost, twice, or out of order", is: String(wrong.length), aim: "0", met: wrong.length === 0 });
  for (const sentence of wrong.slice(0, 20)) bench.say(sentence);
  if (wrong.length > 0) throw new Error("Not everything is as it must be.");
}
