/** Addresses and fields that nobody types: ids that are no 64-bit numbers, and U+0000, which the database takes in no text. Each gets its 4xx, never a 5xx. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { upsertMembership } from "../../db/queries/members.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

const BIG = "9999999999999999999";
const PARAMETERS =
  "token t q next before after kind name slug draft key invitation done from to in for thread topic community author account id u uri version title text url resource";
const PAGES =
  "/c/welding /c/welding/members /c/welding/t/1 /c/welding/join /c/welding/new /c/welding/topics /c/welding/charter/changes /c/welding/follow /join /sign-in /sign-in/code /forgot /reset /confirm-email /setup /unsubscribe /home /search /notifications /people/1 /u/fay /share /communities/new /posts/1/reply /drafts/sent /about /settings /settings/security /live /complete";
const NAMES =
  "/c/%00 /c/%FF-%00 /c/a%40b%00 /c/%00/charter /c/%00/members /c/%00/new /c/%00/t/1 /c/welding/topics/%00 /c/welding/t/%00 /u/%00 /u/%FF%00 /@%00 /posts/%00 /people/%00 /media/%00 /assets/%00";
const DOCUMENTS =
  "/c/%00 /c/%00/outbox /c/%00/followers /c/%00/featured /c/%00/charter /u/%00 /u/%00/outbox /u/%00/tags /posts/%00 /nodeinfo/%00 /.well-known/webfinger?resource=%00 /.well-known/webfinger?resource=acct:%00@HOST";

const INBOXES = "/c/%00/inbox /c/a%00b/inbox /c/%FF%00/inbox /u/%00/inbox /u/fay%00/inbox";

let site: TestSite;
let server: TestServer;
let fay: TestPerson;
let thread: string;

beforeAll(async () => {
  [site, server] = await Promise.all([openSite(), openTestServer()]);
  fay = await makePerson(site.house, "fay");
  const { id: groupId } = await createCommunity(site.house, { slug: "welding", name: "Welding", summary: "" });
  const membership = {
    groupId,
    actorId: fay.id,
    state: "accepted",
    followUri: "urn:fay",
    role: "facilitator",
  } as const;
  await upsertMembership(site.db, membership);
  const rest = { topicIds: [], linkUrl: null, warning: "", language: null, pictures: [] };
  const words = {
    title: "Thin sheet",
    source: "How?",
    kind: "discussion",
    submissionKey: "a-key-of-the-form",
  } as const;
  ({ id: thread } = await composeThread(site.house, fay.id, { groupId, ...words, ...rest }));
});
afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const get = async (path: string) => (await site.app.request(path, { headers: { cookie: fay.cookie } })).status;

it("what is said to be an id and is none is not found", async () => {
  const lists = ["/c/welding/members?after=", "/notifications?before=", "/c/welding?before=", "/live?thread="];
  const places = ["history", "reply", "edit", "remove"].map((page) => `/posts/${BIG}/${page}`);
  for (const path of [...lists.map((path) => path + BIG), ...places, `/people/${BIG}`, `/media/${BIG}`])
    expect([path, await get(path)]).toEqual([path, 404]);
});

it("a form that names such an id is refused", async () => {
  const forms: [string, Record<string, string>][] = [
    ["/c/welding/members/role", { member: BIG, role: "member" }],
    ["/c/welding/members/remove", { member: BIG }],
    ["/c/welding/members/withdraw", { member: BIG }],
    ["/c/welding/requests", { member: BIG, answer: "accept" }],
    [`/c/welding/t/${thread}/move`, { to: BIG }],
    ["/notifications/read", { up_to: BIG }],
    ["/settings/notifications/devices/remove", { device: BIG }],
  ];
  for (const [path, fields] of forms)
    expect([path, (await site.app.request(path, formOf(ORIGIN, fay, fields))).status]).toEqual([path, 400]);
});

it("U+0000 breaks no page, as a name or as a parameter", async () => {
  for (const path of NAMES.split(" ")) expect([path, await get(path)]).toEqual([path, 404]);
  const query = PARAMETERS.split(" ")
    .map((name) => `${name}=%00`)
    .join("&");
  for (const page of PAGES.split(" ")) expect(await get(`${page}?${query}`), page).toBeLessThan(500);
});

it("and no document that other servers ask for", async () => {
  for (const path of DOCUMENTS.split(" ")) {
    const headers = { accept: "application/activity+json" };
    const answer = await fetch(server.origin + path.replace("HOST", server.host), { headers });
    await answer.body?.cancel();
    expect([400, 404], `${path}: ${answer.status}`).toContain(answer.status);
  }
});

it("nor any inbox that they post to", async () => {
  for (const path of INBOXES.split(" ")) {
    const headers = { "content-type": "application/activity+json" };
    const answer = await fetch(server.origin + path, { method: "POST", headers, body: "{}" });
    expect([path, answer.status]).toEqual([path, 404]);
  }
});
