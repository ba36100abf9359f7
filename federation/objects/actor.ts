/** People and groups: reading an actor document from elsewhere, and writing the ones of this server. */
import { createPublicKey, type KeyObject } from "node:crypto";
import type { ActorKey, ActorKind, OwnKey, RemoteActor } from "../../db/queries/actors.ts";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { httpUrl, listOf, sameOrigin, text, typesOf } from "../gate/limits.ts";
import { isPlainObject, type PlainObject } from "../gate/read-json.ts";
import { publicKeyFromMultibase, publicKeyFromPem, publicKeyToMultibase, publicKeyToPem } from "../signatures/keys.ts";

const KINDS: ReadonlyMap<string, ActorKind> = new Map([
  ["Person", "person"],
  ["Group", "group"],
  ["Service", "service"],
  ["Application", "application"],
  ["Organization", "organization"],
]);

/** The kind of actor that these types make, or null when it is none. */
export function actorKind(type: unknown): ActorKind | null {
  for (const name of typesOf(type)) {
    const kind = KINDS.get(name);
    if (kind) return kind;
  }
  return null;
}

/** Longer ids of actors, in bytes, are not taken: they stand in an index beside the ids of what the actors wrote. */
const MAX_ID = 512;

/** What an actor document says, before its texts are cleaned. */
export type ReadActor = Omit<RemoteActor, "peerId"> & { alsoKnownAs: string[] };

/** Reads an actor. Null when it is not one we can talk to: no name, no inbox, or an inbox or key on another server than its own. */
export function readActor(document: PlainObject): ReadActor | null {
  const kind = actorKind(document.type);
  const uri = httpUrl(document.id);
  const inbox = httpUrl(document.inbox);
  const username = text(document.preferredUsername, 100).trim();
  if (!kind || !uri || !inbox || username === "" || !sameOrigin(uri, inbox)) return null;
  if (Buffer.byteLength(uri) > MAX_ID) return null;
  const endpoints = isPlainObject(document.endpoints) ? document.endpoints : {};
  const shared = httpUrl(endpoints.sharedInbox);
  const followers = httpUrl(document.followers);
  return {
    uri,
    kind,
    username,
    name: text(document.name, 300),
    summary: text(document.summary, 20_000),
    url: firstUrl(document.url) ?? uri,
    iconUrl: imageUrl(document.icon),
    inboxUri: shared && sameOrigin(uri, shared) ? shared : inbox,
    followersUri: followers && sameOrigin(uri, followers) ? followers : null,
    movedTo: httpUrl(document.movedTo),
    alsoKnownAs: listOf(document.alsoKnownAs)
      .filter((item): item is string => typeof item === "string")
      .slice(0, 50),
    keys: readKeys(document, uri),
  };
}

function readKeys(document: PlainObject, uri: string): ActorKey[] {
  const keys: ActorKey[] = [];
  for (const item of listOf(document.publicKey).slice(0, 8)) {
    if (!isPlainObject(item) || item.owner !== uri || typeof item.publicKeyPem !== "string") continue;
    const id = httpUrl(item.id);
    const key = publicKeyFromPem(item.publicKeyPem);
    if (id && key && sameOrigin(id, uri)) keys.push(toKey(id, key));
  }
  for (const item of listOf(document.assertionMethod).slice(0, 8)) {
    if (!isPlainObject(item) || item.controller !== uri || typeof item.publicKeyMultibase !== "string") continue;
    const id = httpUrl(item.id);
    const key = publicKeyFromMultibase(item.publicKeyMultibase);
    if (id && key && sameOrigin(id, uri) && !keys.some((known) => known.uri === id)) keys.push(toKey(id, key));
  }
  return keys;
}

function toKey(uri: string, key: KeyObject): ActorKey {
  const algorithm = key.asymmetricKeyType === "ed25519" ? "ed25519" : "rsa";
  return { uri, algorithm, publicKey: key.export({ format: "der", type: "spki" }) };
}

/** The first http(s) URL of a `url` property: a string, a Link, or a list of those; a Link to HTML is preferred. */
export function firstUrl(value: unknown): string | null {
  const items = listOf(value);
  const html = items.find((item) => isPlainObject(item) && item.mediaType === "text/html");
  for (const item of html ? [html, ...items] : items) {
    const url = httpUrl(isPlainObject(item) ? item.href : item);
    if (url) return url;
  }
  return null;
}

function imageUrl(value: unknown): string | null {
  for (const item of listOf(value)) {
    const url = isPlainObject(item) ? (firstUrl(item.url) ?? httpUrl(item.href)) : httpUrl(item);
    if (url) return url;
  }
  return null;
}

