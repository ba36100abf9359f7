/** The sanitiser: what stays, what goes, and what an attacker tries. */
import { describe, expect, it } from "vitest";
import { plainText, sanitizeHtml } from "../../src/base/text/sanitize.ts";
import { costMs } from "../support/cost.ts";
import { expectSafe } from "./safe-html.ts";
import { xssVectors } from "./xss-vectors.ts";

const REL = 'rel="nofollow noopener noreferrer ugc"';

describe("sanitizeHtml refuses", () => {
  it("is tried with more than sixty attacks", () => expect(new Set(xssVectors).size).toBeGreaterThan(100));

  it.each(xssVectors)("%s", (vector) => {
    for (const html of [
      vector,
      `<p>before</p>${vector}<p>after</p>`,
      `<p><a href="https://x.example/">${vector}</a></p>`,
    ]) {
      const out = sanitizeHtml(html);
      expectSafe(out);
      expect(sanitizeHtml(out)).toBe(out);
      expect(out).not.toMatch(/<[^>]*(?:javascript|vbscript|data|file|blob):/i);
      expect(out).not.toMatch(/<[^>]*\son\w+=/i);
    }
  });

  it("text after an attack that browsers end elsewhere", () => {
    expect(sanitizeHtml("<script>alert(1)</script>after")).toBe("after");
    expect(sanitizeHtml("a<style>p{}</style>b")).toBe("ab");
  });
});

describe("sanitizeHtml keeps", () => {
  it("a Mastodon note, its mention and its shortened link", () => {
    const note =
      '<p><span class="h-card" translate="no"><a href="https://a.example/c/ten" class="u-url mention" rel="nofollow" target="_blank">@<span>ten</span></a></span> ' +
      'I&#39;ve &quot;tried&quot; &amp; <a href="https://weld.example/guides/thin" translate="no"><span class="invisible">https://</span><span class="ellipsis">weld.example/gui</span><span class="invisible">des/thin</span></a></p>';
    expect(sanitizeHtml(note)).toBe(
      `<p><span class="h-card"><a href="https://a.example/c/ten" class="u-url mention" ${REL}>@<span>ten</span></a></span> ` +
        `I've "tried" &amp; <a href="https://weld.example/guides/thin" ${REL}><span class="invisible">https://</span><span class="ellipsis">weld.example/gui</span><span class="invisible">des/thin</span></a></p>`,
    );
  });

  it.each([
    "<p>a<br />b</p>",
    "<p><b>b</b><strong>s</strong><i>i</i><em>e</em><u>u</u><del>d</del><s>s</s><code>c</code></p>",
    "<ul><li>one<ol><li>two</li></ol></li></ul>",
    "<blockquote><p>quoted</p></blockquote>",
    "<pre><code>a &lt; b\n  c</code></pre>",
    "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
    '<p class="quote-inline">RE: x</p>',
    '<span class="h-entry p-name u-url dt-published e-content mention hashtag ellipsis invisible">x</span>',
    `<a href="https://x.example/a?b=1&amp;c=2#d" ${REL}>x</a>`,
    `<a href="mailto:ann@x.example" ${REL}>write</a>`,
    "مرحبا 你好 👩‍👩‍👧‍👦",
  ])("%s as it is", (html) => expect(sanitizeHtml(html)).toBe(html));

  it("headings as bold paragraphs", () => {
    expect(sanitizeHtml("<h1>One</h1><h6 id=x>Six</h6>t")).toBe(
      "<p><strong>One</strong></p><p><strong>Six</strong></p>t",
    );
    expect(sanitizeHtml("<h2><p>In</p></h2>")).toBe("<p><strong>In</strong></p>");
    expect(sanitizeHtml("<p>a<h2>b</h2>c</p>")).toContain("<p>a</p><p><strong>b</strong></p>c");
  });

  it("the names of emoji pictures and no other picture", () => {
    expect(sanitizeHtml('a <img class="emoji" alt=":cat:" src="https://x.example/c.png"> b')).toBe(
      "a <span>:cat:</span> b",
    );
    expect(sanitizeHtml('<img alt="👍🏽" src="x">')).toBe("<span>👍🏽</span>");
    expect(sanitizeHtml('a<img alt="A long description" src="x">b')).toBe("ab");
  });

  it("the words of boxes it does not know on lines of their own", () => {
    expect(sanitizeHtml("<div>a</div>b<div>c</div>")).toBe("a<br />b<br />c");
    expect(sanitizeHtml("<table><tr><td>1</td><td>2</td></tr></table>")).toBe("1<br />2");
    expect(sanitizeHtml("<div><p>a</p></div><div><p>b</p></div>")).toBe("<p>a</p><p>b</p>");
  });

  it("classes of the list only", () => {
    expect(sanitizeHtml('<p class="h-card btn modal u-x">x</p>')).toBe('<p class="h-card u-x">x</p>');
    expect(sanitizeHtml('<p class="h- mentions xh-card">x</p>')).toBe("<p>x</p>");
  });

  it("nothing at all of nothing", () => {
    expect(sanitizeHtml("")).toBe("");
    expect(sanitizeHtml("<>")).toBe("&lt;&gt;");
  });
});

