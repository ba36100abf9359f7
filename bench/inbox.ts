/** `npm run bench:inbox`: what it costs to take a letter in for good, and to turn a forged one away. With words: only the rows that hold one of them. */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { openDb } from "../db/open.ts";
import { cpuOf } from "./harness/cpu.ts";
import { act, createNote, type Fediverse, openFediverse, type Person, signed } from "./harness/fediverse.ts";
import { type Load, openLoad, type Shot } from "./harness/load.ts";
import { compare, type Side } from "./harness/rounds.ts";
import { type Bench, run } from "./harness/run.ts";
import { command, freePort, openPostgres, startChild, startOurs } from "./harness/servers.ts";

const PEOPLE = 200;
const KEY_PAIRS = 8;
const CONNECTIONS = 32;
const ROUNDS = 5;
/** The floor takes a fifth of a second of CPU for so many. */
const LETTERS = 1_000;
/** Many more, since it takes so little: of fewer, most would be answered before V8 knows the code. And in more rounds, each being so short. */
const FORGED = 8_000;
const FORGED_ROUNDS = 21;
const THREADS = 100;
/** Five servers that want boosts and two that want whole activities: each has one follower of the community. */
const SOFTWARE = ["mastodon", "mastodon", "mastodon", "misskey", "gotosocial", "lemmy", "piefed"];

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const wanted = (what: string) => words.length === 0 || words.some((word) => what.toLowerCase().includes(word));

interface Door extends Pick<Side, "cpu" | "postgres"> {
  load: Load;
}

interface Stage {
  bench: Bench;
  fediverse: Fediverse;
  group: string;
  inbox: string;
  ours: Door;
  floor: Door;
}

await run("bench:inbox", "letters", async (bench) => {
  const stage = await setStage(bench);
  const posts = await warmUp(stage);
  await accept(stage, posts);
  await refuse(stage);
});

async function setStage(bench: Bench): Promise<Stage> {
  bench.say("Starting Postgres, our server and the floor.");
  const postgres = await openPostgres(bench, "inbox");
  const databaseUrl = await postgres.fresh("inbox");
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    ORIGIN: origin,
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    ALLOW_PRIVATE_ADDRESSES: "true",
    SECRET_KEY: "ab".repeat(32),
  };
  const fediverse = await openFediverse(bench, { software: SOFTWARE, people: PEOPLE, keyPairs: KEY_PAIRS });
  const [server, floor] = await Promise.all([
    startOurs(bench, { name: "inbox", env, port, role: "web" }),
    startChild<{ port: number }>(bench, "floors/inbox.ts", { databaseUrl, keys: fediverse.keys }),
  ]);
  await beKnown(databaseUrl);
  await command(env, "community", "create", "bench", "--name", "Bench");
  const theirs = () => cpuOf(postgres.pid);
  return {
    bench,
    fediverse,
    group: `${origin}/c/bench`,
    inbox: `${origin}/inbox`,
    ours: { load: openLoad(bench, origin, CONNECTIONS), cpu: () => cpuOf(server.pid, postgres.pid), postgres: theirs },
    floor: {
      load: openLoad(bench, `http://127.0.0.1:${floor.ready.port}`, CONNECTIONS),
      cpu: () => cpuOf(floor.pid, postgres.pid),
      postgres: theirs,
    },
  };
}

/** Newcomers say ten things an hour: whoever comes has been known for two days. */
async function beKnown(databaseUrl: string): Promise<void> {
  const db = openDb(databaseUrl, { max: 1 });
  await db`alter table actors alter column created_at set default now() - interval '2 days'`;
  await db.end();
}

/** Everybody becomes known, one person of each server follows, and there are threads to talk in. Gives the ids of posts. */
async function warmUp({ bench, fediverse, group, inbox, ours }: Stage): Promise<string[]> {
  const { people } = fediverse;
  const followers = people.slice(0, SOFTWARE.length);
  await ours.load.send(
    await Promise.all(followers.map((person) => signed(inbox, person, act(person, "Follow", group)))),
    202,
  );
  const notes = people.map((person) => ({ person, ...createNote(person, group, null) }));
  await ours.load.send(await Promise.all(notes.map((note) => signed(inbox, note.person, note.activity))), 202);
  bench.say(
    `${PEOPLE} people on ${SOFTWARE.length} servers are known after ${fediverse.fetches()} fetches; 7 inboxes follow.`,
  );
  return notes.map((note) => note.uri);
}

