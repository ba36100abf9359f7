/** Tables, times and plurals for the terminal. */
import { describe, expect, it } from "vitest";
import { ago, plural, table } from "../../src/base/table.ts";

describe("table", () => {
  it("aligns words to the left and numbers to the right, without trailing spaces", () => {
    const rows = [
      { host: "a.example", waiting: 5, note: null },
      { host: "longer.example", waiting: 1200, note: "slow" },
    ];
    expect(
      table(rows, [
        { title: "Host", value: (row) => row.host },
        { title: "Waiting", value: (row) => row.waiting },
        { title: "Note", value: (row) => row.note },
      ]),
    ).toBe("Host            Waiting  Note\na.example             5\nlonger.example     1200  slow\n");
  });

  it("counts wide characters, emoji and marks as the terminal does", () => {
    const lines = table(
      [{ name: "日本" }, { name: "e\u0301" }, { name: "👩‍👩‍👧‍👦" }],
      [
        { title: "N", value: (row) => row.name },
        { title: "X", value: () => "|" },
      ],
    );
    expect(lines).toBe("N     X\n日本  |\ne\u0301     |\n👩‍👩‍👧‍👦    |\n");
  });

  it("shows control characters escaped, so that a remote name cannot draw on the terminal", () => {
    const text = table([{ name: "a\x1b[2J\nb\u202ec" }], [{ title: "Name", value: (row) => row.name }]);
    expect(text).toBe("Name\na\\x1b[2J\\nb\\u202ec\n");
  });

  it("is a heading only when there are no rows", () => {
    expect(table([], [{ title: "Name", value: () => "" }])).toBe("Name\n");
  });
});

describe("ago", () => {
  const now = new Date("2026-01-31T12:00:00Z");
  it.each([
    [0, "just now"],
    [59, "59 seconds ago"],
    [60, "1 minute ago"],
    [7199, "1 hour ago"],
    [86_400 * 3, "3 days ago"],
    [86_400 * 800, "2 years ago"],
    [-120, "in 2 minutes"],
  ])("%i seconds is %s", (seconds, words) => expect(ago(new Date(now.getTime() - seconds * 1000), now)).toBe(words));

  it("says never where there is no date", () => {
    expect(ago(null)).toBe("never");
    expect(ago(new Date(Number.NaN))).toBe("never");
  });
});

describe("plural", () => {
  it.each([
    [1, "thread", "1 thread"],
    [0, "thread", "0 threads"],
    [1200, "reply", "1,200 replies"],
    [2, "day", "2 days"],
    [3, "inbox", "3 inboxes"],
    [2, "community", "2 communities"],
  ])("%i %s is %s", (count, one, words) => expect(plural(count, one)).toBe(words));

  it("takes an irregular plural", () => expect(plural(2, "person", "people")).toBe("2 people"));
});
