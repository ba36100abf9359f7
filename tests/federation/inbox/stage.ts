/** The stage of the inbox tests: one server of ours with a community and a thread, two servers elsewhere with a person or two. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect } from "vitest";
import type { Id } from "../../../db/ids.ts";
import type { CommunityRow } from "../../../db/queries/communities.ts";
import { followOf } from "../../../db/queries/follows.ts";
import { followElsewhere } from "../../../src/domain/people/follow.ts";
import { openTestServer, type TestServer } from "../../support/app.ts";
import type { TestPerson } from "../../support/people.ts";
import {
  type Answer,
  type Doc,
  openRemote,
  type Remote,
  type RemotePerson,
  type RemotePost,
} from "../../support/remote/index.ts";

export interface Stage {
  ours: TestServer;
  group: CommunityRow;
  home: Remote;
  elsewhere: Remote;
  ana: RemotePerson;
  ben: RemotePerson;
  /** Lives elsewhere. */
  mallory: RemotePerson;
  /** A public thread by ana. */
  thread: RemotePost;
  inbox: string;
  /** An activity of this person with an id of its own. */
  activity(by: RemotePerson, type: string, rest: Doc): Doc;
  /** Sends it signed by `by`, whatever it says. */
  send(by: RemotePerson, activity: Doc): Promise<Answer>;
  /** Says one thing after the other, each signed a second later than the one before, or so many. */
  clock(by: RemotePerson): (activity: Doc, seconds?: number) => Promise<void>;
  count(
    table:
      | "threads"
      | "posts"
      | "votes"
      | "boosts"
      | "memberships"
      | "tombstones"
      | "activities"
      | "received"
      | "journal",
  ): Promise<number>;
}

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/** Sets the stage for a test file. */
export function setStage(): Stage {
  const stage = {} as Stage;
  beforeAll(async () => {
    const ours = await openTestServer();
    const [home, elsewhere] = [await openRemote({ software: "mastodon" }), await openRemote({ software: "mastodon" })];
    const group = await ours.found("welding", "Welding");
    const [ana, ben] = [await home.addPerson("ana"), await home.addPerson("ben")];
    const mallory = await elsewhere.addPerson("mallory");
    const thread = await ana.post({ text: "Which gas for aluminium?", mention: group.uri });
    Object.assign(stage, {
      ours,
      group,
      home,
      elsewhere,
      ana,
      ben,
      mallory,
      thread,
      inbox: `${group.uri}/inbox`,
      activity: (by: RemotePerson, type: string, rest: Doc) => ({
        "@context": "https://www.w3.org/ns/activitystreams",
        id: `${by.id}#${type}/${randomUUID()}`,
        type,
        actor: by.id,
        ...rest,
      }),
      send: (by: RemotePerson, activity: Doc) => by.send(activity, { to: `${group.uri}/inbox` }),
      clock: (by: RemotePerson) => {
        let now = Date.now() - 10 * 60_000;
        return async (activity: Doc, seconds = 1) => {
          now += seconds * 1_000;
          expect((await by.send(activity, { to: `${group.uri}/inbox`, date: new Date(now) })).status).toBe(202);
        };
      },
      count: async (table: string) => {
        const [row] = await ours.app.db<{ n: number }[]>`select count(*)::int as n from ${ours.app.db(table)}`;
        return row?.n ?? -1;
      },
    });
  });
  afterAll(async () => {
    await stage.ours?.[Symbol.asyncDispose]();
    await stage.home?.close();
    await stage.elsewhere?.close();
  });
  return stage;
}

/** Waits until a letter that was put aside was read again in vain, mends what was missing, and has it read at once; by the clock that is within minutes. */
export async function afterInVain({ ours }: Stage, activity: Doc, mend: () => void): Promise<void> {
  const { db } = ours.app;
  const waiting = db`select id from pgboss.job where state = 'retry' and data->>'uri' = ${String(activity.id)}
    and start_after < now() + interval '5 minutes'`;
  const job = async () => (await db<{ id: string }[]>`${waiting}`)[0]?.id;
  await expect.poll(job).toBeDefined();
  mend();
  await db`update pgboss.job set start_after = now() where id = ${(await job()) ?? ""}`;
}

/** Somebody here asks to follow somebody elsewhere, who has been heard of. Returns the Follow. */
export async function askToFollow(stage: Stage, by: TestPerson, followed: RemotePerson): Promise<Doc> {
  const { app } = stage.ours;
  await stage.send(followed, stage.activity(followed, "Like", { object: stage.thread.id }));
  const [row] = await app.db<{ id: Id }[]>`select id from actors where uri = ${followed.id}`;
  if (!row) throw new Error(`${followed.id} is not known.`);
  await followElsewhere(app.house, { actorId: by.id, actorUri: by.uri, targetId: row.id });
  return { id: await followOf(app.db, row.id, by.id), type: "Follow", actor: by.uri, object: followed.id };
}

/** A public note by `by`, addressed to the community. */
export function note(stage: Stage, by: RemotePerson, rest: Doc = {}): Doc {
  return {
    id: `${by.id}/statuses/${randomUUID()}`,
    type: "Note",
    attributedTo: by.id,
    to: [PUBLIC],
    cc: [stage.group.uri],
    content: "<p>How do I keep the arc short?</p>",
    published: new Date().toISOString(),
    ...rest,
  };
}
