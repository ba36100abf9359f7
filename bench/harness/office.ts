/** A post office in this process: a database with one group, inboxes that follow it, and our delivery at work. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { type Id, idMaker, type MakeId } from "../../db/ids.ts";
import { migrate } from "../../db/migrate.ts";
import { claimNode, type Node } from "../../db/node.ts";
import type { Db } from "../../db/open.ts";
import { queueForAudience } from "../../db/queries/deliveries.ts";
import { type Delivery, openDelivery } from "../../federation/delivery/delivery.ts";
import { openOutbound } from "../../federation/http.ts";
import { configureLogging } from "../../src/base/log.ts";
import type { Bench } from "./run.ts";
import { openPool } from "./servers.ts";

export const GROUP = "1" as Id;
export const KEY_ID = "https://us.test/c/bench#main-key";
/** About as long as an announced note of Mastodon. */
export const BODY = JSON.stringify({
  "@context": "https://www.w3.org/ns/activitystreams",
  id: "https://us.test/c/bench#announce/1",
  type: "Announce",
  actor: "https://us.test/c/bench",
  to: ["https://www.w3.org/ns/activitystreams#Public"],
  object: {
    type: "Create",
    object: { type: "Note", content: `<p>${"A good bead sounds like bacon in a pan. ".repeat(45)}</p>` },
  },
});

export interface Office {
  db: Db;
  node: Node;
  makeId: MakeId;
  privateKey: KeyObject;
  /** Owes one post to every inbox; resolves to how many. */
  post(): Promise<number>;
  /** Begins to deliver. */
  openDelivery(): Delivery;
}

/** On the empty database at `url`. */
export async function openOffice(bench: Bench, url: string): Promise<Office> {
  configureLogging({ level: "warning", format: "pretty" });
  const db = openPool(bench, url);
  await migrate(db);
  const node = await claimNode(db);
  bench.stack.use(node);
  const makeId = idMaker(() => node.number);
  await db`insert into actors (id, kind, username, uri, url)
    values (${GROUP}, 'group', 'bench', 'https://us.test/c/bench', 'https://us.test/c/bench')`;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    db,
    node,
    makeId,
    privateKey,
    post: () => post(db, makeId),
    openDelivery() {
      const outbound = openOutbound({ allowPrivateAddresses: true, userAgent: "bench" });
      const delivery = openDelivery({ db, node, outbound, signerOf: async () => ({ keyId: KEY_ID, privateKey }) });
      bench.stack.use(outbound);
      bench.stack.use(delivery);
      return delivery;
    },
  };
}

/** A thread of its own for each post: letters about one thread wait for each other. */
function post(db: Db, makeId: MakeId): Promise<number> {
  return queueForAudience(db, {
    groupId: GROUP,
    aboutId: makeId(),
    microblog: { id: makeId(), actorId: GROUP, body: BODY },
  });
}

/** A peer with one inbox for each port, all of them following. */
export async function follow(db: Db, ports: readonly number[]): Promise<void> {
  await db`
    with host as (select i, '127.0.0.1:' || port as host from unnest(${[...ports]}::int[]) with ordinality p (port, i)),
      peer as (insert into peers (id, host) select i, host from host returning id, host),
      inbox as (insert into inboxes (uri, peer_id) select 'http://' || host || '/inbox', id from peer order by id returning id)
    insert into audience (group_id, inbox_id, members) select ${GROUP}, id, 1 from inbox`;
  await db`analyze`;
}
