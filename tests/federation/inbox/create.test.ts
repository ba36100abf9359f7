/** Create at the inbox: threads and replies, and what is refused. */
import { expect, test } from "vitest";
import type { Doc } from "../../support/remote/index.ts";
import { afterInVain, note, setStage } from "./stage.ts";

const stage = setStage();

/** The id of what a reply answers here. */
async function parentOf(object: Doc): Promise<string | undefined> {
  const [row] = await stage.ours.app.db<{ uri: string }[]>`
    select q.uri from posts p join posts q on q.id = p.parent_id where p.uri = ${String(object.id)}`;
  return row?.uri;
}

test("a public note that addresses the community starts a thread", async () => {
  const before = await stage.count("threads");
  const object = note(stage, stage.ben);
  const answer = await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }));
  expect(answer.status).toBe(202);
  expect(await stage.count("threads")).toBe(before + 1);
});

test("a reply to anything in a thread joins it, whoever it addresses", async () => {
  const first = note(stage, stage.ben, { inReplyTo: stage.thread.id, cc: [] });
  await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object: first }));
  const second = note(stage, stage.mallory, { inReplyTo: first.id, cc: [stage.ben.id] });
  await stage.send(stage.mallory, stage.activity(stage.mallory, "Create", { object: second }));
  const rows = await stage.ours.app.db`
    select p.uri, parent.uri as parent, b.uri as branch from posts p join posts parent on parent.id = p.parent_id join posts b on b.id = p.branch_id
    where p.uri = any(${[String(first.id), String(second.id)]}) order by p.id`;
  expect(rows).toEqual([
    { uri: first.id, parent: stage.thread.id, branch: first.id },
    { uri: second.id, parent: first.id, branch: first.id },
  ]);
});

test("what answers the note about an accepted answer joins the thread under that answer, also where it has to be looked up", async () => {
  const { ana, ben, mallory, ours, home } = stage;
  const answer = note(stage, ben, { inReplyTo: stage.thread.id });
  await stage.send(ben, stage.activity(ben, "Create", { object: answer }));
  const chosen = stage.activity(ana, "ChooseAnswer", { object: answer.id });
  await stage.send(ana, chosen);
  const [row] = await ours.app.db<{ id: string }[]>`select note_id::text as id from accepted_answers`;
  const noteUri = `${ours.origin}/answers/${row?.id}`;
  const thanks = note(stage, mallory, { inReplyTo: noteUri });
  await stage.send(mallory, stage.activity(mallory, "Create", { object: thanks }));
  expect(await parentOf(thanks)).toBe(answer.id);
  const unseen = note(stage, ben, { inReplyTo: noteUri });
  home.objects.set(String(unseen.id), { "@context": "https://www.w3.org/ns/activitystreams", ...unseen });
  const below = note(stage, mallory, { inReplyTo: unseen.id });
  await stage.send(mallory, stage.activity(mallory, "Create", { object: below }));
  await expect.poll(() => parentOf(below), { timeout: 30_000 }).toBe(unseen.id);
  expect(await parentOf(unseen)).toBe(answer.id);
  // A note that was taken back leads nowhere any more.
  await stage.send(ana, stage.activity(ana, "Undo", { object: chosen }));
  const late = note(stage, mallory, { inReplyTo: noteUri });
  expect((await stage.send(mallory, stage.activity(mallory, "Create", { object: late }))).status).toBe(202);
  expect(await parentOf(late)).toBeUndefined();
});

test("nobody from elsewhere answers in a locked thread, until it is opened again", async () => {
  const { db } = stage.ours.app;
  const locked = (at: string | null) => db`
    update threads set locked_at = ${at}::text::timestamptz where id = (select thread_id from posts where uri = ${String(stage.thread.id)})`;
  const object = note(stage, stage.ben, { inReplyTo: stage.thread.id, cc: [] });
  const before = await stage.count("posts");
  await locked("2026-01-01T00:00:00Z");
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }))).status).toBe(202);
  expect(await stage.count("posts")).toBe(before);
  await locked(null);
  await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }));
  expect(await stage.count("posts")).toBe(before + 1);
});

test.each(["Page", "Article", "Question", "Video", "Event", "Audio", "SomethingNew"])(
  "a %s is a thread too",
  async (type) => {
    const object = note(stage, stage.ben, { type, name: `A ${type} about welding` });
    expect((await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }))).status).toBe(202);
    const [row] = await stage.ours.app
      .db`select t.title, p.object_type from posts p join threads t on t.id = p.id where p.uri = ${String(object.id)}`;
    expect(row).toEqual({ title: `A ${type} about welding`, object_type: type });
  },
);

test("the community may be named in audience, to, cc or a mention", async () => {
  const before = await stage.count("threads");
  const ways = [
    { audience: stage.group.uri, cc: [] },
    { to: ["https://www.w3.org/ns/activitystreams#Public", stage.group.uri], cc: [] },
    { cc: stage.group.uri },
    { cc: [], tag: { type: "Mention", href: stage.group.uri, name: "@welding" } },
  ];
  for (const way of ways) {
    const object = note(stage, stage.ben, way);
    expect((await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }))).status).toBe(202);
  }
  expect(await stage.count("threads")).toBe(before + ways.length);
});

