/** What the tests of delivery share: a world that is empty before each of them, and receivers that end with it. */
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type FreshDatabase, freshDatabase } from "../../support/postgres.ts";
import { openReceiver, openWorld, type Receiver, type World } from "./world.ts";

export interface Setting {
  /** Another one for each test. */
  world: World;
  /** They end with the test; one that has ended before is taken out. */
  receivers: Receiver[];
  receiver(reply?: Receiver["reply"]): Promise<Receiver>;
  /** Of the database. */
  url(): string;
}

/** Makes the setting of a test file. */
export function setWorld(): Setting {
  let database: FreshDatabase | undefined;
  const url = () => database?.url ?? "";
  const world = {} as World;
  const receivers: Receiver[] = [];
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database?.drop());
  beforeEach(async () => {
    Object.assign(world, await openWorld(url()));
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
    for (const receiver of receivers.splice(0)) await receiver[Symbol.asyncDispose]();
  });
  const receiver: Setting["receiver"] = async (reply) => {
    const opened = await openReceiver(reply);
    receivers.push(opened);
    return opened;
  };
  return { world, receivers, receiver, url };
}
