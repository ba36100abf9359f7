/** A house without doors for tests of the domain: a database of its own, no federation, no worker. */

import type { Id } from "../../db/ids.ts";
import { idMaker } from "../../db/ids.ts";
import { type Db, openDb } from "../../db/open.ts";
import { saveRemoteActor } from "../../db/queries/actors.ts";
import { ensurePeer } from "../../db/queries/peers.ts";
import { logger } from "../../src/base/log.ts";
import { openPictures } from "../../src/base/picture.ts";
import type { House } from "../../src/domain/transact.ts";
import { freshDatabase } from "./postgres.ts";

export interface TestHouse extends AsyncDisposable {
  house: House;
  db: Db;
  /** Makes a person on another server known; returns their id. */
  person(name: string, host?: string): Promise<Id>;
}

export async function openTestHouse(overrides: Partial<House> = {}): Promise<TestHouse> {
  const database = await freshDatabase();
  const db = openDb(database.url, { max: 4 });
  const house = testHouse(db, overrides);
  const { makeId } = house;
  return {
    house,
    db,
    async person(name, host = "social.example") {
      const peer = await ensurePeer(db, makeId(), host);
      const uri = `https://${host}/users/${name}`;
      const row = await saveRemoteActor(db, makeId(), {
        uri,
        peerId: peer.id,
        kind: "person",
        username: name,
        name,
        summary: "",
        url: uri,
        iconUrl: null,
        inboxUri: `https://${host}/inbox`,
        followersUri: null,
        movedTo: null,
        keys: [],
      });
      return row.id;
    },
    async [Symbol.asyncDispose]() {
      await db.end();
      await database.drop();
    },
  };
}

/** Whoever leaves the test leaves the process that reads pictures, too: it ends by itself. */
const testPictures = openPictures(logger("pictures"), { idleMs: 2_000 });

/** A house on `db` whose acts are read by nobody. */
export function testHouse(db: Db, overrides: Partial<House> = {}): House {
  return {
    db,
    origin: "https://commons.example",
    makeId: idMaker(() => 0),
    now: () => new Date(),
    makeKeys: async () => [],
    pictures: testPictures,
    seal: (plain) => plain,
    unseal: (sealed) => sealed,
    readers: [],
    committed: () => {},
    ...overrides,
  };
}
