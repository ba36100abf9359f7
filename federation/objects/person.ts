/** The Person that somebody with an account here is to other servers. */
import type { OwnKey } from "../../db/queries/actors.ts";
import type { ClosedPerson, OwnPerson } from "../../db/queries/people.ts";
import type { PlainObject } from "../gate/read-json.ts";
import { ACTOR_CONTEXT, keyProperties } from "./actor.ts";
import { escapeHtml } from "./escape.ts";

/** What they say about what they do goes where other servers show it: as pairs of a name and a value (Mastodon's profile fields). */
export function personDocument(origin: string, person: OwnPerson, keys: OwnKey[]): PlainObject {
  const { uri } = person;
  return {
    "@context": ACTOR_CONTEXT,
    id: uri,
    type: "Person",
    preferredUsername: person.username,
    name: person.name || person.username,
    summary: person.summary,
    url: uri,
    ...(person.iconUrl !== null && { icon: { type: "Image", mediaType: "image/webp", url: person.iconUrl } }),
    inbox: `${uri}/inbox`,
    outbox: `${uri}/outbox`,
    followers: `${uri}/followers`,
    following: `${uri}/following`,
    featuredTags: `${uri}/tags`,
    endpoints: { sharedInbox: `${origin}/inbox` },
    manuallyApprovesFollowers: false,
    discoverable: true,
    indexable: true,
    ...(person.alsoKnownAs.length > 0 && { alsoKnownAs: person.alsoKnownAs }),
    attachment: fields(person),
    tag: helpTags(origin, person),
    ...keyProperties(uri, keys),
    published: person.createdAt.toISOString(),
    updated: person.updatedAt.toISOString(),
  };
}

/**
 * What is left of somebody who closed their account while their last letters are on their way: the keys by which those are verified, what an actor
 * cannot be without (Lemmy wants an outbox), and nothing of the profile.
 */
export function closedPersonDocument({ uri, username }: ClosedPerson, keys: OwnKey[]): PlainObject {
  return {
    "@context": ACTOR_CONTEXT,
    id: uri,
    type: "Person",
    preferredUsername: username,
    name: "",
    summary: "",
    inbox: `${uri}/inbox`,
    outbox: `${uri}/outbox`,
    suspended: true,
    ...keyProperties(uri, keys),
  };
}

/** What they can help with, as hashtags: one word each, with a letter in it, and none twice. */
function helpTags(origin: string, person: OwnPerson): PlainObject[] {
  const tags = new Map<string, PlainObject>();
  for (const thing of person.helpsWith) {
    const word = thing.replace(/[^\p{L}\p{M}\p{Nd}]+/gu, "_").replace(/^_+|_+$/g, "");
    const key = word.toLowerCase();
    if (!/\p{L}/u.test(word) || tags.has(key)) continue;
    const href = `${origin}/search?q=${encodeURIComponent(thing)}`;
    tags.set(key, { type: "Hashtag", href, name: `#${word}` });
  }
  return [...tags.values()];
}

/** The same as a collection of its own, as Mastodon keeps what somebody features on their profile. */
export function featuredTags(origin: string, person: OwnPerson): PlainObject {
  const items = helpTags(origin, person);
  return {
    "@context": ["https://www.w3.org/ns/activitystreams", { Hashtag: "as:Hashtag" }],
    id: `${person.uri}/tags`,
    type: "Collection",
    totalItems: items.length,
    items,
  };
}

function fields(person: OwnPerson): PlainObject[] {
  const pairs: [string, string][] = [
    ["What I do", escapeHtml(person.does)],
    ["I can help with", escapeHtml(person.helpsWith.join(", "))],
    ["I want to learn", escapeHtml(person.wantsToLearn.join(", "))],
    ["Languages", escapeHtml(person.languages.join(", "))],
    ...person.links.map(({ label, url }): [string, string] => [
      label || new URL(url).host,
      `<a href="${escapeHtml(url)}" rel="me nofollow noopener noreferrer">${escapeHtml(url)}</a>`,
    ]),
  ];
  return pairs.filter(([, value]) => value !== "").map(([name, value]) => ({ type: "PropertyValue", name, value }));
}
