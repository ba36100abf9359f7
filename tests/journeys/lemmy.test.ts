/** A community as forums live with it: every act reaches Lemmy, PieFed and NodeBB whole, and what their people write reaches everybody. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { type Doc, openRemote, type Remote, type RemotePerson, type RemotePost } from "../support/remote/index.ts";

interface Forum {
  remote: Remote;
  reader: RemotePerson;
}

let ours: TestServer;
let welding: CommunityRow;
let mastodon: Remote;
let ana: RemotePerson;
let ben: RemotePerson;
let lemmy: Forum;
/** Lemmy first, then two that only pass for others in NodeInfo: all of them want whole activities. */
let forums: Forum[];
let question: RemotePost;
let answer: RemotePost;
let page: RemotePost;

beforeAll(async () => {
  ours = await openTestServer();
  welding = await ours.found("welding", "Welding");
  mastodon = await openRemote({ software: "mastodon" });
  [ana, ben] = [await mastodon.addPerson("ana"), await mastodon.addPerson("ben")];
  lemmy = await openForum();
  forums = [
    lemmy,
    await openForum({ name: "piefed", version: "1.6.18" }),
    await openForum({ name: "nodebb", version: "4.15.0" }),
  ];
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  for (const remote of [mastodon, ...(forums ?? []).map((forum) => forum.remote)]) await remote?.close();
});

async function openForum(nodeInfo?: { name: string; version: string }): Promise<Forum> {
  const remote = await openRemote({ software: "lemmy", ...(nodeInfo && { nodeInfo }) });
  return { remote, reader: await remote.addPerson("lena") };
}

/** Waits until each forum was sent this activity by the community, and returns what it embedded, as the bytes that came. */
async function passedOn(activity: Doc): Promise<string[]> {
  const letters = await Promise.all(
    forums.map(({ remote }) => remote.waitFor({ type: "Announce", actor: welding.uri, object: { id: activity.id } })),
  );
  return letters.map(({ body, signature }) => {
    expect(signature).toMatchObject({ verified: true, actor: welding.uri });
    // Behind it stands the community's own proof.
    return body.slice(body.indexOf('"object":') + '"object":'.length, body.lastIndexOf(',"proof":{'));
  });
}

/** Waits as above, and holds what was embedded against what was sent. */
async function passedOnWhole(activity: Doc): Promise<void> {
  for (const embedded of await passedOn(activity)) expect(embedded).toBe(JSON.stringify(activity));
}

const boosts = () => mastodon.received.filter(({ json }) => json.type === "Announce").map(({ json }) => json.object);

test("people on forums and on Mastodon follow the community, and each peer is known for what it runs", async () => {
  await ben.follow(welding.uri);
  for (const { remote, reader } of forums) {
    const { id, status } = await reader.follow(welding.uri);
    expect(status).toBe(202);
    await remote.waitFor({ type: "Accept", object: { id, type: "Follow", actor: reader.id, object: welding.uri } });
    await remote.idle();
    expect(reader.following.get(welding.uri)).toBe("accepted");
  }
  const peers = await ours.app.db`select software, dialect from peers order by software`;
  expect([...peers]).toEqual([
    { software: "lemmy", dialect: "forum" },
    { software: "mastodon", dialect: "microblog" },
    { software: "nodebb", dialect: "forum" },
    { software: "piefed", dialect: "forum" },
  ]);
});

test("a thread from Mastodon reaches the forums as the very Create that came", async () => {
  question = await ana.post({ text: "Which rod for thin stainless?\nIt burns through.", mention: welding.uri });
  await passedOnWhole(question.activity);
  for (const { remote, reader } of forums) {
    const [post] = remote.timeline(reader);
    expect(post).toMatchObject({ id: question.id, kind: "post", community: welding.uri, author: ana.id });
  }
  await mastodon.waitFor({ type: "Announce", object: question.id });
});

test("replies to it and to each other follow, nested", async () => {
  answer = await ben.reply(question, { text: "Try 1.6 mm 308L." });
  const thanks = await ana.reply(answer, { text: "That did it!" });
  await passedOnWhole(answer.activity);
  await passedOnWhole(thanks.activity);
  for (const { remote } of forums) {
    expect(remote.replies(question.id)).toMatchObject([{ id: answer.id, kind: "comment", community: welding.uri }]);
    expect(remote.replies(answer.id)).toMatchObject([
      { id: thanks.id, content: expect.stringContaining("That did it!") },
    ]);
  }
});

test("what is passed on is kept byte for byte, however oddly it was written", async () => {
  const id = `${ana.id}/statuses/odd`;
  const odd = `{ "type":"Create",  "@context" : "https://www.w3.org/ns/activitystreams",
\t"id":"${id}#create", "actor" : "${ana.id}", "to":["https://www.w3.org/ns/activitystreams#Public"], "cc" :[ ],
  "x:unknown": {"b":1.50,"a":[ ]}, "object":{"content":"<p>\\u00dcber\\/alles \u{1F525}</p>","id":"${id}","type":"Note",
  "attributedTo":"${ana.id}","inReplyTo":"${answer.id}","to":"https://www.w3.org/ns/activitystreams#Public","cc":[],"published":"2026-11-01T10:00:00+01:00" } }`;
  expect((await ana.send(`\n ${odd}\n`, { to: `${welding.uri}/inbox` })).status).toBe(202);
  for (const embedded of await passedOn({ id: `${id}#create` })) expect(embedded).toBe(odd);
});

