/** How Mastodon and GoToSocial act on what they receive, and what a follower then sees; where they differ, a `Taste` says. */
import type { Desk, FeedEntry, Known, PersonRecord, ReplyTo, Software } from "../desk.ts";
import { AS2, hostOf, idOf, idsOf, isDoc, listOf, mentionsOf, sameHost, textOf, visibilityOf } from "../doc.ts";
import type { Doc, FoundActor, RemoteStatus, SignatureCheck } from "../types.ts";

export interface Taste {
  /** Whether an announced URL may serve a Create, which is then boosted (Mastodon does so since 2021). */
  fetchesActivities: boolean;
  /** Whether an embedded announced object is fetched from its origin all the same. */
  refetchesEmbedded: boolean;
  /** Answer to a well-signed activity in another's name: 202 drops it silently. */
  otherActor: 202 | 401;
  /** What a reader is shown. */
  display(doc: Doc): { title: string | undefined; warning: string | undefined; content: string };
}

export const CONVERTED = ["Image", "Audio", "Video", "Article", "Page", "Event"];
const SHOWN = ["Note", "Question", ...CONVERTED];
/** A boost is not shown when its post stands among so many newest entries already (Mastodon's REBLOG_FALLOFF). */
const FALLOFF = 40;
const MAX_FEED = 5000;
const MAX_ANCESTORS = 5;

export function microblogReceive(taste: Taste): Software["receive"] {
  return async (activity, check, _owner, desk): Promise<ReplyTo> => {
    const actor = idOf(activity.actor);
    if (!check.verified) {
      // The key of a deleted account cannot be had any more; Mastodon nods to such a Delete when it never knew the account.
      const unknownGone = activity.type === "Delete" && actor !== undefined && actor === idOf(activity.object);
      const status = unknownGone && taste.otherActor === 202 ? 202 : 401;
      return { answer: { status, body: JSON.stringify({ error: check.reason }) }, work: undefined };
    }
    if (actor === undefined || actor !== check.actor) {
      desk.complain(`${textOf(activity.type)} in the name of ${actor} is signed by ${check.actor}`);
      return { answer: { status: taste.otherActor, body: "" }, work: undefined };
    }
    return { answer: { status: 202, body: "" }, work: () => handle(activity, check, desk, taste) };
  };
}

async function handle(activity: Doc, check: SignatureCheck, desk: Desk, taste: Taste): Promise<void> {
  const actor = await desk.account(check.actor ?? "");
  const object = activity.object;
  const target = idOf(object) ?? "";
  switch (activity.type) {
    case "Create":
      await created(object, actor, desk);
      return;
    case "Announce":
      return announced(activity, actor, desk, taste);
    case "Update":
      return updated(object, actor, desk);
    case "Delete":
      return deleted(target, actor, desk);
    case "Undo":
      return undone(object, actor, desk);
    case "Follow": {
      const person = desk.person(target);
      if (!person) return;
      person.followers.set(actor.id, actor.inbox);
      person.notifications.push({ type: "follow", from: actor.id, object: undefined });
      if (!person.locked) await desk.deliver(person, acceptFollow(person, activity, desk), [actor.inbox]);
      return;
    }
    case "Accept":
    case "Reject":
      return answered(activity.type, object, actor, desk);
    case "Like": {
      const status = desk.known.get(target);
      const author = desk.person(status?.author);
      if (!status || !author) return;
      status.likes.add(actor.id);
      author.notifications.push({ type: "favourite", from: actor.id, object: target });
      return;
    }
    case "Flag":
      for (const id of idsOf(object)) {
        desk.person(id)?.notifications.push({ type: "report", from: actor.id, object: textOf(activity.content) });
      }
  }
}

/** The Accept both send: the Follow embedded with the id it came with. */
function acceptFollow(person: PersonRecord, follow: Doc, desk: Desk): Doc {
  const { "@context": _context, ...inner } = follow;
  return {
    "@context": AS2,
    id: `${person.id}#accepts/follows/${desk.next()}`,
    type: "Accept",
    actor: person.id,
    object: inner,
  };
}

