/** Slugs, names and hosts as people may see them. */
import { describe, expect, it } from "vitest";
import { displayHost, displayName, slugProblem } from "../../src/base/text/names.ts";

describe("slugProblem", () => {
  it.each(["welding", "a", "7", "web_dev", "_x_", "a".repeat(30)])("lets %s be", (slug) =>
    expect(slugProblem(slug)).toBeNull(),
  );

  it.each([
    "",
    "a".repeat(31),
    "Welding",
    "wéld",
    "web-dev",
    "a b",
    "___",
    "a\n",
    "inbox",
    "admin",
    "about",
    "__proto__x-",
    "раура",
  ])("says in a sentence why %j cannot be", (slug) => expect(slugProblem(slug)).toMatch(/^[A-Z].*\.$/));
});

describe("displayName", () => {
  it.each([
    ["  Ann  ", "Ann"],
    ["Ann\u202eexe.png", "Annexe.png"],
    ["A\0n\x1b[31mn\r\nB", "A n [31mn B"],
    ["\u200b\u3164\u200d", ""],
    ["نسخه\u200cها", "نسخه\u200cها"],
    ["👩‍👩‍👧‍👦 Ann", "👩‍👩‍👧‍👦 Ann"],
    ["\ud800Ann", "Ann"],
    ["", ""],
  ])("makes %j %j", (raw, shown) => expect(displayName(raw)).toBe(shown));

  it("is at most a hundred characters, and no tower of marks", () => {
    expect(displayName("ab ".repeat(100)).length).toBeLessThanOrEqual(100);
    expect(displayName(`Z${"\u0335".repeat(1000)}`).length).toBeLessThanOrEqual(5);
  });
});

describe("displayHost", () => {
  it.each([
    ["Example.COM", "example.com"],
    ["xn--mnchen-3ya.example", "münchen.example"],
    ["münchen.example", "münchen.example"],
    ["例え.テスト", "例え.テスト"],
    ["пример.рф", "пример.рф"],
    ["127.0.0.1:3000", "127.0.0.1:3000"],
    ["social.example:8443", "social.example:8443"],
    ["[::1]:3000", "[::1]:3000"],
  ])("shows %s as %s", (host, shown) => expect(displayHost(host)).toBe(shown));

  it.each(["аpple.com", "аррӏе.com", "bаnk.example", "ελ.пример", "xn--pple-43d.com"])(
    "shows %s, of mixed scripts, in punycode",
    (host) => {
      expect(displayHost(host)).toMatch(/^[\x21-\x7e]*xn--[\x21-\x7e]+$/);
    },
  );

  it("never lets anything but a host through", () => {
    expect(displayHost("a b\u202e.example")).not.toMatch(/[^\x21-\x7e]/);
    expect(displayHost("")).toBe("");
  });
});