test("votes from Mastodon are passed on and taken back", async () => {
  const to = { deliverTo: [`${welding.uri}/inbox`] };
  const like = await ben.like(question, to);
  await passedOnWhole(like.activity);
  for (const { remote } of forums) expect(remote.status(question.id)?.likes).toEqual([ben.id]);
  const unlike = await ben.unlike(question, to);
  await passedOnWhole(unlike.activity);
  for (const { remote } of forums) expect(remote.status(question.id)?.likes).toEqual([]);
});

test("an edit and a deletion are passed on whole, too", async () => {
  const edit = await ana.edit(question, { text: "Which rod for thin stainless sheet?\nSolved." });
  await passedOnWhole(edit.activity);
  const removal = await ben.remove(answer);
  await passedOnWhole(removal.activity);
  for (const { remote } of forums) {
    expect(remote.status(question.id)).toMatchObject({ edited: true, content: expect.stringContaining("Solved.") });
    expect(remote.status(answer.id)).toBeUndefined();
  }
});

test("somebody on Lemmy starts a thread: the forums get it whole, its own server as well, and Mastodon a boost", async () => {
  // It is looked at before it is sent: the echo may come sooner than the answer.
  const inboxes = [`${welding.uri}/inbox`];
  const jigs = { name: "Show us your jigs", text: "Mine is plywood.", audience: welding.uri, deliverTo: [] };
  page = { ...(await lemmy.reader.post(jigs)), inboxes };
  expect(lemmy.remote.status(page.id)?.pending).toBe(true);
  for (const to of inboxes) expect((await lemmy.reader.send(page.activity, { to })).status).toBe(202);
  await passedOnWhole(page.activity);
  expect(lemmy.remote.status(page.id)?.pending).toBe(false);
  await mastodon.waitFor({ type: "Announce", object: page.id });
  await mastodon.idle();
  expect(mastodon.timeline(ben)[0]).toMatchObject({
    kind: "boost",
    id: page.id,
    boostedBy: welding.uri,
    title: "Show us your jigs",
  });
  expect((await ours.page("/c/welding")).text).toContain("Show us your jigs");
});

test("people from everywhere talk in it", async () => {
  const comment = await lemmy.reader.reply(page, { text: "With toggle clamps." });
  await passedOnWhole(comment.activity);
  const reply = await ana.reply(comment.id, { text: "Do they hold when it gets hot?" });
  await passedOnWhole(reply.activity);
  const back = await lemmy.reader.reply(reply.id, { text: "For an hour or so." });
  await passedOnWhole(back.activity);
  const [thread] = await ours.app.db<{ id: string }[]>`select id from threads order by id desc limit 1`;
  const shown = await ours.page(`/c/welding/t/${thread?.id}`);
  for (const words of ["Mine is plywood.", "With toggle clamps.", "when it gets hot?", "For an hour or so."]) {
    expect(shown.text).toContain(words);
  }
});

test("a dislike from Lemmy counts, goes round, and is undone", async () => {
  const dislike = await lemmy.reader.dislike(question.id);
  expect(dislike.status).toBe(202);
  await passedOnWhole(dislike.activity);
  expect([...(await ours.app.db`select kind from votes`)]).toEqual([{ kind: "down" }]);
  const undo = await lemmy.reader.undislike(question.id);
  await passedOnWhole(undo.activity);
  expect([...(await ours.app.db`select kind from votes`)]).toEqual([]);
});

test("Lemmy edits its thread and deletes it; Mastodon's boost is taken back", async () => {
  const edit = await lemmy.reader.edit(page, { text: "Mine is steel now." });
  await passedOnWhole(edit.activity);
  const removal = await lemmy.reader.remove(page);
  await passedOnWhole(removal.activity);
  await mastodon.waitFor({ type: "Undo", object: { type: "Announce", object: page.id } });
  await mastodon.idle();
  expect(mastodon.timeline(ben).map(({ id }) => id)).toEqual([question.id]);
});

test("whoever subscribes late reads the outbox and the moderators, and finds them as Lemmy needs them", async () => {
  const late = await lemmy.remote.addPerson("lars");
  await late.follow(welding.uri);
  await lemmy.remote.waitFor({ type: "Accept", object: { actor: late.id } });
  await lemmy.remote.idle();
  // Documents are kept for some seconds.
  let outbox = await lemmy.remote.fetch(`${welding.uri}/outbox`);
  await expect
    .poll(async () => {
      outbox = await lemmy.remote.fetch(`${welding.uri}/outbox`);
      return outbox.json;
    })
    .toMatchObject({ totalItems: 1, orderedItems: [{ type: "Announce" }] });
  // As it is since its edit.
  expect(outbox.body).toContain('"type":"Create"');
  expect(outbox.body).toContain("stainless sheet?");
});

test("Mastodon saw two boosts and no reply, vote or edit of them; nobody found anything wrong", async () => {
  await ours.worker.settled();
  expect(boosts()).toEqual([question.id, page.id]);
  const types = new Set(
    mastodon.received.filter(({ json }) => json.actor === welding.uri).map(({ json }) => json.type),
  );
  expect([...types].sort()).toEqual(["Accept", "Announce", "Undo"]);
  expect(mastodon.complaints).toEqual([]);
  for (const { remote } of forums) expect(remote.complaints).toEqual([]);
  expect(await ours.app.db`select 1 from deliveries union all select 1 from dead_letters`).toHaveLength(0);
});
