/** The activities of people here, as plain objects. Their ids derive from what they are about, so that saying it again says the same. */
import type { Id } from "../../db/ids.ts";
import type { OwnPost } from "../../db/queries/own-posts.ts";
import type { VoteKind } from "../../db/queries/votes.ts";
import type { PlainObject } from "../gate/read-json.ts";
import { addressing, type Face, POST_CONTEXT, postObject } from "../objects/own-post.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/** Create: the id is a fragment, so that no microblog server can look it up and take it for a boost (wire.md section 4). */
export function createActivity(post: OwnPost, host: string, face: Face): PlainObject {
  return {
    "@context": POST_CONTEXT,
    id: `${post.uri}#create`,
    type: "Create",
    actor: post.author.uri,
    ...addressing(post),
    audience: post.group.uri,
    published: post.publishedAt.toISOString(),
    object: postObject(post, host, face),
  };
}

/** Update, by its author, or by the group's facilitators where `actor` is one of them. */
export function updateActivity(post: OwnPost, host: string, face: Face, lineId: Id): PlainObject {
  return {
    ...createActivity(post, host, face),
    id: `${post.uri}#update/${lineId}`,
    type: "Update",
    published: (post.editedAt ?? post.publishedAt).toISOString(),
  };
}

/** What an activity about a post that is not (any more) ours to embed needs to know. */
export interface About {
  /** Who acts. */
  actor: string;
  /** The post's ActivityPub id. */
  object: string;
  group: string;
  /** Further people to whom it is addressed. */
  to: readonly string[];
}

/** Delete, by the author. */
export function deleteActivity({ actor, object, group, to }: About): PlainObject {
  return addressed({ id: `${object}#delete`, type: "Delete", actor, object }, group, to);
}

/** Delete with a `summary`: a removal by a facilitator (wire.md section 8). */
export function removeActivity({ actor, object, group, to }: About, summary: string, lineId: Id): PlainObject {
  return addressed({ id: `${actor}#remove/${lineId}`, type: "Delete", actor, object, summary }, group, to);
}

const VOTES: Readonly<Record<VoteKind, string>> = { up: "Like", down: "Dislike", reaction: "EmojiReact" };

/** Like, Dislike or EmojiReact, by the id under which it was cast: whoever takes it back and votes again says something new (R8). */
export function voteActivity(about: About, id: string, kind: VoteKind, emoji: string): PlainObject {
  const { actor, object, group, to } = about;
  return {
    "@context": "https://www.w3.org/ns/activitystreams",
    id,
    type: VOTES[kind],
    actor,
    object,
    ...(kind === "reaction" && { content: emoji }),
    to: [...to],
    cc: [],
    audience: group,
  };
}

/** Takes back whatever `inner` said. */
export function undoActivity(inner: PlainObject, lineId: Id): PlainObject {
  const { "@context": context, ...object } = inner;
  const { actor, audience, to, cc } = object;
  return {
    "@context": context,
    id: `${actor}#undo/${lineId}`,
    type: "Undo",
    actor,
    ...(to !== undefined && { to, cc }),
    ...(audience !== undefined && { audience }),
    object,
  };
}

/** What a facilitator does with a thread or its answers: Lock, Add to or Remove from the pinned ones, Move, ChooseAnswer (PieFed). */
export function moderation(
  type: "Lock" | "Add" | "Remove" | "Move" | "ChooseAnswer",
  { actor, object, group, to }: About,
  lineId: Id,
  more: PlainObject = {},
): PlainObject {
  return addressed({ id: `${actor}#${type.toLowerCase()}/${lineId}`, type, actor, object, ...more }, group, to);
}

/** A follow of a group or a person elsewhere (wire.md section 2: `object` is a plain id, `to` holds just that). */
export function followActivity(actor: string, object: string, id: string): PlainObject {
  return { "@context": "https://www.w3.org/ns/activitystreams", id, type: "Follow", actor, object, to: [object] };
}

function addressed(activity: PlainObject, group: string, to: readonly string[]): PlainObject {
  return {
    "@context": POST_CONTEXT,
    ...activity,
    to: [...new Set([PUBLIC, group, ...to])],
    cc: [`${group}/followers`],
    audience: group,
  };
}
