/** The collections of a community and of a thread, as other servers read them (wire.md sections 1 and 10; FEP-7888, FEP-11dd). */

import type { Id } from "../db/ids.ts";
import type { Db } from "../db/open.ts";
import { findCharter } from "../db/queries/charters.ts";
import type { CommunityRow } from "../db/queries/communities.ts";
import { countPostsOf, newestPostsOf, readOwnPost } from "../db/queries/own-posts.ts";
import { findPost, isBuried } from "../db/queries/posts.ts";
import { boostUri } from "../db/queries/threads.ts";
import {
  countFollowed,
  countFollowers,
  facilitators,
  findThread,
  type Items,
  newestLetters,
  pinnedThreads,
  replyItems,
  threadItems,
} from "../db/views/collections.ts";
import { isPlainObject, type PlainObject } from "./gate/read-json.ts";
import { charterObject, type MakeCharterText } from "./objects/charter.ts";
import { postObject } from "./objects/own-post.ts";
import { objectIn } from "./objects/post.ts";
import { createActivity } from "./outbox/activities.ts";
import { announceActivity, announceThread } from "./outbox/letters.ts";

const CONTEXT = "https://www.w3.org/ns/activitystreams";
/** Lemmy and PieFed read an unpaged outbox of at most this many. */
const OUTBOX = 50;
/** Mastodon reads the first twenty. */
const PERSONS_OUTBOX = 20;
/** Up to so many a thread's collection comes in one piece. */
const PIECE = 1_000;

/** To whom posts are listed: forums that know polls, or all others. Lemmy reads a list whole or not at all: to it, and to strangers, a poll is a Page. */
export type ForumFace = "forum" | "pages";

/** The collection of this name that belongs to a community, or null. */
export async function groupCollection(
  db: Db,
  community: CommunityRow,
  name: string,
  face: ForumFace,
  charterText: MakeCharterText,
): Promise<PlainObject | null> {
  const id = `${community.uri}/${name}`;
  switch (name) {
    case "outbox": {
      const letters = await newestLetters(db, community.id, OUTBOX);
      const host = new URL(community.uri).host;
      const items = await Promise.all(
        letters.map(async ({ threadId, body }) => {
          const own = body === null ? await readOwnPost(db, threadId) : null;
          const said = own ? JSON.stringify(createActivity(own, host, face)) : body;
          return said === null ? null : asCreate(JSON.parse(announceActivity(community.uri, threadId, said)));
        }),
      );
      return ordered(
        id,
        items.filter((item) => item !== null).filter((item) => isReadable((item.object as PlainObject).object, face)),
      );
    }
    case "followers":
      // A count only, of those here as well: who follows is their own business.
      return {
        "@context": CONTEXT,
        id,
        type: "Collection",
        totalItems: await countFollowers(db, community.id),
        items: [],
      };
    case "featured":
      return ordered(id, await pinned(db, community, face, charterText));
    case "facilitators":
      return ordered(id, await facilitators(db, community.id));
    default:
      return null;
  }
}

/** What a community shows first, each as the whole object (wire.md section 1): its charter, and the threads that are pinned. */
async function pinned(
  db: Db,
  community: CommunityRow,
  face: ForumFace,
  charterText: MakeCharterText,
): Promise<PlainObject[]> {
  const charter = await findCharter(db, community.id);
  const host = new URL(community.uri).host;
  const threads = await Promise.all(
    (await pinnedThreads(db, community.id)).map(async ({ id, body }) => {
      const own = body === null ? await readOwnPost(db, id) : null;
      return own ? postObject(own, host, face) : body === null ? null : objectIn(body);
    }),
  );
  return [
    ...(charter ? [charterObject(charter, community, charterText)] : []),
    ...threads.filter((thread) => thread !== null).filter((thread) => isReadable(thread, face)),
  ];
}

/** What Lemmy takes for the opening of a thread (wire.md section 3). */
const PAGES: ReadonlySet<string> = new Set(["Page", "Article", "Note", "Video", "Event"]);

/** Whether those who are shown this face can read a post as it came: then the whole list can be read. */
function isReadable(object: unknown, face: ForumFace): boolean {
  return face === "forum" || (isPlainObject(object) && PAGES.has(String(object.type)));
}

