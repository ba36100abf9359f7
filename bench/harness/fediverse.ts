/** A small fediverse on loopback: servers with people whose documents can be fetched and whose letters are signed beforehand. */
import { generateKeyPairSync, hash, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import type { Shot } from "./load.ts";
import type { Bench } from "./run.ts";

const AS = "https://www.w3.org/ns/activitystreams";
const PUBLIC = `${AS}#Public`;
/** As Mastodon writes it, so that reading it costs what it costs in life. */
const CONTEXT = [
  AS,
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
const WORDS =
  "the arc stays short when the torch is held close and the hand rests on the bench so what helped me most was to practise the movement cold first then to listen because a good bead sounds like bacon in a pan and a bad one spits and pops";

const signAsync = promisify(sign) as (algorithm: string, data: Buffer, key: KeyObject) => Promise<Buffer>;

export interface Person {
  id: string;
  keyId: string;
  privateKey: KeyObject;
}

/** How a server answers: as it should, with 500, with 429 and a pause of two seconds, not at all, or by hanging up, before or after it has read. */
export type Mood = "well" | "broken" | "busy" | "silent" | "gone" | "gone-after";

export interface Fediverse {
  people: Person[];
  /** Of its servers, in the order of their software. */
  origins: string[];
  /** Documents that were fetched so far. */
  fetches(): number;
  /** Public keys in PEM by the id of the key. */
  keys: Record<string, string>;
}

export interface FediverseOptions {
  /** What each server says that it runs. */
  software: readonly string[];
  people: number;
  /** RSA keys that the people share: making 200 would take a minute. */
  keyPairs: number;
  /** How the server at `origin` is at this moment; always well unless given. */
  mood?(origin: string): Mood;
  /** A letter that one of its servers has read. */
  onLetter?(origin: string, body: string): void;
}

/** One server for each of `software`, with the people spread over them. */
export async function openFediverse({ stack }: Bench, o: FediverseOptions): Promise<Fediverse> {
  let fetched = 0;
  const pairs = Array.from({ length: o.keyPairs }, () => generateKeyPairSync("rsa", { modulusLength: 2048 }));
  const documents = new Map<string, object>();
  const origins: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse, origin: string): void => {
    if (request.method === "POST") return void response.writeHead(202).end();
    fetched += 1;
    const document = documents.get(`${origin}${request.url}`);
    response.writeHead(document ? 200 : 404, { "content-type": "application/activity+json" });
    response.end(document ? JSON.stringify(document) : "");
  };
  for (const software of o.software) {
    const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
      const origin = `http://${request.headers.host}`;
      const mood = o.mood?.(origin) ?? "well";
      if (mood === "gone") return void request.socket.destroy();
      if (request.method === "POST" && o.onLetter) {
        const body = await text(request).catch(() => null);
        if (body === null) return;
        if (mood !== "broken" && mood !== "busy") o.onLetter(origin, body);
      }
      request.resume();
      if (mood === "well") answer(request, response, origin);
      else if (mood === "broken") response.writeHead(500).end();
      else if (mood === "busy") response.writeHead(429, { "retry-after": "2" }).end();
      else if (mood === "gone-after") request.socket.destroy();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    stack.defer(() => {
      server.closeAllConnections();
      server.close();
    });
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    origins.push(origin);
    const link = { rel: "http://nodeinfo.diaspora.software/ns/schema/2.0", href: `${origin}/nodeinfo/2.0` };
    documents.set(`${origin}/.well-known/nodeinfo`, { links: [link] });
    documents.set(link.href, { version: "2.0", software: { name: software, version: "1.0.0" } });
  }
  const keys: Record<string, string> = {};
  const people = Array.from({ length: o.people }, (_, i): Person => {
    const { publicKey, privateKey } = pairs[i % pairs.length] ?? generateKeyPairSync("rsa", { modulusLength: 2048 });
    const origin = origins[i % origins.length];
    const id = `${origin}/users/person${i}`;
    const keyId = `${id}#main-key`;
    const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }) as string;
    keys[keyId] = publicKeyPem;
    documents.set(id, {
      "@context": [AS, "https://w3id.org/security/v1"],
      id,
      type: "Person",
      preferredUsername: `person${i}`,
      name: `Person Number ${i}`,
      url: `${origin}/@person${i}`,
      inbox: `${id}/inbox`,
      followers: `${id}/followers`,
      endpoints: { sharedInbox: `${origin}/inbox` },
      publicKey: { id: keyId, owner: id, publicKeyPem },
    });
    return { id, keyId, privateKey };
  });
  return { people, origins, keys, fetches: () => fetched };
}

