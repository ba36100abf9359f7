/** Federation as the rest of the house sees it: built once from what it needs. */

import { inBatches } from "../db/batches.ts";
import type { MakeId } from "../db/ids.ts";
import type { Db } from "../db/open.ts";
import { claimHistory, finishHistory, putOffHistory } from "../db/queries/histories.ts";
import { peersToDescribe } from "../db/queries/peers.ts";
import { findPlaces, findPostsByUri, type PlaceAsked } from "../db/queries/posts.ts";
import { type No, openRefusals } from "./answers.ts";
import { BudgetSpent, budget, PER_LETTER } from "./budget.ts";
import type { Context, HouseTools, Log } from "./context.ts";
import type { Door, Receipt } from "./door.ts";
import { FetchFailed } from "./fetch/document.ts";
import { fetchHistory } from "./fetch/history.ts";
import { openKeyring } from "./fetch/key.ts";
import { type LookedUp, lookUp } from "./fetch/look-up.ts";
import { learnPeer } from "./fetch/peer.ts";
import { remoteFollow } from "./fetch/webfinger.ts";
import { openBlocked } from "./gate/blocked.ts";
import { type Load, openLoad } from "./gate/load.ts";
import { type Figures, openPaces, type Paces } from "./gate/paces.ts";
import { type Gate, openGate } from "./gate.ts";
import type { Groups } from "./groups.ts";
import type { Outbound } from "./http.ts";
import { receiveAgain } from "./inbox/index.ts";
import type { OwnKeys } from "./keys.ts";
import { behindNote } from "./objects/answer.ts";
import type { People } from "./people.ts";
import { openShelf, type Shelf } from "./shelf.ts";

export type { HouseTools, Log } from "./context.ts";
export { type Delivery, openDelivery } from "./delivery/delivery.ts";
export type { Receipt } from "./door.ts";
export {
  type FoundActor,
  type FoundPostElsewhere,
  isAddress,
  type LookedUp,
  type LookUpProblem,
} from "./fetch/look-up.ts";
export type { Figures } from "./gate/paces.ts";
export { type Groups, openGroups } from "./groups.ts";
export { guardGlobalFetch, type Outbound, openOutbound } from "./http.ts";
export { type OwnKeys, openOwnKeys } from "./keys.ts";
export { openOutbox } from "./outbox/index.ts";
export { prove } from "./outbox/prove.ts";
export { openPeople, type People } from "./people.ts";
export { seal, unseal } from "./signatures/keys.ts";

export interface FederationOptions {
  db: Db;
  makeId: MakeId;
  now?: () => Date;
  origin: string;
  version: string;
  /** Peers may be http and on private addresses: tests and demonstrations only. */
  allowHttp: boolean;
  door: Door;
  outbound: Outbound;
  ownKeys: OwnKeys;
  groups: Groups;
  people: People;
  tools: HouseTools;
  log: Log;
  /** How much of other servers' letters is taken, where it is not what is usual. */
  figures?: Partial<Figures> | undefined;
}

export interface Federation {
  db: Db;
  origin: string;
  host: string;
  version: string;
  gate: Gate;
  load: Load;
  /** Whether this server has nothing to do with that host. */
  isBlocked(host: string): Promise<boolean>;
  paces: Paces;
  groups: Groups;
  people: People;
  ownKeys: OwnKeys;
  tools: HouseTools;
  /** Documents that may change at any time, and figures that may be a while behind. */
  shelf: Shelf;
  slowShelf: Shelf;
  /** What a letter that could not be taken is answered with. */
  refuse(error: unknown, path: string, client: string): No;
  /** Reads a letter again that was put aside; says in words what became of it. Throws when it is worth trying again later. */
  receiveAgain(letter: Receipt): Promise<string>;
  /** Asks peers that were not asked for a week what they run. Returns how many. */
  describePeers(): Promise<number>;
  /** Fetches the history of one group elsewhere that somebody here newly follows. Returns what came of it in words, or null when none waits. */
  fetchNextHistory(): Promise<string | null>;
  /** Finds what a member pasted or typed: a handle, or the address of somebody or something. Never throws for what others type or answer. */
  lookUp(text: string): Promise<LookedUp>;
  /** Where a visitor goes on their own server to follow `uri`, or one sentence about why that is not known. */
  remoteFollow(typed: string, uri: string): Promise<{ url: string; host: string } | { problem: string }>;
}

