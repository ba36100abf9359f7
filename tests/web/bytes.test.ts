/** Long pages as bytes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf } from "../../src/web/bytes.ts";

test("pieces are written one after the other, whatever is in them", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 40 })), (pieces) => {
      expect(bytesOf(pieces).toString()).toBe(pieces.join(""));
    }),
  );
  expect(bytesOf([])).toHaveLength(0);
  expect(bytesOf(["€".repeat(1_000), "", "a"])).toHaveLength(3_001);
});
