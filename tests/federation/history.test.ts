/** The past of a community elsewhere: what its outbox lists is looked up where it lives, and what is for a community here stays out. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePerson } from "../support/people.ts";
import { type Doc, openRemote, type Remote, type RemotePerson } from "../support/remote/index.ts";
import { note, setStage } from "./inbox/stage.ts";

const stage = setStage();
const AS = "https://www.w3.org/ns/activitystreams";
let forum: Remote;
let group: RemotePerson;

beforeAll(async () => {
  forum = await openRemote({ software: "lemmy" });
  group = await forum.addPerson("brazing", { type: "Group" });
});
afterAll(() => forum?.close());

test("a group's outbox cannot take a post that its author addressed to a community here", async () => {
  const dora = await forum.addPerson("dora");
  const theirs: Doc = { ...note(stage, dora), audience: group.id, cc: [group.id] };
  const ours: Doc = { ...note(stage, dora), cc: [stage.group.uri] };
  for (const object of [theirs, ours]) forum.objects.set(String(object.id), { "@context": AS, ...object });
  const outbox = `${group.id}/outbox`;
  forum.objects.set(outbox, {
    "@context": AS,
    id: outbox,
    type: "OrderedCollection",
    totalItems: 2,
    orderedItems: [theirs, ours].map(({ id }) => ({ type: "Announce", actor: group.id, object: id })),
  });
  await stage.send(group, stage.activity(group, "Like", { object: stage.thread.id }));
  const gus = await makePerson(stage.ours.app.house, "gus");
  await stage.ours.app.db`
    insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
    select g.id, ${gus.id}, 'accepted', 'x', now() from actors g where g.uri = ${group.id}`;
  expect(await stage.ours.app.federation.fetchNextHistory()).toBe(`${group.id}: 1 threads, 0 replies`);
  const rows = await stage.ours.app.db`
    select p.uri from posts p join threads t on t.id = p.thread_id join actors g on g.id = t.group_id where g.uri = ${group.id}`;
  expect(rows).toEqual([{ uri: theirs.id }]);
});
