/** Long lists and long threads: walked forward and back they are complete, without a thing twice; every permalink finds its page. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPlace, writePlace } from "../../db/views/cursor.ts";
import { REPLIES_PER_PAGE } from "../../db/views/thread.ts";
import { seeder } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let long: { id: string; replyIds: string[] };
let deep: { id: string; replyIds: string[] };
const titles: string[] = [];

beforeAll(async () => {
  site = await openSite();
  const seed = seeder(site.db);
  await seed.community("letters", "Letters", "Setting type.");
  for (let i = 0; i < 75; i++) {
    // Three at a time were active at the same moment: then the id decides.
    const at = new Date(Date.parse("2026-04-01T00:00:00Z") + Math.floor(i / 3) * 3_600_000).toISOString();
    titles.push(`Specimen ${i}`);
    await seed.thread("letters", `Specimen ${i}`, { by: "rosa@garten.example", at, html: "<p>What is this?</p>" });
  }
  long = await seed.longThread("letters", "A thread of five thousand replies", "rosa@garten.example", 5000, 4);
  deep = await seed.longThread("letters", "A thread that never branches", "rosa@garten.example", 1200, 1200);
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

const linkOf = (page: string, rel: "next" | "prev") =>
  new RegExp(`<link rel="${rel}" href="([^"]*)">`).exec(page)?.[1]?.replaceAll("&amp;", "&");

async function walk(start: string, rel: "next" | "prev"): Promise<string[]> {
  const pages = [];
  for (let path: string | undefined = start; path !== undefined; ) {
    const page: string = await site.read(path);
    pages.push(page);
    path = linkOf(page, rel);
    if (pages.length > 50) throw new Error("This walk has no end.");
  }
  return pages;
}

const idsIn = (page: string) =>
  Array.from(page.matchAll(/<article class="post" id="p-(\d+)"/g), ([, id]) => id as string);

describe("a community with many threads", () => {
  it("is complete and without doubles, forward and back", async () => {
    const forward = await walk("/c/letters", "next");
    const seen = forward.flatMap((page) =>
      Array.from(page.matchAll(/<bdi>(Specimen \d+)<\/bdi>/g), ([, title]) => title as string),
    );
    expect(seen).toHaveLength(75);
    expect(new Set(seen)).toEqual(new Set(titles));
    expect(forward).toHaveLength(3);

    const last = linkOf(forward[1] as string, "next") as string;
    const back = await walk(last, "prev");
    expect(back.map((page) => /<link rel="canonical" href="([^"]*)">/.exec(page)?.[1])).toEqual(
      forward.toReversed().map((page) => /<link rel="canonical" href="([^"]*)">/.exec(page)?.[1]),
    );
  });
});

describe("a thread of five thousand replies", () => {
  it("opens, and its ten pages hold every reply once, in reading order", async () => {
    const pages = await walk(`/c/letters/t/${long.id}`, "next");
    expect(pages).toHaveLength(10);
    const ids = pages.flatMap(idsIn);
    expect(ids).toHaveLength(5000);
    expect(ids).toEqual(long.replyIds);
    expect(pages[0]).toContain("Replies 1 to 500 of 5,000");
    expect(pages[9]).toContain("Replies 4,501 to 5,000 of 5,000");
    expect(pages[3]).toContain("This is page 4 of 10");
  });

  it("goes back the same way", async () => {
    const forward = await walk(`/c/letters/t/${long.id}`, "next");
    const back = await walk(linkOf(forward[8] as string, "next") as string, "prev");
    expect(back.map(idsIn)).toEqual(forward.toReversed().map(idsIn));
  });

  it("has each reply on the page its permalink leads to", async () => {
    for (const n of [0, 499, 500, 501, 2503, 4999]) {
      const id = long.replyIds[n] as string;
      const response = await site.app.request(`/posts/${id}`);
      const [path, fragment] = (response.headers.get("Location") ?? "").split("#");
      expect(fragment).toBe(`p-${id}`);
      expect(idsIn(await site.read(path as string))).toContain(id);
    }
  });
});

describe("a thread as deep as it is long", () => {
  it("nests no deeper than browsers and readers can follow, and says whom each reply answers", async () => {
    const page = await site.read(`/c/letters/t/${deep.id}`);
    expect(idsIn(page)).toEqual(deep.replyIds.slice(0, REPLIES_PER_PAGE));
    expect(page.match(/<ol class="replies">/g)).toHaveLength(6);
    expect(page.match(/<li>/g)?.length).toBe(page.match(/<\/li>/g)?.length);
    expect(page).toContain(`answers <a href="#p-${deep.replyIds[98]}">`);
  });

  it("says on later pages whom the first reply answers, with the way there", async () => {
    const first = await site.read(`/c/letters/t/${deep.id}`);
    const second = await site.read(linkOf(first, "next") as string);
    expect(second).toContain(
      `answers <a href="/posts/${deep.replyIds[499]}"><bdi>hand19</bdi></a>, on an earlier page`,
    );
  });
});

describe("a place in a list", () => {
  it("survives being written and read", () => {
    const place = readPlace(writePlace("1767225600123456", "115816916582401024"));
    expect(place).toEqual({ first: "1767225600123456", id: "115816916582401024" });
  });

  it("that a stranger made up is no place", () => {
    for (const word of [
      "",
      "x",
      "../..",
      "a".repeat(65),
      writePlace("1", "0"),
      writePlace("99999999999999999999", "1"),
      Buffer.from("1.2.3").toString("base64url"),
    ]) {
      expect(readPlace(word)).toBeNull();
    }
  });
});
