/** `npm run bench:delivery`: what it costs to get a post to 200 inboxes, fast, slow and silent ones; to queue it, and to keep it waiting. */
import { hash, sign } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "undici";
import type { Delivery } from "../federation/delivery/delivery.ts";
import { inBulk } from "./harness/bulk.ts";
import { cpuOf, ownCpu } from "./harness/cpu.ts";
import { BODY, follow, GROUP, KEY_ID, type Office, openOffice } from "./harness/office.ts";
import { type Arrived, type Behave, monotonicMs } from "./harness/receivers.ts";
import { compare, median, percentile, type Side } from "./harness/rounds.ts";
import { type Bench, run } from "./harness/run.ts";
import { type Child, openPostgres, type Postgres, startChild } from "./harness/servers.ts";

const HOSTS = 200;
const HANGING = 60;
const POSTS_PER_ROUND = 6;
const PENDING = 100_000;
const FOLLOWERS = 1_000_000;
const INBOXES = 10_000;
const PAYLOAD_AIM = 64;
/** The header of a row, and its place in the page (Postgres documentation, 66.6). */
const ROW_HEADER = 24;

interface Stage {
  bench: Bench;
  office: Office;
  receivers: Child<{ ports: number[] }>;
  delivery: Delivery;
  floor: () => Promise<void>;
  /** Milliseconds of CPU of this process and Postgres, without what measuring costs. */
  cpu: () => number;
  postgres: () => number;
}

await run("bench:delivery", "deliveries", async (bench) => {
  const postgres = await openPostgres(bench, "delivery");
  const stage = await setStage(bench, postgres);
  await rates(stage);
  await silent(stage);
  await stage.delivery[Symbol.asyncDispose]();
  await size(stage);
  await queueing(bench, postgres);
});

async function setStage(bench: Bench, postgres: Postgres): Promise<Stage> {
  bench.say(`Starting Postgres and ${HOSTS} hosts.`);
  const office = await openOffice(bench, await postgres.fresh("delivery"));
  const receivers = await startChild<{ ports: number[] }>(bench, "harness/receivers.ts", { hosts: HOSTS });
  await follow(office.db, receivers.ready.ports);
  return {
    bench,
    office,
    receivers,
    delivery: office.openDelivery(),
    floor: openFloor(bench, office, receivers.ready.ports),
    cpu: openMeter(postgres.pid),
    postgres: () => cpuOf(postgres.pid),
  };
}

/** Signs for every inbox and posts over kept-alive connections, all at once: no queue, no order, no second try. */
function openFloor(bench: Bench, { privateKey }: Office, ports: readonly number[]): () => Promise<void> {
  const agent = new Agent({ connections: 8, keepAliveTimeout: 60_000 });
  bench.stack.defer(() => agent.destroy());
  const body = Buffer.from(BODY);
  return async () => {
    const digest = `SHA-256=${hash("sha256", body, "base64")}`;
    const one = async (port: number) => {
      const host = `127.0.0.1:${port}`;
      const date = new Date().toUTCString();
      const text = `(request-target): post /inbox\nhost: ${host}\ndate: ${date}\ndigest: ${digest}`;
      const value = sign("sha256", Buffer.from(text), privateKey).toString("base64");
      const signature = `keyId="${KEY_ID}",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="${value}"`;
      const headers = { host, date, digest, "content-type": "application/activity+json", signature };
      const answer = await agent.request({ origin: `http://${host}`, path: "/inbox", method: "POST", body, headers });
      await answer.body.dump();
      if (answer.statusCode !== 202) throw new Error(`${host} answered ${answer.statusCode}.`);
    };
    await Promise.all(ports.map(one));
  };
}

function openMeter(postgres: number): () => number {
  let meters = 0;
  return () => {
    const before = ownCpu();
    const theirs = cpuOf(postgres);
    const after = ownCpu();
    meters += after - before;
    return after - meters + theirs;
  };
}

async function rates({ bench, office, receivers, delivery, floor, cpu, postgres }: Stage): Promise<void> {
  const ours: Side = {
    cpu,
    postgres,
    async run() {
      for (let i = 0; i < POSTS_PER_ROUND; i++) {
        await office.post();
        await delivery.settled();
      }
      return POSTS_PER_ROUND * HOSTS;
    },
  };
  const bare: Side = {
    cpu,
    async run() {
      for (let i = 0; i < POSTS_PER_ROUND; i++) await floor();
      return POSTS_PER_ROUND * HOSTS;
    },
  };
  for (const latencyMs of [0, 200]) {
    await receivers.ask<Arrived>({ latencyMs, hanging: 0 } satisfies Behave);
    const what = latencyMs === 0 ? `${HOSTS} inboxes` : `${HOSTS} inboxes, ${latencyMs} ms away`;
    bench.say(`${what}: measuring.`);
    bench.row(
      await compare(bench.clock, { what, ours, floor: bare, aim: 0.7, rounds: latencyMs === 0 ? 9 : 5, warmUps: 2 }),
    );
  }
}

