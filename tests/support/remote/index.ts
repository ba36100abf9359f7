/** Opens a scripted remote fediverse server, written without any of our federation code, for journeys and the demonstration. */
import { createServer } from "node:http";
import { type AddressInfo, isIP } from "node:net";
import { hostOf, idOf, isDoc, matches, textOf } from "./doc.ts";
import { Instance } from "./instance.ts";
import { personOf } from "./person.ts";
import { type Log, listener } from "./server.ts";
import { gotosocial } from "./software/gotosocial.ts";
import { lemmy } from "./software/lemmy.ts";
import { mastodon } from "./software/mastodon.ts";
import type { Match, OpenRemoteOptions, ReceivedActivity, Remote, RemotePerson } from "./types.ts";

export { PUBLIC } from "./doc.ts";
export {
  type KeyPair,
  ldSignature,
  makeKeyPair,
  type Outgoing,
  sharedKeyPair,
  signCavage,
  signRfc9421,
} from "./sign.ts";
export type * from "./types.ts";
export { type Arriving, checkSignature, type FoundKey, type KeyFinder, keyIn } from "./verify.ts";

const SOFTWARE = { mastodon, lemmy, gotosocial };
/** Only ends a wait for what will never come. */
const DEFAULT_WAIT_MS = 60_000;

interface Waiter {
  fits(item: ReceivedActivity): boolean;
  take(item: ReceivedActivity): void;
}

/** Starts listening on a free loopback port (or the one given). Close it, or let `await using` do so. */
export async function openRemote(options: OpenRemoteOptions): Promise<Remote> {
  const software = SOFTWARE[options.software];
  const server = createServer();
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, isIP(host) ? host : "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const desk = new Instance(software, new URL(`http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`).origin);
  await desk.makeAgent();
  const waiters = new Set<Waiter>();
  const log: Log = {
    received: [],
    requests: [],
    fail: {},
    rule: undefined,
    nodeInfo: options.nodeInfo ?? { name: software.name, version: software.version },
    onReceived(item) {
      for (const waiter of [...waiters]) if (waiter.fits(item)) waiter.take(item);
    },
  };
  server.on("request", listener(desk, log));

  const record = (person: RemotePerson) => {
    const found = desk.persons.get(person.id);
    if (!found) throw new Error(`${person.id} does not live at ${desk.origin}`);
    return found;
  };
  const show: Remote["status"] = (id) => {
    const known = desk.known.get(id);
    return known && !known.hidden ? software.show(id, known, desk) : undefined;
  };
  const close = async (): Promise<void> => {
    if (desk.closed) return;
    desk.closed = true;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  };

  return {
    software: options.software,
    origin: desk.origin,
    host: desk.host,
    instanceActor: desk.agent.id,
    received: log.received,
    requests: log.requests,
    get fetches() {
      return log.requests.filter(
        ({ method, headers }) => method === "GET" && headers["user-agent"]?.startsWith("Commonplace/"),
      );
    },
    complaints: desk.complaints,
    fail: log.fail,
    objects: desk.objects,
    get signWith() {
      return desk.signWith;
    },
    set signWith(style) {
      desk.signWith = style;
    },
    failWith(rule) {
      log.rule = rule;
    },
    addPerson: async (name, extra = {}) => personOf(desk, await desk.addPerson(name, extra)),
    waitFor: (match, timeoutMs = DEFAULT_WAIT_MS) => wait(match, timeoutMs, log.received, waiters, desk.origin),
    idle: () => desk.idle(),
    timeline: (person) => software.timeline(record(person), desk),
    notifications: (person) => [...record(person).notifications],
    status: show,
    replies: (id) =>
      [...desk.known].flatMap(([key, known]) => (idOf(known.doc.inReplyTo) === id ? (show(key) ?? []) : [])),
    async lookup(handle) {
      const acct = handle.replace(/^@/, "");
      const id = (await desk.webfinger(acct)).at(-1);
      if (id === undefined) throw new Error(`WebFinger for ${acct} has no self link to an ActivityPub actor`);
      const actor = await desk.account(id);
      if (`${actor.name}@${hostOf(id)}`.toLowerCase() !== acct.toLowerCase()) {
        throw new Error(`WebFinger for ${acct} leads to ${id}, whose own handle is ${actor.acct}`);
      }
      return actor;
    },
    fetch: (url, how) => desk.fetch(url, how),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function wait(
  match: Match,
  timeoutMs: number,
  received: ReceivedActivity[],
  waiters: Set<Waiter>,
  origin: string,
): Promise<ReceivedActivity> {
  const fits = (item: ReceivedActivity): boolean =>
    item.status >= 200 && item.status < 300 && (typeof match === "function" ? match(item) : matches(item.json, match));
  const before = received.find(fits);
  if (before) return before.done.then(() => before);
  return new Promise((resolve, reject) => {
    const waiter: Waiter = {
      fits,
      take(item) {
        waiters.delete(waiter);
        clearTimeout(timer);
        void item.done.then(() => resolve(item));
      },
    };
    const timer = setTimeout(() => {
      waiters.delete(waiter);
      const wanted = typeof match === "function" ? match.toString() : JSON.stringify(match);
      const list = received.map(describe).join("\n") || "  nothing";
      reject(new Error(`${origin} waited ${timeoutMs} ms for ${wanted}\nand was sent:\n${list}`));
    }, timeoutMs);
    waiters.add(waiter);
  });
}

/** One line about a delivery: `202 Announce{Create} of https://… by https://…`. */
function describe(item: ReceivedActivity): string {
  const { object } = item.json;
  const inner = isDoc(object) ? `{${textOf(object.type)}}` : "";
  const reason = item.signature.verified ? "" : ` (${item.signature.reason})`;
  return `  ${item.status} ${textOf(item.json.type)}${inner} of ${idOf(object)} by ${idOf(item.json.actor)} at ${item.path}${reason}`;
}
