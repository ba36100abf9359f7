/** The public face of the scripted remote server: what a test or the demonstration may ask of it. */
import type { IncomingHttpHeaders } from "node:http";
import type { KeyPair, Outgoing } from "./sign.ts";

export type Doc = Record<string, unknown>;
export type SoftwareName = "mastodon" | "lemmy" | "gotosocial";
export type SignatureStyle = "cavage" | "rfc9421";
export type Visibility = "public" | "unlisted" | "followers" | "direct";

export interface OpenRemoteOptions {
  software: SoftwareName;
  /** Name or address in the origin; the server listens on loopback in any case. Default 127.0.0.1. */
  host?: string;
  port?: number;
  /** Pass for another software in NodeInfo only, say `{ name: "misskey", version: "2026.1.0" }`. */
  nodeInfo?: { name: string; version: string };
}

export interface SignatureCheck {
  verified: boolean;
  style: SignatureStyle | "none";
  keyId: string | undefined;
  /** The actor who owns the key, as the actor's own document says. */
  actor: string | undefined;
  /** Why it was not verified. */
  reason: string | undefined;
}

export interface ReceivedActivity {
  seq: number;
  at: Date;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** The parsed body; `{}` when it is not a JSON object. */
  json: Doc;
  signature: SignatureCheck;
  /** What this server answered. */
  status: number;
  answer: string;
  /** Resolves when the server has finished acting on it. */
  done: Promise<void>;
}

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  at: Date;
}

/** Mutable misbehaviour. All but `gone` concern inboxes only; use `failWith` for the rest. */
export interface Failures {
  /** Answer every inbox POST with this status, doing nothing. */
  inboxStatus?: number | undefined;
  /** Never answer an inbox POST. */
  hang?: boolean | undefined;
  /** Sent as Retry-After with a failing status. */
  retryAfter?: string | undefined;
  delayMs?: number | undefined;
  /** Answer 401 to anything but RFC 9421. */
  refuseCavage?: boolean | undefined;
  /** Answer 410 to everything. */
  gone?: boolean | undefined;
}

export interface FailureAnswer {
  status?: number;
  body?: string;
  headers?: Record<string, string>;
  hang?: boolean;
  delayMs?: number;
}

export interface RemoteStatus {
  id: string;
  kind: "status" | "boost" | "post" | "comment";
  author: string;
  /** A boost: who boosted, and the id of the Announce. */
  boostedBy: string | undefined;
  announceId: string | undefined;
  /** Lemmy: the community. */
  community: string | undefined;
  /** What a reader sees, by this software's rules. */
  title: string | undefined;
  warning: string | undefined;
  content: string;
  url: string | undefined;
  inReplyTo: string | undefined;
  visibility: Visibility;
  edited: boolean;
  locked: boolean;
  pinned: boolean;
  /** Lemmy: our own post whose echo from the community has not come yet. */
  pending: boolean;
  likes: string[];
  dislikes: string[];
  object: Doc;
}

export interface Notification {
  type: "mention" | "reblog" | "favourite" | "follow" | "report" | "reaction";
  from: string;
  object: string | undefined;
}

export interface Fetched {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The parsed body, or undefined when it is not a JSON object. */
  json: Doc | undefined;
}

export interface FoundActor {
  id: string;
  type: string;
  name: string;
  /** `name@host` as WebFinger has it. */
  acct: string;
  inbox: string;
  sharedInbox: string | undefined;
  followers: string | undefined;
  url: string;
  document: Doc;
}

export interface Delivered {
  to: string;
  status: number;
  body: string;
  headers: IncomingHttpHeaders;
}

/** One activity and where it went. `status` and `body` are those of the first delivery; 0 when it went nowhere. */
export interface Sent {
  id: string;
  activity: Doc;
  status: number;
  body: string;
  deliveries: Delivered[];
}

export interface RemotePost extends Sent {
  /** The id of the post, not of its Create (that is `activity.id`). */
  id: string;
  url: string;
  object: Doc;
  inboxes: string[];
}

export interface PersonExtra {
  displayName?: string;
  summary?: string;
  /** "Group" makes a community that accepts every follower; see `announce`. */
  type?: "Person" | "Service" | "Group" | "Organization" | "Application";
  /** Use the one key pair all tests share: faster, but no use in tests about forgery. */
  sharedKey?: boolean;
  /** Followers wait for nobody: no Accept is sent. */
  locked?: boolean;
  /** Merged over the actor document. */
  document?: Doc;
}

export interface Draft {
  /** Plain text; becomes paragraphs. */
  text?: string;
  /** Ready HTML instead of `text`. */
  html?: string;
  /** Actor ids to mention. In a reply the default is whom this software's composer would mention; `[]` is nobody. */
  mention?: string | string[];
  mentionAt?: "start" | "end" | "tag-only";
  /** Lemmy: the community it goes to. Elsewhere written into `audience`, as forums do. */
  audience?: string;
  /** The title. Mastodon and GoToSocial have none, but send it if asked. */
  name?: string;
  /** Content warning. */
  summary?: string;
  inReplyTo?: string;
  public?: boolean | Exclude<Visibility, "public">;
  attachments?: Doc[];
  tags?: Doc[];
  type?: string;
  /** Merged over the object, and over the activity. */
  extra?: Doc;
  activityExtra?: Doc;
  /** Exactly these inboxes, instead of whom this software would deliver to. `[]` publishes without delivering. */
  deliverTo?: string[];
}

