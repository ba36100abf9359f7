/** What other servers are told of a thread that a facilitator moves to another community of ours. */
import { beforeAll, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { findPostByUri } from "../../db/queries/posts.ts";
import { moveToCommunity } from "../../src/domain/threads/move.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openRemote, type Remote, type RemotePost } from "../support/remote/index.ts";
import { setStage } from "./inbox/stage.ts";

const stage = setStage();
let brazing: CommunityRow;
let fay: TestPerson;

beforeAll(async () => {
  const { app, found } = stage.ours;
  brazing = await found("brazing");
  fay = await makePerson(app.house, "fay");
  for (const { id, uri } of [stage.group, brazing]) {
    await app.db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
      values (${id}, ${fay.id}, 'accepted', 'facilitator', ${`${fay.uri}#follows/${id}`}, now())`;
    expect((await stage.mallory.follow(uri)).status).toBe(202);
  }
});

async function move(thread: RemotePost): Promise<void> {
  const { app, worker } = stage.ours;
  const post = await findPostByUri(app.db, thread.id);
  expect(await moveToCommunity(app.house, { threadId: post?.id as Id, by: fay.id, toId: brazing.id })).toBe(true);
  await worker.settled();
}

/** What a server was told about a thread by our communities. */
function told(remote: Remote, thread: RemotePost): string[] {
  const ours = [stage.group.uri, brazing.uri];
  return remote.received
    .filter(({ json, body }) => ours.includes(String(json.actor)) && body.includes(thread.id))
    .map(({ json }) => `${json.type} by ${String(json.actor).split("/").at(-1)}`);
}

test("its author sees the one boost go and the other come, like those who follow", async () => {
  await move(stage.thread);
  // Its follower came when it had been boosted.
  expect(told(stage.elsewhere, stage.thread)).toEqual(["Undo by welding", "Announce by brazing"]);
  expect(told(stage.home, stage.thread)).toEqual(["Announce by welding", "Undo by welding", "Announce by brazing"]);
});

test("what was never announced is not announced because it moves", async () => {
  await using piefed = await openRemote({ software: "lemmy", nodeInfo: { name: "piefed", version: "1.6.18" } });
  const dora = await piefed.addPerson("dora");
  for (const { uri } of [stage.group, brazing]) expect((await dora.follow(uri)).status).toBe(202);
  const thread = await stage.ana.post({
    text: "For you, and for somebody else.",
    mention: stage.group.uri,
    activityExtra: { bcc: [stage.ben.id] },
  });
  await move(thread);
  for (const remote of [stage.home, stage.elsewhere, piefed]) expect(told(remote, thread)).toEqual([]);
});
