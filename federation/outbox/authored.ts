/**
 * Letters about what people here do: first-hand to whom it concerns, and passed on by the community to its followers, each with the proof of who
 * said it (FEP-8b32).
 */
import { type Id, timeOf } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import type { Queryable } from "../../db/open.ts";
import { findActor } from "../../db/queries/actors.ts";
import { queueForAudience } from "../../db/queries/deliveries.ts";
import { readAddressees, readOwnPost } from "../../db/queries/own-posts.ts";
import { findBoostId } from "../../db/queries/threads.ts";
import type { VoteKind } from "../../db/queries/votes.ts";
import type { PlainObject } from "../gate/read-json.ts";
import type { Face } from "../objects/own-post.ts";
import { addProof } from "../signatures/proof.ts";
import { KNOW_MOVES, KNOW_REACTIONS } from "../software.ts";
import {
  createActivity,
  deleteActivity,
  followActivity,
  moderation,
  removeActivity,
  undoActivity,
  updateActivity,
  voteActivity,
} from "./activities.ts";
import type { Desk } from "./desk.ts";
import { announceActivity, announceThread, undoAnnounceThread } from "./letters.ts";
import { pollLetters, pollVoted } from "./polls.ts";

/** What somebody here did, and where. */
export interface Deed {
  line: JournalLine;
  person: { id: Id; uri: string };
  /** Of this server or of another one. */
  group: { id: Id; uri: string; own: boolean };
}

/** What is said: the same to all, or with a face for each kind of server. */
export type Said = (face: Face) => PlainObject;

/** Writes the letters that follow from a deed, in the transaction that did it. Deeds of other kinds have none. */
export async function authored(desk: Desk, tx: Queryable, deed: Deed): Promise<void> {
  switch (deed.line.kind) {
    case "thread.started":
    case "reply.written":
    case "thread.edited":
    case "reply.edited":
    case "poll.counted":
      return written(desk, tx, deed);
    case "poll.voted":
      return pollVoted(desk, tx, deed);
    case "thread.removed":
    case "reply.removed":
      return removed(desk, tx, deed);
    case "vote.cast":
    case "vote.withdrawn":
      return voted(desk, tx, deed);
    case "thread.pinned":
    case "thread.unpinned":
    case "thread.locked":
    case "thread.unlocked":
      return moderated(desk, tx, deed);
    case "thread.moved":
      return moved(desk, tx, deed);
    case "member.requested":
    case "member.joined":
    case "member.left":
      return joined(desk, tx, deed);
    default:
      return;
  }
}

async function written(desk: Desk, tx: Queryable, deed: Deed): Promise<void> {
  const { line, group } = deed;
  const post = line.postId && (await readOwnPost(tx, line.postId));
  // A facilitator may have given a better title to what came from elsewhere: that stays here, its author's server has its own.
  if (!post) return;
  const isNew = line.kind === "thread.started" || line.kind === "reply.written";
  const said: Said = (face) =>
    isNew ? createActivity(post, hostOf(desk), face) : updateActivity(post, hostOf(desk), face, line.id);
  const alsoTo = [...post.mentions.map(({ id }) => id), ...(post.parent ? [post.parent.author.id] : [])];
  // A Page holds no counts.
  const poll = post.poll ? { page: line.kind !== "poll.counted" } : {};
  const boosted = line.kind === "thread.edited";
  await firstHand(desk, tx, { line, group, authorId: post.author.id, said, alsoTo, boosted, ...poll });
  const boost = { boostId: post.threadId, uri: post.uri, authorUri: post.author.uri };
  const microblog = line.kind === "thread.started" ? announceThread(desk.origin, group.uri, boost) : null;
  await passedOn(desk, tx, { line, group, authorId: post.author.id, said, microblog, ...poll });
}

