/** What holds for the sanitiser whatever it is given. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rewrite } from "../../src/base/text/markup.ts";
import { plainText, sanitizeHtml, sanitizeThoroughly } from "../../src/base/text/sanitize.ts";
import { expectSafe } from "./safe-html.ts";
import { xssVectors } from "./xss-vectors.ts";

const names = fc.constantFrom(
  ..."p br span a del s pre blockquote code b strong u i em ul ol li ruby rt rp h1 h3 div td hr img script style svg math xmp noscript".split(
    " ",
  ),
  ..."title textarea iframe template form table select option font IMG P plaintext svg/ a/ br/ foreignObject mtext annotation-xml".split(
    " ",
  ),
);
const values = fc.constantFrom(
  ...[
    "https://x.example/",
    "javascript:alert(1)",
    " java\nscript:x",
    "mention",
    "h-card invisible",
    "x",
    "",
    "a&amp;b",
    "&quot;",
    "&#106;",
    "'",
    ":cat:",
  ],
  ...[
    "https://x.example/?a=1&amp;b=2",
    "//x.example",
    "mailto:a@b.example",
    "https://ü.example/",
    "&lt;b&gt;",
    "\0",
    "a&b",
  ],
);
const attributes = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        "href",
        "class",
        "onclick",
        "style",
        "id",
        "rel",
        "alt",
        "HREF",
        "translate",
        "data-x",
        "src",
        "/",
        "=",
      ),
      values,
      fc.constantFrom('"', '"', '"', "'", ""),
      fc.constantFrom(" ", " ", "  ", "\n", "/"),
    ),
    { maxLength: 3 },
  )
  .map((list) => list.map(([name, value, quote, space]) => `${space}${name}=${quote}${value}${quote}`).join(""));
const text = fc.oneof(
  fc.constantFrom(
    "x",
    " ",
    "\n",
    "https://bank.example",
    "bank.example",
    "&amp;",
    "&lt;",
    "&#39;",
    "&nbsp;",
    "&",
    "<",
    ">",
    "<!--",
    "-->",
    "]]>",
    "é",
    "👋",
    "[x.example]",
  ),
  fc.string({ maxLength: 5 }),
);
/** Tags in any order, as hostile as it gets. */
const soup = fc
  .array(
    fc.oneof(
      fc.tuple(names, attributes).map(([name, list]) => `<${name}${list}>`),
      names.map((name) => `</${name}>`),
      text,
      fc.constantFrom(...xssVectors),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(""));

/** Well-nested, plainly written markup, as most servers send it: what the short way should accept. */
const plain = fc.letrec<{ nodes: string; node: string }>((tie) => ({
  nodes: fc.array(tie("node"), { maxLength: 3, depthIdentifier: "depth" }).map((list) => list.join("")),
  node: fc.oneof(
    { depthIdentifier: "depth", maxDepth: 4 },
    fc.constantFrom(
      "x",
      " ",
      "a &amp; b",
      "&#39;q&#39;",
      "bank.example",
      "https://x.example/",
      "\n",
      "<br>",
      "<br />",
      "<br/>",
      "1 > 0",
      "&nbsp;",
    ),
    fc
      .tuple(
        fc.constantFrom(..."p span a del s pre blockquote code b strong u i em ul ol li ruby rt rp".split(" ")),
        fc.constantFrom(
          "",
          ' class="mention"',
          ' class="x invisible"',
          ' href="https://x.example/?a=1&amp;b=2"',
          ' href="https://y.example" class="u-url mention" rel="nofollow" target="_blank"',
          '  data-id="1" translate="no" class="h-card" href="javascript:x"',
          ' href="https://ü.example/ x"',
        ),
        tie("nodes"),
      )
      .map(([name, list, inner]) => `<${name}${list}>${inner}</${name}>`),
  ),
})).nodes;

describe("sanitizeHtml", () => {
  it("makes any soup of tags safe, and leaves the result alone the second time", () => {
    fc.assert(
      fc.property(soup, (html) => {
        const out = sanitizeHtml(html);
        expectSafe(out);
        expect(sanitizeHtml(out)).toBe(out);
      }),
      { numRuns: 3000 },
    );
  });

  it("gives by the short way exactly what the long way gives, for every text the short way accepts", () => {
    let accepted = 0;
    const same = (html: string) => {
      const short = rewrite(html, true);
      if (short === null) return;
      accepted++;
      expect(short).toBe(sanitizeThoroughly(html));
    };
    fc.assert(fc.property(plain, same), { numRuns: 3000 });
    fc.assert(fc.property(soup, same), { numRuns: 2000 });
    expect(accepted).toBeGreaterThan(1000);
  });

  it("takes the short way for everything it has written itself that is not nested deeply", () => {
    fc.assert(
      fc.property(plain, (html) => {
        const out = sanitizeHtml(html);
        expect(rewrite(out, true)).toBe(out);
      }),
    );
  });

  it("never throws on any string, well formed or not", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 0, max: 0xffff }), (html, unit) => {
        expectSafe(sanitizeHtml(html + String.fromCharCode(unit)));
      }),
    );
  });
});

describe("plainText", () => {
  it("of escaped text is that text, but for white space", () => {
    const words = fc.string({ unit: fc.constantFrom("a", "é", "&", "<", ">", '"', "'", ";", "amp", "lt", "👋") });
    fc.assert(
      fc.property(words, (wanted) => {
        const escaped = wanted.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
        expect(plainText(`<p>${escaped}</p>`)).toBe(wanted);
      }),
    );
  });
});