test("what is not public is acknowledged and not kept", async () => {
  const before = await stage.count("posts");
  for (const to of [[stage.group.uri], [`${stage.ben.id}/followers`, stage.group.uri], []]) {
    const object = note(stage, stage.ben, { to, cc: [], content: "<p>Between us</p>" });
    expect((await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }))).status).toBe(202);
    const reply = note(stage, stage.ben, { to, cc: [], content: "<p>Between us</p>", inReplyTo: stage.thread.id });
    expect((await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object: reply }))).status).toBe(202);
  }
  expect(await stage.count("posts")).toBe(before);
  expect(await stage.ours.app.db`select 1 from received where body like '%Between us%'`).toHaveLength(0);
});

test("a vote in a poll is not a reply", async () => {
  const before = await stage.count("posts");
  const object = { ...note(stage, stage.ben, { inReplyTo: stage.thread.id, name: "Argon" }), content: undefined };
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }))).status).toBe(202);
  expect(await stage.count("posts")).toBe(before);
});

test("the same delivery twice changes nothing the second time", async () => {
  const activity = stage.activity(stage.ben, "Create", { object: note(stage, stage.ben) });
  expect((await stage.send(stage.ben, activity)).status).toBe(202);
  const before = [await stage.count("posts"), await stage.count("journal"), await stage.count("received")];
  expect((await stage.send(stage.ben, activity)).status).toBe(202);
  expect([await stage.count("posts"), await stage.count("journal"), await stage.count("received")]).toEqual(before);
});

test("ten deliveries of it at once make one thread", async () => {
  const before = await stage.count("threads");
  const activity = stage.activity(stage.ben, "Create", { object: note(stage, stage.ben) });
  const answers = await Promise.all(Array.from({ length: 10 }, () => stage.send(stage.ben, activity)));
  expect(answers.map((answer) => answer.status)).toEqual(Array(10).fill(202));
  expect(await stage.count("threads")).toBe(before + 1);
});

test("the same object in another activity changes nothing, whoever sends it", async () => {
  const object = note(stage, stage.ben, { content: "<p>First words</p>" });
  await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }));
  await stage.send(
    stage.ben,
    stage.activity(stage.ben, "Create", {
      object: { ...object, content: "<p>Other words</p>", audience: stage.group.uri },
    }),
  );
  const [row] = await stage.ours.app.db`select content from posts where uri = ${String(object.id)}`;
  expect(row?.content).toBe("<p>First words</p>");
});

test("an object by somebody else is refused", async () => {
  const object = note(stage, stage.ana);
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }))).status).toBe(403);
});

test("an object on another origin is refused, and nothing is fetched for it", async () => {
  await stage.send(stage.mallory, stage.activity(stage.mallory, "Like", { object: stage.thread.id }));
  stage.home.requests.length = 0;
  const object = note(stage, stage.ana, { attributedTo: stage.mallory.id });
  expect((await stage.send(stage.mallory, stage.activity(stage.mallory, "Create", { object }))).status).toBe(403);
  expect(stage.home.fetches).toEqual([]);
});

test("an activity in another's name is refused", async () => {
  const activity = stage.activity(stage.ana, "Create", { object: note(stage, stage.ana) });
  expect((await stage.send(stage.mallory, activity)).status).toBe(401);
  expect((await stage.send(stage.ben, activity)).status).toBe(401);
});

test("an activity id on another origin is refused", async () => {
  const activity = {
    ...stage.activity(stage.mallory, "Create", { object: note(stage, stage.mallory) }),
    id: `${stage.home.origin}/x`,
  };
  expect((await stage.send(stage.mallory, activity)).status).toBe(403);
});

test("an object given by its id alone is fetched from where it lives", async () => {
  const object = note(stage, stage.ben);
  stage.home.objects.set(String(object.id), { "@context": "https://www.w3.org/ns/activitystreams", ...object });
  const before = await stage.count("threads");
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object: object.id }))).status).toBe(202);
  expect(await stage.count("threads")).toBe(before + 1);
});

test("an object that cannot be fetched for a moment is taken in later", async () => {
  const object = note(stage, stage.ben);
  stage.home.objects.set(String(object.id), { "@context": "https://www.w3.org/ns/activitystreams", ...object });
  stage.home.failWith(({ path }) => (stage.home.origin + path === object.id ? { status: 502 } : undefined));
  const activity = stage.activity(stage.ben, "Create", { object: object.id });
  expect((await stage.send(stage.ben, activity)).status).toBe(202);
  await afterInVain(stage, activity, () => stage.home.failWith(undefined));
  const here = () => stage.ours.app.db`select from posts where uri = ${String(object.id)}`;
  await expect.poll(here).toHaveLength(1);
});

