/** What may arrive here, in our words: the one interface between the wire and the house. src/inbound.ts fills it. */
import type { Id } from "../db/ids.ts";
import type { RemoteActor } from "../db/queries/actors.ts";
import type { ToldPoll } from "../db/queries/polls.ts";
import type { PostRow } from "../db/queries/posts.ts";
import type { ReceivedLetter } from "../db/queries/received.ts";
import type { ThreadKind } from "../db/queries/threads.ts";

/**
 * A letter as it arrived, kept byte for byte beside the mark that it was seen. `announceable` is false for what we went out to fetch:
 * that is never announced (R52), and its uri and type are the object's.
 */
export type Receipt = ReceivedLetter;

export interface Attachment {
  url: string;
  mediaType: string | null;
  description: string;
}

/** What somebody wrote, as it came: `html` is not yet sanitised. */
export interface PostText {
  uri: string;
  url: string;
  objectType: string;
  /** The title its author gave it, if any. */
  name: string | null;
  html: string;
  /** A content warning, or "". */
  warning: string;
  language: string | null;
  attachments: Attachment[];
  /** What it asks, where it is a poll. */
  poll?: ToldPoll | null;
  /** Ids of those whom it mentions. */
  mentions?: readonly string[];
  /** What kind of thread it opens, where it says so. */
  kind?: ThreadKind | null;
  publishedAt: Date;
  editedAt: Date | null;
}

export type VoteKind = "up" | "down" | "reaction";

/** What becomes of a thread: `toId` is the community that it goes to. */
export type Kept = { is: "locked" | "pinned"; yes: boolean } | { is: "moved"; toId: Id };

export interface Door {
  followed(act: { receipt: Receipt; groupId: Id; state: "accepted" | "pending" }): Promise<Outcome>;
  /** Somebody follows a person of this server. */
  personFollowed(act: { receipt: Receipt; personId: Id }): Promise<Outcome>;
  /** Somebody follows this server itself, which has no followers: they are told so. */
  serverFollowed(act: { receipt: Receipt; serverId: Id }): Promise<Outcome>;
  /** `groupId` (a community or a person here) is followed no more. */
  /** `undone` is the id of the follow, where the sender gives it: it may still be on its way, and then does not count. */
  unfollowed(act: { receipt: Receipt; groupId: Id; undone: string | null }): Promise<Outcome>;
  /** What somebody here asked to follow has answered. */
  followAnswered(act: { receipt: Receipt; groupId: Id; followUri: string; accepted: boolean }): Promise<Outcome>;
  /**
   * `restricted`: the community does not let everybody start threads, so the house looks who this is. `past`: it is not news, but what was said before
   * anybody here listened.
   */
  threadStarted(act: {
    receipt: Receipt;
    authorUri: string;
    groupId: Id;
    restricted?: boolean;
    past?: boolean;
    text: PostText;
  }): Promise<Outcome>;
  replied(act: {
    receipt: Receipt;
    groupId: Id;
    threadId: Id;
    parentId: Id;
    past?: boolean;
    text: PostText;
  }): Promise<Outcome>;
  edited(act: { receipt: Receipt; post: PostRow; text: PostText }): Promise<Outcome>;
  /** `post` is null when we never saw what is deleted: the tombstone is laid all the same. */
  removed(act: { receipt: Receipt; post: PostRow | null; uri: string; ownerUri: string }): Promise<Outcome>;
  voted(act: { receipt: Receipt; post: PostRow; kind: VoteKind; emoji: string }): Promise<Outcome>;
  /** `undone` as for a follow. */
  voteWithdrawn(act: {
    receipt: Receipt;
    post: PostRow;
    kind: VoteKind;
    emoji: string;
    undone: string | null;
  }): Promise<Outcome>;
  /** A vote for one option of a poll that somebody here began; `uri` is the vote's own. */
  pollVoted(act: { receipt: Receipt; post: PostRow; uri: string; option: string }): Promise<Outcome>;
  /** An answer is accepted by who asked or looks after the community, or no longer. */
  answerChosen(act: { receipt: Receipt; post: PostRow; chosen: boolean }): Promise<Outcome>;
  /** A community elsewhere says that an answer is accepted there, or no longer: by whom, and as what. */
  answerPassedOn(act: {
    receipt: Receipt;
    post: PostRow;
    by: Id;
    as: "asker" | "facilitator";
    chosen: boolean;
  }): Promise<Outcome>;
  /** A question in a community elsewhere lists the answers that are accepted. */
  answersListed(act: { post: PostRow; answers: readonly string[] }): Promise<Outcome>;
  /** A community elsewhere locks, pins or moves a thread of its own, or takes that back. */
  threadKept(act: { receipt: Receipt; post: PostRow; by: Id; keep: Kept }): Promise<Outcome>;
  /** A community elsewhere removes what somebody wrote in it. */
  removedThere(act: { receipt: Receipt; post: PostRow; by: Id; reason: string }): Promise<Outcome>;
  boosted(act: { receipt: Receipt; post: PostRow }): Promise<Outcome>;
  boostWithdrawn(act: { receipt: Receipt; post: PostRow; undone: string | null }): Promise<Outcome>;
  actorUpdated(act: { receipt: Receipt; actor: RemoteActor }): Promise<Outcome>;
  actorRemoved(act: { receipt: Receipt; uri: string }): Promise<Outcome>;
  actorMoved(act: { receipt: Receipt; target: string }): Promise<Outcome>;
}

/** `duplicate`: it was seen before; `ignored`: it changes nothing, and `why` says so for the log. */
export type Outcome = { is: "done" } | { is: "duplicate" } | { is: "ignored"; why: string };

export const DONE: Outcome = { is: "done" };
export const DUPLICATE: Outcome = { is: "duplicate" };
export function ignored(why: string): Outcome {
  return { is: "ignored", why };
}
