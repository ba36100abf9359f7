/** The remote server's HTTP side: inboxes, actors, posts, collections, WebFinger, NodeInfo, and its misbehaviour on demand. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { PersonRecord } from "./desk.ts";
import { AS2, escapeHtml, idOf, idsOf, listOf, PUBLIC, parseDoc, textOf } from "./doc.ts";
import type { Instance } from "./instance.ts";
import type { Doc, FailureAnswer, Failures, ReceivedActivity, SeenRequest, SignatureCheck } from "./types.ts";
import { checkSignature } from "./verify.ts";

const MAX_BODY = 1024 * 1024;
const MAX_REQUESTS = 5000;
const MAX_RECEIVED = 2000;
const AS_TYPE = "application/activity+json; charset=utf-8";

/** What the server keeps for the test to look at. */
export interface Log {
  received: ReceivedActivity[];
  requests: SeenRequest[];
  fail: Failures;
  rule: ((request: SeenRequest) => FailureAnswer | undefined) | undefined;
  nodeInfo: { name: string; version: string };
  onReceived(item: ReceivedActivity): void;
}

interface Reply {
  status: number;
  body: string;
  type?: string;
  headers?: Record<string, string>;
}

const json = (doc: Doc, type = AS_TYPE): Reply => ({ status: 200, body: JSON.stringify(doc), type });
const error = (status: number, message: string): Reply => ({
  status,
  body: JSON.stringify({ error: message }),
  type: "application/json; charset=utf-8",
});

