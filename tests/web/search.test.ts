/** The search page: the form, what is found, what is looked up elsewhere, and what it answers to the absurd. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Db } from "../../db/open.ts";
import type { LookedUp } from "../../federation/index.ts";
import { bringSearchUp } from "../../src/domain/search/bring-up.ts";
import { web } from "../../src/web/index.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { type Stories, seedStories } from "./seed-stories.ts";
import { openSite, type TestSite, testSite } from "./site.ts";

let site: TestSite;
let stories: Stories;
let bea: TestPerson;
let evil: string;
const asked: string[] = [];
let answer: LookedUp = { is: "none" };
let elsewhere: ReturnType<typeof web>;

beforeAll(async () => {
  site = await openSite();
  stories = await seedStories(site.db);
  evil = await stories.seed.thread("welding", "Sharp <img src=x onerror=alert(1)> tungsten", {
    by: "ana@mastodon.example",
    at: "2026-05-12T10:00:00Z",
    html: '<p>Is &lt;script&gt;tungsten&lt;/script&gt; &amp; "thorium" dangerous?</p>',
    language: "en",
  });
  for (let i = 10; i < 31; i++) {
    const post = { by: "chidinma@piefed.example", at: `2026-03-13T10:${i}:00Z`, html: "<p>Green.</p>" };
    await stories.seed.thread("nightnursing", `Verdigris ${i}`, post);
  }
  bea = await makePerson(site.house, "bea");
  await sleep(3);
  await bringSearchUp(site.house, { settleMs: 0 });
  elsewhere = web(
    testSite(site.db, {
      house: site.house,
      lookUp: async (text) => {
        asked.push(text);
        return answer;
      },
    }),
  );
});
afterAll(() => site[Symbol.asyncDispose]());

const search = (fields: Record<string, string>) => site.read(`/search?${new URLSearchParams(fields)}`);

describe("the page", () => {
  it("is a form that works without script, and says what can be found", async () => {
    const page = await site.read("/search");
    expect(page).toContain('<form class="form" method="get" action="/search">');
    expect(page).toContain("Search everything that was said here");
    expect(page).toContain('<meta name="robots" content="noindex">');
  });

  it("finds threads and replies, says where they stand, and marks the words safely", async () => {
    const page = await search({ q: "tungsten" });
    expect(page).toContain(`href="/c/welding/t/${evil}"`);
    expect(page).toContain("Sharp &lt;img src=x onerror=alert(1)&gt; <mark>tungsten</mark>");
    expect(page).not.toContain("<img src=x");
    expect(page).not.toContain("<script>");
    expect(await search({ q: "copper" })).toMatch(/<a href="\/posts\/\d+">.*<span class="state">Reply<\/span>/s);
  });

  it("shows what is short whole, and of what is long the part that has the words", async () => {
    const page = await search({ q: "copper" });
    expect(page).toContain(
      ">Aluminium works too if <mark>copper</mark> is too dear. We use old extrusions and throw them away when they are chewed.</p>",
    );
    expect(page).toMatch(/<mark>Copper<\/mark> behind it, always\..* …<\/p>/);
  });

  it("says that only the newest matches are weighed where there are more than a page shows", async () => {
    const weighed = "Only the newest 500 matches are weighed.";
    const few = await search({ q: "copper" });
    expect(few).toContain("The best match first");
    expect(few).not.toContain(weighed);
    expect(await search({ q: "verdigris" })).toContain(weighed);
    expect(await search({ q: "verdigris", order: "newest" })).not.toContain(weighed);
  });

  it("finds communities and people by their names, and leads to them", async () => {
    expect(await search({ q: "weldng" })).toContain('<a href="/c/welding"><bdi>Welding</bdi></a>');
    expect(await search({ q: "Ana Ruis" })).toContain(`href="/people/${stories.ana}"`);
    expect(await search({ q: "bea", what: "people" })).toContain('href="/u/bea"');
  });

  it("is narrowed by its fields, which stay as they were", async () => {
    const page = await search({
      q: "tungsten",
      community: "welding",
      what: "threads",
      author: "@ana@mastodon.example",
    });
    expect(page).toContain(evil);
    expect(page).toContain('<option value="threads" selected>');
    expect(page).toContain('value="@ana@mastodon.example"');
    expect(page).toContain("<details open>");
    expect(await search({ q: "tungsten", community: "gardens" })).toContain("Nothing fits all of that.");
    expect(await search({ q: "tungsten", from: "2026-05-13" })).not.toContain(`/t/${evil}`);
    expect(await search({ q: "tungsten", from: "2026-05-12", to: "2026-05-12" })).toContain(`/t/${evil}`);
    expect(await search({ author: "@ana@mastodon.example" })).toContain(`/t/${evil}`);
  });

  it("says which field names nothing", async () => {
    for (const [fields, sentence] of [
      ["q=x&community=nowhere", "There is no community “nowhere” here."],
      ["q=x&community=welding&topic=nothing", "There is no topic “nothing” there."],
      ["q=x&topic=nothing", "Say which community the topic belongs to."],
      ["q=x&author=nobody", "Nobody called “nobody” has written here."],
    ])
      expect(await site.read(`/search?${fields}`, 422)).toContain(sentence);
  });

  it("never shows what was removed, nor the words behind a content warning", async () => {
    expect(await search({ q: "question its author took back" })).not.toContain(stories.removed);
    const warned = await search({ community: "nightnursing", q: "saline" });
    expect(warned).toContain("Content warning: burns, hospital");
    expect(warned).not.toContain("the small scissors");
  });

  it("speaks the reader's language", async () => {
    const response = await site.app.request("/search?q=xyzzy", { headers: { "accept-language": "de" } });
    expect(await response.text()).toContain("Nichts hier enthält „xyzzy“.");
  });

  it.each([
    "q=",
    "q=%00",
    "q=%00%01abc",
    "q=the",
    "q=%F0%9F%98%80",
    "q=%ED%A0%80",
    "q=%FF%FE",
    `q=${"word%20".repeat(1_000)}`,
    `q=${"a".repeat(7_000)}`,
    "q=((%22&community=%00&topic=%27&author=%25&from=yesterday&to=2026-13-45&kind=nonsense&order=x&what=y",
    "q=a&after=zzz",
    "q=a&after=NTAwMC41MDAw",
    "q=-a&q=b",
    "q=%3Cscript%3E",
    "after=x",
    "q=@@@",
    "q=https://",
  ])("answers %s with a page, never with a failure", async (query) => {
    const response = await site.app.request(`/search?${query}`);
    expect([200, 422]).toContain(response.status);
    expect(await response.text()).toContain("</html>");
  });
});

describe("what lies elsewhere", () => {
  const ask = (q: string, headers: Record<string, string> = {}) =>
    elsewhere.request(`/search?${new URLSearchParams({ q })}`, { headers: { cookie: bea.cookie, ...headers } });
  const actor = {
    id: "5",
    uri: "https://far.example/u/zoe",
    username: "zoe",
    host: "far.example",
    name: "Zoe",
    summary: "<p>Bends pipes.</p>",
    url: "https://far.example/@zoe",
  };

  it("is looked up for members alone, and not because another site's link says so", async () => {
    asked.length = 0;
    const visitor = await elsewhere.request("/search?q=%40zoe%40far.example");
    expect(await visitor.text()).toContain("/sign-in?next=");
    const led = await ask("@zoe@far.example", { "sec-fetch-site": "cross-site" });
    expect(await led.text()).toContain("Look it up");
    expect(asked).toEqual([]);
    answer = { is: "person", actor };
    const page = await (await ask(" @zoe@far.example", { "sec-fetch-site": "same-origin" })).text();
    expect(asked).toEqual(["@zoe@far.example"]);
    expect(page).toContain("Bends pipes.");
    expect(page).toContain("@zoe@far.example");
    expect(page).toContain('href="https://far.example/@zoe" rel="nofollow noopener noreferrer"');
    expect(page).not.toContain('href="/people/5"');
  });

  it("leads to the thread here, where it is in one, and to pages of this server", async () => {
    answer = { is: "post", postId: evil };
    expect((await ask("https://far.example/1")).headers.get("location")).toBe(`/posts/${evil}`);
    answer = { is: "here", path: "/c/welding" };
    expect((await ask(`${ORIGIN}/c/welding`)).headers.get("location")).toBe("/c/welding");
  });

  it("shows a post that has no place here, and never an address that is not one of a web page", async () => {
    answer = {
      is: "post-elsewhere",
      post: {
        uri: "https://far.example/2",
        url: "javascript:alert(1)",
        title: null,
        html: "<p>Far words.</p>",
        warning: "spiders",
        language: "en",
        publishedAt: Date.parse("2026-01-01"),
        author: actor,
      },
    };
    const page = await (await ask("https://far.example/2")).text();
    expect(page).toContain("<summary>Content warning: spiders</summary>");
    expect(page).toContain("Far words.");
    expect(page).not.toContain("javascript:");
  });

  it("says why it was not found", async () => {
    answer = { problem: "unreachable", host: "far.example" };
    expect(await (await ask("@zoe@far.example")).text()).toContain("far.example could not be reached.");
    answer = { is: "none" };
    expect(await (await ask("https://far.example/x")).text()).toContain("There is nothing of that kind");
  });

  it("is looked up 30 times in five minutes, and then no more for a while", async () => {
    const carl = await makePerson(site.house, "carl");
    asked.length = 0;
    for (let i = 0; i < 31; i++) {
      const page = await elsewhere.request("/search?q=%40a%40b.example", { headers: { cookie: carl.cookie } });
      if (i === 30) expect(await page.text()).toContain("You have looked up a great deal");
    }
    expect(asked).toHaveLength(30);
  });
});

it("a search that the database gives up on is a page that says so", async () => {
  const slow = new Proxy(site.db, {
    get(db, name) {
      if (name !== "begin") return Reflect.get(db, name);
      return (_: string, work: (tx: Db) => Promise<unknown>) =>
        db.begin(async (tx) => {
          await tx`set local statement_timeout = 20`;
          await tx`select pg_sleep(1)`;
          return work(tx as never);
        });
    },
  });
  const page = await web(testSite(slow, { house: site.house })).request("/search?q=tungsten");
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("took too long");
});