/** A follow we asked for was answered: found by the Follow's id, or by the embedded Follow. */
export function answered(type: "Accept" | "Reject", object: unknown, actor: FoundActor, desk: Desk): void {
  for (const person of desk.persons.values()) {
    const follow = person.follows.get(actor.id);
    if (!follow) continue;
    const embedded = isDoc(object) && idOf(object.actor) === person.id && idOf(object.object) === actor.id;
    if (follow.id !== idOf(object) && !embedded) continue;
    person.following.set(actor.id, type === "Accept" ? "accepted" : "rejected");
    return;
  }
  desk.complain(`${actor.id} sent ${type} for a Follow that was never sent: ${JSON.stringify(object)}`);
}

function show(desk: Desk, entry: FeedEntry): void {
  desk.feed.push(entry);
  if (desk.feed.length > MAX_FEED) desk.feed.shift();
}

async function created(object: unknown, actor: FoundActor, desk: Desk): Promise<void> {
  const id = idOf(object);
  if (!isDoc(object) || id === undefined || !SHOWN.includes(textOf(object.type) ?? "")) return;
  if (desk.tombstones.has(id) || desk.known.has(id)) return;
  if (!sameHost(id, actor.id) || idOf(listOf(object.attributedTo)[0]) !== actor.id) {
    desk.complain(`${actor.id} created ${id}, which is not its own`);
    return;
  }
  const mentioned = mentionsOf(object).flatMap((href) => desk.person(href) ?? []);
  const addressed = [...idsOf(object.to), ...idsOf(object.cc)].some((to) => desk.person(to));
  const parent = desk.known.get(idOf(object.inReplyTo) ?? "");
  const related = addressed || desk.followed(actor.id) || (parent && desk.followed(parent.author));
  if (!related && mentioned.length === 0) return;
  desk.remember(object, actor.id, "status");
  show(desk, { status: id, by: actor.id, announceId: undefined });
  for (const person of mentioned) person.notifications.push({ type: "mention", from: actor.id, object: id });
  await ancestors(object, desk, MAX_ANCESTORS);
}

/** Fetches what a reply answers, a few steps up, as thread resolution does. */
async function ancestors(object: Doc, desk: Desk, left: number): Promise<void> {
  const parent = idOf(object.inReplyTo);
  if (parent === undefined || left === 0 || desk.known.has(parent) || desk.isLocal(parent)) return;
  const doc = await fetchStatus(parent, desk, false);
  if (doc) await ancestors(doc, desk, left - 1);
}

/** A post by its URL, from its origin, kept; undefined when it is none this software shows. */
async function fetchStatus(url: string, desk: Desk, activities: boolean): Promise<Doc | undefined> {
  const found = await desk.document(url);
  if (!found) return undefined;
  let object = found;
  let author = idOf(listOf(found.attributedTo)[0]);
  if (activities && found.type === "Create" && isDoc(found.object)) {
    object = found.object;
    author = idOf(found.actor);
  }
  const id = idOf(object);
  if (id === undefined || !SHOWN.includes(textOf(object.type) ?? "")) return undefined;
  if (author === undefined || !sameHost(idOf(found), author)) {
    desk.complain(`${url} says it is by ${author}, who lives elsewhere`);
    return undefined;
  }
  if (desk.tombstones.has(id)) return undefined;
  await desk.account(author);
  desk.remember(object, author, "status");
  return object;
}

async function announced(activity: Doc, actor: FoundActor, desk: Desk, taste: Taste): Promise<void> {
  const announceId = idOf(activity);
  const target = idOf(activity.object);
  if (announceId === undefined || target === undefined || desk.tombstones.has(announceId)) return;
  const local = desk.person(desk.known.get(target)?.author);
  if (!local && !desk.followed(actor.id)) return;
  let doc = desk.known.get(target)?.doc;
  const embedded = isDoc(activity.object) ? activity.object : undefined;
  if (!doc && embedded && !taste.refetchesEmbedded && idOf(listOf(embedded.attributedTo)[0]) === actor.id) {
    await created(embedded, actor, desk);
    doc = desk.known.get(target)?.doc;
  }
  if (!doc && !desk.isLocal(target)) doc = await fetchStatus(target, desk, taste.fetchesActivities);
  const id = idOf(doc);
  const known = desk.known.get(id ?? "");
  if (!doc || !id || !known) return;
  const visibility = visibilityOf(doc, undefined);
  if (visibility !== "public" && visibility !== "unlisted" && known.author !== actor.id) return;
  if (desk.feed.some((entry) => entry.announceId !== undefined && entry.by === actor.id && entry.status === id)) return;
  show(desk, { status: id, by: actor.id, announceId });
  local?.notifications.push({ type: "reblog", from: actor.id, object: id });
}

