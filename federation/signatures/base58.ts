/** base58btc with the multibase prefix `z`, for keys and proofs (short values only). */

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const VALUES = new Map([...ALPHABET].map((char, value) => [char, value]));
/** The work grows with the square of the length; an Ed25519 signature takes 88. */
const MAX_LENGTH = 128;

/** Encodes bytes as a multibase string that begins with `z`. */
export function encodeBase58(bytes: Uint8Array): string {
  const digits: number[] = [];
  let zeros = 0;
  while (zeros < bytes.length && bytes[zeros] === 0) zeros++;
  for (const byte of bytes.subarray(zeros)) {
    let carry = byte;
    for (let i = 0; i < digits.length; i++) {
      carry += (digits[i] as number) << 8;
      digits[i] = carry % 58;
      carry = (carry / 58) | 0;
    }
    for (; carry > 0; carry = (carry / 58) | 0) digits.push(carry % 58);
  }
  let text = `z${"1".repeat(zeros)}`;
  for (let i = digits.length - 1; i >= 0; i--) text += ALPHABET[digits[i] as number];
  return text;
}

/** Decodes a multibase string that begins with `z`; null for anything else. */
export function decodeBase58(text: string): Buffer | null {
  if (text.length > MAX_LENGTH || text[0] !== "z") return null;
  const bytes: number[] = [];
  let zeros = 1;
  while (text[zeros] === "1") zeros++;
  for (let at = zeros; at < text.length; at++) {
    let carry = VALUES.get(text[at] as string);
    if (carry === undefined) return null;
    for (let i = 0; i < bytes.length; i++) {
      carry += (bytes[i] as number) * 58;
      bytes[i] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff);
  }
  return Buffer.concat([Buffer.alloc(zeros - 1), Buffer.from(bytes.reverse())]);
}
