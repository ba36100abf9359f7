/** Letters that wait for their thread to be found: what their authors, and those who look after this server, do meanwhile. */
import { beforeEach, expect, test } from "vitest";
import type { Doc, RemotePerson } from "../../support/remote/index.ts";
import { note, setStage } from "./stage.ts";

const stage = setStage();
/** Paths of the server elsewhere that cannot be had for now. */
const down = new Set<string>();

beforeEach(() => {
  down.clear();
  stage.elsewhere.failWith(({ path }) => (down.has(path) ? { status: 503 } : undefined));
});

/** A reply by mallory that was never sent here, and cannot be had for now. */
function unseen(): Doc {
  const object = note(stage, stage.mallory, { inReplyTo: stage.thread.id });
  stage.elsewhere.objects.set(String(object.id), { "@context": "https://www.w3.org/ns/activitystreams", ...object });
  down.add(new URL(String(object.id)).pathname);
  return object;
}

const stateOf = async (letter: Doc) => {
  const [job] = await stage.ours.app.db<{ state: string }[]>`
    select state from pgboss.job where name = 'complete-reply' and data->>'uri' = ${String(letter.id)}`;
  return job?.state;
};

/** Sends a letter about a reply to what is not here; it waits, once that could not be had. */
async function putAside(by: RemotePerson, type: string, object: Doc): Promise<Doc> {
  const letter = stage.activity(by, type, { object });
  expect((await stage.send(by, letter)).status).toBe(202);
  await expect.poll(() => stateOf(letter), { timeout: 30_000 }).toBe("retry");
  return letter;
}

/** What it answers can be had now, and is looked for once more. */
async function found(letter: Doc): Promise<void> {
  down.clear();
  await stage.ours.app.db`update pgboss.job set start_after = now() where data->>'uri' = ${String(letter.id)}`;
  await expect.poll(() => stateOf(letter), { timeout: 30_000 }).toBe("completed");
}

const later = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

async function words(object: Doc): Promise<string | undefined> {
  const [row] = await stage.ours.app.db<{ content: string }[]>`
    select content from posts where uri = ${String(object.id)} and removed_at is null`;
  return row?.content;
}

test("an edit that waits beside its reply is made, whichever of the two comes first", async () => {
  for (const order of ["Create first", "Update first"]) {
    const missing = unseen();
    const object = note(stage, stage.ben, { inReplyTo: missing.id, content: "<p>Turn the gas up</p>" });
    const created = await putAside(stage.ben, "Create", object);
    const edited = { ...object, content: "<p>Turn the gas down</p>", updated: later(1) };
    const updated = await putAside(stage.ben, "Update", edited);
    const [first, second] = order === "Create first" ? [created, updated] : [updated, created];
    await found(first as Doc);
    await found(second as Doc);
    expect(await words(object), order).toBe("<p>Turn the gas down</p>");
  }
});

test("a reply that is taken back from the public while it waits stays away (R48)", async () => {
  const missing = unseen();
  const object = note(stage, stage.ben, { inReplyTo: missing.id, content: "<p>Not for everybody after all</p>" });
  const created = await putAside(stage.ben, "Create", object);
  const hidden = { ...object, to: [`${stage.ben.id}/followers`], cc: [], updated: later(1) };
  expect((await stage.send(stage.ben, stage.activity(stage.ben, "Update", { object: hidden }))).status).toBe(202);
  await found(created);
  expect(await words(object)).toBeUndefined();
  const { db } = stage.ours.app;
  expect(await db`select 1 from received where body like '%Not for everybody%'`).toHaveLength(0);
});

test("a reply that waits stays away when its author's server is blocked meanwhile (R46)", async () => {
  const object = note(stage, stage.ben, { inReplyTo: unseen().id });
  const created = await putAside(stage.ben, "Create", object);
  const { db } = stage.ours.app;
  await db`update peers set blocked_at = now() where host = ${stage.home.host}`;
  await found(created);
  await db`update peers set blocked_at = null where host = ${stage.home.host}`;
  expect(await words(object)).toBeUndefined();
});

test("a server that never answers holds up nobody's reply but those that wait for it", async () => {
  const { ana, ben, elsewhere, home, mallory } = stage;
  elsewhere.failWith(({ path }) => (path.startsWith("/hangs/") ? { hang: true } : undefined));
  for (let n = 0; n < 8; n++) {
    const object = note(stage, ana, { inReplyTo: `${elsewhere.origin}/hangs/${n}` });
    expect((await stage.send(ana, stage.activity(ana, "Create", { object }))).status).toBe(202);
  }
  const missing = note(stage, ben, { inReplyTo: stage.thread.id });
  home.objects.set(String(missing.id), { "@context": "https://www.w3.org/ns/activitystreams", ...missing });
  const object = note(stage, mallory, { inReplyTo: missing.id, content: "<p>Here already</p>" });
  expect((await stage.send(mallory, stage.activity(mallory, "Create", { object }))).status).toBe(202);
  await expect.poll(() => words(object), { timeout: 60_000 }).toBe("<p>Here already</p>");
  // Each is waited for ten seconds, one after the other.
  expect(elsewhere.fetches.filter(({ path }) => path.startsWith("/hangs/")).length).toBeLessThan(4);
});

test("a reply to what has no address is not looked for", async () => {
  const object = note(stage, stage.ben, { inReplyTo: "urn:uuid:52ab0f1e" });
  const letter = stage.activity(stage.ben, "Create", { object });
  expect((await stage.send(stage.ben, letter)).status).toBe(202);
  expect(await stateOf(letter)).toBeUndefined();
});