/** Letters that are taken: each kind in rounds of its own. */
async function accept({ bench, fediverse, group, inbox, ours, floor }: Stage, posts: string[]): Promise<void> {
  const { people } = fediverse;
  const person = (i: number) => people[i % people.length] as Person;
  // Every pair of a person and a post once.
  const target = (i: number) => posts[(i + Math.floor(i / people.length)) % posts.length] as string;
  const kinds: { what: string; aim?: number; make: (i: number) => object }[] = [
    {
      what: "Create: a reply",
      aim: 0.4,
      make: (i) => createNote(person(i), group, posts[i % THREADS] as string).activity,
    },
    { what: "Create: a new thread", aim: 0.4, make: (i) => createNote(person(i), group, null).activity },
    { what: "Like", make: (i) => act(person(i), "Like", target(i)) },
    { what: "Announce (a boost)", make: (i) => act(person(i), "Announce", target(i)) },
  ];
  for (const { what, aim, make } of kinds.filter((kind) => wanted(kind.what))) {
    bench.say(`${what}: signing.`);
    const letters: Shot[][] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const indices = Array.from({ length: LETTERS }, (_, i) => round * LETTERS + i);
      letters.push(await Promise.all(indices.map((i) => signed(inbox, person(i), make(i)))));
    }
    bench.say(`${what}: measuring.`);
    const sides = [ours, floor].map(({ load, ...used }): Side => {
      let round = 0;
      return { ...used, run: () => load.send(letters[round++] ?? [], 202) };
    });
    const [first, second] = sides as [Side, Side];
    bench.row(await compare(bench.clock, { what, ours: first, floor: second, rounds: ROUNDS, ...(aim && { aim }) }));
  }
}

/** Letters that are not: by a known key with a wrong signature, by a key nobody can fetch, and with no signature at all. */
async function refuse({ bench, fediverse, group, inbox, ours, floor }: Stage): Promise<void> {
  const nowhere = await openNowhere(bench);
  const [ana, ben] = fediverse.people as [Person, Person, ...Person[]];
  const { activity } = createNote(ana, group, null);
  const genuine = await signed(inbox, ana, activity);
  const stranger = {
    id: `${nowhere.origin}/users/x`,
    keyId: `${nowhere.origin}/users/x#main-key`,
    privateKey: ben.privateKey,
  };
  const { signature: _, ...unsigned } = genuine.headers;
  // What may pass is put off by ours, and refused by the floor.
  const kinds: [what: string, shot: Shot, status: number][] = [
    [
      "forged: wrong signature, known key",
      await signed(inbox, { keyId: ana.keyId, privateKey: ben.privateKey }, activity),
      401,
    ],
    [
      "forged: a key that cannot be fetched",
      await signed(inbox, stranger, createNote(stranger, group, null).activity),
      503,
    ],
    ["forged: no signature", { ...genuine, headers: unsigned }, 401],
  ];
  for (const [what, shot, status] of kinds.filter(([what]) => wanted(what))) {
    const shots = Array.from({ length: FORGED }, () => shot);
    // The first of its kind may ask for the key; all that follow must not, for ten minutes, or 30 s where it may be had by then.
    await ours.load.send([shot], status);
    const begin = performance.now();
    const before = fediverse.fetches() + nowhere.attempts();
    const first: Side = { ...ours, run: () => ours.load.send(shots, status) };
    const second: Side = { ...floor, run: () => floor.load.send(shots, 401) };
    bench.say(`${what}: measuring.`);
    bench.row(await compare(bench.clock, { what, ours: first, floor: second, aim: 0.5, rounds: FORGED_ROUNDS }));
    const fetched = fediverse.fetches() + nowhere.attempts() - before;
    const most = status === 503 ? Math.floor((performance.now() - begin) / 30_000) : 0;
    bench.fact({ what: `fetches during "${what}"`, is: String(fetched), aim: `at most ${most}`, met: fetched <= most });
  }
  if (wanted("forged: many keys"))
    await strangers(bench, ours.load, { inbox, group, nowhere, privateKey: ben.privateKey });
}

/** Each letter by another key of the same host that is not there: how often is that host asked? */
async function strangers(
  bench: Bench,
  load: Load,
  o: { inbox: string; group: string; nowhere: Nowhere; privateKey: Person["privateKey"] },
): Promise<void> {
  const count = 100;
  const before = o.nowhere.attempts();
  const people = Array.from({ length: count }, (_, i) => {
    const id = `${o.nowhere.origin}/users/y${i}`;
    return { id, keyId: `${id}#main-key`, privateKey: o.privateKey };
  });
  const shots = await Promise.all(
    people.map((person) => signed(o.inbox, person, createNote(person, o.group, null).activity)),
  );
  await load.send(shots, 503);
  const asked = o.nowhere.attempts() - before;
  bench.fact({ what: `connections tried for ${count} keys of one unreachable host`, is: String(asked) });
}

interface Nowhere {
  origin: string;
  attempts(): number;
}

/** A host that hangs up on everybody, and counts them. */
async function openNowhere({ stack }: Bench): Promise<Nowhere> {
  let attempts = 0;
  const server = createServer((socket) => {
    attempts += 1;
    socket.destroy();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  stack.defer(() => void server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, attempts: () => attempts };
}
