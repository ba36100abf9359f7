/** The charter on the wire: an Article by the Group, at its own address, pinned, created once and updated after that. */
import { expect, test } from "vitest";
import { publicKeyFromMultibase } from "../../federation/signatures/keys.ts";
import { verifyProof } from "../../federation/signatures/proof.ts";
import { writeCharter } from "../../src/domain/charters/write.ts";
import { editCommunity } from "../../src/domain/communities/edit.ts";
import { makePerson } from "../support/people.ts";
import { type Doc, openRemote } from "../support/remote/index.ts";
import { setStage } from "./inbox/stage.ts";

const stage = setStage();
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const write = (from: number, purpose: string) =>
  writeCharter(stage.ours.app.house, {
    groupId: stage.group.id,
    by: stage.group.id,
    standings: ["facilitator"],
    from,
    purpose,
    audience: "",
    norms: "Be *kind*.",
    roles: "",
    reviewOn: "",
  });

test("before there is one nothing is pinned, and there is no document", async () => {
  expect((await stage.ours.document("/c/welding/featured")).json).toMatchObject({ totalItems: 0, orderedItems: [] });
  expect((await stage.ours.document("/c/welding/charter")).status).toBe(404);
});

test("followers get a Create of the first version; forums, which take posts by people alone, do not", async () => {
  await using lemmy = await openRemoteForum();
  await stage.ana.follow(stage.group.uri);
  const reader = await lemmy.remote.addPerson("lena");
  await reader.follow(stage.group.uri);
  await write(0, "To weld <script>alert(1)</script> well.");
  const create = await stage.home.waitFor({ type: "Create", actor: stage.group.uri });
  const article = create.json.object as Record<string, unknown>;
  expect(create.json).toMatchObject({ id: `${stage.group.uri}/charter#create`, to: [PUBLIC] });
  expect(article).toMatchObject({
    id: `${stage.group.uri}/charter`,
    type: "Article",
    attributedTo: stage.group.uri,
    name: "Charter of Welding",
    to: [PUBLIC],
    source: { mediaType: "text/markdown" },
  });
  expect(article.content).toContain("<h2>What we are here for</h2>");
  expect(article.content).toContain("<em>kind</em>");
  expect(article.content).not.toContain("<script>");
  expect(article.content).not.toContain("Who it is for");
  await stage.ours.worker.settled();
  expect(lemmy.remote.received.map(({ json }) => json.type)).toEqual(["Accept"]);
});

test("a later version is an Update, with the day of the first", async () => {
  await write(1, "To weld better.");
  const update = await stage.home.waitFor({ type: "Update", actor: stage.group.uri });
  const article = update.json.object as Record<string, string>;
  expect(update.json.id).toBe(`${stage.group.uri}/charter#update/2`);
  expect(article.content).toContain("To weld better.");
  expect(Date.parse(article.updated ?? "")).toBeGreaterThan(Date.parse(article.published ?? ""));
});

test("it is pinned, and served at its own address with an ETag; to a browser that is a page", async () => {
  await expect.poll(async () => (await stage.ours.document("/c/welding/featured")).json.totalItems).toBe(1);
  const { json } = await stage.ours.document("/c/welding/featured");
  expect(json.orderedItems).toEqual([expect.objectContaining({ id: `${stage.group.uri}/charter`, type: "Article" })]);
  const document = await stage.ours.document("/c/welding/charter");
  expect(document.status).toBe(200);
  expect(document.headers.get("etag")).toBeTruthy();
  expect(document.headers.get("vary")).toContain("Accept");
  expect(document.json).toMatchObject({
    id: `${stage.group.uri}/charter`,
    type: "Article",
    attributedTo: stage.group.uri,
  });
  const page = await stage.ours.page("/c/welding/charter");
  expect(page.status).toBe(200);
  expect(page.text).toContain("To weld better.");
  expect(page.headers.get("vary")).toContain("Accept");
});

test("an edited community is announced to forums as the deed of the facilitator who did it", async () => {
  await using lemmy = await openRemoteForum();
  const reader = await lemmy.remote.addPerson("lea");
  await reader.follow(stage.group.uri);
  const facilitator = await makePerson(stage.ours.app.house, "fay");
  await editCommunity(stage.ours.app.house, {
    groupId: stage.group.id,
    by: facilitator.id,
    standings: ["facilitator"],
    name: "Welding anew",
    summarySource: "",
    colour: null,
    language: null,
    joining: "open",
    posting: "anyone",
    rules: [],
    questions: [],
    downVotes: true,
    manyAnswers: false,
    secondFactor: false,
    welcomeSource: "",
  });
  const announce = await lemmy.remote.waitFor({ type: "Announce", actor: stage.group.uri });
  expect(announce.json.object).toMatchObject({
    type: "Update",
    actor: facilitator.uri,
    audience: stage.group.uri,
    object: { id: stage.group.uri, type: "Group", name: "Welding anew" },
  });
  // It is theirs: whoever hears of them only by the community finds that they said it.
  const { assertionMethod } = (await stage.ours.document("/u/fay")).json as { assertionMethod: Doc[] };
  const key = publicKeyFromMultibase(String(assertionMethod[0]?.publicKeyMultibase));
  expect(key && verifyProof(announce.json.object as Doc, key)).toBe(true);
});

async function openRemoteForum() {
  const remote = await openRemote({ software: "lemmy" });
  return { remote, [Symbol.asyncDispose]: () => remote.close() };
}
