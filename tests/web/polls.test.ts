/** Polls on the site, without script: asking, voting, the count, and who sees what. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { saveRemoteActor } from "../../db/queries/actors.ts";
import { ensurePeer } from "../../db/queries/peers.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { startThread } from "../../src/domain/threads/start.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let groupId: Id;
let ana: TestPerson;
let bo: TestPerson;
let poll: string;
let n = 0;

beforeAll(async () => {
  site = await openSite();
  groupId = (await createCommunity(site.house, { slug: "welding", name: "Welding", summary: "" })).id;
  ana = await makePerson(site.house, "ana");
  bo = await makePerson(site.house, "bo");
  poll = (await ask({ title: "Which gas?", options: "Argon <b>\nHelium", days: "3" })).to;
});
afterAll(() => site?.[Symbol.asyncDispose]());

async function get(path: string, person: TestPerson | null = null, language = "en") {
  const headers = { "accept-language": language, ...(person && { cookie: person.cookie }) };
  const response = await site.app.request(path, { headers });
  return { status: response.status, text: await response.text() };
}

async function send(path: string, person: TestPerson | null, fields: Record<string, string | string[]>) {
  const response = await site.app.request(path, formOf(ORIGIN, person, fields));
  return { status: response.status, text: await response.text(), to: response.headers.get("location") ?? "" };
}

function ask(fields: Record<string, string>) {
  const key = `key-of-a-form-${++n}-padded`;
  return send("/c/welding/new", ana, { do: "publish", kind: "poll", source: "", key, ...fields });
}

const idOf = (path: string) => path.split("/").at(-1) ?? "";
const vote = (path: string, person: TestPerson | null, option: string | string[]) =>
  send(`/posts/${idOf(path)}/poll`, person, { option });

test("a poll is one of the kinds, and its form has fields of its own", async () => {
  expect((await get("/c/welding/new", ana)).text).toContain('href="/c/welding/new?kind=poll"');
  const { text } = await get("/c/welding/new?kind=poll", ana);
  for (const field of ['name="options"', 'name="several"', 'name="days"', "2 weeks"]) expect(text).toContain(field);
  expect((await get("/c/welding/new?kind=story", ana)).text).not.toContain('name="options"');
});

test("a form with too few options comes back as it was typed, and as a draft keeps it", async () => {
  const { status, text } = await ask({ title: "Which gas?", options: "Only <one>", several: "yes", days: "14" });
  expect(status).toBe(422);
  expect(text).toContain("A poll has 2 to 10 options");
  expect(text).toContain("Only &lt;one&gt;</textarea>");
  expect(text).toMatch(/name="several" value="yes" checked/);
  expect(text).toMatch(/value="14" selected/);
  const kept = await ask({ title: "Which gas?", options: "Only one", days: "7", do: "keep" });
  expect((await get(kept.to, ana)).text).toContain("Only one</textarea>");
  expect((await ask({ title: "Odd", options: "A\nB", days: "365" })).status).toBe(400);
});

test("whoever may vote gets a form, with the result folded away; a visitor is told how", async () => {
  const { text } = await get(poll, bo);
  expect(text).toContain(`action="/posts/${idOf(poll)}/poll"`);
  expect(text.match(/type="radio"/g)).toHaveLength(2);
  expect(text).toContain("Argon &lt;b&gt;");
  expect(text).toContain("Show the result so far");
  expect(text).toMatch(/Open until .*\u00a0· nobody has voted yet/);
  expect(text).toContain("A vote is final.");
  const visitor = await get(poll);
  expect(visitor.text).not.toContain(`/posts/${idOf(poll)}/poll"`);
  expect(visitor.text).toContain(`/sign-in?next=${encodeURIComponent(`${poll}#poll`)}`);
  expect((await get(poll, null, "de")).text).toContain("noch hat niemand abgestimmt");
  expect((await get(poll, null, "es")).text).toContain("nadie ha votado todavía");
});

test("a vote leads back to the result, with one's own choice in words; a second one changes nothing, and is told so", async () => {
  const { status, to } = await vote(poll, bo, "1");
  expect(status).toBe(303);
  expect(to).toBe(`${poll}#poll`);
  const { text } = await get(poll, bo);
  expect(text).toContain("You voted for: <bdi>Helium</bdi>.");
  expect(text).toContain("1 vote, 100 %");
  expect(text).toContain("1 person has voted");
  expect(text).not.toContain(`/posts/${idOf(poll)}/poll"`);
  const again = await vote(poll, bo, "0");
  expect(again.status).toBe(409);
  expect(again.text).toContain("a vote is final");
  expect((await get(poll, ana)).text).toContain("0 votes, 0 %");
  expect((await get(poll, ana)).text).not.toMatch(/<section class="poll"[\s\S]*\bBo\b[\s\S]*<\/table>/);
});

test("votes that make no sense change nothing", async () => {
  expect((await vote(poll, null, "0")).to).toMatch(/^\/sign-in/);
  expect((await send(`/posts/${idOf(poll)}/poll`, ana, {})).status).toBe(422);
  expect((await vote(poll, ana, "9")).status).toBe(400);
  expect((await vote(poll, ana, "x")).status).toBe(400);
  expect((await vote(poll, ana, ["0", "1"])).status).toBe(400);
  expect((await vote("/c/welding/t/12345", ana, "0")).status).toBe(404);
  const plain = await send("/c/welding/new", ana, {
    do: "publish",
    kind: "story",
    title: "A story",
    source: "Once",
    key: "a-key-of-a-plain-thread",
  });
  expect((await vote(plain.to, ana, "0")).status).toBe(404);
  const foreign = await site.app.request(
    `/posts/${idOf(poll)}/poll`,
    formOf("https://evil.example", ana, { option: "0" }),
  );
  expect(foreign.status).toBe(403);
  expect((await get(poll, ana)).text).toContain("1 person has voted");
});

test("several options may be chosen where that is offered, and a closed poll shows what came of it to everybody", async () => {
  const { to } = await ask({ title: "Which ones?", options: "Argon\nHelium\nCO2", several: "yes", days: "1" });
  expect((await get(to, bo)).text.match(/type="checkbox" id="poll-/g)).toHaveLength(3);
  expect((await vote(to, bo, ["0", "2"])).status).toBe(303);
  await vote(to, ana, "0");
  const voted = (await get(to, bo)).text;
  expect(voted).toContain("You voted for: <bdi>Argon</bdi>, <bdi>CO2</bdi>.");
  expect(voted).toContain("2 votes, 100 %");
  expect(voted).toContain("1 vote, 50 %");
  await site.db`update polls set closes_at = now() - interval '1 minute' where thread_id = ${idOf(to)}`;
  const late = await makePerson(site.house, `late${++n}`);
  expect((await vote(to, late, "0")).status).toBe(403);
  const { text } = await get(to);
  expect(text).toMatch(/Closed on .*\u00a0· 2 people voted/);
  expect(text).not.toContain('<form class="form" method="post" action="/posts/');
});

test("the words of a poll can be edited, not what it asks", async () => {
  const path = `/posts/${idOf(poll)}/edit`;
  const { text } = await get(path, ana);
  expect(text).toContain("stay as they are");
  expect(text).not.toContain('name="options"');
  expect(text).not.toContain('<select id="f-kind"');
  const key = `key-of-a-form-${++n}-padded`;
  const edit = { do: "publish", kind: "poll", title: "Which gas, then?", source: "For thin sheet.", key };
  expect((await send(path, ana, { ...edit, options: "Other\nOptions" })).status).toBe(303);
  const after = (await get(poll)).text;
  expect(after).toContain("For thin sheet.");
  expect(after).toContain("Argon &lt;b&gt;");
  expect((await send(path, ana, { ...edit, kind: "story", key: `${key}2` })).status).toBe(400);
});

test("a poll of another server says where it is counted, and that a vote is on its way; a warning covers it", async () => {
  const peer = await ensurePeer(site.db, site.house.makeId(), "social.example");
  const uri = "https://social.example/users/rosa";
  const { id: authorId } = await saveRemoteActor(site.db, site.house.makeId(), {
    uri,
    peerId: peer.id,
    kind: "person",
    username: "rosa",
    name: "Rosa",
    summary: "",
    url: uri,
    iconUrl: null,
    inboxUri: `${uri}/inbox`,
    followersUri: null,
    movedTo: null,
    keys: [],
  });
  const id = await startThread(site.house, {
    groupId,
    authorId,
    authorUri: uri,
    text: {
      uri: "https://social.example/polls/1",
      url: "https://social.example/polls/1",
      objectType: "Question",
      name: null,
      html: "<p>Do you preheat?</p>",
      warning: "Hot things",
      language: null,
      attachments: [],
      poll: {
        multiple: false,
        closesAt: null,
        voters: 7,
        options: [
          { text: "Yes\u202e", votes: 4 },
          { text: "No", votes: 3 },
        ],
      },
      publishedAt: new Date(),
      editedAt: null,
    },
  });
  const path = `/c/welding/t/${id}`;
  const { text } = await get(path, bo);
  expect(text).toContain("where this poll began and is counted");
  expect(text).toContain("Open, without an end\u00a0· 7 people have voted");
  expect(text).toMatch(
    /<section class="poll"[\s\S]*?<details class="warning"><summary><span>[^<]*<\/span> <bdi>Hot things/,
  );
  expect(text).not.toContain("\u202e");
  expect((await vote(path, bo, "0")).status).toBe(303);
  expect((await get(path, bo)).text).toContain("Your vote is on its way: <bdi>social.example</bdi> counts it");
});