/** The request listener. It never throws and never rejects. */
export function listener(desk: Instance, log: Log): (request: IncomingMessage, response: ServerResponse) => void {
  let seq = 0;

  const answer = (response: ServerResponse, reply: Reply): void => {
    response.writeHead(reply.status, { "content-type": reply.type ?? "text/plain; charset=utf-8", ...reply.headers });
    response.end(reply.body);
  };

  const verify = (request: IncomingMessage, body: Buffer): Promise<SignatureCheck> =>
    checkSignature(
      { method: request.method ?? "", path: request.url ?? "/", headers: request.headers, body },
      desk.origin,
      (keyId, fresh) => desk.findKey(keyId, fresh),
    );

  const inbox = async (request: IncomingMessage, response: ServerResponse, owner?: PersonRecord): Promise<void> => {
    const body = await readBody(request);
    if (!body) return answer(response, error(413, "the body is too long"));
    if (log.fail.delayMs) await new Promise((resolve) => setTimeout(resolve, log.fail.delayMs));
    const parsed = parseDoc(body.toString("utf8"));
    const forced = log.fail.inboxStatus;
    let check: SignatureCheck = {
      verified: false,
      style: "none",
      keyId: undefined,
      actor: undefined,
      reason: "not checked",
    };
    let reply: Reply;
    let work: (() => Promise<void>) | undefined;
    if (log.fail.hang) reply = { status: 0, body: "" };
    else if (forced !== undefined) {
      const retry = log.fail.retryAfter;
      reply = {
        ...error(forced, "failing as told"),
        ...(retry === undefined ? {} : { headers: { "retry-after": retry } }),
      };
    } else {
      check = await verify(request, body);
      if (log.fail.refuseCavage && check.style !== "rfc9421")
        reply = error(401, "only RFC 9421 signatures are taken here");
      else if (!parsed) reply = error(400, "the body is not a JSON object");
      else {
        const decision = await desk.software.receive(parsed, check, owner, desk);
        reply = { ...decision.answer, type: "application/json; charset=utf-8" };
        work = decision.work;
      }
    }
    if (reply.status > 0) answer(response, reply);
    seq += 1;
    const item: ReceivedActivity = {
      seq,
      at: new Date(),
      path: request.url ?? "/",
      headers: request.headers,
      body: body.toString("utf8"),
      json: parsed ?? {},
      signature: check,
      status: reply.status,
      answer: reply.body,
      done: work ? desk.enqueue(work) : Promise.resolve(),
    };
    log.received.push(item);
    if (log.received.length > MAX_RECEIVED) log.received.shift();
    log.onReceived(item);
  };

  /** Whether somebody who may read a post that is not public asks for it. */
  const mayRead = (doc: Doc, reader: SignatureCheck): boolean => {
    const addressed = [...idsOf(doc.to), ...idsOf(doc.cc)];
    const author = desk.person(idOf(listOf(doc.attributedTo)[0]) ?? idOf(doc.actor));
    if (!author || addressed.includes(PUBLIC)) return true;
    if (!reader.verified || reader.actor === undefined) return false;
    return addressed.includes(reader.actor) || author.followers.has(reader.actor);
  };

  const collection = (id: string, items: unknown[], type = "OrderedCollection"): Reply =>
    json({
      "@context": AS2,
      id,
      type,
      totalItems: items.length,
      ...(type === "Collection" ? { items } : { orderedItems: items }),
    });

  const ofPerson = (person: PersonRecord, rest: string): Reply | undefined => {
    const id = `${person.id}${rest}`;
    const actor = desk.objects.get(person.id) ?? {};
    if (rest === "/outbox") {
      const posts = [...desk.known].filter(([, known]) => known.author === person.id && mayRead(known.doc, NOBODY));
      return collection(id, posts.map(([, known]) => desk.software.create(person, known.doc, desk)).reverse());
    }
    // Only the number of people is told, as Mastodon does when asked to hide the network.
    if (rest === "/followers")
      return json({ "@context": AS2, id, type: "OrderedCollection", totalItems: person.followers.size });
    if (rest === "/following")
      return json({ "@context": AS2, id, type: "OrderedCollection", totalItems: person.following.size });
    if (id === actor.featured || rest === "/moderators") return collection(id, []);
    return undefined;
  };

  const document = async (request: IncomingMessage, path: string): Promise<Reply> => {
    const url = `${desk.origin}${path}`;
    const bare = `${desk.origin}${path.split("?", 1)[0]}`;
    const all = [...desk.persons.values(), desk.agent];
    const owner = all.find((person) => person.id === bare || bare.startsWith(`${person.id}/`));
    if (owner?.deleted) return error(410, "Gone");
    const stub = all.find((person) => person.keyId === bare);
    if (stub) return json(keyStub(stub));
    // Verified only where it matters: two servers that check each other's every fetch would never come to an end.
    const reader = once(() => verify(request, Buffer.alloc(0)));
    if (desk.software.demandsSignedGets && !(await reader()).verified) {
      return error(401, `this needs a signed request: ${(await reader()).reason}`);
    }
    const doc = desk.objects.get(url) ?? desk.objects.get(bare);
    if (doc?.type === "Tombstone") {
      return desk.software.goneStatus === 410 ? { ...json(doc), status: 410 } : error(404, "Not Found");
    }
    if (doc) {
      if (!mayRead(doc, NOBODY) && !mayRead(doc, await reader())) return error(404, "Not Found");
      if (/text\/html/.test(request.headers.accept ?? "")) return page(doc);
      return { ...json("@context" in doc ? doc : { "@context": AS2, ...doc }), headers: { vary: "Accept, Signature" } };
    }
    const post = bare.replace(/\/(?:replies|context)$/, "");
    if (post !== bare && desk.known.has(post)) {
      const replies = [...desk.known].filter(([, known]) => idOf(known.doc.inReplyTo) === post).map(([id]) => id);
      return bare.endsWith("/context") ? collection(bare, [post, ...replies]) : collection(bare, replies, "Collection");
    }
    const person = [...desk.persons.values()].find((each) => bare.startsWith(`${each.id}/`));
    return (person && ofPerson(person, bare.slice(person.id.length))) ?? error(404, "Not Found");
  };

  const wellKnown = (path: string, query: URLSearchParams): Reply | undefined => {
    const { name, version } = log.nodeInfo;
    if (path === "/.well-known/nodeinfo") {
      const link = (v: string): Doc => ({
        rel: `http://nodeinfo.diaspora.software/ns/schema/${v}`,
        href: `${desk.origin}/nodeinfo/${v}`,
      });
      return json({ links: name === "mastodon" ? [link("2.0")] : [link("2.0"), link("2.1")] }, "application/json");
    }
    const asked = /^\/nodeinfo\/(2\.[01])$/.exec(path)?.[1];
    if (asked) {
      const users = { total: desk.persons.size, activeMonth: desk.persons.size, activeHalfyear: desk.persons.size };
      const info = {
        version: asked,
        software: { name, version },
        protocols: ["activitypub"],
        services: { inbound: [], outbound: [] },
        openRegistrations: false,
        usage: { users, localPosts: [...desk.known.values()].filter((known) => desk.isLocal(known.author)).length },
        metadata: {},
      };
      return json(info, `application/json; profile="http://nodeinfo.diaspora.software/ns/schema/${asked}#"`);
    }
    if (path === "/.well-known/webfinger") {
      const resource = query.get("resource") ?? "";
      const fits = (person: PersonRecord): boolean => {
        const acct = `acct:${person.name}@${desk.host}`.toLowerCase();
        const url = textOf(desk.objects.get(person.id)?.url);
        return [acct, person.id, url].includes(resource.startsWith("acct:") ? resource.toLowerCase() : resource);
      };
      const person = [...desk.persons.values(), desk.agent].find(fits);
      if (!person) return error(404, "Not Found");
      if (person.deleted) return error(410, "Gone");
      const aliases = [textOf(desk.objects.get(person.id)?.url) ?? person.id, person.id];
      const links = desk.software.webfingerLinks(person, desk);
      const jrd = { subject: `acct:${person.name}@${desk.host}`, aliases: [...new Set(aliases)], links };
      return json(jrd, "application/jrd+json; charset=utf-8");
    }
    if (path === "/authorize_interaction" || path === "/activitypub/externalInteraction") {
      const uri = escapeHtml(query.get("uri") ?? "");
      return {
        status: 200,
        type: "text/html; charset=utf-8",
        body: `<!doctype html><title>Follow</title><h1>Follow ${uri}?</h1>`,
      };
    }
    return undefined;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? "/";
    const seen: SeenRequest = { method: request.method ?? "", path, headers: request.headers, at: new Date() };
    log.requests.push(seen);
    if (log.requests.length > MAX_REQUESTS) log.requests.shift();
    const ruled = log.rule?.(seen);
    if (ruled?.delayMs) await new Promise((resolve) => setTimeout(resolve, ruled.delayMs));
    if (ruled?.hang) return;
    if (ruled?.status !== undefined) {
      return answer(response, { status: ruled.status, body: ruled.body ?? "", headers: ruled.headers ?? {} });
    }
    if (log.fail.gone) return answer(response, error(410, "Gone"));
    if (request.method === "POST") {
      const owner = [...desk.persons.values(), desk.agent].find((each) => `${desk.origin}${path}` === each.inbox);
      if (!owner && path !== "/inbox") return answer(response, error(404, "Not Found"));
      if (owner?.deleted) return answer(response, error(410, "Gone"));
      return inbox(request, response, owner);
    }
    if (request.method !== "GET" && request.method !== "HEAD")
      return answer(response, error(405, "Method Not Allowed"));
    const url = new URL(path, desk.origin);
    answer(response, wellKnown(url.pathname, url.searchParams) ?? (await document(request, path)));
  };

  return (request, response) => {
    handle(request, response).catch((reason: unknown) => {
      desk.complain(`${request.method} ${request.url}: ${reason instanceof Error ? reason.message : String(reason)}`);
      if (!response.headersSent) answer(response, error(500, "Internal Server Error"));
    });
  };
}

const NOBODY: SignatureCheck = {
  verified: false,
  style: "none",
  keyId: undefined,
  actor: undefined,
  reason: undefined,
};

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** What GoToSocial serves to anyone at a key's own address: the owner's name and key, no more. */
function keyStub(person: PersonRecord): Doc {
  const key = { id: person.keyId, owner: person.id, publicKeyPem: person.key.publicPem };
  const context = ["https://w3id.org/security/v1", AS2];
  return { "@context": context, id: person.id, preferredUsername: person.name, publicKey: key, type: "Person" };
}

/** A post as a browser gets it. */
function page(doc: Doc): Reply {
  const title = escapeHtml(textOf(doc.name) ?? textOf(doc.id) ?? "");
  const body = `<!doctype html><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${textOf(doc.content) ?? ""}`;
  return { status: 200, type: "text/html; charset=utf-8", body, headers: { vary: "Accept" } };
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