/** The context of every actor of ours. */
export const ACTOR_CONTEXT = [
  "https://www.w3.org/ns/activitystreams",
  "https://w3id.org/security/v1",
  "https://w3id.org/security/data-integrity/v1",
  "https://w3id.org/security/multikey/v1",
  {
    sec: "https://w3id.org/security#",
    toot: "http://joinmastodon.org/ns#",
    lemmy: "https://join-lemmy.org/ns#",
    // None of the contexts above defines it: without this nobody who reads JSON-LD finds the Ed25519 key.
    assertionMethod: { "@id": "sec:assertionMethod", "@type": "@id" },
    featured: { "@id": "toot:featured", "@type": "@id" },
    featuredTags: { "@id": "toot:featuredTags", "@type": "@id" },
    sensitive: "as:sensitive",
    discoverable: "toot:discoverable",
    indexable: "toot:indexable",
    suspended: "toot:suspended",
    manuallyApprovesFollowers: "as:manuallyApprovesFollowers",
    postingRestrictedToMods: "lemmy:postingRestrictedToMods",
    moderators: { "@id": "lemmy:moderators", "@type": "@id" },
    schema: "http://schema.org#",
    PropertyValue: "schema:PropertyValue",
    value: "schema:value",
    Hashtag: "as:Hashtag",
    alsoKnownAs: { "@id": "as:alsoKnownAs", "@type": "@id" },
  },
];

/** The Group that a community is to other servers (wire.md sections 0 and 1; FEP-1b12, FEP-2c59 for `webfinger`). */
export function groupDocument(origin: string, community: CommunityRow, keys: OwnKey[]): PlainObject {
  const { uri } = community;
  return {
    "@context": ACTOR_CONTEXT,
    id: uri,
    type: "Group",
    preferredUsername: community.slug,
    name: community.name,
    summary: community.summary,
    source: { content: community.summarySource, mediaType: "text/markdown" },
    mediaType: "text/html",
    url: uri,
    icon:
      community.pictureId === null
        ? { type: "Image", mediaType: "image/png", url: `${origin}/icon.png` }
        : { type: "Image", mediaType: "image/webp", url: `${origin}/media/${community.pictureId}` },
    inbox: `${uri}/inbox`,
    outbox: `${uri}/outbox`,
    followers: `${uri}/followers`,
    featured: `${uri}/featured`,
    attributedTo: `${uri}/facilitators`,
    moderators: `${uri}/facilitators`,
    endpoints: { sharedInbox: `${origin}/inbox` },
    postingRestrictedToMods: community.posting === "facilitators",
    // Whoever asks waits for our Accept in any case. To Lemmy 1.0 this word means a private community, of which it takes nothing public (wire.md section 9).
    manuallyApprovesFollowers: false,
    discoverable: true,
    indexable: true,
    sensitive: false,
    ...keyProperties(uri, keys),
    published: community.createdAt.toISOString(),
    updated: community.updatedAt.toISOString(),
  };
}

/** The actor by which this server signs what it fetches (R76). */
export function instanceDocument(
  origin: string,
  actor: { uri: string; username: string; createdAt: Date },
  keys: OwnKey[],
): PlainObject {
  return {
    "@context": ACTOR_CONTEXT,
    id: actor.uri,
    type: "Application",
    preferredUsername: actor.username,
    name: new URL(origin).host,
    url: `${origin}/about`,
    inbox: `${actor.uri}/inbox`,
    outbox: `${actor.uri}/outbox`,
    endpoints: { sharedInbox: `${origin}/inbox` },
    manuallyApprovesFollowers: true,
    discoverable: false,
    ...keyProperties(actor.uri, keys),
    published: actor.createdAt.toISOString(),
  };
}

/** A stored public key, ready to verify with. */
export function toKeyObject(key: ActorKey): KeyObject {
  return createPublicKey({ key: key.publicKey, format: "der", type: "spki" });
}

/** The public keys of an actor of ours, RSA for requests and Ed25519 for proofs. */
export function keyProperties(uri: string, keys: OwnKey[]): PlainObject {
  const rsa = keys.find((key) => key.algorithm === "rsa");
  const ed25519 = keys.find((key) => key.algorithm === "ed25519");
  return {
    ...(rsa && { publicKey: { id: rsa.uri, owner: uri, publicKeyPem: publicKeyToPem(toKeyObject(rsa)) } }),
    ...(ed25519 && {
      assertionMethod: [
        {
          id: ed25519.uri,
          type: "Multikey",
          controller: uri,
          publicKeyMultibase: publicKeyToMultibase(toKeyObject(ed25519)),
        },
      ],
    }),
  };
}