/** What letters name, looked up together. */
const LOOKED_UP = 64;
const SHELF_MS = 5_000;
const FIGURES_MS = 10 * 60_000;
const DESCRIBED_MS = 7 * 24 * 3_600_000;

/** Builds it. Nothing is fetched and nothing runs until it is asked to. */
export function build(o: FederationOptions): Federation {
  const now = o.now ?? (() => new Date());
  const findPlace = inBatches((asked: readonly PlaceAsked[]) => findPlaces(o.db, asked), { max: LOOKED_UP });
  const context: Context = {
    db: o.db,
    makeId: o.makeId,
    now,
    origin: o.origin,
    host: new URL(o.origin).host,
    allowHttp: o.allowHttp,
    door: o.door,
    groups: o.groups,
    findPlace: async ({ parentUri, ...asked }) =>
      findPlace({ ...asked, parentUri: parentUri && (await behindNote(o.db, o.origin, parentUri)) }),
    findPost: inBatches((uris) => findPostsByUri(o.db, uris), { max: LOOKED_UP }),
    outbound: o.outbound,
    isBlocked: openBlocked(o.db),
    paces: openPaces({ origin: o.origin, now: () => now().getTime(), log: o.log, figures: o.figures }),
    findKey: (keyId, spend) => keyring.find(keyId, spend),
    tools: o.tools,
    log: o.log,
    instanceSigner: async () => o.ownKeys.signerOf((await o.ownKeys.instanceActor()).id),
  };
  const load = openLoad({ log: o.log });
  const keyring = openKeyring(context, load);
  return {
    db: o.db,
    origin: o.origin,
    host: context.host,
    version: o.version,
    gate: openGate(context, keyring, load),
    load,
    isBlocked: context.isBlocked,
    paces: context.paces,
    groups: o.groups,
    people: o.people,
    ownKeys: o.ownKeys,
    tools: o.tools,
    shelf: openShelf(SHELF_MS),
    slowShelf: openShelf(FIGURES_MS),
    refuse: openRefusals(o.log),
    receiveAgain: (letter) => receiveAgain(context, letter),
    describePeers: () => describePeers(context),
    fetchNextHistory: () => fetchNextHistory(context),
    lookUp: (text) => lookUp(context, text),
    remoteFollow: (typed, uri) => remoteFollow(context, typed, uri),
  };
}

async function fetchNextHistory(context: Context): Promise<string | null> {
  const group = await claimHistory(context.db);
  if (!group) return null;
  try {
    const history = await fetchHistory(context, group);
    await finishHistory(context.db, group.id, history);
    return `${group.uri}: ${history.threads} threads, ${history.replies} replies`;
  } catch (error) {
    if (error instanceof FetchFailed || error instanceof BudgetSpent) return `${group.uri}: ${error.message}`;
    context.log.error("Fetching the history of {group} met a bug: {error}", { group: group.uri, error });
    await putOffHistory(context.db, group.id);
    return `${group.uri}: it is tried again later`;
  }
}

async function describePeers(context: Context): Promise<number> {
  const peers = await peersToDescribe(context.db, new Date(context.now().getTime() - DESCRIBED_MS), 50);
  for (const peer of peers) {
    await learnPeer(context, peer, budget(PER_LETTER)).catch((error: unknown) => {
      if (!(error instanceof FetchFailed) && !(error instanceof BudgetSpent)) throw error;
    });
  }
  return peers.length;
}
