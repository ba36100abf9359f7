/** The remote server's memory and its way out: whom and what it knows, fetching, keys, delivering. */
import type { Desk, FeedEntry, Known, PersonRecord, Software } from "./desk.ts";
import { bound, hostOf, idOf, isDoc, listOf, parseDoc, sameHost, textOf, withoutFragment } from "./doc.ts";
import { makeKeyPair, type Outgoing, sharedKeyPair, signCavage, signRfc9421 } from "./sign.ts";
import type { Answer, Delivered, Doc, Fetched, FoundActor, PersonExtra, SendOptions, SignatureStyle } from "./types.ts";
import { type FoundKey, keyIn } from "./verify.ts";
import { exchange } from "./web.ts";

const ACCEPT = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
const MAX_KNOWN = 5000;
const MAX_OBJECTS = 10_000;
const MAX_COMPLAINTS = 500;
const MAX_ACTORS = 1000;
const MAX_REDIRECTS = 3;

export class Instance implements Desk {
  readonly software: Software;
  readonly origin: string;
  readonly host: string;
  readonly persons = new Map<string, PersonRecord>();
  readonly known = new Map<string, Known>();
  readonly tombstones = new Map<string, true>();
  readonly objects = new Map<string, Doc>();
  readonly complaints: string[] = [];
  feed: FeedEntry[] = [];
  signWith: SignatureStyle = "cavage";
  closed = false;
  #counter = Date.now();
  #actors = new Map<string, FoundActor>();
  #keys = new Map<string, FoundKey>();
  #work: Promise<void> = Promise.resolve();
  #agent: PersonRecord | undefined;

  constructor(software: Software, origin: string) {
    this.software = software;
    this.origin = origin;
    this.host = new URL(origin).host;
  }

  /** The actor that signs fetches. */
  get agent(): PersonRecord {
    if (!this.#agent) throw new Error("the instance actor is not made yet");
    return this.#agent;
  }

  async makeAgent(): Promise<void> {
    this.#agent = await this.#person(this.host, this.software.instancePath, "Application", { sharedKey: true });
  }

  async addPerson(name: string, extra: PersonExtra): Promise<PersonRecord> {
    const type = extra.type ?? "Person";
    const person = await this.#person(name, this.software.actorPath(name, type), type, extra);
    if (this.persons.has(person.id)) throw new Error(`${person.id} is there already`);
    this.persons.set(person.id, person);
    return person;
  }

  async #person(name: string, path: string, type: string, extra: PersonExtra): Promise<PersonRecord> {
    const id = `${this.origin}${path}`;
    const person: PersonRecord = {
      name,
      id,
      inbox: path === "/" ? `${this.origin}/inbox` : `${id}/inbox`,
      keyId: `${id}${this.software.keySuffix}`,
      key: await (extra.sharedKey ? sharedKeyPair() : makeKeyPair()),
      locked: extra.locked ?? false,
      deleted: false,
      followers: new Map(),
      following: new Map(),
      follows: new Map(),
      acts: new Map(),
      reach: new Set(),
      notifications: [],
    };
    const named = extra.displayName === undefined ? {} : { name: extra.displayName };
    const about = extra.summary === undefined ? {} : { summary: extra.summary };
    const document = { ...this.software.actorDocument(person, this, type), ...named, ...about, ...extra.document };
    this.objects.set(id, document);
    return person;
  }

  complain(sentence: string): void {
    this.complaints.push(sentence);
    if (this.complaints.length > MAX_COMPLAINTS) this.complaints.shift();
  }

  next(): number {
    this.#counter += 1;
    return this.#counter;
  }

  isLocal(url: string | undefined): boolean {
    return hostOf(url) === this.host;
  }

  person(id: string | undefined): PersonRecord | undefined {
    const person = this.persons.get(id ?? "");
    return person?.deleted ? undefined : person;
  }

  followed(id: string): boolean {
    return [...this.persons.values()].some((person) => person.following.get(id) === "accepted");
  }

