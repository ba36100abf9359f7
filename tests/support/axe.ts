/** What axe finds wrong with a page, in both themes and at several widths. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Nothing may be on its way from one colour to another while axe looks. */
const STILL = "* { transition: none !important; animation: none !important; }";

export interface Look {
  width: number;
  theme: "light" | "dark";
}

/** Each width in each theme. */
export const looks = (...widths: number[]): Look[] =>
  widths.flatMap((width) => (["light", "dark"] as const).map((theme) => ({ width, theme })));

/** For the window of a test that asks axe: axe comes as a script that our policy would not let in. */
export const FOR_AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;

/**
 * Loads a page once, opens what is folded, and has axe look at it in each of these looks; no page may need to be scrolled sideways.
 * `prepare` makes of the page what is to be looked at.
 */
export async function expectAccessible(
  page: Page,
  url: string,
  all: readonly Look[],
  prepare: (page: Page) => Promise<unknown> = unfoldAll,
): Promise<void> {
  await page.goto(url);
  await page.addStyleTag({ content: STILL });
  await prepare(page);
  await page.evaluate(AXE);
  const lookedAt = new Set<number>();
  for (const { width, theme } of all) {
    // Structure is the same in both themes.
    const asks = lookedAt.has(width) ? { type: "rule", values: ["color-contrast"] } : RULES;
    lookedAt.add(width);
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    // What passes is of no interest, and describing it takes longer than looking at it.
    const found = await page.evaluate<string[]>(
      `axe.run({ runOnly: ${JSON.stringify(asks)}, resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, nodes }) =>
        id + ": " + nodes.slice(0, 3).map(({ html, failureSummary }) => html + " " + failureSummary).join(" | ")))`,
    );
    const where = `${new URL(page.url()).pathname} at ${width} px in ${theme}`;
    expect(found, where).toEqual([]);
    const wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    expect(wide, `${where} scrolls sideways`).toBe(0);
  }
}

function unfoldAll(page: Page): Promise<unknown> {
  return page.evaluate(`for (const details of document.querySelectorAll("details")) details.open = true`);
}
