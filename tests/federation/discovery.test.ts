/** How this server and its communities are found: WebFinger and NodeInfo, read by Fedify as well. */
import { parseNodeInfo } from "@fedify/fedify";
import { lookupWebFinger } from "@fedify/webfinger";
import { describe, expect, test } from "vitest";
import { nodeInfo } from "../../federation/discovery.ts";
import { createAccount } from "../../src/domain/accounts/create.ts";
import { withdrawOwnPost } from "../../src/domain/posts/remove.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { makePerson } from "../support/people.ts";
import type { Doc } from "../support/remote/index.ts";
import { AS, setLibrary } from "./documents/library.ts";

const it = setLibrary();

describe("WebFinger", () => {
  const finger = (resource: string) =>
    it.get(`/.well-known/webfinger?resource=${encodeURIComponent(resource)}`, { accept: "application/jrd+json" });
  const forms = () => {
    const { host, origin } = it.ours;
    return [
      `acct:welding@${host}`,
      `acct:Welding@${host.toUpperCase()}`,
      `welding@${host}`,
      `@welding@${host}`,
      `acct:@welding@${host}`,
      `${origin}/c/welding`,
      `${origin}/@welding`,
    ];
  };

  test("finds a community by every form of its name", async () => {
    for (const resource of forms()) {
      const answer = await finger(resource);
      expect(answer.status, resource).toBe(200);
      expect(answer.headers.get("content-type")).toMatch(/^application\/jrd\+json/);
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      expect(JSON.parse(answer.text)).toEqual({
        subject: `acct:welding@${it.ours.host}`,
        aliases: [it.group.uri],
        links: [
          { rel: "http://webfinger.net/rel/profile-page", type: "text/html", href: it.group.uri },
          {
            rel: "self",
            type: "application/activity+json",
            href: it.group.uri,
            properties: { [`${AS}#type`]: "Group" },
          },
        ],
      });
    }
  });

  test("finds the instance actor", async () => {
    for (const resource of [`acct:instance@${it.ours.host}`, `${it.ours.origin}/actor`]) {
      expect(JSON.parse((await finger(resource)).text).links[1]).toMatchObject({
        rel: "self",
        href: `${it.ours.origin}/actor`,
      });
    }
  });

  test("says 404 to what is not here, also on other hosts, and 400 to nothing", async () => {
    const { host, origin } = it.ours;
    for (const resource of [
      `acct:nobody@${host}`,
      "acct:welding@other.example",
      "https://other.example/c/welding",
      `${origin}/c/nobody`,
      `${origin}/c/welding/outbox`,
      `${origin}.evil.example/c/welding`,
      "acct:welding",
      "x",
      `acct:${"w".repeat(5_000)}@${host}`,
      "acct:__proto__@x",
    ]) {
      const answer = await finger(resource);
      expect(answer.status, resource).toBe(404);
      expect(JSON.parse(answer.text)).toEqual({ error: expect.any(String) });
    }
    for (const path of [
      "/.well-known/webfinger",
      "/.well-known/webfinger?resource=",
      "/.well-known/webfinger?rel=self",
    ]) {
      expect((await it.get(path)).status, path).toBe(400);
    }
  });

  test("is read by Fedify", async () => {
    const found = await lookupWebFinger(it.group.uri, { allowPrivateAddress: true });
    expect(found).toMatchObject({ subject: `acct:welding@${it.ours.host}`, aliases: [it.group.uri] });
    expect(found?.links?.find((link) => link.rel === "self")).toMatchObject({
      href: it.group.uri,
      properties: { [`${AS}#type`]: "Group" },
    });
  });
});

