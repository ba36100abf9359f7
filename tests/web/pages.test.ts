/** The pages as a visitor without a browser sees them: what is in them, what is escaped, what is gone. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ORIGIN } from "./seed.ts";
import { type Stories, seedStories } from "./seed-stories.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let stories: Stories;

beforeAll(async () => {
  site = await openSite();
  stories = await seedStories(site.db);
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

const titleOf = (page: string) => /<title>([^<]*)<\/title>/.exec(page)?.[1];

describe("the front page", () => {
  it("shows the communities and what was started last", async () => {
    const page = await site.read("/");
    expect(titleOf(page)).toBe("commons.example");
    expect(page).toContain('<a href="/c/welding">Welding</a>');
    expect(page).toContain("Waiting for its first conversation");
    expect(page).toContain("Does anyone still teach forge welding to apprentices?");
    expect(page).toContain("nobody has replied yet");
    expect(page).not.toContain("A question its author took back");
  });

  it("of an empty server says what to do next", async () => {
    await using empty = await openSite();
    const page = await empty.read("/");
    const command = /<pre class="command"><code>(.*)<\/code>/.exec(page)?.[1]?.replace(/<\/?span>/g, "");
    expect(command).toBe("node src/main.ts community create welding --name &quot;Welding&quot;");
    expect(page).toContain("@welding@commons.example");
  });
});

describe("a community's page", () => {
  it("says what it is and how to follow it", async () => {
    const page = await site.read("/c/welding");
    expect(titleOf(page)).toBe("Welding · commons.example");
    expect(page).toContain("Joining metal for a living or for love");
    expect(page).toContain("<code>@welding<wbr>@commons.example</code>");
    expect(page).toContain("37 people follow it from 5 servers.");
    expect(page).toContain('<form class="follow" method="post" action="/c/welding/follow">');
    expect(page).toContain(`<link rel="alternate" type="application/activity+json" href="${ORIGIN}/c/welding">`);
    expect(page).toContain(`<link rel="canonical" href="${ORIGIN}/c/welding">`);
    expect(page).toMatch(/11 replies<\/span> <span class="when">last <time datetime="2026-05-05T17:20Z">5 May 2026/);
  });

  it("does not say the title of a short post twice", async () => {
    const page = await site.read("/c/nightnursing");
    expect(page).toContain(">Soup is too hot, bread is too much, and the machine sells only sugar.</p>");
  });

  it("without conversations says how one begins", async () => {
    expect(await site.read("/c/repair")).toContain(
      "Nobody has started a conversation yet. Mention <strong>@repair@commons.example</strong>",
    );
  });

  it("in capitals leads to its true address", async () => {
    const response = await site.app.request("/c/Welding");
    expect(response.status).toBe(301);
    expect(response.headers.get("Location")).toBe("/c/welding");
  });
});

describe("a thread's page", () => {
  it("does not say its title again where it was made from the first line of the post", async () => {
    const title = "Which rod for thin tube?";
    const call =
      '<a href="https://x.example/c/welding" class="u-url mention" rel="nofollow noopener noreferrer ugc">@welding</a>';
    const out = '<a href="https://x.example/" rel="nofollow noopener noreferrer ugc">thin tube?</a>';
    const opened = async (html: string) => {
      const at = "2026-05-20T08:00:00Z";
      const page = await site.read(
        `/c/repair/t/${await stories.seed.thread("repair", title, { by: "bo@lemmy.example", at, html })}`,
      );
      return /<div class="words prose" dir="auto">(.*?)<\/div>/s.exec(page)?.[1];
    };
    expect(await opened(`<p>${call} ${title}</p><p>It burns through.</p>`)).toBe("<p>It burns through.</p>");
    expect(await opened(`<p>${title}<br />It burns<br />through.</p><p>Why?</p>`)).toBe(
      "<p>It burns<br />through.</p><p>Why?</p>",
    );
    for (const kept of [
      `<p>${title}</p>`,
      `<p>${title} And why?<br />It burns through.</p>`,
      `<p><em>${title}<br />It burns through.</em></p>`,
      `<p>Which rod for ${out}<br />It burns through.</p>`,
    ])
      expect(await opened(kept)).toBe(kept);
  });

  it("shows nested replies as nested lists, in reading order", async () => {
    const page = await site.read(`/c/welding/t/${stories.warping}`);
    expect(titleOf(page)).toBe("How do I keep thin stainless flat when I weld a worktop? · commons.example");
    const words = [
      "Copper behind it",
      "Aluminium works too",
      "How thick?",
      "20 mm at least",
      "best description",
      "Photo of the wall",
      "When the paint is dry",
      "I am on a wall",
      "Removed by its author",
      "No, the gas",
      "To your third question",
      "It worked",
    ];
    const places = words.map((word) => page.indexOf(word));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(depthAt(page, "Copper behind it")).toBe(1);
    expect(depthAt(page, "Aluminium works too")).toBe(2);
    expect(depthAt(page, "Photo of the wall")).toBe(6);
    expect(depthAt(page, "When the paint is dry")).toBe(6);
    expect(page.match(/<ol class="replies">/g)).toHaveLength(
      page.match(/<\/ol>\n?<\/li>|<\/ol>\n?<p class="arrivals"/g)?.length ?? -1,
    );
  });

  it("says whom a reply answers where its place does not show it", async () => {
    const page = await site.read(`/c/welding/t/${stories.warping}`);
    expect(page).toMatch(/answers <a href="#p-\d+"><bdi>Ana Ruiz<\/bdi><\/a>/);
    expect(page.match(/class="answers"/g)).toHaveLength(2);
  });

  it("keeps the place of a removed reply, marks edits and counts what was helpful", async () => {
    const page = await site.read(`/c/welding/t/${stories.warping}`);
    expect(page).toContain("Removed by its author.");
    expect(page).toMatch(/<a class="edited" href="\/posts\/\d+\/history">edited <time datetime="2026-05-03T10:05Z">/);
    expect(page).toContain("helpful 12");
    expect(page).toMatch(/<h2 id="replies"><span class="count">11 replies<\/span>/);
  });

  it("leads to each post on its author's server, saying whose it is", async () => {
    const page = await site.read(`/c/welding/t/${stories.warping}`);
    expect(page).toMatch(
      /<a class="source" href="https:\/\/mastodon\.example\/@ana\/\d+" rel="nofollow"><span class="vh">Open on <\/span>mastodon\.example<span class="vh">: reply by Ana Ruiz<\/span><\/a>/,
    );
  });

  it("leaves out the paragraph that only repeats the title", async () => {
    const page = await site.read(`/c/welding/t/${stories.warping}`);
    expect(page.slice(page.indexOf("<article"))).toMatch(/prose initial" dir="auto"><p>It is 1\.2 mm sheet/);
  });

  it("escapes names, strips their bidi controls, and shows suspicious hosts in punycode", async () => {
    const page = await site.read(`/c/gardens/t/${stories.languages}`);
    expect(page).toContain("<bdi>evil &lt;b&gt;Bold&lt;/b&gt;</bdi>");
    expect(page).not.toContain("\u202e");
    expect(page).toContain("xn--80ak6aa92e.example");
    expect(page).toContain('dir="auto" lang="ar"');
  });

  it("keeps what has a content warning folded, and describes pictures", async () => {
    const page = await site.read(`/c/nightnursing/t/${stories.burn}`);
    expect(page).toContain(
      '<details class="warning"><summary><span>Content warning:</span> <bdi>burns, hospital</bdi></summary>',
    );
    expect(page).toContain('alt="The top drawer of a ward trolley');
    expect(page).toContain(
      'alt="Picture without a description" loading="lazy" decoding="async" referrerpolicy="no-referrer"',
    );
    expect(page).toContain("File: <bdi>Checklist for the night trolley</bdi>");
    expect(page).toContain(
      '<meta name="description" content="A conversation in Night nursing, begun by Lena Brückner.">',
    );
  });

  it("that nobody answered says so, and what to do", async () => {
    const page = await site.read(`/c/welding/t/${stories.quiet}`);
    expect(page).toContain("Nobody has replied yet");
    expect(page).toContain("Be the first to answer");
  });

  it("that was removed is gone, and so are its posts and feed", async () => {
    for (const path of [
      `/c/welding/t/${stories.removed}`,
      `/posts/${stories.removed}`,
      `/c/welding/t/${stories.removed}/feed.atom`,
    ]) {
      expect(await site.read(path, 410)).toContain("This is gone");
    }
  });

  it("is not found under another community, nor under what is no id", async () => {
    for (const path of [
      `/c/gardens/t/${stories.warping}`,
      "/c/welding/t/0",
      "/c/welding/t/99999999999999999999",
      "/c/welding/t/x",
      `/c/welding/t/${stories.warping}?after=nonsense`,
    ]) {
      expect(await site.read(path, 404)).toContain("There is no such page");
    }
  });
});

describe("a permalink", () => {
  it("leads to the place of the post in its thread", async () => {
    const response = await site.app.request(`/posts/${stories.warping}`);
    expect(response.status).toBe(302);
    expect(response.headers.get("Location")).toBe(`/c/welding/t/${stories.warping}#p-${stories.warping}`);
    expect(response.headers.get("Vary")).toContain("Accept");
    await site.read("/posts/123", 404);
  });
});

describe("a person's card", () => {
  it("says who they are where they are, and what they wrote here", async () => {
    const page = await site.read(`/people/${stories.ana}`);
    expect(page).toContain("<h1><bdi>Ana Ruiz</bdi></h1>");
    expect(page).toContain("@ana@mastodon.example");
    expect(page).toContain("Pipe welder, twenty years.");
    expect(page).toContain('href="https://mastodon.example/@ana"');
    expect(page).toContain("replied 4 times");
    expect(page).toContain('<meta name="robots" content="noindex">');
  });

  it("is not there for somebody who only follows", async () => {
    await site.read(`/people/${stories.seed.people.get("reader0@server0.example")}`, 404);
  });
});

describe("what a visitor may not see", () => {
  it("are the words of blocked servers and of accounts that are gone", async () => {
    await using other = await openSite();
    const { seed, warping, quiet } = await seedStories(other.db);
    await seed.block("lemmy.example");
    await other.db`update actors set gone_at = now() where username = 'ana'`;
    const page = await other.read(`/c/welding/t/${warping}`);
    expect(page).not.toContain("Aluminium works too");
    expect(page).toContain("Not shown here: this server does not talk with its author’s.");
    expect(page).not.toContain("I am on a wall now");
    expect(page).not.toContain("Copper behind it");
    expect(page).toContain("Removed with its author’s account.");
    expect(page).toContain("To your third question");
    const feed = await other.read(`/c/welding/t/${warping}/feed.atom`);
    expect(feed).not.toContain("Aluminium works too");
    expect(feed).not.toContain("Copper behind it");
    await other.read(`/people/${seed.people.get("ana@mastodon.example")}`, 410);
    await other.read(`/people/${seed.people.get("bo@lemmy.example")}`, 404);
    await seed.block("fosstodon.example");
    await other.read(`/c/welding/t/${quiet}`, 404);
    await other.read(`/posts/${quiet}`, 404);
    expect(await other.read("/c/welding")).not.toContain("forge welding");
    expect(await other.read("/")).not.toContain("forge welding");
    expect(await other.read("/feed.atom")).not.toContain("forge welding");
  });
});

describe("about", () => {
  it("says what runs here and what is kept", async () => {
    const page = await site.read("/about");
    expect(page).toContain("It runs Commonplace 0.1.0");
    expect(page).toContain("@gardens@commons.example");
    expect(page).toContain("Visitors get no cookies");
  });
});

/** How many reply lists are open where `word` stands. */
function depthAt(page: string, word: string): number {
  const before = page.slice(0, page.indexOf(word));
  let depth = 0;
  for (const [tag] of before.matchAll(/<ol class="replies">|<\/ol>\n<\/li>/g)) depth += tag.startsWith("</") ? -1 : 1;
  return depth;
}
