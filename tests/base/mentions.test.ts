/** Names and tags in Markdown: what is one, what is not, and that nothing anybody types takes long or breaks out. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMarkdown } from "../../src/base/text/markdown.ts";
import { costMs } from "../support/cost.ts";
import { expectSafe } from "./safe-html.ts";
import { xssVectors } from "./xss-vectors.ts";

const REL = 'rel="nofollow noopener noreferrer ugc"';
const links = {
  mentions: new Map([
    ["ana", "https://c.example/u/ana"],
    ["bo@x.example", "https://x.example/@bo"],
  ]),
  hashtags: new Map([["welding", "https://c.example/c/w/topics/welding"]]),
};
const ana = `<span class="h-card"><a href="https://c.example/u/ana" class="u-url mention" ${REL}>@<span>ana</span></a></span>`;

function render(source: string): string {
  return readMarkdown(source).render(links);
}

describe("names and tags", () => {
  it("are links where they are known, and text where they are not", () => {
    expect(render("Hi @ana, @bo@X.example and @carla.")).toBe(
      `<p>Hi ${ana}, <span class="h-card"><a href="https://x.example/@bo" class="u-url mention" ${REL}>@<span>bo</span></a></span> and @carla.</p>`,
    );
    expect(render("#Welding #other #1")).toBe(
      `<p><a href="https://c.example/c/w/topics/welding" class="mention hashtag" ${REL}>#<span>Welding</span></a> #other #1</p>`,
    );
  });

  it.each([
    "`@ana`",
    "```\n@ana\n```",
    "    @ana",
    "\\@ana",
    "x@ana",
    "@@ana",
    "https://x.example/@ana",
    "[@ana](https://x.example)",
    "ana@ana",
    "/@ana",
    "![@ana](x)",
  ])("are not found in %s", (source) => {
    expect(render(source)).not.toContain("mention");
  });

  it("stand in emphasis, in lists, in brackets, and at the start", () => {
    for (const source of ["*@ana*", "- @ana", "(@ana)", "@ana", "> @ana!", "**#welding**"]) {
      expect(render(source), source).toContain('class="');
    }
    expect(render("_@ana_b_")).not.toContain("mention");
  });

  it("are counted up to fifty of each", () => {
    const many = Array.from({ length: 200 }, (_, n) => `@p${n} #t${n}x`).join(" ");
    const { named } = readMarkdown(many);
    expect([named.mentions.length, named.hashtags.length]).toEqual([50, 50]);
  });

  it("never break out of where they stand, whatever they lead to", () => {
    for (const vector of xssVectors) {
      const html = readMarkdown("@ana #welding").render({
        mentions: new Map([["ana", vector]]),
        hashtags: new Map([["welding", vector]]),
      });
      expectSafe(html);
    }
  });

  it("any text is read without an error into safe HTML", () => {
    const pieces = fc.constantFrom(
      "@",
      "#",
      "ana",
      "@ana",
      "@bo@x.example",
      "#welding",
      " ",
      "\n",
      "*",
      "_",
      "`",
      "[",
      "](",
      ")",
      "<",
      ">",
      "é",
      "😀",
      "\ud83d",
      ".",
      "-",
      "/",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 60 }), (parts) => {
        const source = parts.join("");
        const { named, render: write } = readMarkdown(source);
        expect(named.mentions.length).toBeLessThanOrEqual(50);
        expectSafe(write(links));
      }),
      { numRuns: 300 },
    );
  });

  it("take time in proportion to the text", async () => {
    for (const bomb of ["@a", "@a@", "@a.", "#a", "#a#", "@a@b.c ", "*@a", "[@a", "@@", "##"]) {
      const cost = await costMs(() => expectSafe(render(bomb.repeat(50_000))));
      expect(cost, bomb).toBeLessThan(5_000);
    }
  });
});
