/** Mastodon: the shapes it sends, and its reading of what it receives. */
import type { Composed, Desk, PersonRecord, Software } from "../desk.ts";
import { AS2, escapeHtml, hostOf, idOf, idsOf, listOf, mentionsOf, PUBLIC, textOf } from "../doc.ts";
import type { Doc, FoundActor } from "../types.ts";
import { CONVERTED, microblogReceive, microblogShow, microblogTimeline, type Taste } from "./microblog.ts";

const CONTEXT = [
  AS2,
  {
    ostatus: "http://ostatus.org#",
    atomUri: "ostatus:atomUri",
    inReplyToAtomUri: "ostatus:inReplyToAtomUri",
    conversation: "ostatus:conversation",
    sensitive: "as:sensitive",
    toot: "http://joinmastodon.org/ns#",
    votersCount: "toot:votersCount",
    Hashtag: "as:Hashtag",
  },
];

const ACTOR_CONTEXT = [
  AS2,
  "https://w3id.org/security/v1",
  {
    manuallyApprovesFollowers: "as:manuallyApprovesFollowers",
    toot: "http://joinmastodon.org/ns#",
    featured: { "@id": "toot:featured", "@type": "@id" },
    alsoKnownAs: { "@id": "as:alsoKnownAs", "@type": "@id" },
    movedTo: { "@id": "as:movedTo", "@type": "@id" },
    schema: "http://schema.org#",
    PropertyValue: "schema:PropertyValue",
    value: "schema:value",
    discoverable: "toot:discoverable",
    indexable: "toot:indexable",
  },
];

const TASTE: Taste = {
  fetchesActivities: true,
  refetchesEmbedded: false,
  otherActor: 202,
  display(doc) {
    const summary = textOf(doc.summary) || undefined;
    if (!CONVERTED.includes(String(doc.type))) {
      return { title: undefined, warning: summary, content: textOf(doc.content) ?? "" };
    }
    const url = textOf(doc.url) ?? textOf(doc.id) ?? "";
    const title = textOf(doc.name);
    const head = title === undefined ? "" : `<h2>${escapeHtml(title)}</h2>`;
    const link = `<p><a href="${escapeHtml(url)}">${escapeHtml(url)}</a></p>`;
    return { title, warning: undefined, content: `${head}${summary ? `<p>${summary}</p>` : ""}${link}` };
  },
};

/** `to` and `cc` of a post by its visibility; a mentioned group's followers are addressed too (mastodon#12071). */
export function addressing(person: PersonRecord, composed: Composed): { to: string[]; cc: string[] } {
  const followers = `${person.id}/followers`;
  const people = composed.mentions.flatMap((actor) =>
    actor.type === "Group" && actor.followers ? [actor.id, actor.followers] : [actor.id],
  );
  switch (composed.draft.public ?? true) {
    case "unlisted":
      return { to: [followers], cc: [PUBLIC, ...people] };
    case "followers":
      return { to: [followers], cc: people };
    case "direct":
    case false:
      return { to: composed.mentions.map((actor) => actor.id), cc: [] };
    default:
      return { to: [PUBLIC], cc: [followers, ...people] };
  }
}

export function mentionTags(mentions: FoundActor[]): Doc[] {
  return mentions.map((actor) => ({ type: "Mention", href: actor.id, name: `@${actor.acct}` }));
}

/** Whom a reply in a microblog's composer mentions: the author, and whom the author mentioned. */
export function replyMentions(person: PersonRecord, parent: Doc): string[] {
  const all = [...idsOf(listOf(parent.attributedTo)[0]), ...mentionsOf(parent)];
  return [...new Set(all)].filter((id) => id !== person.id);
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+/, "");
}

function object(person: PersonRecord, composed: Composed, desk: Desk): Doc {
  const { draft, html, mentions } = composed;
  const number = String(115_000_000_000_000_000n + BigInt(desk.next()));
  const id = `${person.id}/statuses/${number}`;
  const replies = `${id}/replies`;
  return {
    id,
    type: draft.type ?? "Note",
    summary: draft.summary ?? null,
    inReplyTo: composed.parentId ?? null,
    published: now(),
    url: `${desk.origin}/@${person.name}/${number}`,
    attributedTo: person.id,
    ...addressing(person, composed),
    sensitive: draft.summary !== undefined,
    atomUri: id,
    inReplyToAtomUri: composed.parentId ?? null,
    conversation:
      textOf(composed.parent?.conversation) ?? `tag:${desk.host},2026-01-01:objectId=${number}:objectType=Conversation`,
    content: html,
    contentMap: { en: html },
    attachment: draft.attachments ?? [],
    tag: [...mentionTags(mentions), ...(draft.tags ?? [])],
    replies: {
      id: replies,
      type: "Collection",
      first: {
        type: "CollectionPage",
        next: `${replies}?only_other_accounts=true&page=true`,
        partOf: replies,
        items: [],
      },
    },
    ...(draft.name === undefined ? {} : { name: draft.name }),
    ...(draft.audience === undefined ? {} : { audience: draft.audience }),
    ...draft.extra,
  };
}

/** Id and name of an actor document with the bare necessities; throws when it is none. */
export function plainActor(doc: Doc): { id: string; name: string } {
  const id = textOf(doc.id) ?? "";
  const name = textOf(doc.preferredUsername);
  if (!["Person", "Group", "Service", "Application", "Organization"].includes(String(doc.type))) {
    throw new Error(`${id} is a ${textOf(doc.type)}, not an actor`);
  }
  if (!name || !textOf(doc.inbox)) throw new Error(`actor ${id} lacks preferredUsername or inbox`);
  return { id, name };
}