function updated(object: unknown, actor: FoundActor, desk: Desk): void {
  const id = idOf(object);
  if (!isDoc(object) || id === undefined) return;
  if (id === actor.id) desk.forget(id);
  const known = desk.known.get(id);
  if (!known) return;
  if (known.author !== actor.id) {
    desk.complain(`${actor.id} updated ${id}, which is by ${known.author}`);
    return;
  }
  const time = Date.parse(textOf(object.updated) ?? "");
  const before = Date.parse(textOf(known.doc.updated) ?? textOf(known.doc.published) ?? "");
  if (Number.isNaN(time)) desk.complain(`the Update of ${id} has no updated time, so it is not taken for an edit`);
  else if (!(time <= before)) {
    known.doc = object;
    known.edited = true;
  }
}

function deleted(target: string, actor: FoundActor, desk: Desk): void {
  if (target === actor.id) {
    for (const [id, known] of desk.known) if (known.author === actor.id) desk.known.delete(id);
    desk.feed = desk.feed.filter((entry) => entry.by !== actor.id && desk.known.has(entry.status));
    for (const person of desk.persons.values()) {
      person.followers.delete(actor.id);
      person.following.delete(actor.id);
    }
    desk.forget(actor.id);
    return;
  }
  const known = desk.known.get(target);
  if (known && known.author !== actor.id) return;
  if (sameHost(target, actor.id)) desk.tombstones.set(target, true);
  desk.known.delete(target);
  desk.feed = desk.feed.filter((entry) => entry.status !== target);
}

function undone(object: unknown, actor: FoundActor, desk: Desk): void {
  const id = idOf(object);
  const boosts = desk.feed.length;
  desk.feed = desk.feed.filter(
    (entry) => entry.announceId === undefined || entry.announceId !== id || entry.by !== actor.id,
  );
  if (desk.feed.length < boosts) return;
  const inner = isDoc(object) ? object : {};
  const target = idOf(inner.object) ?? "";
  if (inner.type === "Announce" && id !== undefined && hostOf(id) === hostOf(actor.id)) desk.tombstones.set(id, true);
  if (inner.type === "Follow") desk.person(target)?.followers.delete(actor.id);
  if (inner.type === "Like") desk.known.get(target)?.likes.delete(actor.id);
}

export function microblogShow(taste: Taste): Software["show"] {
  return (id, known, desk) => ({
    ...taste.display(known.doc),
    id,
    kind: "status",
    author: known.author,
    boostedBy: undefined,
    announceId: undefined,
    community: undefined,
    url: textOf(known.doc.url),
    inReplyTo: idOf(known.doc.inReplyTo),
    visibility: visibilityOf(known.doc, desk.person(known.author) ? `${known.author}/followers` : followersOf(known)),
    edited: known.edited,
    locked: false,
    pinned: false,
    pending: false,
    likes: [...known.likes],
    dislikes: [],
    object: known.doc,
  });
}

/** The followers collection is the only address on the author's own host that is neither the author nor the public. */
function followersOf(known: Known): string | undefined {
  const own = [...idsOf(known.doc.to), ...idsOf(known.doc.cc)];
  return own.find((to) => sameHost(to, known.author) && to.startsWith(`${known.author}/`));
}

export function microblogTimeline(taste: Taste): Software["timeline"] {
  return (person, desk) => {
    const follows = (id: string): boolean => id === person.id || person.following.get(id) === "accepted";
    const shown: RemoteStatus[] = [];
    for (const entry of desk.feed) {
      const known = desk.known.get(entry.status);
      if (!known || !follows(entry.by)) continue;
      const status = microblogShow(taste)(entry.status, known, desk);
      if (entry.announceId !== undefined) {
        if (shown.slice(-FALLOFF).some((earlier) => earlier.id === entry.status)) continue;
        shown.push({ ...status, kind: "boost", boostedBy: entry.by, announceId: entry.announceId });
        continue;
      }
      if (status.visibility === "direct" && entry.by !== person.id) continue;
      // Answers to people one does not follow stay out of the home timeline.
      const answeredAuthor = desk.known.get(status.inReplyTo ?? "")?.author;
      const toStranger = status.inReplyTo !== undefined && (answeredAuthor === undefined || !follows(answeredAuthor));
      if (toStranger && entry.by !== person.id && answeredAuthor !== entry.by) continue;
      shown.push(status);
    }
    return shown.reverse();
  };
}
