/** A group with followers on loopback servers, for the tests of delivery: each receiver is a host of its own. */
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { type Id, idMaker, type MakeId } from "../../../db/ids.ts";
import { claimNode, type Node } from "../../../db/node.ts";
import { type Db, openDb } from "../../../db/open.ts";
import { queueForAudience } from "../../../db/queries/deliveries.ts";
import { type DeliveryOptions, openDelivery } from "../../../federation/delivery/delivery.ts";
import { type Outbound, openOutbound } from "../../../federation/http.ts";

export const DAY_MS = 86_400_000;
export const GROUP = "1" as Id;
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

export interface Post {
  /** Of the activity. */
  id: string;
  path: string;
  headers: IncomingHttpHeaders;
  at: number;
}

/** What a receiver does with a post: a status, with headers and text if need be, or never an answer. */
export type Reply = number | { status: number; headers?: Record<string, string>; text?: string } | "hang";

export interface Receiver extends AsyncDisposable {
  host: string;
  posts: Post[];
  /** Ids that were answered with 2xx, in order. */
  taken: string[];
  reply: (post: Post) => Reply | Promise<Reply>;
}

export async function openReceiver(reply: Receiver["reply"] = () => 202): Promise<Receiver> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { id } = JSON.parse(Buffer.concat(chunks).toString()) as { id: string };
    const post = { id, path: request.url ?? "", headers: request.headers, at: Date.now() };
    receiver.posts.push(post);
    const answer = await receiver.reply(post);
    if (answer === "hang") return;
    const { status, headers = {}, text = "" } = typeof answer === "number" ? { status: answer } : answer;
    if (status < 300) receiver.taken.push(id);
    response.writeHead(status, headers).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const receiver: Receiver = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts: [],
    taken: [],
    reply,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}

export interface World extends AsyncDisposable {
  db: Db;
  node: Node;
  makeId: MakeId;
  outbound: Outbound;
  /** Time as delivery sees it; moved by hand. */
  clock: { ms: number };
  /** A follower on `host`; gives the id of its inbox. */
  follow(host: string, path?: string): Promise<number>;
  /** Queues one activity to all followers; gives its id. */
  announce(aboutId?: Id): Promise<Id>;
  open(options?: Partial<DeliveryOptions>): ReturnType<typeof openDelivery>;
  waiting(): Promise<number>;
  peer(host: string): Promise<{ failures: number; retryAt: Date; lastError: string | null; style: string }>;
}

/** With `empty: false` on what another world has made. */
export async function openWorld(url: string, { empty = true } = {}): Promise<World> {
  const db = openDb(url);
  const node = await claimNode(db);
  const makeId = idMaker(() => node.number);
  const outbound = openOutbound({ allowPrivateAddresses: true, userAgent: "test" });
  const clock = { ms: Date.now() };
  if (empty) {
    await db`truncate deliveries, dead_letters, activities, memberships, audience, actors, inboxes, peers restart identity cascade`;
    await db`insert into actors (id, kind, username, uri, url) values (${GROUP}, 'group', 'g', 'https://us.test/c/g', 'https://us.test/c/g')`;
  }
  return {
    db,
    node,
    makeId,
    outbound,
    clock,
    async follow(host, path = "/inbox") {
      await db`insert into peers (id, host) values (${makeId()}, ${host}) on conflict do nothing`;
      const actor = makeId();
      const [inbox] = await db<{ id: number }[]>`
        insert into inboxes (uri, peer_id) select ${`http://${host}${path}`}, id from peers where host = ${host} returning id`;
      const inboxId = inbox?.id ?? 0;
      await db`insert into actors (id, peer_id, kind, username, uri, url, inbox_id)
        select ${actor}, id, 'person', 'ana', ${`http://${host}/${actor}`}, 'x', ${inboxId} from peers where host = ${host}`;
      await db`insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
        values (${GROUP}, ${actor}, 'accepted', 'x', now())`;
      return inboxId;
    },
    async announce(aboutId = GROUP) {
      const id = makeId();
      const activity = { id, actorId: GROUP, body: JSON.stringify({ id }) };
      const other = { ...activity, id: makeId() };
      await queueForAudience(db, { groupId: GROUP, aboutId, microblog: activity, forum: other });
      return id;
    },
    open: (options = {}) =>
      openDelivery({
        db,
        node,
        outbound,
        signerOf: async () => ({ keyId: "https://us.test/c/g#main-key", privateKey }),
        now: () => new Date(clock.ms),
        random: () => 0.5,
        ...options,
      }),
    async waiting() {
      const [row] = await db<{ n: number }[]>`select count(*)::int as n from deliveries`;
      return row?.n ?? -1;
    },
    async peer(host) {
      const [row] = await db<{ failures: number; retryAt: Date; lastError: string | null; style: string }[]>`
        select failures, retry_at as "retryAt", last_error as "lastError", signature_style as style from peers where host = ${host}`;
      if (!row) throw new Error(`no peer ${host}`);
      return row;
    },
    async [Symbol.asyncDispose]() {
      await outbound[Symbol.asyncDispose]();
      await node[Symbol.asyncDispose]();
      await db.end({ timeout: 2 });
    },
  };
}
