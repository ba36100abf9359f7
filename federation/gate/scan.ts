/** One linear pass over JSON bytes, before they are parsed: how deep, how many tokens, and whether its strings need cleaning. */

import { Rejection } from "./rejection.ts";

/** What a JSON text of a stranger may hold (R13). */
export const JSON_LIMITS = { bytes: 1024 * 1024, depth: 32, tokens: 20_000 } as const;

/** What the pass found. A token is a string (keys too), a number, a literal, an object or an array. */
export interface Scan {
  depth: number;
  tokens: number;
  /** True if an escape spells U+0000, a surrogate, or a letter that needs no escaping: only then can strings need cleaning. */
  suspicious: boolean;
}

const ORDINARY = 0;
const SPACE = 1;
const QUOTE = 2;
const OPEN = 3;
const CLOSE = 4;

const kinds = new Uint8Array(256);
for (const byte of [0x20, 0x09, 0x0a, 0x0d, 0x2c, 0x3a]) kinds[byte] = SPACE;
kinds[0x22] = QUOTE;
kinds[0x7b] = kinds[0x5b] = OPEN;
kinds[0x7d] = kinds[0x5d] = CLOSE;

const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/**
 * Counts without building anything and without judging the grammar, which is JSON.parse's work.
 * @throws Rejection 400 as soon as the text is deeper or has more tokens than the limits allow.
 */
export function scan(bytes: Uint8Array, limits: { depth: number; tokens: number } = JSON_LIMITS): Scan {
  const end = bytes.length;
  let depth = 0;
  let deepest = 0;
  let tokens = 0;
  let suspicious = false;
  let at = 0;
  while (at < end) {
    const kind = kinds[bytes[at] as number];
    if (kind === SPACE) {
      at++;
    } else if (kind === QUOTE) {
      tokens++;
      at++;
      for (; at < end; at++) {
        const byte = bytes[at];
        if (byte === 0x22) break;
        if (byte === BACKSLASH) {
          at++;
          if (bytes[at] === LETTER_U && !suspicious) suspicious = hides(bytes, at + 1);
        }
      }
      at++;
    } else if (kind === OPEN) {
      tokens++;
      at++;
      if (++depth > deepest) {
        deepest = depth;
        if (depth > limits.depth) throw new Rejection(400, `The JSON is nested more than ${limits.depth} levels deep.`);
      }
    } else if (kind === CLOSE) {
      depth--;
      at++;
    } else {
      tokens++;
      at++;
      while (at < end && kinds[bytes[at] as number] === ORDINARY) at++;
    }
    if (tokens > limits.tokens) throw new Rejection(400, `The JSON has more than ${limits.tokens} tokens.`);
  }
  return { depth: deepest, tokens, suspicious };
}

/** Whether the four digits of an escape are worth a second look: 0000, an ASCII letter or underscore, or a surrogate. */
function hides(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at];
  const second = bytes[at + 1];
  if (first === 0x30 && second === 0x30) {
    const third = bytes[at + 2];
    return third === 0x30 ? bytes[at + 3] === 0x30 : third === 0x35 || third === 0x36 || third === 0x37;
  }
  return (first === 0x64 || first === 0x44) && second !== undefined && second >= 0x38;
}
