/** Charters: versions, two writers at once, and what a reader is shown of a change. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { findCharter } from "../../db/queries/charters.ts";
import { difference } from "../../src/base/text/difference.ts";
import { charterText } from "../../src/domain/charters/text.ts";
import { writeCharter } from "../../src/domain/charters/write.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { addTopic, nameTopic, removeTopic, slugOf } from "../../src/domain/topics/edit.ts";
import { costMs } from "../support/cost.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson } from "../support/people.ts";

let stage: TestHouse;
let groupId: Id;
let by: Id;
beforeAll(async () => {
  stage = await openTestHouse();
  by = (await makePerson(stage.house, "ana")).id;
  groupId = (await createCommunity(stage.house, { slug: "welding", name: "Welding", summary: "" })).id;
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const write = (from: number, purpose: string, reviewOn = "") =>
  writeCharter(stage.house, {
    groupId,
    by,
    standings: ["facilitator"],
    from,
    purpose,
    audience: "",
    norms: "",
    roles: "",
    reviewOn,
  });

describe("a charter", () => {
  test("is for facilitators, needs words, and takes only real days", async () => {
    await expect(
      writeCharter(stage.house, {
        groupId,
        by,
        standings: ["steward", "administrator", "local"],
        from: 0,
        purpose: "x",
        audience: "",
        norms: "",
        roles: "",
        reviewOn: "",
      }),
    ).rejects.toMatchObject({ code: "not-allowed" });
    await expect(write(0, "  ")).rejects.toMatchObject({ code: "text-missing" });
    await expect(write(0, "x".repeat(20_001))).rejects.toMatchObject({ code: "too-long" });
    await expect(write(0, "x", "2026-02-30")).rejects.toMatchObject({ code: "input-invalid" });
    expect(await findCharter(stage.db, groupId)).toBeNull();
  });

  test("has a new version with every save, and the old ones stay", async () => {
    expect(await write(0, "To weld *well*.", "2027-01-31")).toBe(1);
    expect(await write(1, "To weld *better*.")).toBe(2);
    expect(await findCharter(stage.db, groupId)).toMatchObject({
      version: 2,
      purpose: "To weld *better*.",
      reviewOn: null,
    });
    expect(await stage.db`select version from charters where group_id = ${groupId} order by 1`).toHaveLength(2);
    const [line] = await stage.db`select kind, data from journal where group_id = ${groupId} order by id desc limit 1`;
    expect(line).toEqual({ kind: "charter.written", data: { version: 2 } });
  });

  test("that somebody else changed meanwhile is not written over, not even at the same moment", async () => {
    await expect(write(1, "Late.")).rejects.toMatchObject({ code: "changed-meanwhile" });
    await expect(write(7, "Early.")).rejects.toMatchObject({ code: "changed-meanwhile" });
    const ends = await Promise.allSettled([write(2, "One."), write(2, "Other.")]);
    expect(ends.map((end) => end.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const no = ends.find((end) => end.status === "rejected");
    expect(no?.reason).toMatchObject({ code: "changed-meanwhile" });
  });

  test("becomes one text of the parts that have words, with nothing in it that acts", () => {
    const headings = { purpose: "Why & how", audience: "Who", norms: "Norms", roles: "Roles" };
    const parts = { purpose: "To **weld**. <script>alert(1)</script>", audience: " ", norms: "Be kind.", roles: "" };
    const { html, source } = charterText(parts, headings);
    expect(html).toContain("<h2>Why &amp; how</h2>\n<p>To <strong>weld</strong>.");
    expect(html).not.toContain("<script");
    expect(html).not.toContain("Who");
    expect(source).toBe("## Why & how\n\nTo **weld**. <script>alert(1)</script>\n\n## Norms\n\nBe kind.");
  });
});

describe("the difference of two texts", () => {
  test("names what went and what came, word by word, and counts what stayed", () => {
    const { changes, whole } = difference(
      "One.\n\nWe meet on Mondays.\n\nThree.",
      "One.\n\nWe meet on Tuesdays.\n\nThree.\n\nFour.",
    );
    expect(whole).toBe(false);
    expect(changes).toEqual([
      { is: "same", paragraphs: 1 },
      {
        is: "changed",
        pieces: [
          { is: "same", text: "We meet on " },
          { is: "removed", text: "Mondays" },
          { is: "added", text: "Tuesdays" },
          { is: "same", text: "." },
        ],
      },
      { is: "same", paragraphs: 1 },
      { is: "changed", pieces: [{ is: "added", text: "Four." }] },
    ]);
  });

  test("of the same text is nothing, of nothing is everything", () => {
    expect(difference("A b.\r\n\r\nC.", "A b.\n\nC.").changes).toEqual([{ is: "same", paragraphs: 2 }]);
    expect(difference("", "A").changes).toEqual([{ is: "changed", pieces: [{ is: "added", text: "A" }] }]);
    expect(difference("", "").changes).toEqual([]);
  });

  test("keeps both texts whole whatever they are, in bounded time", async () => {
    const before = Array.from({ length: 4_000 }, (_, i) => `a${i}`).join(" ");
    const after = Array.from({ length: 4_000 }, (_, i) => `b${i}`).join(" ");
    let found = difference("", "");
    const cost = await costMs(() => {
      found = difference(before, after);
    });
    const { changes, whole } = found;
    expect(cost).toBeLessThan(4_000);
    expect(whole).toBe(true);
    const pieces = changes.flatMap((change) => (change.is === "changed" ? change.pieces : []));
    expect(
      pieces
        .filter(({ is }) => is !== "added")
        .map(({ text }) => text)
        .join(""),
    ).toBe(before);
    expect(
      pieces
        .filter(({ is }) => is !== "removed")
        .map(({ text }) => text)
        .join(""),
    ).toBe(after);
  });
});

describe("topics", () => {
  const steward = () => ({ groupId, standings: ["steward"] as const });

  test("have an address made of their name, which stays when that changes", async () => {
    expect(await addTopic(stage.house, { ...steward(), name: "Schweißnähte & Öfen" })).toBe("schweissnahte_ofen");
    expect(slugOf("日本語")).toBe("");
    expect(await addTopic(stage.house, { ...steward(), name: "日本語" })).toMatch(/^topic_\d+$/);
    await nameTopic(stage.house, { ...steward(), slug: "schweissnahte_ofen", name: "Seams" });
    const [topic] = await stage.db`select name from topics where slug = 'schweissnahte_ofen'`;
    expect(topic).toEqual({ name: "Seams" });
  });

  test("are kept by stewards, once each", async () => {
    await expect(
      addTopic(stage.house, { groupId, standings: ["member", "administrator"], name: "X" }),
    ).rejects.toMatchObject({
      code: "not-allowed",
    });
    await addTopic(stage.house, { ...steward(), name: "Gas" });
    await expect(addTopic(stage.house, { ...steward(), name: "gas!" })).rejects.toMatchObject({ code: "slug-taken" });
    await expect(addTopic(stage.house, { ...steward(), name: " \u202e" })).rejects.toMatchObject({
      code: "name-missing",
    });
    await removeTopic(stage.house, { ...steward(), slug: "gas" });
    await expect(removeTopic(stage.house, { ...steward(), slug: "gas" })).rejects.toMatchObject({ code: "not-found" });
  });
});
