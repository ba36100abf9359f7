/** Feeds in both forms, of everything that has one. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { makePerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { type Stories, seedStories } from "./seed-stories.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let stories: Stories;
let all: string[];

interface JsonFeed {
  version: string;
  title: string;
  home_page_url: string;
  feed_url: string;
  items: {
    id: string;
    url: string;
    title: string;
    content_html: string;
    date_published: string;
    authors: { name: string }[];
  }[];
}

beforeAll(async () => {
  site = await openSite();
  stories = await seedStories(site.db);
  await site.db`insert into topics (id, group_id, slug, name)
    select 77, id, 'stainless', 'Stainless & co' from actors where username = 'welding' and peer_id is null`;
  await site.db`insert into thread_topics values (${stories.warping}, 77), (${stories.removed}, 77)`;
  const bea = await makePerson(site.house, "bea");
  await site.db`update posts set author_id = ${bea.id} where id = ${stories.quiet}`;
  all = [
    "",
    "/c/welding",
    "/c/welding/topics/stainless",
    `/c/welding/t/${stories.warping}`,
    "/u/bea",
    `/people/${stories.ana}`,
  ];
});
afterAll(() => site[Symbol.asyncDispose]());

const json = async (path: string) => JSON.parse(await site.read(`${path}/feed.json`)) as JsonFeed;

it("a JSON Feed says the same as the Atom feed beside it", async () => {
  for (const path of all) {
    const feed = await json(path);
    expect(feed.version).toBe("https://jsonfeed.org/version/1.1");
    expect(feed.feed_url).toBe(`${ORIGIN}${path}/feed.json`);
    expect(feed.home_page_url).toBe(ORIGIN + (path || "/"));
    const atom = await site.read(`${path}/feed.atom`);
    const ids = Array.from(atom.matchAll(/<entry>\n<id>([^<]+)/g), ([, id]) => id);
    expect(ids.length, path).toBeGreaterThan(0);
    expect(feed.items.map(({ id }) => id)).toEqual(ids);
    for (const item of feed.items) {
      expect(item.title).not.toBe("");
      expect(item.url.startsWith(`${ORIGIN}/`)).toBe(true);
      expect(new Date(item.date_published).toISOString()).toBe(item.date_published);
      expect(item.authors[0]?.name).not.toBe("");
    }
  }
});

it("both have their type, may be kept, and are not sent again to those who have them", async () => {
  for (const path of all)
    for (const [name, type] of [
      ["feed.atom", "application/atom+xml; charset=utf-8"],
      ["feed.json", "application/feed+json; charset=utf-8"],
    ]) {
      const response = await site.app.request(`${path}/${name}`);
      expect(response.headers.get("content-type")).toBe(type);
      expect(response.headers.get("cache-control")).toBe("public, max-age=300");
      const etag = response.headers.get("etag") ?? "";
      const again = await site.app.request(`${path}/${name}`, { headers: { "If-None-Match": etag } });
      expect(again.status, path).toBe(304);
    }
});

it("a topic's feed has its threads and none that was removed; its title says where", async () => {
  const feed = await json("/c/welding/topics/stainless");
  expect(feed.title).toBe("Stainless & co in Welding");
  expect(feed.items.map(({ url }) => url)).toEqual([`${ORIGIN}/c/welding/t/${stories.warping}`]);
});

it("a person's feed has what they wrote, replies by the name of their conversation", async () => {
  const feed = await json(`/people/${stories.ana}`);
  expect(feed.title).toBe("What Ana Ruiz writes on commons.example");
  expect(feed.items.some(({ title }) => title.startsWith("Reply in “"))).toBe(true);
  expect((await json("/u/bea")).items).toHaveLength(1);
});

it("hides what stands behind a content warning, what was removed, and what came from a blocked server", async () => {
  const warned = (await json("/c/nightnursing")).items.map(({ content_html }) => content_html);
  expect(warned.some((content) => content.startsWith("<p>Content warning: "))).toBe(true);
  await site.db`update peers set blocked_at = now() where host = 'mastodon.example'`;
  await site.read(`/people/${stories.ana}/feed.json`, 404);
  expect(JSON.stringify(await json(""))).not.toContain("Ana Ruiz");
  await site.db`update peers set blocked_at = null where host = 'mastodon.example'`;
});

it("other spellings lead to the feed's own address; what is not there is not found", async () => {
  for (const [path, to] of [
    ["/c/Welding/feed.json", "/c/welding/feed.json"],
    ["/u/BEA/feed.atom", "/u/bea/feed.atom"],
  ]) {
    const response = await site.app.request(path as string);
    expect([response.status, response.headers.get("location")]).toEqual([301, to]);
  }
  for (const path of ["/c/nowhere", "/c/welding/topics/none", "/c/welding/t/1", "/u/nobody", "/people/1", "/people/x"])
    for (const name of ["feed.atom", "feed.json"]) await site.read(`${path}/${name}`, 404);
});

it("somebody elsewhere who has an account here is led to it", async () => {
  const [bea] = await site.db<{ id: string }[]>`select id from actors where username = 'bea'`;
  const response = await site.app.request(`/people/${bea?.id}/feed.json`);
  expect(response.headers.get("location")).toBe("/u/bea/feed.json");
});
