/** GoToSocial: single values instead of one-element lists, every GET signed both ways, names read as content warnings. */
import { randomBytes } from "node:crypto";
import type { Software } from "../desk.ts";
import { AS2, idOf, idsOf, listOf, PUBLIC, textOf } from "../doc.ts";
import type { Doc } from "../types.ts";
import { addressing, mentionTags, plainActor, replyMentions } from "./mastodon.ts";
import { microblogReceive, microblogShow, microblogTimeline, type Taste } from "./microblog.ts";

const CONTEXT = ["https://gotosocial.org/ns", AS2, { sensitive: "as:sensitive" }];
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const TASTE: Taste = {
  fetchesActivities: false,
  refetchesEmbedded: true,
  otherActor: 401,
  display: (doc) => ({
    title: undefined,
    warning: textOf(doc.summary) || textOf(doc.name) || undefined,
    content: textOf(doc.content) ?? "",
  }),
};

function ulid(): string {
  const time = Array.from({ length: 10 }, (_, i) => CROCKFORD[Math.floor(Date.now() / 32 ** (9 - i)) % 32]);
  return [...time, ...Array.from(randomBytes(16), (byte) => CROCKFORD[byte % 32])].join("");
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+/, "");
}

/** A list of one becomes its element, as GoToSocial's serialiser does. */
function single(values: unknown[]): unknown {
  return values.length === 1 ? values[0] : values;
}

const ANYONE = { always: [PUBLIC], approvalRequired: [] };
const ACT_PATHS: Record<string, string> = { Like: "liked", Dislike: "disliked", EmojiReact: "reacted" };

export const gotosocial: Software = {
  name: "gotosocial",
  version: "0.19.2+git-90851fc",
  userAgent: (origin) => `gotosocial/0.19.2 (+${origin})`,
  instancePath: "/actor",
  signsFetches: true,
  demandsSignedGets: true,
  goneStatus: 404,
  actorPath: (name) => `/users/${name}`,
  keySuffix: "/main-key",
  actorDocument: (person, desk, type) => ({
    "@context": [
      "https://w3id.org/security/v1",
      AS2,
      "https://gotosocial.org/ns",
      {
        discoverable: "toot:discoverable",
        manuallyApprovesFollowers: "as:manuallyApprovesFollowers",
        toot: "http://joinmastodon.org/ns#",
      },
    ],
    discoverable: true,
    featured: `${person.id}/collections/featured`,
    followers: `${person.id}/followers`,
    following: `${person.id}/following`,
    id: person.id,
    inbox: person.inbox,
    manuallyApprovesFollowers: person.locked,
    name: person.name,
    outbox: `${person.id}/outbox`,
    preferredUsername: person.name,
    publicKey: { id: person.keyId, owner: person.id, publicKeyPem: person.key.publicPem },
    published: "2026-11-01T00:00:00Z",
    summary: "",
    type,
    url: `${desk.origin}/@${person.name}`,
  }),
  webfingerLinks: (person, desk) => [
    { rel: "http://webfinger.net/rel/profile-page", type: "text/html", href: `${desk.origin}/@${person.name}` },
    { rel: "self", type: "application/activity+json", href: person.id },
  ],
  async checkActor(doc) {
    plainActor(doc);
  },
  replyMentions,
  object(person, composed, desk) {
    const { draft, html } = composed;
    const id = `${person.id}/statuses/${ulid()}`;
    const { to, cc } = addressing(person, composed);
    const tag = [...mentionTags(composed.mentions), ...(draft.tags ?? [])];
    const replies = `${id}/replies`;
    return {
      attachment: single(draft.attachments ?? []),
      attributedTo: person.id,
      cc: single(cc),
      content: html,
      contentMap: { en: html },
      id,
      ...(composed.parentId === undefined ? {} : { inReplyTo: composed.parentId }),
      interactionPolicy: { canAnnounce: ANYONE, canLike: ANYONE, canReply: ANYONE },
      published: now(),
      replies: {
        first: {
          id: `${replies}?page=true`,
          next: `${replies}?only_other_accounts=false&page=true`,
          partOf: replies,
          type: "CollectionPage",
        },
        id: replies,
        type: "Collection",
      },
      sensitive: draft.summary !== undefined,
      summary: draft.summary ?? "",
      tag: single(tag),
      to: single(to),
      type: draft.type ?? "Note",
      url: `${desk.origin}/@${person.name}/statuses/${id.split("/").at(-1)}`,
      ...(draft.name === undefined ? {} : { name: draft.name }),
      ...(draft.audience === undefined ? {} : { audience: draft.audience }),
      ...draft.extra,
    };
  },
  create: (person, note) => ({
    "@context": CONTEXT,
    actor: person.id,
    cc: note.cc,
    id: `${idOf(note)}/activity#Create`,
    object: note,
    published: note.published,
    to: note.to,
    type: "Create",
  }),
  update: (person, note) => ({
    "@context": CONTEXT,
    actor: person.id,
    ...(note.cc === undefined ? {} : { cc: note.cc }),
    id: `${idOf(note)}#updates/${ulid()}`,
    object: note,
    to: note.to ?? PUBLIC,
    type: "Update",
  }),
  remove: (person, note) => ({
    "@context": AS2,
    actor: person.id,
    cc: note.cc ?? `${person.id}/followers`,
    id: `${idOf(note)}/activity#Delete`,
    object: idOf(note),
    to: note.to ?? PUBLIC,
    type: "Delete",
  }),
  follow: (person, target) => ({
    "@context": AS2,
    actor: person.id,
    id: `${person.id}/follow/${ulid()}`,
    object: target.id,
    to: target.id,
    type: "Follow",
  }),
  act(person, type, target): Doc {
    const author = single(idsOf(listOf(target.attributedTo)[0]));
    if (type === "Announce") {
      const id = `${person.id}/statuses/${ulid()}`;
      const cc = [...listOf(author), `${person.id}/followers`];
      return { "@context": AS2, actor: person.id, cc, id, object: idOf(target), published: now(), to: PUBLIC, type };
    }
    const id = `${person.id}/${ACT_PATHS[type] ?? "acts"}/${ulid()}`;
    return { "@context": AS2, actor: person.id, id, object: idOf(target), to: author, type };
  },
  undo(person, activity) {
    const { "@context": context, ...inner } = activity;
    const to = activity.to === undefined ? {} : { to: activity.to };
    return {
      "@context": context,
      actor: person.id,
      id: `${idOf(activity)}#undo/${ulid()}`,
      object: inner,
      ...to,
      type: "Undo",
    };
  },
  async onFollow(target, desk, get) {
    for (const key of ["followers", "following", "outbox", "featured"]) await get(textOf(target.document[key]) ?? "");
    const links = await desk.webfinger(target.acct);
    if (!links.includes(target.id)) desk.complain(`WebFinger for ${target.acct} does not lead back to ${target.id}`);
  },
  receive: microblogReceive(TASTE),
  timeline: microblogTimeline(TASTE),
  show: microblogShow(TASTE),
};