/** The charter of a community, as a document; null where there is none. */
export async function charterDocument(
  db: Db,
  community: CommunityRow,
  charterText: MakeCharterText,
): Promise<PlainObject | null> {
  const charter = await findCharter(db, community.id);
  return charter && { "@context": CONTEXT, ...charterObject(charter, community, charterText) };
}

/** The collection of this name that belongs to somebody here, or null. Who follows whom is their own business: those are counts only. */
export async function personCollection(
  db: Db,
  host: string,
  person: { id: Id; uri: string },
  name: string,
): Promise<PlainObject | null> {
  const id = `${person.uri}/${name}`;
  const count = (totalItems: number) => ({ "@context": CONTEXT, id, type: "OrderedCollection", totalItems });
  switch (name) {
    case "outbox": {
      const posts = await newestPostsOf(db, person.id, PERSONS_OUTBOX);
      const items = posts.map((post) => createActivity(post, host, "microblog"));
      return { ...ordered(id, items), totalItems: await countPostsOf(db, person.id) };
    }
    case "followers":
      return count(await countFollowers(db, person.id));
    case "following":
      return count(await countFollowed(db, person.id));
    default:
      return null;
  }
}

/** All posts of a thread, oldest first, as FEP-7888 asks: with the community as its owner. Null when there is no such thread. */
export async function threadContext(
  db: Db,
  origin: string,
  threadId: Id,
  after: Id | null,
): Promise<PlainObject | null> {
  const thread = await findThread(db, threadId);
  if (thread?.state !== "shown") return null;
  const items = await threadItems(db, threadId, after, PIECE);
  const owner = { name: thread.title, attributedTo: thread.groupUri, audience: thread.groupUri };
  return paged(`${origin}/posts/${threadId}/context`, items, after, owner);
}

/** The direct replies to a post. Null when there is no such post. */
export async function postReplies(db: Db, origin: string, postId: Id, after: Id | null): Promise<PlainObject | null> {
  const post = await findPost(db, postId);
  if (!post || post.removedAt) return null;
  return paged(`${origin}/posts/${postId}/replies`, await replyItems(db, postId, after, PIECE), after, {});
}

/** The boost by which microblog servers were told of a thread; "gone" once it was taken back. */
export async function threadBoost(db: Db, origin: string, boostId: Id): Promise<PlainObject | "gone" | null> {
  if (await isBuried(db, boostUri(origin, boostId))) return "gone";
  const thread = await findThread(db, boostId, "boost");
  if (!thread?.announceable || thread.state === "hidden") return null;
  if (thread.state === "gone") return "gone";
  return JSON.parse(announceThread(origin, thread.groupUri, thread));
}

/**
 * What starts a thread is listed as a Create, also when what we have of it since its last edit is an Update: PieFed stops reading at the
 * first item that is anything else (as Lemmy does with anything it cannot read). A proof would no longer fit.
 */
function asCreate(announce: PlainObject): PlainObject {
  const { proof: _, signature: __, ...activity } = announce.object as PlainObject;
  return activity.type === "Create" ? announce : { ...announce, object: { ...activity, type: "Create" } };
}

function ordered(id: string, items: unknown[]): PlainObject {
  return { "@context": CONTEXT, id, type: "OrderedCollection", totalItems: items.length, orderedItems: items };
}

function paged(id: string, { total, items }: Items, after: Id | null, owner: PlainObject): PlainObject {
  const uris = items.map((item) => item.uri);
  const last = items.at(-1);
  if (after === null && total <= PIECE) {
    return { "@context": CONTEXT, id, type: "OrderedCollection", ...owner, totalItems: total, orderedItems: uris };
  }
  if (after === null) {
    return { "@context": CONTEXT, id, type: "OrderedCollection", ...owner, totalItems: total, first: `${id}?after=0` };
  }
  return {
    "@context": CONTEXT,
    id: `${id}?after=${after}`,
    type: "OrderedCollectionPage",
    partOf: id,
    totalItems: total,
    orderedItems: uris,
    ...(last && items.length === PIECE && { next: `${id}?after=${last.id}` }),
  };
}
