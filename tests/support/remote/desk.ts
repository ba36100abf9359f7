/** What the parts of the remote server share inside: its records, and the rules that each software fills in. */
import type { KeyPair } from "./sign.ts";
import type {
  Delivered,
  Doc,
  Draft,
  FoundActor,
  Notification,
  RemoteStatus,
  SignatureCheck,
  SoftwareName,
} from "./types.ts";

export interface PersonRecord {
  name: string;
  id: string;
  inbox: string;
  keyId: string;
  key: KeyPair;
  locked: boolean;
  deleted: boolean;
  /** Actor id -> inbox. */
  followers: Map<string, string>;
  following: Map<string, "pending" | "accepted" | "rejected">;
  /** The Follow we sent, by target: an Accept must fit it, an Undo repeats it. */
  follows: Map<string, Doc>;
  /** Votes, reactions and boosts in force, by `type object`: an Undo repeats them. */
  acts: Map<string, Doc>;
  /** Inboxes that have heard of this person. */
  reach: Set<string>;
  notifications: Notification[];
}

/** A post this server knows, its own or another's. */
export interface Known {
  doc: Doc;
  author: string;
  kind: "status" | "post" | "comment";
  community: string | undefined;
  edited: boolean;
  locked: boolean;
  pinned: boolean;
  pending: boolean;
  /** Deleted or removed, but to be restored by an Undo. */
  hidden: boolean;
  likes: Set<string>;
  dislikes: Set<string>;
}

/** One line of the home feed: a post that arrived, or a boost. */
export interface FeedEntry {
  status: string;
  by: string;
  /** Set for a boost. */
  announceId: string | undefined;
}

export interface Desk {
  readonly origin: string;
  readonly host: string;
  readonly persons: Map<string, PersonRecord>;
  readonly known: Map<string, Known>;
  readonly tombstones: Map<string, true>;
  readonly objects: Map<string, Doc>;
  readonly complaints: string[];
  feed: FeedEntry[];
  complain(sentence: string): void;
  /** A new number, larger than all before. */
  next(): number;
  isLocal(url: string | undefined): boolean;
  /** Actor of ours by id. */
  person(id: string | undefined): PersonRecord | undefined;
  /** Whether someone here follows this actor. */
  followed(id: string): boolean;
  /** An actor of ours or another's, fetched when unknown; throws when this software would not accept it. */
  account(id: string): Promise<FoundActor>;
  forget(id: string): void;
  /** An ActivityPub document whose id is exactly `url`; undefined when there is none. */
  document(url: string): Promise<Doc | undefined>;
  remember(doc: Doc, author: string, kind: Known["kind"], community?: string): Known;
  deliver(person: PersonRecord, activity: Doc, inboxes: Iterable<string>): Promise<Delivered[]>;
  /** The `self` links of a WebFinger answer for `name@host`; throws when there is none for that very name. */
  webfinger(acct: string): Promise<string[]>;
}

export interface ReplyTo {
  answer: { status: number; body: string };
  /** Work to be done after answering. */
  work: (() => Promise<void>) | undefined;
}

/** A draft with all ids in it looked up. */
export interface Composed {
  draft: Draft;
  html: string;
  mentions: FoundActor[];
  group: FoundActor | undefined;
  parent: Doc | undefined;
  parentId: string | undefined;
}

export interface Software {
  name: SoftwareName;
  version: string;
  userAgent(origin: string): string;
  /** Path of the actor that signs fetches. */
  instancePath: string;
  signsFetches: boolean;
  demandsSignedGets: boolean;
  /** Deleted posts: 404, or 410 with the Tombstone. */
  goneStatus: 404 | 410;
  /** Path of an actor, and what must follow its id to name its key. */
  actorPath(name: string, type: string): string;
  keySuffix: string;
  actorDocument(person: PersonRecord, desk: Desk, type: string): Doc;
  webfingerLinks(person: PersonRecord, desk: Desk): Doc[];
  /** Throws when this software would refuse the actor. */
  checkActor(doc: Doc, desk: Desk): Promise<void>;
  /** Whom a reply's composer mentions by itself. */
  replyMentions(person: PersonRecord, parent: Doc, group: FoundActor | undefined): string[];
  /** Shapes of what it sends. */
  object(person: PersonRecord, composed: Composed, desk: Desk): Doc;
  create(person: PersonRecord, object: Doc, desk: Desk): Doc;
  update(person: PersonRecord, object: Doc, desk: Desk): Doc;
  remove(person: PersonRecord, object: Doc, desk: Desk): Doc;
  follow(person: PersonRecord, target: FoundActor, desk: Desk): Doc;
  act(person: PersonRecord, type: string, object: Doc, group: FoundActor | undefined, desk: Desk): Doc;
  undo(person: PersonRecord, activity: Doc, desk: Desk): Doc;
  /** What it looks at, over the network, when somebody here follows this actor. */
  onFollow(target: FoundActor, desk: Desk, get: (url: string) => Promise<Doc | undefined>): Promise<void>;
  /** Judges a delivery: what to answer, and what to do. */
  receive(activity: Doc, check: SignatureCheck, inboxOwner: PersonRecord | undefined, desk: Desk): Promise<ReplyTo>;
  timeline(person: PersonRecord, desk: Desk): RemoteStatus[];
  show(id: string, known: Known, desk: Desk): RemoteStatus;
}
