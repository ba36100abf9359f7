/** What every part of federation works with; made once by federation/index.ts. */
import type { KeyObject } from "node:crypto";
import type { Id, MakeId } from "../db/ids.ts";
import type { Db } from "../db/open.ts";
import type { ActorKind } from "../db/queries/actors.ts";
import type { Place, PlaceAsked, PostRow } from "../db/queries/posts.ts";
import type { Budget } from "./budget.ts";
import type { Door, Receipt } from "./door.ts";
import type { Paces } from "./gate/paces.ts";
import type { Groups } from "./groups.ts";
import type { Outbound } from "./http.ts";
import type { MakeCharterText } from "./objects/charter.ts";

/** An actor elsewhere whose signature we have verified, or whose words we have fetched from its own server. */
export interface Sender {
  id: Id;
  uri: string;
  kind: ActorKind;
  peerId: Id;
  host: string;
  /** When we first heard of them, in milliseconds since 1970. */
  knownSince: number;
}

/** A key of ours that signs requests. */
export interface Signer {
  keyId: string;
  privateKey: KeyObject;
}

/** What federation needs of the house beyond the door: told in functions, so that it imports none of it. */
export interface HouseTools {
  /** HTML from elsewhere, made safe to show. */
  cleanHtml(html: string): string;
  /** One line of plain text from elsewhere, made safe to show. */
  cleanName(text: string): string;
  /** A community's charter as one text in its language. */
  charterText: MakeCharterText;
  /**
   * Has a letter read again, later and in the background, until nothing that it needs from elsewhere is missing: `host` is asked first. Resolves when
   * that is written down for good.
   */
  readLater(letter: Receipt, host: string): Promise<void>;
}

export interface Context {
  db: Db;
  makeId: MakeId;
  now(): Date;
  /** `https://commons.example`, without a trailing slash. */
  origin: string;
  /** `commons.example`, with port where there is one. */
  host: string;
  /** Peers may be http and on private addresses: tests and demonstrations only. */
  allowHttp: boolean;
  door: Door;
  groups: Groups;
  /**
   * Where a new post would go (what answers the note about an accepted answer, under that one), and a post by its id: for the letters that come most
   * often, which are looked up together.
   */
  findPlace(asked: PlaceAsked): Promise<Place>;
  findPost(uri: string): Promise<PostRow | null>;
  outbound: Outbound;
  /** Whether we have nothing to do with that host; as of half a minute ago. */
  isBlocked(host: string): Promise<boolean>;
  paces: Paces;
  /** A public key by its id, with who owns it. Throws FetchFailed, or BudgetSpent. */
  findKey(keyId: string, spend: Budget): Promise<{ key: KeyObject; owner: Sender }>;
  tools: HouseTools;
  /** The key by which the instance actor signs what we fetch. */
  instanceSigner(): Promise<Signer>;
  /** Says something once per `key` to the operator's log. */
  log: Log;
}

/** A line in the operator's log; values are escaped there. */
export interface Log {
  debug(message: string, properties?: Record<string, unknown>): void;
  info(message: string, properties?: Record<string, unknown>): void;
  warn(message: string, properties?: Record<string, unknown>): void;
  error(message: string, properties?: Record<string, unknown>): void;
}

/** Whether `uri` is on this server (R24), however it is spelled. */
export function isOurs(context: Pick<Context, "origin">, uri: string): boolean {
  return uri.startsWith(`${context.origin}/`) || URL.parse(uri)?.origin === context.origin;
}