let counter = 0;

/** A public Note by `person` to `group`, some 350 characters long, as Mastodon wraps it; the id of the note beside it. */
export function createNote(person: Person, group: string, inReplyTo: string | null): { activity: object; uri: string } {
  const number = String(115_000_000_000_000_000n + BigInt(++counter));
  const uri = `${person.id}/statuses/${number}`;
  const published = new Date().toISOString().replace(/\.\d+/, "");
  const at = counter % 40;
  const words = `${WORDS.slice(at)} ${WORDS.slice(0, at)}`;
  const mention = `<span class="h-card" translate="no"><a href="${group}" class="u-url mention">@<span>bench</span></a></span>`;
  const content = `<p>${mention} Question ${counter}: how do you keep it steady?</p><p>${words}.</p>`;
  const to = [PUBLIC];
  const cc = [`${person.id}/followers`, group];
  const object = {
    id: uri,
    type: "Note",
    summary: null,
    inReplyTo,
    published,
    url: `${uri.replace("/users/", "/@")}`,
    attributedTo: person.id,
    to,
    cc,
    sensitive: false,
    atomUri: uri,
    inReplyToAtomUri: inReplyTo,
    conversation: `tag:bench,2026-01-01:objectId=${number}:objectType=Conversation`,
    content,
    contentMap: { en: content },
    attachment: [],
    tag: [{ type: "Mention", href: group, name: "@bench" }],
    replies: {
      id: `${uri}/replies`,
      type: "Collection",
      first: { type: "CollectionPage", next: `${uri}/replies?page=true`, partOf: `${uri}/replies`, items: [] },
    },
  };
  return {
    activity: {
      "@context": CONTEXT,
      id: `${uri}/activity`,
      type: "Create",
      actor: person.id,
      published,
      to,
      cc,
      object,
    },
    uri,
  };
}

/** A Like, an Announce or a Follow. */
export function act(person: Person, type: "Like" | "Announce" | "Follow", object: string): object {
  const id = `${person.id}#${type.toLowerCase()}s/${++counter}`;
  const base = { "@context": AS, id, type, actor: person.id, object };
  if (type !== "Announce") return base;
  return { ...base, published: new Date().toISOString(), to: [PUBLIC], cc: [`${person.id}/followers`] };
}

/** A letter to `inbox`, signed by `by` as Mastodon signs. */
export async function signed(inbox: string, by: Pick<Person, "keyId" | "privateKey">, activity: object): Promise<Shot> {
  const { host, pathname } = new URL(inbox);
  const body = Buffer.from(JSON.stringify(activity));
  const date = new Date().toUTCString();
  const digest = `SHA-256=${hash("sha256", body, "base64")}`;
  const type = "application/activity+json";
  const covered = `(request-target): post ${pathname}\nhost: ${host}\ndate: ${date}\ndigest: ${digest}\ncontent-type: ${type}`;
  const signature = (await signAsync("sha256", Buffer.from(covered), by.privateKey)).toString("base64");
  const header = `keyId="${by.keyId}",algorithm="rsa-sha256",headers="(request-target) host date digest content-type",signature="${signature}"`;
  return {
    method: "POST",
    path: pathname,
    headers: { host, date, digest, "content-type": type, signature: header },
    body,
  };
}
