/**
 * Makes RSA keys of 2048 bits quickly, in the test runner's own processes: five hundred of them took a tenth of all the time that the tests take. Every two of
 * a few primes make a pair of keys, so that many pairs cost few primes. No two pairs are the same, but whoever has one could find others: for tests alone.
 */
import crypto, { type KeyObject } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { promisify } from "node:util";

type Encoding = crypto.KeyExportOptions<"pem">;
interface Options {
  modulusLength?: number;
  publicKeyEncoding?: Encoding;
  privateKeyEncoding?: Encoding;
}

const EXPONENT = 65_537n;
const generatePrime = promisify(crypto.generatePrime) as (bits: number, options: object) => Promise<unknown>;
const primes: Promise<bigint>[] = [];
let made = 0;

/** The keys of one more pair of primes: 0 and 1, 0 and 2, 1 and 2, 0 and 3 … */
async function makeKeys(): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  let [first, second] = [made++, 1];
  while (first >= second) first -= second++;
  while (primes.length <= second) primes.push(makePrime());
  const [p, q] = (await Promise.all([primes[first], primes[second]])) as [bigint, bigint];
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const texts = Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, base64url(number)]));
  const privateKey = crypto.createPrivateKey({ key: { kty: "RSA", ...texts }, format: "jwk" });
  return { publicKey: crypto.createPublicKey(privateKey), privateKey };
}

/** Of 1024 bits, the first two of which are set, so that the product of any two has 2048. */
async function makePrime(): Promise<bigint> {
  const prime = (await generatePrime(1024, { bigint: true })) as bigint;
  return (prime - 1n) % EXPONENT === 0n ? makePrime() : prime;
}

/** The multiplicative inverse, by Euclid's extended algorithm. */
function inverse(number: bigint, modulus: bigint): bigint {
  let [r, next, x, y] = [modulus, number % modulus, 0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next, x, y] = [next, r - quotient * next, y, x - quotient * y];
  }
  return x < 0n ? x + modulus : x;
}

function base64url(number: bigint): string {
  const hex = number.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex").toString("base64url");
}

const slowly = promisify(crypto.generateKeyPair) as (type: string, options?: Options) => Promise<unknown>;

async function generate(type: string, options: Options = {}): Promise<unknown> {
  if (type !== "rsa" || options.modulusLength !== 2048) return slowly(type, options);
  const { publicKey, privateKey } = await makeKeys();
  const { publicKeyEncoding, privateKeyEncoding } = options;
  return {
    publicKey: publicKeyEncoding ? publicKey.export(publicKeyEncoding) : publicKey,
    privateKey: privateKeyEncoding ? privateKey.export(privateKeyEncoding) : privateKey,
  };
}

/** All of ours promisify it. */
function withCallback(): never {
  throw new TypeError("In tests, RSA keys are made by a promise.");
}

crypto.generateKeyPair = Object.assign(withCallback, {
  [promisify.custom]: generate,
  __promisify__: generate,
}) as never;
syncBuiltinESMExports();
