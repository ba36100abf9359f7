/** Markdown to HTML that is safe to show. */
import { describe, expect, it } from "vitest";
import { renderMarkdown } from "../../src/base/text/markdown.ts";
import { costMs } from "../support/cost.ts";
import { expectSafe } from "./safe-html.ts";
import { xssVectors } from "./xss-vectors.ts";

const REL = 'rel="nofollow noopener noreferrer ugc"';

describe("renderMarkdown", () => {
  it("writes paragraphs, emphasis, lists, quotes and code", () => {
    expect(renderMarkdown("# Title\n\n**b** *i* ~~s~~ `c`\n\n- one\n- two\n\n> q\n\n```\na < b\n```")).toBe(
      "<p><strong>Title</strong></p>\n<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n" +
        "<blockquote>\n<p>q</p>\n</blockquote>\n<pre><code>a &lt; b\n</code></pre>",
    );
  });

  it("links what is written as an address and nothing else", () => {
    expect(renderMarkdown("https://x.example/a README.md x.example ann@x.example")).toBe(
      `<p><a href="https://x.example/a" ${REL}>https://x.example/a</a> README.md x.example ann@x.example</p>`,
    );
  });

  it("makes a picture a link", () => {
    expect(renderMarkdown('![a "cat" <b>](https://x.example/c.png?a=1&b=2)')).toBe(
      `<p><a href="https://x.example/c.png?a=1&amp;b=2" ${REL}>a "cat" &lt;b&gt;</a></p>`,
    );
    expect(renderMarkdown("![x](javascript:alert(1))")).not.toContain("href");
  });

  it("shows raw HTML as text", () => {
    expect(renderMarkdown("<b onclick=x>hi</b>")).toBe("<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>");
  });

  it.each(xssVectors)("is safe with %s", (vector) => {
    for (const source of [
      vector,
      `[x](${vector})`,
      `![${vector}](x)`,
      `# ${vector}`,
      `\`${vector}\``,
      `[x](<${vector}> "${vector}")`,
    ]) {
      expectSafe(renderMarkdown(source));
    }
  });

  it("answers in bounded time", async () => {
    for (const bomb of ["[", "![](", "*a_", ">", "- ", "`", "https://a.b/", "|a", "[a]: b\n", "\\", "&#x"]) {
      const cost = await costMs(() => expectSafe(renderMarkdown(bomb.repeat(100_000))));
      expect(cost, bomb).toBeLessThan(5_000);
    }
  });
});