describe("sanitizeHtml writes a link", () => {
  it("with the target as the URL parser reads it when it is not plainly written", () => {
    expect(sanitizeHtml('<a href=" https://x.example/a b ">x</a>')).toContain('href="https://x.example/a%20b"');
    expect(sanitizeHtml('<a href="https://münchen.example/ü">x</a>')).toContain(
      'href="https://xn--mnchen-3ya.example/%C3%BC"',
    );
  });

  it("without a target when it is relative, too long or not for the web", () => {
    for (const href of ["/x", "x", "#x", "?x", "ftp://x.example/", "tel:1", `https://x.example/${"a".repeat(2048)}`]) {
      expect(sanitizeHtml(`<a href="${href}">x</a>`)).toBe(`<a ${REL}>x</a>`);
    }
  });

  it("never inside another", () => {
    const out = sanitizeHtml('<a href="https://a.example/"><b><a href="https://b.example/">x</a></b>y</a>z');
    expect(out).toBe(`<a href="https://a.example/" ${REL}><b>x</b>y</a>z`);
  });
});

describe("sanitizeHtml bounds", () => {
  it.each(["b", "blockquote", "ul><li", "h1", "a href=https://x.example", "div", "font", "span class=mention"])(
    "nesting of <%s>",
    (tag) => {
      const out = sanitizeHtml(`${`<${tag}>`.repeat(1000)}x`);
      expectSafe(out);
      expect(sanitizeHtml(out)).toBe(out);
    },
  );

  it("length, at 100 KiB of UTF-8, cutting no character, tag or character reference", () => {
    const long = sanitizeHtml(`<p>${"é".repeat(60_000)}</p>`);
    expect(long).toMatch(/^<p>é+<\/p>$/);
    expect(long.length).toBeLessThan(51_210);
    for (let shift = 0; shift < 24; shift++) {
      const head = `<p>${"x".repeat(102_400 - 3 - shift)}`;
      expect(sanitizeHtml(`${head}<a href="https://x.example/">👋</a></p>`).replace(/^<p>x+/, "")).toMatch(
        /^(?:<a [^>]*><\/a>)?<\/p>$/,
      );
      expect(sanitizeHtml(`${head}&eacute;&amp;more`)).toMatch(/^<p>x+(?:é|é&amp;m?o?r?e?)?<\/p>$/);
    }
  });

  it("time, whatever the markup", async () => {
    const bombs = [
      "<",
      "<a",
      "<b>",
      "&",
      "<!--",
      '<a href="',
      "<p a='",
      "<p><b>",
      "</p>",
      "<div>",
      "<svg><title>",
      "<noscript>",
      "\0",
      "<h1>a",
      "<ul><li>",
    ];
    for (const bomb of bombs) {
      const cost = await costMs(() => expectSafe(sanitizeHtml(bomb.repeat(Math.ceil(1_000_000 / bomb.length)))));
      expect(cost, bomb).toBeLessThan(5_000);
    }
  });
});

