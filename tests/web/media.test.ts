/** Pictures on the site: put in with a post, seen by their owner alone until then, and by nobody once they are taken away. */
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { withdrawOwnPost } from "../../src/domain/posts/remove.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let ana: TestPerson;
let bo: TestPerson;
let n = 0;
const key = () => `key-of-a-form-${++n}-padded`;

beforeAll(async () => {
  site = await openSite();
  await createCommunity(site.house, { slug: "welding", name: "Welding", summary: "" });
  ana = await makePerson(site.house, "ana");
  bo = await makePerson(site.house, "bo");
});
afterAll(() => site?.[Symbol.asyncDispose]());

/** As a browser sends a form with files. */
async function upload(path: string, person: TestPerson, fields: Record<string, string | File>) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  const headers = { origin: ORIGIN, cookie: person.cookie };
  const response = await site.app.request(path, { method: "POST", headers, body });
  return { status: response.status, text: await response.text(), to: response.headers.get("location") ?? "" };
}

it("asks once for the description of a picture, and keeps the picture meanwhile", async () => {
  const png = await sharp({ create: { width: 40, height: 20, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  const fields = { kind: "discussion", title: "A weld", source: "Look.", key: key(), do: "publish" };
  const asked = await upload("/c/welding/new", ana, {
    ...fields,
    "picture-1": new File([new Uint8Array(png)], "a.png"),
  });
  expect(asked.status).toBe(422);
  expect(asked.text).toContain('name="undescribed"');
  const media = /name="media-1" value="(\d+)"/.exec(asked.text)?.[1] ?? "";
  // Until it is published nobody else finds it, whoever guesses its address.
  const seenBy = (person: TestPerson | null) =>
    site.app.request(`/media/${media}`, { headers: person === null ? {} : { cookie: person.cookie } });
  expect(await Promise.all([null, bo].map(async (who) => (await seenBy(who)).status))).toEqual([404, 404]);
  const own = await seenBy(ana);
  expect([own.status, own.headers.get("cache-control")]).toEqual([200, "private, no-cache"]);
  expect(own.headers.get("cross-origin-resource-policy")).toBeNull();
  const published = await upload("/c/welding/new", ana, { ...fields, "media-1": media, "alt-1": "A red weld" });
  expect(published.status).toBe(303);
  const id = published.to.split("/").at(-1) ?? "";
  const [post] = await site.db`select attachments from posts where id = ${id}`;
  expect(post?.attachments).toEqual([
    { url: `${ORIGIN}/media/${media}`, mediaType: "image/webp", description: "A red weld", width: 40, height: 20 },
  ]);
  const picture = await site.app.request(`/media/${media}.webp`);
  expect(picture.status).toBe(200);
  expect(picture.headers.get("content-type")).toBe("image/webp");
  expect(picture.headers.get("cache-control")).toBe("public, max-age=3600, must-revalidate");
  expect(picture.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  expect(picture.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
  expect(picture.headers.get("x-content-type-options")).toBe("nosniff");
  // Somebody else's picture, or one of another post, is none.
  for (const thief of [bo, ana]) {
    const stolen = await upload("/c/welding/new", thief, {
      ...fields,
      key: key(),
      "media-1": media,
      "alt-1": "Mine",
    });
    expect(stolen.status).toBe(422);
  }
  // Without one, it is not asked again.
  const again = { ...fields, key: key(), "picture-1": new File([new Uint8Array(png)], "a.png"), undescribed: "yes" };
  expect((await upload("/c/welding/new", ana, again)).status).toBe(303);
  const svg = new File(['<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'], "a.png", {
    type: "image/png",
  });
  expect((await upload("/c/welding/new", ana, { ...fields, key: key(), "picture-1": svg })).status).toBe(422);
  expect((await site.app.request("/media/1")).status).toBe(404);
  // Whoever has it learns in a few bytes that it is still there, and once it is taken back, that it is not.
  const etag = picture.headers.get("etag") ?? "";
  const stillThere = (tag: string) => site.app.request(`/media/${media}`, { headers: { "if-none-match": tag } });
  for (const tag of [etag, `W/${etag}`, `"1", ${etag}`]) {
    const same = await stillThere(tag);
    expect([same.status, await same.text(), same.headers.get("etag")]).toEqual([304, "", etag]);
    expect(same.headers.get("cache-control")).toBe("public, max-age=3600, must-revalidate");
  }
  expect((await stillThere('"1"')).status).toBe(200);
  await withdrawOwnPost(site.house, ana, id as Id);
  const gone = await stillThere(etag);
  expect([gone.status, gone.headers.get("cache-control")]).toEqual([404, "no-store"]);
});
