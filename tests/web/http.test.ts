/** Headers, files, feeds, the follow form and the error pages. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Db, openDb } from "../../db/open.ts";
import { Refusal } from "../../src/base/errors.ts";
import { web } from "../../src/web/index.ts";
import { ORIGIN } from "./seed.ts";
import { type Stories, seedStories } from "./seed-stories.ts";
import { openSite, type TestSite, testSite } from "./site.ts";

let site: TestSite;
let stories: Stories;

beforeAll(async () => {
  site = await openSite();
  stories = await seedStories(site.db);
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

describe("headers", () => {
  it("are on every page, file and error", async () => {
    for (const path of [
      "/",
      "/c/welding",
      "/about",
      "/feed.atom",
      "/favicon.svg",
      "/robots.txt",
      "/nothing",
      `/c/welding/t/${stories.removed}`,
    ]) {
      const { headers } = await site.app.request(path);
      expect(headers.get("Content-Security-Policy"), path).toBe(POLICY);
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("Referrer-Policy")).toBe("same-origin");
      expect(headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
      expect(headers.get("Permissions-Policy")).toContain("camera=()");
      expect(headers.get("Strict-Transport-Security")).toMatch(/^max-age=\d+/);
      expect(headers.get("Set-Cookie")).toBeNull();
    }
  });

  it("ask for https only where there is https", async () => {
    await using plain = await openSite("http://commons.example");
    expect((await plain.app.request("/")).headers.get("Strict-Transport-Security")).toBeNull();
  });

  it("let pages be kept for seconds, errors not at all", async () => {
    expect((await site.app.request("/")).headers.get("Cache-Control")).toBe("public, max-age=15");
    expect((await site.app.request("/nothing")).headers.get("Cache-Control")).toBe("no-store");
  });

  it("tell apart what an address answers to a browser and to a server", async () => {
    for (const path of ["/c/welding", `/posts/${stories.warping}`]) {
      const vary = (await site.app.request(path)).headers.get("Vary")?.split(/, ?/);
      // And still what is true of every page: somebody who signs in is not shown what they saw before.
      expect(vary).toEqual(expect.arrayContaining(["Accept", "Accept-Language", "Cookie"]));
    }
  });
});

describe("pages", () => {
  it("hold no script and no style of their own", async () => {
    for (const path of ["/", "/c/welding", `/c/welding/t/${stories.warping}`, "/about", "/c/welding/follow"]) {
      const page = await site.read(path);
      expect(page).not.toMatch(/ style=| on\w+=|<style|<script(?![^>]* src="\/assets\/)/);
    }
  });
});

describe("files", () => {
  it("are named by their content and kept for ever", async () => {
    const page = await site.read("/");
    const paths = Array.from(page.matchAll(/"(\/assets\/[^"#]+)/g), ([, path]) => path as string);
    const css = paths.find((path) => path.endsWith(".css")) as string;
    const style = await site.read(css);
    const fonts = Array.from(style.matchAll(/url\("([^"]+)"\)/g), ([, path]) => path as string);
    expect(fonts.filter((path) => path.endsWith(".woff2"))).toHaveLength(6);
    for (const path of new Set([...paths, ...fonts])) {
      const response = await site.app.request(path);
      expect(response.status, path).toBe(200);
      expect(response.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
      expect(path).toMatch(/\.[\w-]{12}\.(css|js|svg|woff2)$/);
    }
    await site.read("/assets/commonplace.css", 404);
    await site.read("/assets/..%2Fpackage.json", 404);
  });

  it("are packed for those who can unpack them", async () => {
    const css = /href="(\/assets\/[^"]+\.css)"/.exec(await site.read("/"))?.[1] as string;
    const whole = (await (await site.app.request(css)).arrayBuffer()).byteLength;
    for (const encoding of ["br", "gzip"]) {
      const response = await site.app.request(css, { headers: { "Accept-Encoding": encoding } });
      expect(response.headers.get("Content-Encoding")).toBe(encoding);
      expect(response.headers.get("Vary")).toContain("Accept-Encoding");
      expect((await response.arrayBuffer()).byteLength).toBeLessThan(whole / 3);
    }
  });

  it("tell robots to leave the forms alone", async () => {
    expect(await site.read("/robots.txt")).toContain("Disallow: /c/*/follow");
  });
});

