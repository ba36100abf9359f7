/** What whoever asks for too much is told, by the site and by the server before it. */
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { openLimits } from "../../src/auth/limits.ts";
import { web } from "../../src/web/index.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { formOf, makePerson } from "../support/people.ts";
import { ORIGIN, seeder } from "./seed.ts";
import { openSite, type TestSite, testSite } from "./site.ts";

describe("the site", () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site?.[Symbol.asyncDispose]());

  function limited(address = "203.0.113.7") {
    const limits = openLimits(() => 1_700_000_000_000);
    return { limits, app: web(testSite(site.db, { house: site.house, limits, addressOf: () => address })) };
  }

  it("tells a visitor in their language when to come back, and serves others, and what a page is made of", async () => {
    const { app, limits } = limited();
    for (let i = 0; i < 3_000; i++) limits.page({ personId: null, network: "203.0.113.7" });
    const no = await app.request("/", { headers: { "accept-language": "de" } });
    expect(no.status).toBe(429);
    expect(no.headers.get("retry-after")).toBe("1");
    expect(no.headers.get("x-ratelimit-limit")).toBe("3000");
    expect(no.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(no.headers.get("cache-control")).toBe("no-store");
    expect(await no.text()).toContain("Das war zu oft; versuche es später noch einmal.");
    expect((await app.request("/favicon.svg")).status).not.toBe(429);
    const ana = await makePerson(site.house, "ana");
    expect((await app.request("/home", { headers: { cookie: ana.cookie } })).status).toBe(200);
  });

  it("holds a member to their own figures, whichever way they come", async () => {
    const { app, limits } = limited();
    const bo = await makePerson(site.house, "bo");
    for (let i = 0; i < 300; i++) limits.form({ personId: bo.id, network: `198.51.100.${i % 200}` });
    const no = await app.request("/drafts", formOf(ORIGIN, bo, {}));
    expect(no.status).toBe(429);
    expect(no.headers.get("x-ratelimit-limit")).toBe("300");
    expect((await app.request("/home", { headers: { cookie: bo.cookie } })).status, "reading goes on").toBe(200);
  });

  it("lets a member take back thirty of their posts in half an hour, and keeps what is one too many", async () => {
    const { app, limits } = limited();
    const cyd = await makePerson(site.house, "cyd");
    const seed = seeder(site.db);
    await seed.community("welding", "Welding", "Joining metal.");
    const opening = { by: "ana@mastodon.example", at: "2026-05-01T10:00:00Z", html: "<p>Why?</p>" };
    const post = await seed.thread("welding", "Why?", opening);
    await site.db`update posts set author_id = ${cyd.id} where id = ${post}`;
    for (let i = 0; i < 30; i++) limits.removal(cyd.id);
    const no = await app.request(`/posts/${post}/remove`, formOf(ORIGIN, cyd, {}));
    expect(no.status).toBe(429);
    expect(no.headers.get("retry-after")).toBe("60");
    expect(await site.db`select removed_at from posts where id = ${post}`).toEqual([{ removed_at: null }]);
  });

  it("lets a member look up thirty things elsewhere in five minutes, and everybody search 300 times", async () => {
    const { app, limits } = limited();
    const dan = await makePerson(site.house, "dan");
    const search = (words: string, cookie?: string) =>
      app.request(`/search?q=${encodeURIComponent(words)}`, { headers: { ...(cookie !== undefined && { cookie }) } });
    for (let i = 0; i < 30; i++) limits.lookUp(dan.id);
    const page = await search("@ana@mastodon.example", dan.cookie);
    expect(page.status).toBe(200);
    expect(page.headers.get("retry-after")).toBe("10");
    expect((await search("rod", dan.cookie)).status).toBe(200);
    for (let i = 0; i < 300; i++) limits.search({ personId: null, network: "203.0.113.7" });
    expect((await search("rod")).status).toBe(429);
    expect((await app.request("/search")).status, "the empty form is only a page").toBe(200);
  });

  it("counts nobody by an address that stands for all", async () => {
    const { app, limits } = limited("127.0.0.1");
    for (let i = 0; i < 4_000; i++) limits.page({ personId: null, network: "" });
    expect((await app.request("/")).status).toBe(200);
  });
});

describe("the server", () => {
  let ours: TestServer;
  beforeAll(async () => {
    ours = await openTestServer({ env: { TRUSTED_PROXIES: "loopback" } });
  });
  afterAll(() => ours?.[Symbol.asyncDispose]());

  /** A request that was begun and is not ended. */
  async function begin(address: string): Promise<ClientRequest> {
    const headers = {
      "x-forwarded-for": address,
      "content-length": "10",
      "content-type": "application/x-www-form-urlencoded",
    };
    const begun = request(`${ours.origin}/sign-in`, { method: "POST", agent: false, headers });
    begun.on("error", () => {});
    begun.write("a=");
    await once(begun, "socket");
    return begun;
  }

  async function ask(address: string, method = "GET", path = "/about"): Promise<IncomingMessage> {
    const asked = request(ours.origin + path, { method, agent: false, headers: { "x-forwarded-for": address } }).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    answer.resume();
    return answer;
  }

  test("answers fifty requests of one address at once, as the proxy names it, and others meanwhile", async () => {
    const begun: ClientRequest[] = [];
    for (let i = 0; i < 50; i++) begun.push(await begin("203.0.113.7"));
    await expect.poll(async () => (await ask("203.0.113.7")).statusCode, { timeout: 10_000 }).toBe(429);
    const no = await ask("203.0.113.7");
    expect(no.headers).toMatchObject({ "retry-after": "5", connection: "close" });
    // A letter is put off, not refused: not every server sends again what was answered 4xx.
    expect((await ask("203.0.113.7", "POST", "/inbox")).statusCode).toBe(503);
    expect((await ask("203.0.113.8")).statusCode).toBe(200);
    for (const one of begun) one.destroy();
    await expect.poll(async () => (await ask("203.0.113.7")).statusCode, { timeout: 10_000 }).toBe(200);
  });
});