const ACT_PATHS: Record<string, string> = { Like: "likes", Dislike: "dislikes", EmojiReact: "reactions" };

export const mastodon: Software = {
  name: "mastodon",
  version: "4.5.2",
  userAgent: (origin) => `Mastodon/4.5.2 (http.rb/5.3.1; +${origin}/)`,
  instancePath: "/actor",
  signsFetches: true,
  demandsSignedGets: false,
  goneStatus: 404,
  actorPath: (name) => `/users/${name}`,
  keySuffix: "#main-key",
  actorDocument(person, desk, type) {
    const instance = type === "Application";
    return {
      "@context": ACTOR_CONTEXT,
      id: person.id,
      type,
      following: `${person.id}/following`,
      followers: `${person.id}/followers`,
      inbox: person.inbox,
      outbox: `${person.id}/outbox`,
      featured: `${person.id}/collections/featured`,
      preferredUsername: person.name,
      name: instance ? "" : person.name,
      summary: "",
      url: instance ? `${desk.origin}/about/more?instance_actor=true` : `${desk.origin}/@${person.name}`,
      manuallyApprovesFollowers: instance || person.locked,
      discoverable: true,
      indexable: false,
      published: "2022-11-20T00:00:00Z",
      publicKey: { id: person.keyId, owner: person.id, publicKeyPem: person.key.publicPem },
      tag: [],
      attachment: [],
      endpoints: { sharedInbox: `${desk.origin}/inbox` },
    };
  },
  webfingerLinks: (person, desk) => [
    { rel: "http://webfinger.net/rel/profile-page", type: "text/html", href: `${desk.origin}/@${person.name}` },
    { rel: "self", type: "application/activity+json", href: person.id },
    { rel: "http://ostatus.org/schema/1.0/subscribe", template: `${desk.origin}/authorize_interaction?uri={uri}` },
  ],
  async checkActor(doc, desk) {
    const { id, name } = plainActor(doc);
    // Mastodon takes no account whose handle does not lead back to it.
    const links = await desk.webfinger(`${name}@${hostOf(id)}`);
    if (links.at(-1) !== id)
      throw new Error(`WebFinger for ${name}@${hostOf(id)} leads to ${links.at(-1)}, not to ${id}`);
    if (new Set(links).size > 1) desk.complain(`WebFinger for ${name}@${hostOf(id)} has several self links`);
    if (listOf(doc.publicKey).length === 0) desk.complain(`actor ${id} has no publicKey`);
  },
  replyMentions,
  object,
  create: (person, note) => ({
    "@context": CONTEXT,
    id: `${idOf(note)}/activity`,
    type: "Create",
    actor: person.id,
    published: note.published,
    to: note.to,
    cc: note.cc,
    object: note,
  }),
  update: (person, note, desk) => ({
    "@context": CONTEXT,
    id: `${idOf(note)}#updates/${desk.next()}`,
    type: "Update",
    actor: person.id,
    to: note.to ?? [PUBLIC],
    ...(note.cc === undefined ? {} : { cc: note.cc }),
    object: note,
  }),
  remove: (person, note) =>
    idOf(note) === person.id
      ? {
          "@context": AS2,
          id: `${person.id}#delete`,
          type: "Delete",
          actor: person.id,
          to: [PUBLIC],
          object: person.id,
        }
      : {
          "@context": [AS2, { ostatus: "http://ostatus.org#", atomUri: "ostatus:atomUri" }],
          id: `${idOf(note)}#delete`,
          type: "Delete",
          actor: person.id,
          to: [PUBLIC],
          object: { id: idOf(note), type: "Tombstone", atomUri: idOf(note) },
        },
  follow: (person, target, desk) => ({
    "@context": AS2,
    id: `${person.id}#follows/${desk.next()}`,
    type: "Follow",
    actor: person.id,
    object: target.id,
  }),
  act(person, type, target, _group, desk) {
    const author = idsOf(listOf(target.attributedTo)[0]);
    if (type === "Announce") {
      const id = `${person.id}/statuses/${String(115_000_000_000_000_000n + BigInt(desk.next()))}/activity`;
      const address = { to: [PUBLIC], cc: [...author, `${person.id}/followers`] };
      return { "@context": CONTEXT, id, type, actor: person.id, published: now(), ...address, object: idOf(target) };
    }
    const id = `${person.id}#${ACT_PATHS[type] ?? "acts"}/${desk.next()}`;
    return { "@context": AS2, id, type, actor: person.id, object: idOf(target) };
  },
  undo(person, activity) {
    const { "@context": context, ...inner } = activity;
    const to = activity.type === "Announce" ? { to: [PUBLIC] } : {};
    return { "@context": context, id: `${idOf(activity)}/undo`, type: "Undo", actor: person.id, ...to, object: inner };
  },
  async onFollow(target, _desk, get) {
    await get(textOf(target.document.featured) ?? "");
    await get(textOf(target.document.outbox) ?? "");
    await get(target.followers ?? "");
  },
  receive: microblogReceive(TASTE),
  timeline: microblogTimeline(TASTE),
  show: microblogShow(TASTE),
};
