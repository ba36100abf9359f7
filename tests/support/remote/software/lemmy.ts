/** Lemmy: the shapes it sends, what it demands of actors and collections, and its list of subscribed posts. */
import { randomUUID } from "node:crypto";
import type { Composed, Desk, Known, PersonRecord, Software } from "../desk.ts";
import { AS2, idOf, idsOf, isDoc, listOf, PUBLIC, sameHost, textOf } from "../doc.ts";
import type { Doc, FoundActor } from "../types.ts";
import { checkTimes, lemmyReceive } from "./lemmy-inbox.ts";

const CONTEXT = ["https://join-lemmy.org/context.json", AS2];
const USER_TYPES = ["Person", "Service", "Organization"];
const MAX_TITLE = 200;

function activityId(desk: Desk, type: string): string {
  return `${desk.origin}/activities/${type.toLowerCase()}/${randomUUID()}`;
}

/** Title = `name`, else the first line of the text without mentions. */
function titleOf(doc: Doc): string {
  const name = textOf(doc.name);
  if (name) return name;
  const text = (textOf(doc.content) ?? "").replace(/<(?:br|\/p)[^>]*>/gi, "\n").replace(/<[^>]*>/g, "");
  const lines = text.split("\n").map((line) => line.replace(/@[\w.-]+(?:@[\w.:-]+)?/g, "").trim());
  return (lines.find((line) => line !== "") ?? "").slice(0, MAX_TITLE);
}

function object(person: PersonRecord, composed: Composed, desk: Desk): Doc {
  const { draft, html, group, mentions, parentId } = composed;
  const isReply = parentId !== undefined;
  const id = `${desk.origin}/${isReply ? "comment" : "post"}/${desk.next()}`;
  const others = mentions.filter((actor) => actor.id !== group?.id);
  const people = isReply && group ? [...others, group] : mentions;
  return {
    type: draft.type ?? (isReply ? "Note" : "Page"),
    id,
    attributedTo: person.id,
    to: [...(group ? [group.id] : []), ...((draft.public ?? true) === true ? [PUBLIC] : [])],
    cc: others.map((actor) => actor.id),
    ...(group ? { audience: group.id } : {}),
    ...(isReply ? { inReplyTo: parentId } : { name: draft.name ?? draft.text?.slice(0, MAX_TITLE) ?? "Untitled" }),
    content: html,
    mediaType: "text/html",
    ...(draft.text === undefined ? {} : { source: { content: draft.text, mediaType: "text/markdown" } }),
    attachment: draft.attachments ?? [],
    sensitive: false,
    language: { identifier: "en", name: "English" },
    tag: [
      ...(isReply || !group ? [] : [{ type: "Hashtag", href: id, name: `#${group.name}` }]),
      ...people.map((actor) => ({ type: "Mention", href: actor.id, name: `@${actor.acct}` })),
      ...(draft.tags ?? []),
    ],
    context: `${id}/context`,
    published: new Date().toISOString(),
    ...draft.extra,
  };
}

/** An activity about a post, addressed as Lemmy addresses all of them. */
function about(person: PersonRecord, type: string, thing: Doc, desk: Desk): Doc {
  const group = textOf(thing.audience);
  return {
    "@context": CONTEXT,
    id: activityId(desk, type),
    type,
    actor: person.id,
    to: [...(group && type !== "Delete" ? [group] : []), PUBLIC],
    cc: group ? [group, ...idsOf(thing.cc)] : idsOf(thing.cc),
    ...(group ? { audience: group } : {}),
    object: type === "Delete" ? idOf(thing) : thing,
  };
}

/** What Lemmy requires of an actor document it parses. */
function checkShape(doc: Doc): void {
  const id = textOf(doc.id) ?? "";
  if (![...USER_TYPES, "Group", "Application"].includes(String(doc.type)))
    throw new Error(`${id} is no actor for Lemmy`);
  const needed = doc.type === "Application" ? ["inbox"] : ["preferredUsername", "inbox", "outbox"];
  for (const key of needed) if (!textOf(doc[key])) throw new Error(`missing field \`${key}\` in actor ${id}`);
  if (!isDoc(doc.publicKey)) throw new Error(`missing field \`publicKey\` in actor ${id}`);
  if (!sameHost(id, textOf(doc.inbox))) throw new Error(`actor ${id} has its inbox on another host`);
  checkTimes(doc);
}