test("an object that claims an id of this server is refused", async () => {
  const object = note(stage, stage.ben, { id: `${stage.ours.origin}/posts/1` });
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }))).status).toBe(403);
});

test("hostile HTML is kept out of the rows", async () => {
  const object = note(stage, stage.ben, {
    content: '<p onclick="x()">Hi<script>alert(1)</script><a href="javascript:alert(1)">there</a></p>',
  });
  await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }));
  const [row] = await stage.ours.app.db<
    { content: string }[]
  >`select content from posts where uri = ${String(object.id)}`;
  expect(row?.content).not.toMatch(/script|onclick|javascript/);
});

test("a media type that is cut within a character does no harm", async () => {
  const attachment = [{ type: "Document", url: `${stage.home.origin}/a.bin`, mediaType: `${"x".repeat(99)}😀` }];
  const object = note(stage, stage.ben, { attachment });
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }))).status).toBe(202);
  expect(
    await stage.ours.app.db`select 1 from posts where uri = ${String(object.id)} and attachments is not null`,
  ).toHaveLength(1);
});

test("the summary of an article is no content warning, that of a note is", async () => {
  const warnings = [
    {
      type: "Article",
      name: "Pruning",
      summary: "<p>When is the best time to <strong>prune</strong>?</p>",
      warning: "",
    },
    { type: "Page", name: "Pruning", summary: "Blood", sensitive: true, warning: "Blood" },
    { type: "Note", summary: "Blood", warning: "Blood" },
  ];
  for (const { warning, ...rest } of warnings) {
    const object = note(stage, stage.ben, rest);
    await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }));
    const [row] = await stage.ours.app.db`select warning from posts where uri = ${String(object.id)}`;
    expect(row, rest.type).toEqual({ warning });
  }
});

test("blind copies are kept nowhere, however deep, and what had them is not passed on (R50)", async () => {
  const object = note(stage, stage.ben, {
    tag: [{ type: "Hashtag", name: "#a", bcc: [`${stage.home.origin}/users/secret`] }],
  });
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }))).status).toBe(202);
  const { db } = stage.ours.app;
  const [row] = await db`
    select r.announceable, r.body like '%users/secret%' as kept from posts p join received r on r.id = p.received_id where p.uri = ${String(object.id)}`;
  expect(row).toEqual({ announceable: false, kept: false });
});

test("a reply to the page of a post, and not to its id, finds its place", async () => {
  const page = `${stage.home.origin}/@ana/1`;
  stage.home.objects.set(page, { "@context": "https://www.w3.org/ns/activitystreams", ...stage.thread.object });
  const object = note(stage, stage.ben, { inReplyTo: page });
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Create", { object }))).status).toBe(202);
  await expect.poll(() => parentOf(object)).toBe(stage.thread.id);
});

test("what a blocked server says is not taken in by way of another one's redirect", async () => {
  const { home, elsewhere, ben, mallory, ours } = stage;
  await stage.send(mallory, stage.activity(mallory, "Like", { object: stage.thread.id }));
  const said = note(stage, mallory, { inReplyTo: stage.thread.id });
  elsewhere.objects.set(String(said.id), { "@context": "https://www.w3.org/ns/activitystreams", ...said });
  home.failWith(({ path }) =>
    path === "/detour" ? { status: 302, headers: { location: String(said.id) } } : undefined,
  );
  await ours.app.db`update peers set blocked_at = now() where host = ${elsewhere.host}`;
  const create = stage.activity(ben, "Create", { object: note(stage, ben, { inReplyTo: `${home.origin}/detour` }) });
  expect((await stage.send(ben, create)).status).toBe(202);
  const state = () => ours.app.db`select state from pgboss.job where data->>'uri' = ${String(create.id)}`;
  await expect.poll(state).toEqual([{ state: "completed" }]);
  home.failWith(undefined);
  await ours.app.db`update peers set blocked_at = null where host = ${elsewhere.host}`;
  expect(await ours.app.db`select from posts where uri = ${String(said.id)}`).toHaveLength(0);
});

test("nobody speaks in another's name by way of a redirect", async () => {
  const { elsewhere, mallory, ana, ours } = stage;
  const opening = note(stage, mallory, {
    attributedTo: `${elsewhere.origin}/users/alias`,
    content: "<p>Said by ana, not</p>",
  });
  elsewhere.objects.set(String(opening.id), { "@context": "https://www.w3.org/ns/activitystreams", ...opening });
  elsewhere.failWith(({ path }) =>
    path === "/users/alias" ? { status: 302, headers: { location: ana.id } } : undefined,
  );
  const object = note(stage, mallory, { inReplyTo: opening.id });
  expect((await stage.send(mallory, stage.activity(mallory, "Create", { object }))).status).toBe(202);
  const asked = () => elsewhere.fetches.some((request) => request.path === "/users/alias");
  await expect.poll(asked).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 500));
  elsewhere.failWith(undefined);
  expect(await ours.app.db`select 1 from posts where uri = ${String(opening.id)}`).toHaveLength(0);
});
