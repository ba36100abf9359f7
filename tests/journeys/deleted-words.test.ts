/** What was deleted is gone from the database: no column of any table holds its words once what was owed to others was sent. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { findPostByUri } from "../../db/queries/posts.ts";
import { exportOf } from "../../src/domain/people/export.ts";
import { withdrawOwnPost } from "../../src/domain/posts/remove.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { forgetActivities } from "../../src/domain/upkeep/clean-up.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openRemote, type Remote } from "../support/remote/index.ts";

/** What nobody wants to have said. */
const REGRETTED = "Quecksilber";

let ours: TestServer;
let mastodon: Remote;
let lemmy: Remote;
let groupId: Id;
let ana: TestPerson;
let bo: TestPerson;

beforeAll(async () => {
  ours = await openTestServer();
  [mastodon, lemmy] = [await openRemote({ software: "mastodon" }), await openRemote({ software: "lemmy" })];
  const welding = await ours.found("welding", "Welding");
  groupId = welding.id;
  [ana, bo] = [await makePerson(ours.app.house, "ana"), await makePerson(ours.app.house, "bo")];
  for (const { id, uri } of [ana, bo])
    await ours.app.db`insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
      values (${groupId}, ${id}, 'accepted', ${`${uri}#follows/${groupId}`}, now())`;
  const lena = await lemmy.addPerson("lena");
  await lena.follow(welding.uri);
  await lemmy.waitFor({ type: "Accept" });
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  for (const remote of [mastodon, lemmy]) await remote?.close();
});

const words = (source: string) => {
  return { source, warning: "", language: "en", pictures: [], submissionKey: crypto.randomUUID() };
};
const answer = (parentId: Id) => composeReply(ours.app.house, bo.id, { ...words("Never that."), parentId });
const later = (ms: number) => ({ ...ours.app.house, now: () => new Date(Date.now() + ms) });

/** Every column of every table in which the words stand, also those of the job queue and of the search. */
async function whereSaid(): Promise<string[]> {
  const { db } = ours.app;
  const columns = await db<{ schema: string; name: string; column: string }[]>`
    select n.nspname as schema, c.relname as name, a.attname as "column" from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid
    where n.nspname in ('public', 'pgboss') and a.attnum > 0 and not a.attisdropped and (t.typcategory in ('S', 'A') or t.typname in ('json', 'jsonb', 'tsvector'))`;
  const said: string[] = [];
  for (const { schema, name, column } of columns) {
    const [row] =
      await db`select from ${db(schema)}.${db(name)} where ${db(column)}::text ilike ${`%${REGRETTED}%`} limit 1`;
    if (row) said.push(`${name}.${column}`);
  }
  return said;
}

async function exported(who: TestPerson): Promise<string> {
  let text = "";
  for await (const piece of exportOf(ours.app.house, who.id)) text += piece;
  return text;
}

test("a thread that its author deleted, here or elsewhere, is in no column and in nobody's export", async () => {
  const { house, db } = ours.app;
  const { id: here } = await composeThread(house, ana.id, {
    ...words(`I used ${REGRETTED}.`),
    groupId,
    title: `About ${REGRETTED}`,
    kind: "link",
    topicIds: [],
    linkUrl: `https://shop.example/${REGRETTED}`,
  });
  const ben = await mastodon.addPerson("ben");
  const note = await ben.post({ text: `Has anybody ${REGRETTED}?`, mention: `${ours.origin}/c/welding` });
  const edited = await ben.edit(note, { text: `Has anybody got ${REGRETTED}?`, mention: `${ours.origin}/c/welding` });
  const elsewhere = (await findPostByUri(db, note.id))?.id as Id;
  for (const thread of [here, elsewhere]) {
    await answer(thread);
    await db`insert into thread_subscriptions (thread_id, actor_id, level) values (${thread}, ${bo.id}, 'follow') on conflict do nothing`;
  }
  await ours.worker.settled();
  expect(await whereSaid()).toEqual(expect.arrayContaining(["threads.title", "posts.content", "activities.body"]));
  expect(await exported(bo)).toContain(REGRETTED);

  await withdrawOwnPost(house, ana, here);
  await ben.remove(edited, { deliverTo: [`${ours.origin}/inbox`] });
  expect(await exported(bo)).not.toContain(REGRETTED);
  await ours.worker.settled();
  await forgetActivities(later(3_700_000));
  // The search follows the journal by itself.
  await expect.poll(whereSaid).toEqual([]);
});

test("neither does a poll stay in the letters that counted it", async () => {
  const eve = await mastodon.addPerson("eve");
  const id = `${eve.id}/statuses/poll`;
  const community = `${ours.origin}/c/welding`;
  const tell = (type: string, votes: number, object: object = {}) => {
    const address = { to: ["https://www.w3.org/ns/activitystreams#Public"], cc: [community] };
    const option = (name: string) => ({ type: "Note", name, replies: { type: "Collection", totalItems: votes } });
    const question = { id, type: "Question", attributedTo: eve.id, content: `${REGRETTED}?`, ...address };
    const oneOf = [option(REGRETTED), option("Argon")];
    return eve.send(
      {
        "@context": "https://www.w3.org/ns/activitystreams",
        id: `${id}#${type}/${votes}`,
        type,
        actor: eve.id,
        ...address,
        object: { ...question, votersCount: votes, oneOf, ...object },
      },
      { to: `${community}/inbox` },
    );
  };
  expect((await tell("Create", 0)).status).toBe(202);
  expect((await tell("Update", 3)).status).toBe(202);
  expect((await tell("Delete", 4)).status).toBe(202);
  await ours.worker.settled();
  // Lemmy takes no polls: what it refused waits for the operator.
  await ours.app.db`delete from dead_letters`;
  await forgetActivities(later(3_700_000));
  await expect.poll(whereSaid).toEqual([]);
});