  remember(doc: Doc, author: string, kind: Known["kind"], community?: string): Known {
    const id = idOf(doc) ?? "";
    const fresh: Known = {
      doc,
      author,
      kind,
      community,
      edited: false,
      locked: false,
      pinned: false,
      pending: false,
      hidden: false,
      likes: new Set(),
      dislikes: new Set(),
    };
    const known = Object.assign(this.known.get(id) ?? fresh, { doc });
    this.known.set(id, known);
    bound(this.known, MAX_KNOWN);
    bound(this.tombstones, MAX_KNOWN);
    return known;
  }

  /** Serve a document at its id. */
  publish(doc: Doc): void {
    this.objects.set(idOf(doc) ?? "", doc);
    bound(this.objects, MAX_OBJECTS, (id) => this.persons.has(id) || id === this.agent.id);
  }

  /** Work on received things is done one after another, in the order of arrival. */
  enqueue(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      if (!this.closed) this.complain(error instanceof Error ? error.message : String(error));
    });
    return this.#work;
  }

  async idle(): Promise<void> {
    let seen: Promise<void> | undefined;
    while (seen !== this.#work) {
      seen = this.#work;
      await seen;
    }
  }

  async fetch(url: string, options: { signed?: boolean; accept?: string } = {}): Promise<Fetched> {
    let target = new URL(withoutFragment(url));
    for (let hop = 0; ; hop++) {
      if (this.closed) throw new Error("this server is closed");
      const request: Outgoing = {
        method: "GET",
        url: target,
        headers: {
          host: target.host,
          date: new Date().toUTCString(),
          accept: options.accept ?? ACCEPT,
          "user-agent": this.software.userAgent(this.origin),
        },
        body: Buffer.alloc(0),
      };
      if (options.signed ?? this.software.signsFetches) {
        const { key, keyId } = this.agent;
        (this.signWith === "cavage" ? signCavage : signRfc9421)(request, { ...key, keyId });
      }
      const answer = await exchange(request);
      const location = answer.headers.location;
      if (answer.status >= 300 && answer.status < 400 && location && hop < MAX_REDIRECTS)
        target = new URL(location, target);
      else return { ...answer, json: parseDoc(answer.body) };
    }
  }

  async document(url: string): Promise<Doc | undefined> {
    if (!URL.canParse(url)) return undefined;
    if (this.isLocal(url)) return this.objects.get(url);
    const { status, json, headers } = await this.fetch(url);
    if (status !== 200 || !json) return undefined;
    const type = headers["content-type"] ?? "";
    if (!/^application\/(?:activity\+json|ld\+json\s*;.*activitystreams)/.test(type)) {
      this.complain(`${url} is served as ${type}, not as ActivityPub`);
      return undefined;
    }
    return json.id === url ? json : undefined;
  }

  async webfinger(acct: string): Promise<string[]> {
    const host = acct.slice(acct.lastIndexOf("@") + 1);
    const url = `http://${host}/.well-known/webfinger?resource=${encodeURIComponent(`acct:${acct}`)}`;
    const { status, json } = await this.fetch(url, { signed: false, accept: "application/jrd+json, application/json" });
    if (status !== 200 || !json) throw new Error(`WebFinger for ${acct}: ${url} answers ${status}`);
    if (textOf(json.subject)?.toLowerCase() !== `acct:${acct}`.toLowerCase()) {
      throw new Error(`WebFinger for ${acct} is about ${JSON.stringify(json.subject)}`);
    }
    return listOf(json.links).flatMap((link) => {
      const isSelf =
        isDoc(link) && link.rel === "self" && /activity\+json|activitystreams/.test(textOf(link.type) ?? "");
      return isSelf ? (textOf(link.href) ?? []) : [];
    });
  }

  async account(id: string): Promise<FoundActor> {
    const cached = this.#actors.get(id);
    if (cached) return cached;
    const doc = await this.document(id);
    if (!doc) throw new Error(`there is no actor at ${id}`);
    if (!this.isLocal(id)) await this.software.checkActor(doc, this);
    const name = textOf(doc.preferredUsername) ?? "";
    const endpoints = isDoc(doc.endpoints) ? doc.endpoints : {};
    const actor: FoundActor = {
      id,
      type: textOf(doc.type) ?? "",
      name,
      acct: `${name}@${hostOf(id)}`,
      inbox: textOf(doc.inbox) ?? "",
      sharedInbox: textOf(endpoints.sharedInbox),
      followers: textOf(doc.followers),
      url: textOf(doc.url) ?? id,
      document: doc,
    };
    if (this.isLocal(id)) return actor;
    this.#actors.set(id, actor);
    bound(this.#actors, MAX_ACTORS);
    return actor;
  }

  forget(id: string): void {
    this.#actors.delete(id);
    for (const [keyId, key] of this.#keys) if (key.owner === id) this.#keys.delete(keyId);
  }

  /** A key with its owner, as the owner's own document at the owner's own address says. */
  async findKey(keyId: string, fresh: boolean): Promise<FoundKey> {
    const cached = this.#keys.get(keyId);
    if (cached && !fresh) return cached;
    const address = withoutFragment(keyId);
    if (!URL.canParse(address)) throw new Error(`the key id ${keyId} is not a URL`);
    const doc = this.isLocal(address) ? this.#ownKeyDocument(keyId) : await this.#keyDocument(address);
    const found = keyIn(doc, keyId);
    if (!found) throw new Error(`there is no key ${keyId} at ${address}`);
    // A key document of its own speaks for actors of its own host; for anyone else the owner must list the key.
    if (!sameHost(address, found.owner)) {
      const listed = keyIn(await this.#keyDocument(found.owner), keyId);
      if (!listed?.key.equals(found.key)) throw new Error(`${found.owner} does not list the key ${keyId}`);
    } else if (doc.id !== found.owner && doc.id !== keyId) {
      throw new Error(`${address} is served as ${textOf(doc.id)}, but the key is owned by ${found.owner}`);
    }
    this.#keys.set(keyId, found);
    bound(this.#keys, MAX_ACTORS);
    return found;
  }

  #ownKeyDocument(keyId: string): Doc {
    const owner = [...this.persons.values(), this.agent].find((person) => person.keyId === keyId);
    return this.objects.get(owner?.id ?? "") ?? {};
  }

  async #keyDocument(url: string): Promise<Doc> {
    const { status, json } = await this.fetch(url);
    if (status !== 200 || !json) throw new Error(`the key's document ${url} answers ${status}`);
    return json;
  }

  /** POSTs anything to an inbox, signed by the person unless told otherwise. */
  async send(person: PersonRecord, activity: Doc | string | Uint8Array, options: SendOptions): Promise<Answer> {
    const url = new URL(options.to);
    const plain = typeof activity === "string" || activity instanceof Uint8Array;
    const request: Outgoing = {
      method: "POST",
      url,
      headers: {
        host: url.host,
        date: (options.date ?? new Date()).toUTCString(),
        "content-type": options.contentType ?? "application/activity+json",
        "user-agent": this.software.userAgent(this.origin),
      },
      body: Buffer.from(plain ? activity : JSON.stringify(activity)),
    };
    const key = { ...(options.key ?? person.key), keyId: options.keyId ?? person.keyId };
    const sign = options.sign ?? this.signWith;
    if (typeof sign === "function") sign(request, key);
    else if (sign === "cavage") signCavage(request, key);
    else if (sign === "rfc9421") signRfc9421(request, key);
    options.tamper?.(request);
    person.reach.add(options.to);
    return exchange(request);
  }

  async deliver(person: PersonRecord, activity: Doc, inboxes: Iterable<string>): Promise<Delivered[]> {
    const delivered: Delivered[] = [];
    for (const to of new Set(inboxes)) {
      const { status, body, headers } = await this.send(person, activity, { to });
      delivered.push({ to, status, body, headers });
    }
    return delivered;
  }
}
