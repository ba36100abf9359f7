/** What a page says of itself to whoever shows a link to it (Open Graph), beside its one true address. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { insertMedia } from "../../db/queries/media.ts";
import { makePerson } from "../support/people.ts";
import { ORIGIN, seeder } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

const MEDIA = "4711" as Id;
const DOMAIN = "Joining metal & keeping it joined.";

let site: TestSite;
let short: string;
let long: string;
let plain: string;

beforeAll(async () => {
  site = await openSite();
  const { db } = site;
  const seed = seeder(db);
  await seed.community("welding", "Welding & brazing", DOMAIN);
  await seed.community("gardens", "Gardens", "");
  const at = "2026-05-03T08:14:00Z";
  const asked = { by: "rosa@garten.example", at, html: '<p>Which "gas"?</p><p>For 2 mm sheet.</p>' };
  short = await seed.thread("welding", 'Which "gas"?', asked);
  plain = await seed.thread("gardens", "Beans", { ...asked, html: "<p>Beans</p>" });
  long = (await seed.longThread("welding", "A long one", "rosa@garten.example", 501, 1)).id;
  const ana = await makePerson(site.house, "ana");
  const picture = { purpose: "community", mediaType: "image/webp", width: 1, height: 1, description: "" } as const;
  await insertMedia(db, { ...picture, id: MEDIA, ownerId: ana.id, content: Buffer.from("x") });
  await db`update communities set picture_id = ${MEDIA} where actor_id = (select id from actors where username = 'welding')`;
  await db`update actors set icon_url = ${`${ORIGIN}/media/4712`} where id = ${ana.id}`;
  await db`update profiles set does = 'Pipe welder, 20 years' where actor_id = ${ana.id}`;
});
afterAll(() => site[Symbol.asyncDispose]());

/** What the head of a page says, unescaped. */
async function said(path: string): Promise<Record<string, string | undefined>> {
  const page = await site.read(path);
  const found: Record<string, string> = {};
  for (const [, name = "", value = ""] of page.matchAll(
    /<meta property="((?:og|article):[a-z:_]+)" content="([^"]*)">/g,
  )) {
    expect(found[name], `${name} is said twice`).toBeUndefined();
    found[name] = value.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  }
  return { ...found, canonical: /<link rel="canonical" href="([^"]*)">/.exec(page)?.[1] };
}

/** The set that every page has. */
const preview = (about: {
  path: string;
  type: string;
  title: string;
  description: unknown;
  image: string;
  of: string;
}) => ({
  "og:site_name": "commons.example",
  "og:type": about.type,
  "og:title": about.title,
  "og:description": about.description,
  "og:image": ORIGIN + about.image,
  "og:image:alt": about.of,
  "og:url": ORIGIN + about.path,
  canonical: ORIGIN + about.path,
});
const OURS = { image: "/icon-512.png", of: "commons.example" };
const WELDING = { image: `/media/${MEDIA}`, of: "Welding & brazing" };

describe("a link preview", () => {
  it("of the front page is about the server", async () => {
    const description = expect.stringMatching(/.{20}/);
    const about = { path: "/", type: "website", title: "commons.example", description, ...OURS };
    expect(await said("/")).toEqual(preview(about));
  });

  it("of a community is about what it is for, with its picture, or else the server's", async () => {
    const welding = {
      path: "/c/welding",
      type: "website",
      title: "Welding & brazing",
      description: DOMAIN,
      ...WELDING,
    };
    expect(await said("/c/welding")).toEqual(preview(welding));
    const description = expect.stringContaining("Gardens");
    const gardens = { path: "/c/gardens", type: "website", title: "Gardens", description, ...OURS };
    expect(await said("/c/gardens")).toEqual(preview(gardens));
  });

  it("of a thread begins with its first words, in the picture of its community", async () => {
    const path = `/c/welding/t/${short}`;
    const about = {
      path,
      type: "article",
      title: 'Which "gas"?',
      description: expect.stringContaining("For 2 mm sheet."),
      ...WELDING,
    };
    expect(await said(path)).toEqual({ ...preview(about), "article:published_time": "2026-05-03T08:14:00.000Z" });
    expect(await said(`/c/gardens/t/${plain}`)).toMatchObject({ "og:image": `${ORIGIN}/icon-512.png` });
  });

  it("of a later page of a thread is of that page", async () => {
    const first = await site.read(`/c/welding/t/${long}`);
    const path = /<link rel="next" href="([^"]*)">/.exec(first)?.[1] ?? "";
    const description = expect.stringMatching(/.{10}/);
    const about = { path, type: "article", title: "A long one, page 2", description, ...WELDING };
    expect(await said(path)).toEqual(preview(about));
  });

  it("of a person says what they do, with their portrait", async () => {
    const about = {
      path: "/u/ana",
      type: "profile",
      title: "Ana",
      description: "Pipe welder, 20 years",
      image: "/media/4712",
      of: "Ana",
    };
    expect(await said("/u/ana")).toEqual(preview(about));
  });
});

it("the server's own picture is there, large enough for a preview", async () => {
  const response = await site.app.request(OURS.image);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/png"]);
});
