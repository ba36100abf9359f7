/** An independent reading of what the sanitiser may write: a list of exact shapes, and nothing else. */
import { expect } from "vitest";

const CLASS = String.raw`(?: class="(?:(?:(?:[hpue]|dt)-[\w-]+|mention|hashtag|ellipsis|invisible|quote-inline)(?: (?=\w)|(?=")))+")?`;
const HREF = String.raw`(?: href="(?:https?:\/\/[^"<>\s\x00-\x1f]+|mailto:[^"<>\s]+)")?`;
const ALLOWED = [
  new RegExp(`^<(?:p|span|del|s|pre|blockquote|code|b|strong|u|i|em|ul|ol|li|ruby|rt|rp)${CLASS}>$`),
  new RegExp(`^<a${HREF}${CLASS} rel="nofollow noopener noreferrer ugc">$`),
  /^<br \/>$/,
  /^<\/(?:p|span|a|del|s|pre|blockquote|code|b|strong|u|i|em|ul|ol|li|ruby|rt|rp)>$/,
];

/** Fails unless every tag has an allowed shape, tags are balanced and at most 64 deep, and no text could be read as markup. */
export function expectSafe(html: string): void {
  const open: string[] = [];
  let deepest = 0;
  const text = html.replace(/<[^>]*>/g, (tag) => {
    expect(
      ALLOWED.some((shape) => shape.test(tag)),
      `the tag ${tag}`,
    ).toBe(true);
    const name = /[a-z]+/.exec(tag)?.[0] ?? "";
    if (tag.startsWith("</")) expect(open.pop(), `what ${tag} closes`).toBe(name);
    else if (name !== "br") deepest = Math.max(deepest, open.push(name));
    return "";
  });
  expect(open).toEqual([]);
  expect(deepest).toBeLessThanOrEqual(64);
  expect(text).not.toMatch(/[<>]/);
  expect(text).not.toMatch(/&(?!(?:amp|lt|gt);)/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
  expect(text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]/);
  expect(html.isWellFormed()).toBe(true);
}
