/** Gets letters delivered: leases lanes that have something due, sends what is in them, and gives them back. */
import type { KeyObject } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { getLogger } from "@logtape/logtape";
import type { Id } from "../../db/ids.ts";
import type { Node } from "../../db/node.ts";
import type { Db } from "../../db/open.ts";
import {
  type ActivityToSend,
  type Claim,
  claimLanes,
  dropForBlocked,
  freeOrphans,
  prolongLeases,
  readActivities,
  writeResults,
} from "../../db/queries/lanes.ts";
import type { Outbound } from "../http.ts";
import { openEnvelopes } from "./envelopes.ts";
import { type Host, meetHost } from "./host.ts";
import { runTurn, type Turn } from "./lane.ts";
import { openLedger } from "./ledger.ts";

const LEASE_MS = 90_000;
const HEARTBEAT_MS = 30_000;
const RECOVER_MS = 15_000;
const POLL_MS = 500;
const STOP_MS = 10_000;
const FLUSH_MS = 2_000;
const AFTER_ERROR_MS = 1_000;
const LEFT_OVER_MS = 10;
/** Looking at a lane costs Postgres about 0.01 ms: when thousands wait for hosts that are down, looking takes a fifth of its time at most. */
const REST_PER_LANE_MS = 0.04;
const MOST_REST_MS = 2_000;
const LANES_AT_ONCE = 400;
const LANES_PER_CLAIM = 200;
const LANES_PER_PEER = 8;
const LETTERS_PER_TURN = 64;
/** Lanes looked at by one claim: few while there is work, many while there is none. */
const HOPS = 512;
const MANY_HOPS = 2_048;

export interface DeliveryOptions {
  db: Db;
  node: Node;
  outbound: Outbound;
  /** The key that an actor of this server signs with. */
  signerOf: (actorId: Id) => Promise<{ keyId: string; privateKey: KeyObject }>;
  /** Adds a proof to an activity's JSON; it goes out as it is queued when this is left out. */
  prove?: (activity: ActivityToSend) => Promise<string>;
  now?: () => Date;
  /** Lanes at once; hosts that are failing may have a quarter of them. */
  concurrency?: number;
  /** From 0 to 1, for the jitter of the retries. */
  random?: () => number;
}

export interface Delivery extends AsyncDisposable {
  /** Something was queued: look now, not at the next poll. */
  wake(): void;
  /** Waits until nothing is due and nothing under way. */
  settled(): Promise<void>;
}

/**
 * Begins to deliver. Any number of processes may do so on one database: a lane is leased by one at a time. Disposing of it takes nothing new, gives
 * what is under way 10 s, writes down what was done and gives the lanes back.
 */
