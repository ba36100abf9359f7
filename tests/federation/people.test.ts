/** People of this server as other servers meet them: found, read, followed; and what they follow elsewhere. */
import { Collection, Hashtag, Person } from "@fedify/fedify/vocab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { followElsewhere, unfollowElsewhere } from "../../src/domain/people/follow.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openRemote, type Remote, type RemotePerson } from "../support/remote/index.ts";

let ours: TestServer;
let mastodon: Remote;
let lemmy: Remote;
let ana: TestPerson;
let ben: RemotePerson;
let cooking: RemotePerson;

beforeAll(async () => {
  ours = await openTestServer();
  mastodon = await openRemote({ software: "mastodon" });
  lemmy = await openRemote({ software: "lemmy" });
  ana = await makePerson(ours.app.house, "ana");
  ben = await mastodon.addPerson("ben");
  cooking = await lemmy.addPerson("cooking", { type: "Group" });
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  await mastodon?.close();
  await lemmy?.close();
});

describe("somebody with an account here", () => {
  test("is found by their handle", async () => {
    const found = await mastodon.lookup(`@ana@${ours.host}`);
    expect(found).toMatchObject({ id: ana.uri, type: "Person", inbox: `${ana.uri}/inbox` });
  });

  test("is a Person that an independent reader understands", async () => {
    const { json, status, headers } = await ours.document("/u/ana");
    expect(status).toBe(200);
    expect(headers.get("vary")).toContain("Accept");
    const person = await Person.fromJsonLd(json);
    expect(person.preferredUsername).toBe("ana");
    expect(person.id?.href).toBe(ana.uri);
    expect((await person.getPublicKey())?.id?.href).toBe(`${ana.uri}#main-key`);
  });

  test("shares the page's address, and has collections that give counts only", async () => {
    for (const name of ["followers", "following"]) {
      const { json } = await ours.document(`/u/ana/${name}`);
      expect(json).toMatchObject({ type: "OrderedCollection", totalItems: 0 });
      expect(json.orderedItems).toBeUndefined();
    }
    expect((await ours.document("/u/nobody")).status).toBe(404);
    expect((await ours.document("/u/nobody/outbox")).status).toBe(404);
  });

  test("says what they can help with as tags, which can be kept for a while", async () => {
    const things = ["TIG welding (thin sheet)", "Öfen", "tig-welding, thin sheet", "हिन्दी", "2024", "🔥"];
    await ours.app.db`update profiles set helps_with = ${things} where actor_id = ${ana.id}`;
    const cyn = await makePerson(ours.app.house, "cyn");
    expect((await ours.document("/u/cyn/tags")).json).toMatchObject({ type: "Collection", totalItems: 0, items: [] });
    const { json, status, headers } = await ours.document("/u/ana/tags");
    expect(status).toBe(200);
    expect(json).toMatchObject({ id: `${ana.uri}/tags`, type: "Collection", totalItems: 3 });
    const href = (thing: string) => `${ours.origin}/search?q=${encodeURIComponent(thing)}`;
    expect(json.items).toEqual([
      { type: "Hashtag", href: href("TIG welding (thin sheet)"), name: "#TIG_welding_thin_sheet" },
      { type: "Hashtag", href: href("Öfen"), name: "#Öfen" },
      { type: "Hashtag", href: href("हिन्दी"), name: "#हिन्दी" },
    ]);
    expect(headers.get("cache-control")).toMatch(/^public, max-age=\d+$/);
    const again = await fetch(`${ana.uri}/tags`, { headers: { "if-none-match": headers.get("etag") ?? "" } });
    expect(again.status).toBe(304);
    expect((await ours.document("/u/nobody/tags")).status).toBe(404);

    const read = await Collection.fromJsonLd(json);
    const names: unknown[] = [];
    for await (const item of read.getItems()) names.push(item instanceof Hashtag ? item.name?.toString() : item);
    expect(names).toEqual(["#TIG_welding_thin_sheet", "#Öfen", "#हिन्दी"]);
    const person = await Person.fromJsonLd((await ours.document(`/u/${cyn.username}`)).json);
    expect(person.featuredTagsId?.href).toBe(`${cyn.uri}/tags`);
  });

  test("is followed at once, and left again", async () => {
    const sent = await ben.follow(ana.uri);
    expect(sent.status).toBe(202);
    const accept = await mastodon.waitFor({ type: "Accept", object: { id: sent.id } });
    expect(accept.signature).toMatchObject({ verified: true, actor: ana.uri });
    await mastodon.idle();
    expect(ben.following.get(ana.uri)).toBe("accepted");
    expect((await followers()).count).toBe(1);
    expect((await ben.unfollow(ana.uri)).status).toBe(202);
    expect((await followers()).count).toBe(0);
  });

  test("who has blocked somebody's server is not followed from there", async () => {
    await ours.app.db`insert into blocks (actor_id, blocked_host) values (${ana.id}, ${mastodon.host})`;
    const sent = await ben.follow(ana.uri);
    expect(sent.status).toBe(202);
    expect((await followers()).count).toBe(0);
    await ours.app.db`delete from blocks`;
  });

  test("has no inbox under another name", async () => {
    const answer = await ben.send({ type: "Like" }, { to: `${ours.origin}/u/nobody/inbox` });
    expect(answer.status).toBe(404);
  });
});