describe("feeds", () => {
  const feeds = () => [
    "/feed.atom",
    "/c/welding/feed.atom",
    "/c/repair/feed.atom",
    `/c/welding/t/${stories.warping}/feed.atom`,
    `/c/gardens/t/${stories.languages}/feed.atom`,
  ];

  it("are well-formed Atom with ids, times and authors", async () => {
    for (const path of feeds()) {
      const response = await site.app.request(path);
      expect(response.headers.get("Content-Type")).toBe("application/atom+xml; charset=utf-8");
      const xml = await response.text();
      expect(wellFormed(xml), path).toBe(true);
      expect(xml).toContain(`<id>${ORIGIN}${path}</id>`);
      expect(xml).toContain(`<link rel="self" type="application/atom+xml" href="${ORIGIN}${path}"/>`);
      const entries = xml.match(/<entry>.*?<\/entry>/gs) ?? [];
      for (const entry of entries)
        expect(entry).toMatch(
          /<id>[^<]+<\/id>\n<title>[^<]+<\/title>\n<link [^>]+\/>\n<author><name>[^<]+<\/name>.*<\/author>\n<published>[^<]+Z<\/published>\n<updated>[^<]+Z<\/updated>/s,
        );
    }
  });

  it("tell of new replies with their words, escaped", async () => {
    const xml = await site.read(`/c/welding/t/${stories.warping}/feed.atom`);
    expect(xml).toContain("<title>Reply by Ana Ruiz</title>");
    expect(xml).toContain("&lt;p&gt;Copper behind it, always.");
    expect(xml).not.toContain("A question its author took back");
  });

  it("are not sent again to those who have them", async () => {
    const etag = (await site.app.request("/feed.atom")).headers.get("ETag") ?? "";
    const again = await site.app.request("/feed.atom", { headers: { "If-None-Match": etag } });
    expect(again.status).toBe(304);
  });

  it("do not break on characters that XML cannot hold", async () => {
    await stories.seed.thread("repair", "A \u0001 strange title \uffff", {
      by: "rosa@garten.example",
      at: "2026-05-10T10:00:00Z",
      html: "<p>\u0008</p>",
    });
    expect(wellFormed(await site.read("/c/repair/feed.atom"))).toBe(true);
  });
});

describe("the follow form", () => {
  const send = (account: string, headers: Record<string, string> = {}) =>
    site.app.request("/c/welding/follow", {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams({ account }).toString(),
    });

  it("leads on by a plain link, not by a redirect", async () => {
    const response = await send("@you@mastodon.example", { Origin: ORIGIN });
    expect(response.status).toBe(200);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    const page = await response.text();
    expect(page).toContain(
      `<a class="button" href="https://mastodon.example/authorize_interaction?uri=${encodeURIComponent(`${ORIGIN}/c/welding`)}" rel="noreferrer">Continue on mastodon.example</a>`,
    );
  });

  it("is shown again with what was typed and what is wrong with it", async () => {
    const response = await send('"><script>@nowhere.example');
    expect(response.status).toBe(422);
    const page = await response.text();
    expect(page).toContain('value="&quot;&gt;&lt;script&gt;@nowhere.example"');
    expect(page).toContain('aria-invalid="true" aria-describedby="problem"');
    expect(page).toContain("nowhere.example does not answer.");
    expect((await send("  ")).status).toBe(422);
    expect((await send("x".repeat(400))).status).toBe(422);
  });

  it("never links to anything but a web address", async () => {
    const response = await send("you@odd.example");
    expect(response.status).toBe(422);
    expect(await response.text()).not.toContain("javascript:");
  });

  it("is refused from other sites and when it is too long", async () => {
    expect((await send("you@mastodon.example", { Origin: "https://evil.example" })).status).toBe(403);
    expect((await send("x".repeat(10_000))).status).toBe(413);
    expect((await site.app.request("/c/nothing/follow")).status).toBe(404);
  });
});

describe("errors", () => {
  const siteOn = (db: Db) => web(testSite(db));

  it("in the program show a number and nothing else", async () => {
    const broken = () => {
      throw new TypeError("Something is undefined at line 3");
    };
    const response = await siteOn(Object.assign(broken, { unsafe: broken }) as unknown as Db).request("/about");
    expect(response.status).toBe(500);
    const page = await response.text();
    expect(page).toContain("Something broke here");
    expect(page).toMatch(/<code>[0-9a-f-]{36}<\/code>/);
    expect(page).not.toMatch(/TypeError|undefined|line 3|\.ts/);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(response.headers.get("Content-Security-Policy")).toBe(POLICY);
  });

  it("of the database say when to come back", async () => {
    const closed = openDb("postgres://nobody@127.0.0.1:1/nothing");
    await closed.end();
    for (const path of ["/", "/about", "/c/welding", `/c/welding/t/${stories.warping}`, "/feed.atom"]) {
      const response = await siteOn(closed).request(path);
      expect(response.status, path).toBe(503);
      expect(response.headers.get("Retry-After")).toBe("30");
    }
  });

  it("that are expected show their sentence with their status", async () => {
    const remoteFollow = async () => {
      throw new Refusal("busy");
    };
    const app = web(testSite(site.db, { remoteFollow }));
    const response = await app.request("/c/welding/follow", {
      method: "POST",
      body: new URLSearchParams({ account: "you@mastodon.example" }),
    });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("The server is busy; try again in a moment.");
  });
});

/** A small reader of XML: every element closed in its order, every "&" one of the five references or a number. */
function wellFormed(xml: string): boolean {
  const open: string[] = [];
  if (!xml.startsWith('<?xml version="1.0" encoding="utf-8"?>\n')) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 cannot hold
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(xml) || /&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(xml))
    return false;
  let rest = xml.slice(xml.indexOf("\n") + 1);
  while (rest !== "") {
    const token = /^(?:[^<]+|<(\/?)([a-z]+)((?: [a-z:]+="[^"<]*")*)(\/?)>)/.exec(rest);
    if (!token) return false;
    const [whole, end, name = "", , empty] = token;
    if (end === "/" && open.pop() !== name) return false;
    if (end === "" && empty === "") open.push(name);
    rest = rest.slice(whole.length);
  }
  return open.length === 0;
}
