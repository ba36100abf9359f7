/** Opens the site on a fresh database for a test file, with a made-up way to other servers. */
import { type Live, openLive } from "../../db/listen.ts";
import { type Db, openDb } from "../../db/open.ts";
import { openLimits } from "../../src/auth/limits.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { logger } from "../../src/base/log.ts";
import type { House } from "../../src/domain/transact.ts";
import { type Site, web } from "../../src/web/index.ts";
import { testHouse } from "../support/house.ts";
import { type FreshDatabase, freshDatabase } from "../support/postgres.ts";
import { ORIGIN } from "./seed.ts";

export interface TestSite extends AsyncDisposable {
  db: Db;
  house: House;
  live: Live;
  app: ReturnType<typeof web>;
  /** A page's text; throws unless it is answered with `status`. */
  read(path: string, status?: number): Promise<string>;
}

/** `nowhere.example` does not answer; everyone else lets people follow. */
export async function openSite(origin: string = ORIGIN): Promise<TestSite> {
  const database: FreshDatabase = await freshDatabase();
  const db = openDb(database.url, { max: 4 });
  const live = openLive(db);
  const house = testHouse(db, { origin, committed: live.committed });
  const app = web(
    testSite(db, {
      house,
      live,
      origin,
      remoteFollow: async (handle, groupUri) => {
        const host = handle.replace(/^.*@/, "");
        if (host === "nowhere.example") return { problem: "nowhere.example does not answer." };
        if (host === "odd.example") return { url: "javascript:alert(1)" };
        return { url: `https://${host}/authorize_interaction?uri=${encodeURIComponent(groupUri)}` };
      },
    }),
  );
  return {
    db,
    house,
    live,
    app,
    async read(path, status = 200) {
      const response = await app.request(path);
      const text = await response.text();
      if (response.status !== status)
        throw new Error(`${path} answered ${response.status}, not ${status}: ${text.slice(0, 300)}`);
      return text;
    },
    async [Symbol.asyncDispose]() {
      await live.stop();
      await db.end({ timeout: 1 });
      await database.drop();
    },
  };
}

/** All that `web()` is built on, on `db`; nobody can be followed from elsewhere unless `overrides` says so. */
export function testSite(db: Db, overrides: Partial<Site> = {}): Site {
  const origin = overrides.origin ?? ORIGIN;
  return {
    db,
    house: testHouse(db, { origin }),
    tokens: openTokens({ secret: Buffer.alloc(32, 7), origin }),
    limits: openLimits(),
    live: openLive(db),
    addressOf: () => "192.0.2.1",
    origin,
    version: "0.1.0",
    command: "node src/main.ts",
    log: logger("web"),
    remoteFollow: async () => ({ problem: "" }),
    lookUp: async () => ({ is: "none" }),
    ...overrides,
  };
}
