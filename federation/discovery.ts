/** How this server and its communities are found: WebFinger (RFC 7033) and NodeInfo 2.0 and 2.1. */

import type { Db } from "../db/open.ts";
import { findCommunity } from "../db/queries/communities.ts";
import { findOwnPerson } from "../db/queries/people.ts";
import { readSettings } from "../db/queries/settings.ts";
import { instanceFigures } from "../db/views/collections.ts";
import type { PlainObject } from "./gate/read-json.ts";

const ACTIVITY_JSON = "application/activity+json";
const TYPE_PROPERTY = "https://www.w3.org/ns/activitystreams#type";

interface Here {
  db: Db;
  origin: string;
  host: string;
}

/** The actor that `resource` names here: a community, somebody with an account, or the instance's own actor. */
export function readResource(here: Pick<Here, "origin" | "host">, resource: string): string | null {
  const acct = /^(?:acct:)?@?([^@\s/:]+)@([^@\s/]+)$/i.exec(resource);
  if (acct) return acct[2]?.toLowerCase() === here.host ? (acct[1]?.toLowerCase() ?? null) : null;
  const path = resource.startsWith(`${here.origin}/`) ? resource.slice(here.origin.length) : null;
  if (path === "/actor") return "instance";
  return path?.match(/^\/(?:[cu]\/|@)([a-z0-9_]{1,30})$/i)?.[1]?.toLowerCase() ?? null;
}

/** The JRD of what `resource` names, or null when nobody of that name is here. */
export async function webfinger(here: Here, resource: string): Promise<PlainObject | null> {
  const name = readResource(here, resource);
  if (name === null) return null;
  if (name === "instance" || name === here.host)
    return jrd(here, "instance", `${here.origin}/actor`, "Application", `${here.origin}/about`);
  const community = await findCommunity(here.db, name);
  if (community) return jrd(here, community.slug, community.uri, "Group", community.uri);
  const person = await findOwnPerson(here.db, name);
  return person && jrd(here, person.username, person.uri, "Person", person.uri);
}

function jrd(here: Here, name: string, uri: string, type: string, page: string): PlainObject {
  return {
    subject: `acct:${name}@${here.host}`,
    aliases: [uri],
    links: [
      { rel: "http://webfinger.net/rel/profile-page", type: "text/html", href: page },
      { rel: "self", type: ACTIVITY_JSON, href: uri, properties: { [TYPE_PROPERTY]: type } },
    ],
  };
}

/** Where NodeInfo is, newest last. */
export function nodeInfoLinks(origin: string): PlainObject {
  const link = (version: string) => ({
    rel: `http://nodeinfo.diaspora.software/ns/schema/${version}`,
    href: `${origin}/nodeinfo/${version}`,
  });
  return { links: [link("2.0"), link("2.1")] };
}

/** NodeInfo with the figures as they are. Null for a version there is none of. */
export async function nodeInfo(db: Db, version: string, software: { version: string }): Promise<PlainObject | null> {
  if (version !== "2.0" && version !== "2.1") return null;
  const [figures, { registration }] = await Promise.all([instanceFigures(db), readSettings(db)]);
  return {
    version,
    software: { name: "commonplace", version: software.version },
    protocols: ["activitypub"],
    services: { inbound: [], outbound: ["atom1.0"] },
    // Where whoever wants to may ask, even if somebody has to say yes.
    openRegistrations: registration === "open" || registration === "approval",
    usage: {
      users: {
        total: figures.people,
        activeMonth: figures.peopleThisMonth,
        activeHalfyear: figures.peopleThisHalfYear,
      },
      localPosts: figures.localPosts,
      localComments: figures.localReplies,
    },
    metadata: { communities: figures.communities, threads: figures.threads, replies: figures.replies },
  };
}