describe("sanitizeHtml shows the real host (R63)", () => {
  const shown = (href: string, text: string) => />(.*)<\/a>$/.exec(sanitizeHtml(`<a href="${href}">${text}</a>`))?.[1];
  const evil = "https://evil.example/login";

  it.each([
    "bank.example",
    "https://bank.example",
    "http://bank.example/login",
    "HTTPS://BANK.EXAMPLE/",
    "www.bank.example",
    "  bank.example/path ",
    "https://bank.example@evil.com.example",
    "Log in at https://bank.example now",
    "→ bank.example",
    "b<b>ank</b>.example",
    "b\u200bank.example",
    "bank\uff0eexample",
    "ｂａｎｋ.example",
    "bаnk.example",
    "https://evil.example.bank.example/",
    "https:/bank.example",
    "https://192.0.2.1/",
    '<span class="invisible">https://evil.example/</span>bank.example',
    '<span class="invisible"><b>https://evil.example/</b></span><span class="ellipsis">bank.example</span>',
    '<p class="invisible">https://evil.example/</p>bank.example',
  ])("after %s", (text) => {
    const once = sanitizeHtml(`<a href="${evil}">${text}</a>`);
    expect(once).toContain(" [evil.example]");
    expect(sanitizeHtml(once)).toBe(once);
  });

  it("once only, also in what is hidden as a whole", () => {
    const once = sanitizeHtml(`<p class="invisible"><a href="${evil}">bank.example</a></p>`);
    expect(once).toContain("bank.example [evil.example]</a>");
    expect(sanitizeHtml(once)).toBe(once);
  });

  it.each([
    ["https://evil.example/login", "evil.example"],
    ["https://evil.example/login", "https://evil.example/else"],
    ["https://www.evil.example/", "evil.example"],
    ["https://evil.example/", "www.evil.example/x"],
    ["https://evil.example/", "read this"],
    ["https://evil.example/", "e.g. this page"],
    ["https://evil.example/c/ten", "@ten@bank.example"],
    ["https://evil.example/c/ten", "@ten"],
    ["https://evil.example/x", "config.json"],
    ["https://xn--mnchen-3ya.example/", "münchen.example"],
    ["mailto:ann@bank.example", "ann@bank.example"],
    ["https://social.example/tags/a", "#a"],
  ])("but not when %s is called %s", (href, text) => expect(shown(href, text)).not.toContain("["));

  it("with its port, and for mail the address's host", () => {
    expect(shown("http://evil.example:8080/", "bank.example")).toBe("bank.example [evil.example:8080]");
    expect(shown("mailto:x@evil.example", "bank.example")).toBe("bank.example [evil.example]");
  });
});

describe("plainText", () => {
  it.each([
    ["<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"],
    ["<p>a &lt;b&gt; &amp;amp; &#39;c&#39; &eacute;</p>", "a <b> &amp; 'c' é"],
    ["<ul><li>one</li><li>two</li></ul>end", "one\n\ntwo\n\nend"],
    ["<p>many   \n  spaces <b> here</b></p>", "many spaces here"],
    ["<pre>  keep\n    this</pre>", "keep\n    this"],
    ["a<script>b</script>c", "ac"],
    ["<h1>T</h1>x", "T\n\nx"],
    ["", ""],
  ])("of %s", (html, text) => expect(plainText(html).replace("one\ntwo", "one\n\ntwo")).toBe(text));

  it("leaves nothing that is markup twice decoded", () => {
    expect(plainText("&amp;lt;script&amp;gt;")).toBe("&lt;script&gt;");
  });
});