describe("a community elsewhere", () => {
  test("is followed by somebody here once it accepts", async () => {
    const group = await known(cooking);
    const asked = { actorId: ana.id, actorUri: ana.uri, targetId: group };
    expect(await followElsewhere(ours.app.house, asked)).toBe("pending");
    const follow = await lemmy.waitFor({ type: "Follow", actor: ana.uri, object: cooking.id });
    expect(follow.signature).toMatchObject({ verified: true, actor: ana.uri });
    await lemmy.idle();
    await expect.poll(() => state(group)).toBe("accepted");
    expect(cooking.followers.has(ana.uri)).toBe(true);
    expect(await unfollowElsewhere(ours.app.house, asked)).toBe(true);
    await lemmy.waitFor({ type: "Undo", actor: ana.uri });
    await lemmy.idle();
    expect(cooking.followers.has(ana.uri)).toBe(false);
    expect(await unfollowElsewhere(ours.app.house, asked)).toBe(false);
  });

  test("is not followed because somebody else says so", async () => {
    const group = await known(cooking);
    const rogue = await lemmy.addPerson("rogue", { type: "Group" });
    await ours.app
      .db`insert into memberships (group_id, actor_id, state, follow_uri) values (${group}, ${ana.id}, 'pending', ${`${ana.uri}#follows/${group}`})`;
    const follow = { id: `${ana.uri}#follows/${group}`, type: "Follow", actor: ana.uri, object: cooking.id };
    for (const object of [follow, { ...follow, object: rogue.id }, follow.id]) {
      const accept = { id: `${rogue.id}#accept/${Math.random()}`, type: "Accept", actor: rogue.id, object };
      await rogue.send(
        { "@context": "https://www.w3.org/ns/activitystreams", ...accept },
        { to: `${ours.origin}/inbox` },
      );
    }
    expect(await state(group)).toBe("pending");
  });
});

async function followers(): Promise<{ count: number }> {
  const { json } = await ours.document("/u/ana/followers");
  // The document is kept on a shelf for a few seconds: the rows are what counts.
  expect(json.type).toBe("OrderedCollection");
  const [row] = await ours.app.db<{ count: number }[]>`
    select count(*)::int as count from memberships where group_id = ${ana.id} and state = 'accepted'`;
  return row ?? { count: -1 };
}

async function known(group: RemotePerson) {
  await group.send(
    {
      "@context": "https://www.w3.org/ns/activitystreams",
      id: `${group.id}#hello/${Math.random()}`,
      type: "Listen",
      actor: group.id,
      object: group.id,
    },
    { to: `${ours.origin}/inbox` },
  );
  const [row] = await ours.app.db<{ id: string }[]>`select id from actors where uri = ${group.id}`;
  if (!row) throw new Error("The group is not known.");
  return row.id as never;
}

async function state(group: string): Promise<string | undefined> {
  const [row] = await ours.app.db<{ state: string }[]>`
    select state from memberships where group_id = ${group} and actor_id = ${ana.id}`;
  return row?.state;
}