export interface ActOptions {
  deliverTo?: string[];
  activityExtra?: Doc;
}

export type Signer = (request: Outgoing, key: KeyPair & { keyId: string }) => void;

export interface SendOptions {
  to: string;
  sign?: SignatureStyle | "none" | Signer;
  keyId?: string;
  /** Sign with another key than one's own. */
  key?: KeyPair;
  /** Change the finished, signed request. */
  tamper?: (request: Outgoing) => void;
  date?: Date;
  contentType?: string;
}

export interface Answer {
  status: number;
  body: string;
  headers: IncomingHttpHeaders;
}

type Post = RemotePost | string;

export interface RemotePerson {
  readonly name: string;
  readonly id: string;
  readonly inbox: string;
  readonly sharedInbox: string;
  /** `@name@host`. */
  readonly handle: string;
  readonly keyId: string;
  readonly key: KeyPair;
  readonly followers: ReadonlyMap<string, string>;
  readonly following: ReadonlyMap<string, "pending" | "accepted" | "rejected">;
  follow(actorId: string, options?: ActOptions): Promise<Sent>;
  unfollow(actorId: string, options?: ActOptions): Promise<Sent>;
  post(draft: Draft): Promise<RemotePost>;
  reply(to: Post, draft: Draft): Promise<RemotePost>;
  edit(post: Post, changes: Draft): Promise<RemotePost>;
  remove(post: Post, options?: ActOptions): Promise<Sent>;
  like(post: Post, options?: ActOptions): Promise<Sent>;
  unlike(post: Post, options?: ActOptions): Promise<Sent>;
  dislike(post: Post, options?: ActOptions): Promise<Sent>;
  undislike(post: Post, options?: ActOptions): Promise<Sent>;
  react(post: Post, emoji: string, options?: ActOptions): Promise<Sent>;
  unreact(post: Post, options?: ActOptions): Promise<Sent>;
  boost(post: Post, options?: ActOptions): Promise<Sent>;
  unboost(post: Post, options?: ActOptions): Promise<Sent>;
  /** Announce an activity or object as a Group does, to its followers. */
  announce(object: Doc | string, options?: ActOptions): Promise<Sent>;
  /** Change the actor document and tell those who know this person. */
  updateProfile(changes: Doc, options?: ActOptions): Promise<Sent>;
  deleteAccount(options?: ActOptions): Promise<Sent>;
  /** Sets `movedTo` and sends a Move. A RemotePerson given as target also gets its `alsoKnownAs`; a string does not. */
  moveTo(target: RemotePerson | string, options?: ActOptions): Promise<Sent>;
  /** The low-level door all of the above use: any bytes, any signature, to any inbox. */
  send(activity: Doc | string | Uint8Array, options: SendOptions): Promise<Answer>;
}

export type Match = ((received: ReceivedActivity) => boolean) | Doc;

export interface Remote extends AsyncDisposable {
  readonly software: SoftwareName;
  readonly origin: string;
  /** Host with port. */
  readonly host: string;
  /** Id of the actor that signs its fetches. */
  readonly instanceActor: string;
  /** How persons sign unless told otherwise. */
  signWith: SignatureStyle;
  /** Every activity POSTed to any inbox, newest last. May be emptied with `length = 0`. */
  readonly received: ReceivedActivity[];
  /** Every request, newest last. May be emptied with `length = 0`. */
  readonly requests: SeenRequest[];
  /** Of these, the documents that Commonplace asked for: what it delivers may arrive at any moment. */
  readonly fetches: SeenRequest[];
  /** What this server found wrong in what it was sent or fetched, in sentences. */
  readonly complaints: string[];
  readonly fail: Failures;
  /** A function asked before every request is handled; undefined lets it pass. */
  failWith(rule: ((request: SeenRequest) => FailureAnswer | undefined) | undefined): void;
  /** What it serves, by id: actors, posts, activities. */
  readonly objects: Map<string, Doc>;
  addPerson(name: string, extra?: PersonExtra): Promise<RemotePerson>;
  /**
   * The first accepted activity that matches: one that has come, or one that comes in time.
   * An object matches when each of its values does, at any depth; a one-element list equals its element.
   */
  waitFor(match: Match, timeoutMs?: number): Promise<ReceivedActivity>;
  /** Resolves when nothing received is being worked on any more. */
  idle(): Promise<void>;
  /** The home timeline of a person, newest first. */
  timeline(person: RemotePerson): RemoteStatus[];
  notifications(person: RemotePerson): Notification[];
  /** What this server knows of a post, wherever it was made; undefined when unknown or deleted. */
  status(id: string): RemoteStatus | undefined;
  /** Known, living replies to a post, oldest first. */
  replies(id: string): RemoteStatus[];
  /** Look up `@name@host` through WebFinger, as the search field does. Throws when it would find nothing. */
  lookup(handle: string): Promise<FoundActor>;
  /** GET as this server does; signed by the instance actor unless `signed` is false. */
  fetch(url: string, options?: { signed?: boolean; accept?: string }): Promise<Fetched>;
  close(): Promise<void>;
}
