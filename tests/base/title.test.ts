/** Titles made from what people write. */
import { describe, expect, it } from "vitest";
import { sanitizeHtml } from "../../src/base/text/sanitize.ts";
import { titleOf } from "../../src/base/text/title.ts";
import { costMs } from "../support/cost.ts";

const ten =
  '<span class="h-card" translate="no"><a href="https://a.example/c/ten" class="u-url mention">@<span>ten</span></a></span>';
const tag = (name: string) =>
  `<a href="https://m.example/tags/${name}" class="mention hashtag" rel="tag">#<span>${name}</span></a>`;
const titleFrom = (html: string, media: readonly string[] = []) => titleOf({ content: sanitizeHtml(html), media });
const graphemes = (text: string) => [...new Intl.Segmenter().segment(text)].length;

describe("the title of a thread", () => {
  it("is its name, in one line, without tricks", () => {
    expect(titleOf({ name: "  Which\n rod?\u202e ", content: "<p>Text</p>" })).toBe("Which rod?");
    expect(titleOf({ name: "<b>5 > 3</b> &amp;" })).toBe("<b>5 > 3</b> &amp;");
    const long = titleOf({ name: "word ".repeat(100) });
    expect(long).toMatch(/word…$/);
    expect(graphemes(long)).toBeLessThanOrEqual(200);
  });

  it("is not a name of white space", () => expect(titleOf({ name: " \u200b\n", content: "<p>Text</p>" })).toBe("Text"));

  it.each([
    ["Mastodon, mention first", `<p>${ten} Which rod?</p>`, "Which rod?"],
    ["Mastodon, mention last", `<p>Which rod? ${ten}</p>`, "Which rod?"],
    ["Mastodon, mention on its own line", `<p>${ten}</p><p>Which rod?<br />I tried two.</p>`, "Which rod?"],
    ["Mastodon, mention after a break", `<p>Which rod?<br />${ten}</p>`, "Which rod?"],
    ["Mastodon, several mentions and a comma", `<p>${ten} ${ten}, which rod?</p>`, "which rod?"],
    ["Mastodon, hashtags last", `<p>Pruning roses ${tag("gardening")} ${tag("roses")} ${ten}</p>`, "Pruning roses"],
    ["Mastodon, hashtags first", `<p>${ten} ${tag("gardening")} ${tag("roses")} Pruning roses</p>`, "Pruning roses"],
    ["Mastodon, hashtags on the last line", `<p>Pruning</p><p>${tag("gardening")}</p>`, "Pruning"],
    ["a hashtag in a sentence", `<p>I think ${tag("Linux")} is great</p>`, "I think Linux is great"],
    ["a hashtag that begins a sentence", `<p>${tag("Linux")} is great</p>`, "Linux is great"],
    ["a mention in a sentence", `<p>I asked ${ten} about pruning</p>`, "I asked ten about pruning"],
    ["a mention before the question mark", `<p>Which rod, ${ten}?</p>`, "Which rod, ten?"],
    [
      "GoToSocial",
      '<p><span class="h-card"><a href="https://n.example/category/5/g" class="u-url mention" rel="nofollow noreferrer noopener" target="_blank">@<span>gardening-practice</span></a></span> New question from gts: which mulch?</p>',
      "New question from gts: which mulch?",
    ],
    [
      "snac",
      '<span class="h-card"><a href="https://n.example/category/5" class="u-url mention">@gardening-practice@n.example</a></span> question from snac: best seed trays?<br>',
      "question from snac: best seed trays?",
    ],
    [
      "Hollo",
      '<p><a  data-account-id="01a2" data-account-handle="@g@n.example" translate="no" class="h-card u-url mention" href="https://n.example/category/5/g">@<span>g</span></a> New question from hollo: which mulch?</p>\n',
      "New question from hollo: which mulch?",
    ],
    ["bare mentions", "@ten@a.example hi there #one #two", "hi there"],
    ["a Lemmy mention", "<p>Which rod? !ten@a.example</p>", "Which rod?"],
    [
      "an e-mail address and a number sign",
      "<p>Write to ann@b.example or try #1</p>",
      "Write to ann@b.example or try #1",
    ],
    ["a heading", "<h1>Title &amp; more</h1><p>Text</p>", "Title & more"],
    ["an emoji line first", "<p>👋</p><p>Hello 👩‍👩‍👧‍👦</p>", "Hello 👩‍👩‍👧‍👦"],
    ["nothing but emoji", "<p>👋 👋</p>", "👋 👋"],
    ["an address first", "<p>https://x.example/a/b</p><p>Look at this</p>", "Look at this"],
    ["nothing but an address", "<p>https://www.x.example/a/b</p>", "x.example/a/b"],
    [
      "a quoted post first",
      '<p class="quote-inline">RE: <a href="https://x.example/1">https://x.example/1</a></p><p>I agree</p>',
      "I agree",
    ],
    [
      "a quoted post last",
      'I agree<span class="quote-inline"><br>RE: <a href="https://x.example/1"><span>x</span></a></span>',
      "I agree",
    ],
    ["markup of an attack", "<script>alert(1)</script><p>&lt;b&gt;Hi</p>", "<b>Hi"],
    ["Arabic", `<p>${ten} مرحبا بالعالم</p>`, "مرحبا بالعالم"],
    ["Chinese", `<p>${ten}你好世界</p>`, "你好世界"],
    ["bidi controls", "<p>Evil \u202egnp.exe\u202c</p>", "Evil gnp.exe"],
  ])("from %s", (_, html, title) => expect(titleFrom(html)).toBe(title));

  it.each([
    ["only a mention", `<p>${ten}</p>`, [], "Untitled"],
    ["only hashtags", `<p>${tag("gardening")} ${tag("roses")}</p>`, [], "gardening, roses"],
    ["only a mention and hashtags", `<p>${ten} ${tag("gardening")}</p>`, [], "gardening"],
    ["only a picture", `<p>${ten}</p>`, ["image/png"], "A picture"],
    ["only pictures", "", ["Image", "image/jpeg", "video/mp4"], "2 pictures"],
    ["only a video", "", ["video/mp4"], "A video"],
    ["only a recording", "", ["Audio"], "A recording"],
    ["only a document", "", ["application/pdf"], "A file"],
    ["nothing", "", [], "Untitled"],
    ["nothing to see", "<p>\u200b \u00a0</p>", [], "Untitled"],
  ])("from %s", (_, html, media, title) => expect(titleFrom(html, media)).toBe(title));

  it("takes a bare @word for a mention only where no mention is a link", () => {
    expect(titleFrom(`<p>${ten} @media queries, how? @ann@b.example</p>`)).toBe("@media queries, how?");
    expect(titleFrom("<p>@ten how?</p>")).toBe("how?");
  });

  it("ends at a word, within 120 characters", () => {
    const long = titleFrom(`<p>${"word ".repeat(60)}</p>`);
    expect(long).toMatch(/^(?:word )+word…$/);
    expect(graphemes(long)).toBeGreaterThan(100);
    expect(graphemes(long)).toBeLessThanOrEqual(120);
    const chinese = titleFrom(`<p>${"这是一个没有空格的很长的标题".repeat(20)}</p>`);
    expect(graphemes(chinese)).toBeGreaterThan(100);
    expect(graphemes(chinese)).toBeLessThanOrEqual(120);
    const arabic = titleFrom(`<p>${"مرحبا بالعالم هذا عنوان ".repeat(20)}</p>`);
    expect(arabic).toMatch(/(?:مرحبا|بالعالم|هذا|عنوان)…$/);
    expect(titleFrom(`<p>${"x".repeat(500)}</p>`)).toHaveLength(120);
  });

  it("never splits an emoji, and is bounded even where one character has no end", () => {
    expect(titleFrom(`<p>${"👩‍👩‍👧‍👦".repeat(200)}</p>`)).toMatch(/^(?:👩‍👩‍👧‍👦)+…$/u);
    for (const html of [`a${"\u0301".repeat(50_000)}`, "\u200d👩".repeat(30_000), "\u200d".repeat(90_000)]) {
      const title = titleFrom(html);
      expect(title).not.toBe("");
      expect(title.length).toBeLessThanOrEqual(240);
      expect(title.isWellFormed()).toBe(true);
    }
  });

  it("is found in bounded time in any text", async () => {
    for (const html of [
      "@a",
      " @a.",
      "#1",
      "<br>",
      `${"-".repeat(1400)}${" @a".repeat(200)}<br>`,
      '<span class="quote-inline">x',
      ten,
    ]) {
      const long = html.repeat(Math.ceil(100_000 / html.length));
      const cost = await costMs(() => expect(titleFrom(long)).not.toBe(""));
      expect(cost, html.slice(0, 20)).toBeLessThan(4_000);
    }
  });
});