async function removed(desk: Desk, tx: Queryable, deed: Deed): Promise<void> {
  const { line, person, group } = deed;
  const post = line.postId && (await readAddressees(tx, line.postId));
  if (!post) return;
  const byAuthor = post.authorId === person.id;
  const about = { actor: person.uri, object: post.uri, group: group.uri, to: post.uris };
  const said: Said = () =>
    byAuthor ? deleteActivity(about) : removeActivity(about, String(line.data.reason ?? ""), line.id);
  const concerned = [...post.mentioned, ...(post.parentAuthorId ? [post.parentAuthorId] : [])];
  // Whoever had it from its author is told by its author's server, whoever took it away: microblogs believe nobody else.
  const author = byAuthor ? person : await desk.people.byId(tx, post.authorId);
  const own: Said = () => deleteActivity({ ...about, actor: post.authorUri });
  const threadId = line.kind === "thread.removed" ? line.threadId : null;
  const boosted = threadId !== null;
  if (author) await firstHand(desk, tx, { line, group, authorId: author.id, said: own, alsoTo: concerned, boosted });
  const boost = threadId && { ...post, boostId: await findBoostId(tx, threadId) };
  const microblog = boost && undoAnnounceThread(desk.origin, group.uri, boost, line.id);
  await passedOn(desk, tx, { line, group, authorId: person.id, said, microblog, alsoTo: [post.authorId] });
}

async function voted(desk: Desk, tx: Queryable, deed: Deed): Promise<void> {
  const { line, person, group } = deed;
  const post = line.postId && (await readAddressees(tx, line.postId));
  if (!post) return;
  const about = { actor: person.uri, object: post.uri, group: group.uri, to: [post.authorUri] };
  const vote = voteActivity(about, String(line.data.uri), line.data.kind as VoteKind, String(line.data.emoji ?? ""));
  const said: Said = () => (line.kind === "vote.cast" ? vote : undoActivity(vote, line.id));
  // Followers are not told of every vote.
  const body = JSON.stringify(said("microblog"));
  const activity = { id: desk.makeId(), actorId: person.id, body };
  const alsoTo = [post.authorId, ...(group.own ? [] : [group.id])];
  const aboutId = line.threadId ?? group.id;
  const only = line.data.kind === "reaction" ? { software: KNOW_REACTIONS } : {};
  await queueForAudience(tx, { groupId: null, aboutId, forum: activity, microblog: activity, alsoTo, ...only });
  await passedOn(desk, tx, { line, group, authorId: person.id, said, microblog: null, ...only });
}

async function moderated(desk: Desk, tx: Queryable, deed: Deed): Promise<void> {
  const { line, person, group } = deed;
  const post = line.threadId && (await readAddressees(tx, line.threadId));
  if (!post) return;
  const about = { actor: person.uri, object: post.uri, group: group.uri, to: [] };
  const target = { target: `${group.uri}/featured` };
  const said: Said = () => {
    switch (line.kind) {
      case "thread.pinned":
        return moderation("Add", about, line.id, target);
      case "thread.unpinned":
        return moderation("Remove", about, line.id, target);
      case "thread.locked":
        return moderation("Lock", about, line.id);
      default:
        return undoActivity(moderation("Lock", about, line.id), line.id);
    }
  };
  await passedOn(desk, tx, { line, group, authorId: person.id, said, microblog: null });
}

/** Both communities say so to forums (FEP-f15d); to microblogs, and to the author, the one takes its boost back, and the other boosts. */
async function moved(desk: Desk, tx: Queryable, { line, person, group }: Deed): Promise<void> {
  const post = line.threadId && (await readAddressees(tx, line.threadId));
  const to = await findActor(tx, line.data.toId as Id);
  if (!post?.announceable || !to || !group.own) return;
  const about = { actor: person.uri, object: post.uri, group: group.uri, to: [to.uri] };
  const said: Said = () => moderation("Move", about, line.id, { origin: group.uri, target: to.uri });
  const undone = { ...post, boostId: line.data.undone as Id };
  const boost = { ...post, boostId: line.data.boostId as Id };
  const common = { line, authorId: person.id, said, alsoTo: [post.authorId], software: KNOW_MOVES };
  const takenBack = undoAnnounceThread(desk.origin, group.uri, undone, line.id);
  await passedOn(desk, tx, { ...common, group, microblog: takenBack });
  const target = { id: to.id, uri: to.uri, own: true };
  await passedOn(desk, tx, { ...common, group: target, microblog: announceThread(desk.origin, to.uri, boost) });
}