export function openDelivery(o: DeliveryOptions): Delivery {
  const { db, node, outbound, now = () => new Date(), concurrency = LANES_AT_ONCE, random = Math.random } = o;
  const logger = getLogger(["commonplace", "delivery"]);
  const ending = new AbortController();
  const hosts = new Map<Id, Host>();
  /** Leased and not yet given back, by inbox. */
  const held = new Map<number, Turn>();
  const running = new Map<Turn, Promise<void>>();
  let stopping = false;
  let wanted = false;
  /** Work was left for want of a slot: look again as soon as lanes are given back. */
  let leftOver = false;
  let pumping: Promise<void> | null = null;
  let cursor = 0;
  let claimed = 0;
  let restUntil = 0;

  function onError(error: unknown, what: string): void {
    logger.error(`${what}: {error}`, { error });
  }

  const ledger = openLedger({
    write: async (results) => writeResults(db, node.number, now(), results),
    onReleased(inboxIds) {
      let more = leftOver;
      for (const id of inboxIds) {
        const turn = held.get(id);
        // Leased again already: that turn has only begun.
        if (!turn?.over) continue;
        more ||= turn.more;
        held.delete(id);
      }
      if (more) wake();
    },
    onError: (error) => onError(error, "What was delivered could not be written down yet"),
  });
  const envelopeOf = openEnvelopes({
    read: (ids) => readActivities(db, ids),
    signerOf: o.signerOf,
    prove: o.prove ?? (async (activity) => activity.body),
  });
  const context = {
    db,
    now,
    random,
    outbound,
    ledger,
    envelopeOf,
    stopping: () => stopping,
    signal: ending.signal,
    onError,
  };

  function wake(): void {
    wanted = true;
    if (stopping || pumping) return;
    pumping = pump().finally(() => {
      pumping = null;
      if (wanted) wake();
    });
  }

  async function pump(): Promise<void> {
    while (wanted && !stopping) {
      const rest = restUntil - performance.now();
      if (rest > 0) await sleep(rest);
      wanted = false;
      leftOver = false;
      try {
        restUntil = performance.now() + Math.min(MOST_REST_MS, (await lookAround()) * REST_PER_LANE_MS);
      } catch (error) {
        onError(error, "Lanes could not be leased");
        restUntil = performance.now() + AFTER_ERROR_MS;
      }
    }
  }

  /** One way round all lanes, from where the last one ended, as far as there are slots. Returns how many were looked at in vain. */
  async function lookAround(): Promise<number> {
    let passed = 0;
    let ends = cursor === 0 ? 1 : 2;
    let hops = HOPS;
    while (!stopping) {
      const free = concurrency - running.size;
      if (free < Math.max(1, concurrency / 16)) {
        leftOver = true;
        break;
      }
      const at = now();
      const failing = running.keys().reduce((n, { host }) => n + (host.failures > 0 ? 1 : 0), 0);
      const claim = await claimLanes(db, {
        node: node.number,
        now: at,
        until: new Date(at.getTime() + LEASE_MS),
        cursor,
        limit: Math.min(free, LANES_PER_CLAIM),
        failingLimit: Math.max(0, Math.ceil(concurrency / 4) - failing),
        perPeer: LANES_PER_PEER,
        hops,
        perLane: LETTERS_PER_TURN,
      });
      cursor = claim.cursor;
      passed += claim.passed;
      if (claim.more) leftOver = true;
      begin(claim);
      hops = claim.lanes.length > 0 ? HOPS : MANY_HOPS;
      if (cursor === 0 && --ends === 0) break;
    }
    return passed;
  }

  function begin({ lanes, letters }: Claim): void {
    claimed += lanes.length;
    const byInbox = Map.groupBy(letters, (letter) => letter.inboxId);
    const turns = lanes.map((lane): Turn => {
      const host = meetHost(hosts.get(lane.peerId), lane);
      host.lanes += 1;
      hosts.set(lane.peerId, host);
      const turn = { lane, host, lost: false, more: false, over: false };
      held.set(lane.inboxId, turn);
      return turn;
    });
    // Only now, when it is known how many lanes share a host.
    for (const turn of turns) {
      const mine = byInbox.get(turn.lane.inboxId) ?? [];
      const sending = runTurn(context, turn, mine).then((more) => {
        running.delete(turn);
        turn.more = more || mine.length === LETTERS_PER_TURN;
        giveBack(turn);
      });
      running.set(turn, sending);
    }
  }

  function giveBack(turn: Turn): void {
    const { lane, host } = turn;
    turn.over = true;
    host.lanes -= 1;
    if (host.lanes === 0) hosts.delete(host.peerId);
    ledger.released(lane.inboxId);
  }

  async function heartbeat(): Promise<void> {
    const ids = [...held.keys()];
    if (ids.length === 0) return;
    const still = new Set(await prolongLeases(db, node.number, ids, new Date(now().getTime() + LEASE_MS)));
    for (const id of ids) {
      const turn = held.get(id);
      if (turn && !still.has(id)) turn.lost = true;
    }
  }

  async function recover(): Promise<void> {
    await dropForBlocked(db);
    if ((await freeOrphans(db, now())) > 0) wake();
  }

  const every = (ms: number, what: string, act: () => Promise<void>) =>
    setInterval(() => act().catch((error: unknown) => onError(error, what)), ms).unref();
  const timers = [
    setInterval(wake, POLL_MS).unref(),
    every(HEARTBEAT_MS, "Leases could not be prolonged", heartbeat),
    every(RECOVER_MS, "Lanes of processes that are gone could not be freed", recover),
  ];
  const recovered = recover().catch((error: unknown) =>
    onError(error, "Lanes of processes that are gone could not be freed"),
  );
  wake();

  return {
    wake,
    async settled() {
      await recovered;
      while (!stopping) {
        const before = claimed;
        // What was queued for a lane while we held it could not be seen: it is looked at again once the lane is given back.
        const busy = held.size > 0;
        wake();
        await pumping;
        await Promise.all(running.values());
        await ledger.flush();
        if (busy || claimed > before || held.size > 0 || pumping) continue;
        if (!leftOver) return;
        // Another process has the place of these lanes.
        await sleep(LEFT_OVER_MS);
      }
    },
    async [Symbol.asyncDispose]() {
      stopping = true;
      timers.forEach(clearInterval);
      const done = Promise.all([pumping, recovered]).then(() => Promise.all(running.values()));
      await within(STOP_MS, done);
      ending.abort(new Error("This server is stopping."));
      await within(FLUSH_MS, done);
      // What is under way still is given back as well: whoever leases it next sends it again.
      for (const turn of running.keys()) giveBack(turn);
      ledger.close();
      const written = ledger
        .flush()
        .catch((error: unknown) => onError(error, "What was delivered could not be written down"));
      await within(FLUSH_MS, written);
    },
  };
}

/** Waits for `promise`, but no longer than `ms`. */
async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([promise, sleep(ms, undefined, { signal: timer.signal }).catch(() => {})]);
  timer.abort();
}
