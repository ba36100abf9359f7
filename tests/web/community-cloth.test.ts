/** The colour of a community: whatever is chosen, what stands on it and what is written in it can be read (WCAG 2.2, 1.4.3). */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { clothOf, DYES, HUES } from "../../src/web/parts/cloth.ts";

const TOKENS = readFileSync(new URL("../../src/web/assets/styles/tokens.css", import.meta.url), "utf8");
const COMMUNITY = readFileSync(new URL("../../src/web/assets/styles/community.css", import.meta.url), "utf8");

type Rgb = readonly [number, number, number];

/** OKLCH to linear sRGB, what lies outside cut off at the edge as browsers may do. */
function oklch(l: number, c: number, h: number): Rgb {
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const [x, y, z] = [
    (l + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (l - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (l - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ];
  return [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ].map((value) => Math.min(1, Math.max(0, value))) as unknown as Rgb;
}

function contrast(one: Rgb, other: Rgb): number {
  const light = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const [high, low] = [light(one), light(other)].toSorted((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** The first `oklch(L C H)` of a token that is a plain colour, for the light and the dark theme. */
function token(name: string): [Rgb, Rgb] {
  const found = new RegExp(`--${name}: light-dark\\(oklch\\(([\\d. ]+)\\), oklch\\(([\\d. ]+)\\)\\)`).exec(TOKENS);
  if (!found) throw new Error(`no token ${name}`);
  return [found[1], found[2]].map((numbers) =>
    oklch(...((numbers ?? "").split(" ").map(Number) as [number, number, number])),
  ) as [Rgb, Rgb];
}

it("has a class in the stylesheet for every hue and strength", () => {
  for (let hue = 0; hue < HUES; hue++)
    expect(COMMUNITY).toContain(`.hue-${hue} {\n    --cloth-h: ${hue * (360 / HUES)};`);
  for (const [i, chroma] of DYES.entries()) expect(COMMUNITY).toContain(`.dye-${i} {\n    --cloth-c: ${chroma};`);
});

it("can be read, whichever it is, in both themes", () => {
  // As tokens.css mixes them.
  expect(TOKENS).toContain("oklch(0.43 var(--cloth-c) var(--cloth-h)), oklch(0.47 var(--cloth-c) var(--cloth-h))");
  const [papers, raised] = [token("paper"), token("paper-raised")];
  const white = oklch(0.985, 0.01, 88);
  for (let hue = 0; hue < 360; hue += 360 / HUES) {
    for (const c of DYES) {
      const button = [oklch(0.43, c, hue), oklch(0.47, c, hue)];
      const ink = [oklch(0.43, c * 1.1, hue), oklch(0.81, c * 0.85, hue)];
      for (const theme of [0, 1]) {
        expect(contrast(white, button[theme] as Rgb), `white on ${hue} ${c}`).toBeGreaterThanOrEqual(4.5);
        for (const paper of [papers, raised])
          expect(contrast(ink[theme] as Rgb, paper[theme] as Rgb), `ink ${hue} ${c}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  }
});

it("keeps the hue that was chosen, makes grey of what has none, and is never anything but a class", () => {
  expect(clothOf("x", "#ff0000")).toBe("cloth-own hue-3 dye-3");
  expect(clothOf("x", "#0000ff")).toBe("cloth-own hue-26 dye-3");
  expect(clothOf("x", "#808080")).toMatch(/ dye-0$/);
  expect(clothOf("x", "#000000")).toMatch(/ dye-0$/);
  expect(clothOf("x", null)).toMatch(/^cloth-\d+$/);
  expect(clothOf("x", '"><script>')).toMatch(/^cloth-\d+$/);
});