/** Somebody here follows a group or a person elsewhere, or no longer does. */
async function joined(desk: Desk, tx: Queryable, { line, person, group }: Deed): Promise<void> {
  if (group.own || line.kind === "member.joined") return;
  const follow = followActivity(person.uri, group.uri, String(line.data.followUri));
  const body = JSON.stringify(line.kind === "member.requested" ? follow : undoActivity(follow, line.id));
  const activity = { id: desk.makeId(), actorId: person.id, body };
  await queueForAudience(tx, {
    groupId: null,
    aboutId: person.id,
    forum: activity,
    microblog: activity,
    alsoTo: [group.id],
  });
}

/** From its author: to the author's followers, to whom it names or answers, to a group elsewhere, and to whoever has it by a boost. */
export async function firstHand(
  desk: Desk,
  tx: Queryable,
  o: {
    line: JournalLine;
    group: Deed["group"];
    authorId: Id;
    said: Said;
    alsoTo: readonly Id[];
    /** Whether it is about what the community boosted: microblogs that follow it keep that, and believe its author alone. */
    boosted?: boolean;
    /** Of a poll: whether forums that know none get it as a Page. */
    page?: boolean;
  },
): Promise<void> {
  const activity = (face: Face) => ({ id: desk.makeId(), actorId: o.authorId, body: JSON.stringify(o.said(face)) });
  const aboutId = o.line.threadId ?? o.group.id;
  const microblog = activity("microblog");
  const news = {
    groupId: o.authorId,
    aboutId,
    forum: activity("forum"),
    microblog,
    alsoTo: o.group.own ? o.alsoTo : [...o.alsoTo, o.group.id],
  };
  const letters = o.page === undefined ? [news] : pollLetters(news, o.page ? activity("pages") : null);
  const toReaders = o.boosted && o.group.own ? [{ groupId: o.group.id, aboutId, microblog }] : [];
  await queueForAudience(tx, ...letters, ...toReaders);
}

export function hostOf({ origin }: Desk): string {
  return new URL(origin).host;
}

/** By a community of ours: the whole activity to forums (FEP-1b12), what `microblog` says to the others. */
export async function passedOn(
  desk: Desk,
  tx: Queryable,
  o: {
    line: JournalLine;
    group: Deed["group"];
    authorId: Id;
    said: Said;
    microblog: string | null;
    alsoTo?: readonly Id[];
    software?: readonly string[];
    /** Of a poll: whether forums that know none get it as a Page. */
    page?: boolean;
  },
): Promise<void> {
  const { line, group } = o;
  if (!group.own) return;
  const announced = async (face: Face) => {
    const inner = await proven(desk, tx, o.said(face), o.authorId, line.id);
    // Several letters may follow from one line: each is announced under an id of its own.
    const id = desk.makeId();
    return { id, actorId: group.id, body: announceActivity(group.uri, id, inner) };
  };
  const news = {
    groupId: group.id,
    aboutId: line.threadId ?? group.id,
    forum: await announced("forum"),
    ...(o.microblog !== null && { microblog: { id: desk.makeId(), actorId: group.id, body: o.microblog } }),
    alsoTo: o.alsoTo ?? [],
    ...(o.software && { software: o.software }),
  };
  if (o.page === undefined) await queueForAudience(tx, news);
  else await queueForAudience(tx, ...pollLetters(news, o.page ? await announced("pages") : null));
}

/** What somebody here said, as text, with their own proof: a community passes it on to servers that never hear them themselves. */
export async function proven(
  desk: Desk,
  tx: Queryable,
  activity: PlainObject,
  authorId: Id,
  lineId: Id,
): Promise<string> {
  const { keyId, privateKey } = await desk.ownKeys.proverOf(authorId, tx);
  return JSON.stringify(addProof(activity, { verificationMethod: keyId, privateKey, created: timeOf(lineId) }));
}