async function onFollow(target: FoundActor, desk: Desk, get: (url: string) => Promise<Doc | undefined>): Promise<void> {
  if (target.type !== "Group") return;
  const items = async (key: string): Promise<unknown[]> => {
    const url = textOf(target.document[key]);
    if (url === undefined) return [];
    const collection = await get(url);
    if (collection?.type !== "OrderedCollection" || !Array.isArray(collection.orderedItems)) {
      desk.complain(`${key} of ${target.id} is not an unpaged OrderedCollection with orderedItems`);
      return [];
    }
    if (key === "outbox" && typeof collection.totalItems !== "number") desk.complain(`outbox ${url} lacks totalItems`);
    return collection.orderedItems;
  };
  for (const item of await items("outbox")) {
    const inner = isDoc(item) && item.type === "Announce" ? item.object : undefined;
    if (!isDoc(inner) || inner.type !== "Create" || !isDoc(inner.object)) {
      desk.complain(`outbox of ${target.id} holds something that is not Announce{Create{…}}: ${JSON.stringify(item)}`);
    }
  }
  for (const item of await items("featured")) {
    if (!isDoc(item)) desk.complain(`featured of ${target.id} holds something that is not an embedded object`);
  }
  for (const item of await items("attributedTo")) {
    if (typeof item !== "string") desk.complain(`moderators of ${target.id} holds something that is not a URL`);
  }
}

export const lemmy: Software = {
  name: "lemmy",
  version: "1.0.0",
  userAgent: (origin) => `Lemmy/1.0.0; +${origin}`,
  instancePath: "/",
  signsFetches: true,
  demandsSignedGets: false,
  goneStatus: 410,
  actorPath: (name, type) => `/${type === "Group" ? "c" : "u"}/${name}`,
  keySuffix: "#main-key",
  actorDocument(person, desk, type) {
    const shared = {
      "@context": CONTEXT,
      type,
      id: person.id,
      inbox: person.inbox,
      outbox: `${person.id}${person.id.endsWith("/") ? "" : "/"}outbox`,
      publicKey: { id: person.keyId, owner: person.id, publicKeyPem: person.key.publicPem },
      published: "2024-01-01T00:00:00.000000Z",
    };
    if (type === "Application") return { ...shared, name: desk.host, preferredUsername: person.name };
    const named = { ...shared, preferredUsername: person.name, endpoints: { sharedInbox: `${desk.origin}/inbox` } };
    if (type !== "Group") return named;
    return {
      ...named,
      name: person.name,
      followers: `${person.id}/followers`,
      featured: `${person.id}/featured`,
      attributedTo: `${person.id}/moderators`,
      postingRestrictedToMods: false,
      manuallyApprovesFollowers: person.locked,
      discoverable: true,
      sensitive: false,
    };
  },
  webfingerLinks: (person, desk) => [
    { rel: "http://webfinger.net/rel/profile-page", type: "text/html", href: person.id },
    {
      rel: "self",
      type: "application/activity+json",
      href: person.id,
      properties: { [`${AS2}#type`]: textOf(desk.objects.get(person.id)?.type) ?? "Person" },
    },
    {
      rel: "http://ostatus.org/schema/1.0/subscribe",
      template: `${desk.origin}/activitypub/externalInteraction?uri={uri}`,
    },
  ],
  async checkActor(doc) {
    checkShape(doc);
  },
  replyMentions: (person, parent, group) =>
    [...idsOf(listOf(parent.attributedTo)[0]), ...(group ? [group.id] : [])].filter((id) => id !== person.id),
  object,
  create: (person, thing, desk) => about(person, "Create", thing, desk),
  update: (person, thing, desk) => about(person, "Update", thing, desk),
  remove: (person, thing, desk) => about(person, "Delete", thing, desk),
  follow: (person, target, desk) => ({
    "@context": CONTEXT,
    id: activityId(desk, "Follow"),
    type: "Follow",
    actor: person.id,
    to: [target.id],
    object: target.id,
  }),
  act: (person, type, target, group, desk) => ({
    "@context": CONTEXT,
    id: activityId(desk, type),
    type,
    actor: person.id,
    object: idOf(target),
    ...(group ? { audience: group.id } : {}),
  }),
  undo(person, activity, desk) {
    const { "@context": context, ...inner } = activity;
    const shared = ["to", "cc", "audience"].flatMap((key) => (key in activity ? [[key, activity[key]]] : []));
    const id = activityId(desk, "Undo");
    return { "@context": context, id, type: "Undo", actor: person.id, object: inner, ...Object.fromEntries(shared) };
  },
  onFollow,
  receive: lemmyReceive,
  timeline: (person, desk) =>
    [...desk.known]
      .filter(([, known]) => !known.hidden && known.community && person.following.get(known.community) === "accepted")
      .map(([id, known]) => showKnown(id, known))
      .reverse(),
  show: showKnown,
};

function showKnown(id: string, known: Known): ReturnType<Software["show"]> {
  return {
    id,
    kind: known.kind,
    author: known.author,
    boostedBy: undefined,
    announceId: undefined,
    community: known.community,
    title: known.kind === "post" ? titleOf(known.doc) : undefined,
    warning: undefined,
    content: textOf(known.doc.content) ?? "",
    url: textOf(known.doc.url),
    inReplyTo: idOf(known.doc.inReplyTo),
    visibility: "public",
    edited: known.edited,
    locked: known.locked,
    pinned: known.pinned,
    pending: known.pending,
    likes: [...known.likes],
    dislikes: [...known.dislikes],
    object: known.doc,
  };
}