/** Ten posts in two seconds, first with everybody answering, then with some hosts silent: when do the healthy ones get them? */
async function silent({ bench, office, receivers, delivery }: Stage): Promise<void> {
  bench.say(`${HANGING} of ${HOSTS} hosts never answer: measuring the others.`);
  const waits = { none: [] as number[], some: [] as number[] };
  // In turn, so that both see the same machine; a pause lets what hangs run into its deadline.
  for (const [name, hanging] of [
    ["none", 0],
    ["some", HANGING],
  ] as const) {
    await delivery.settled();
    await receivers.ask<Arrived>({ latencyMs: 0, hanging } satisfies Behave);
    const posted: number[] = [];
    for (let i = 0; i < 10; i++) {
      posted.push(monotonicMs());
      await office.post();
      delivery.wake();
      await sleep(200);
    }
    await sleep(1_000);
    const { arrivals } = await receivers.ask<Arrived>({ latencyMs: 0, hanging } satisfies Behave);
    const seen = new Map<number, number>();
    for (const { host, at } of arrivals) {
      if (host < HANGING) continue;
      // Each post is about another thread, but one inbox gets them in the order of their making.
      const nth = seen.get(host) ?? 0;
      seen.set(host, nth + 1);
      waits[name].push(at - (posted[nth] ?? at));
    }
    const count = waits[name].length;
    if (count !== 10 * (HOSTS - HANGING))
      throw new Error(`${count} letters arrived at healthy hosts, not ${10 * (HOSTS - HANGING)}.`);
  }
  const words = (of: number[]) => `p50 ${percentile(of, 0.5).toFixed(0)} ms, p95 ${percentile(of, 0.95).toFixed(0)} ms`;
  bench.fact({ what: `post to arrival at ${HOSTS - HANGING} hosts, all others well`, is: words(waits.none) });
  bench.fact({ what: `the same, ${HANGING} others never answering`, is: words(waits.some) });
}

/** What a waiting delivery takes in Postgres. */
async function size({ bench, office }: Stage): Promise<void> {
  const { db } = office;
  await db`truncate deliveries`;
  for (let i = 0; i < PENDING / HOSTS; i++) await office.post();
  const [row] = await db<{ rows: number; payload: number; total: number }[]>`
    select count(*)::int as rows, (avg(pg_column_size(d.*)) - ${ROW_HEADER})::float as payload,
      pg_total_relation_size('deliveries')::float as total from deliveries d`;
  const { rows, payload, total } = row ?? { rows: 1, payload: Number.NaN, total: Number.NaN };
  bench.fact({
    what: "payload of a pending delivery",
    is: `${payload.toFixed(0)} bytes`,
    aim: `${PAYLOAD_AIM}`,
    met: payload <= PAYLOAD_AIM,
  });
  bench.fact({
    what: `all it takes on disk, index and all, of ${rows.toLocaleString("en")}`,
    is: `${(total / rows).toFixed(0)} bytes`,
  });
  await db`truncate deliveries`;
}

/** One post, queued for all the inboxes of a million followers. */
async function queueing(bench: Bench, postgres: Postgres): Promise<void> {
  bench.say(`Seeding ${FOLLOWERS.toLocaleString("en")} followers on ${INBOXES.toLocaleString("en")} servers.`);
  const office = await openOffice(bench, await postgres.fresh("queueing"));
  const { db } = office;
  await seedFollowers(office);
  await db`create table floor_deliveries (inbox_id integer not null, activity_id bigint not null, primary key (inbox_id, activity_id))`;
  bench.say("Queueing: measuring.");
  const cpu = () => cpuOf(postgres.pid);
  const times: number[] = [];
  const ours: Side = {
    cpu,
    async run() {
      for (let i = 0; i < 5; i++) {
        const begun = performance.now();
        const queued = await office.post();
        times.push(performance.now() - begun);
        if (queued !== INBOXES) throw new Error(`${queued} were queued.`);
      }
      return 5 * INBOXES;
    },
  };
  const floor: Side = {
    cpu,
    async run() {
      for (let i = 0; i < 5; i++) {
        await db`insert into floor_deliveries select i, ${office.makeId()} from generate_series(1, ${INBOXES}::int) i`;
      }
      return 5 * INBOXES;
    },
  };
  const what = `queued for ${INBOXES.toLocaleString("en")} inboxes`;
  bench.row(await compare(bench.clock, { what, ours, floor, rounds: 5 }));
  bench.fact({ what: `${what} of ${FOLLOWERS.toLocaleString("en")} followers`, is: `${median(times).toFixed(0)} ms` });
}

async function seedFollowers({ db }: Office): Promise<void> {
  await db`alter table memberships disable trigger memberships_audience`;
  await inBulk(db, async () => {
    await db.begin(async (tx) => {
      await tx`set local statement_timeout = 0`;
      await tx`insert into peers (id, host) select i, 'server' || i || '.example' from generate_series(1, ${INBOXES}::int) i`;
      await tx`insert into inboxes (uri, peer_id) select 'https://' || host || '/inbox', id from peers order by id`;
      await tx`insert into actors (id, uri, peer_id, kind, username, url, inbox_id)
        select 1000 + i, 'https://server' || n || '.example/users/u' || i, n, 'person', 'u' || i, 'https://server' || n || '.example/@u' || i, n
        from (select i, 1 + i % ${INBOXES}::int as n from generate_series(1, ${FOLLOWERS}::int) i) f`;
      await tx`insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
        select ${GROUP}, id, 'accepted', uri || '#follow', now() from actors where peer_id is not null`;
      await tx`insert into audience (group_id, inbox_id, members)
        select ${GROUP}, inbox_id, count(*) from actors where peer_id is not null group by inbox_id`;
    });
  });
  await db`alter table memberships enable trigger memberships_audience`;
}
