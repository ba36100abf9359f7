/** The activities that a community sends, as JSON text. Their ids derive from what caused them, so that sending again sends the same. */
import type { Id } from "../../db/ids.ts";
import { boostUri } from "../../db/queries/threads.ts";

const CONTEXT = '"@context":["https://www.w3.org/ns/activitystreams","https://w3id.org/security/data-integrity/v1"]';
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/**
 * Shape A: the group passes on a whole activity, the original embedded byte for byte as it was received (FEP-1b12).
 * Its id is a fragment, so that no microblog server can look it up and take it for a boost (wire.md section 4).
 */
export function announceActivity(group: string, id: Id, received: string): string {
  const { body, end } = aroundActivity(group, id);
  return `${body}${received.trim()}${end}`;
}

/** What shape A says before the original, and after it. */
export function aroundActivity(group: string, id: Id): { body: string; end: string } {
  return {
    body: `{${CONTEXT},"id":${text(`${group}#announce/${id}`)},"type":"Announce","actor":${text(group)},"to":[${text(PUBLIC)}],"cc":[${text(`${group}/followers`)}],"object":`,
    end: "}",
  };
}

/** Shape B: the group boosts the post that starts a thread, by its id. */
export function announceThread(origin: string, group: string, thread: BoostedThread): string {
  return `{${CONTEXT},${boost(origin, group, thread)}}`;
}

/** Takes the boost back: the one thing a group can say to a microblog server about a thread that is gone. */
export function undoAnnounceThread(origin: string, group: string, thread: BoostedThread, id: Id): string {
  return `{${CONTEXT},"id":${text(`${group}#undo/${id}`)},"type":"Undo","actor":${text(group)},"to":[${text(PUBLIC)}],"cc":[${text(`${group}/followers`)}],"object":{${boost(origin, group, thread)}}}`;
}

/** The answer to a follow, which embeds it with its own id (wire.md section 2). */
export function acceptFollow(group: string, id: Id, follow: { uri: string; actor: string }): string {
  const { uri, actor } = follow;
  return `{${CONTEXT},"id":${text(`${group}#accept/${id}`)},"type":"Accept","actor":${text(group)},"to":[${text(actor)}],"object":{"id":${text(uri)},"type":"Follow","actor":${text(actor)},"object":${text(group)}}}`;
}

export interface BoostedThread {
  boostId: Id;
  uri: string;
  authorUri: string;
}

function boost(origin: string, group: string, { boostId, uri, authorUri }: BoostedThread): string {
  return `"id":${text(boostUri(origin, boostId))},"type":"Announce","actor":${text(group)},"to":[${text(PUBLIC)}],"cc":[${text(`${group}/followers`)},${text(authorUri)}],"object":${text(uri)}`;
}

function text(value: string): string {
  return JSON.stringify(value);
}