describe("NodeInfo", () => {
  test("is found where servers look, each version under its own name", async () => {
    const links = JSON.parse((await it.get("/.well-known/nodeinfo", { accept: "application/json" })).text) as {
      links: { rel: string; href: string }[];
    };
    expect(links.links.map((link) => link.rel.split("/").at(-1))).toEqual(["2.0", "2.1"]);
    for (const { rel, href } of links.links) {
      const answer = await it.get(href.slice(it.ours.origin.length), { accept: "application/json" });
      expect(answer.headers.get("content-type")).toContain(`profile="${rel}#"`);
      expect(JSON.parse(answer.text)).toMatchObject({ version: rel.split("/").at(-1) });
    }
    expect((await it.get("/nodeinfo/1.0")).status).toBe(404);
  });

  test.each(["2.0", "2.1"])("%s tells the figures as they are", async (version) => {
    const json = JSON.parse((await it.get(`/nodeinfo/${version}`)).text) as Doc;
    expect(json).toMatchObject({
      version,
      software: { name: "commonplace", version: it.ours.app.version },
      protocols: ["activitypub"],
      openRegistrations: true,
      usage: { users: { total: 0, activeMonth: 0, activeHalfyear: 0 }, localPosts: 0, localComments: 0 },
    });
    const [row] = await it.ours.app.db`select count(*)::int as threads from threads where removed_at is null`;
    const { threads, communities } = json.metadata as { threads: number; communities: number };
    // Kept for ten minutes: what was counted at the first look in this file.
    expect(threads).toBeGreaterThan(0);
    expect(threads).toBeLessThanOrEqual(row?.threads);
    expect(communities).toBeGreaterThan(0);
  });

  test("counts who is here, what they wrote and when, and not what was removed or who still waits to be let in", async () => {
    const { db, house } = it.ours.app;
    const [before] = await db<{ threads: number; replies: number }[]>`
      select count(*) filter (where id = thread_id)::int as threads, count(*) filter (where id <> thread_id)::int as replies from posts`;
    const [cyn, dan] = [await makePerson(house, "cyn"), await makePerson(house, "dan")];
    const asking = {
      username: "eli",
      name: "",
      role: "member",
      state: "asked",
      email: null,
      passwordHash: null,
    } as const;
    await createAccount(house, "operator", { ...asking, emailConfirmed: false });
    const words = { source: "Argon.", warning: "", language: "en", pictures: [] };
    const thread = {
      ...words,
      groupId: it.group.id,
      title: "Gas",
      kind: "discussion",
      topicIds: [],
      linkUrl: null,
    } as const;
    const { id: parentId } = await composeThread(house, cyn.id, { ...thread, submissionKey: "figures-1" });
    const taken = await composeThread(house, cyn.id, { ...thread, submissionKey: "figures-2" });
    await withdrawOwnPost(house, cyn, taken.id);
    const reply = { ...words, parentId };
    const old = await composeReply(house, dan.id, { ...reply, submissionKey: "figures-3" });
    const gone = await composeReply(house, dan.id, { ...reply, submissionKey: "figures-4" });
    await withdrawOwnPost(house, dan, gone.id);
    const figures = () => nodeInfo(db, "2.1", { version: "1" });
    const written = { localPosts: 1, localComments: 1 };
    const metadata = { communities: 1, threads: (before?.threads ?? 0) + 1, replies: (before?.replies ?? 0) + 1 };
    const expected = (activeMonth: number, activeHalfyear: number) => ({
      usage: { users: { total: 2, activeMonth, activeHalfyear }, ...written },
      metadata,
    });
    expect(await figures()).toMatchObject(expected(2, 2));
    await db`update posts set published_at = now() - interval '100 days' where id = ${old.id}`;
    expect(await figures()).toMatchObject(expected(1, 2));
    await db`update posts set published_at = now() - interval '200 days' where id = ${old.id}`;
    expect(await figures()).toMatchObject(expected(1, 1));
  });

  test.each([
    ["closed", false],
    ["invitation", false],
    ["approval", true],
    ["open", true],
  ])("where registration is %s, says that whoever wants to may ask: %s", async (registration, open) => {
    const { db } = it.ours.app;
    await db`update instance set registration = ${registration}`;
    expect(await nodeInfo(db, "2.1", { version: "1" })).toMatchObject({ openRegistrations: open });
  });

  test("is read by Fedify", async () => {
    const info = parseNodeInfo(JSON.parse((await it.get("/nodeinfo/2.1")).text));
    expect(info).toMatchObject({
      software: { name: "commonplace" },
      protocols: ["activitypub"],
      usage: { localPosts: 0, localComments: 0 },
    });
  });
});
