/** Passwords: hashed by Argon2id (RFC 9106) in a form that describes itself, compared in constant time, and weak ones refused (R43). */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { Refusal } from "../../base/errors.ts";

const derive = promisify(argon2);

/** What one guess costs: 19 MiB and two passes, as OWASP advises for Argon2id. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** More would only be asked of us by a row that was tampered with. */
const MOST_MEMORY = 1_048_576;
const FORM = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/;

const SHORTEST = 10;
const LONGEST = 200;
const FEWEST_DIFFERENT = 4;
/** Of the passwords that everybody uses, those that are long enough; in small letters. */
const COMMON = new Set(
  (
    "0123456789 0987654321 1029384756 10203040506 1111111111 1122334455 1212121212 123123123123 1231231231 123321123321 1234512345 12345678900 " +
    "1234567890 12345678901 123456789012 12345678910 1234567891 1234567899 123456789a 123456789q 123456789abc 12345qwert 1234qwerasdf 123qweasdzxc " +
    "147258369 1472583690 147258369a 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc 741852963 7418529630 789456123 7894561230 9876543210 " +
    "987654321a 9999999999 a123456789 a1b2c3d4e5 aa123456789 aaaaaaaaaa abc1234567 abc123456789 abcd123456 abcd1234567 abcde12345 abcdef123456 " +
    "abcdefghij abcdefghijk admin12345 admin123456 administrator adminadmin alexander1 anthony123 asd123456789 asdasdasd1 asdasdasdasd asdf1234567 " +
    "asdfasdfasdf asdfghjkl1 asdfghjkl123 asdfghjkl; asdfghjklö asdfghjklñ azertyuiop babygirl123 bailey1234 barcelona1 baseball123 basketball " +
    "basketball1 bienvenido1 butterfly1 changeme123 changeme1234 charlie123 chocolate1 christian1 christine1 contraseña contraseña1 correcthorsebatterystaple " +
    "cristina123 daniel1234 default123 dragon12345 elizabeth1 estrella123 facebook123 fernando123 football12 football123 football1234 freedom123 " +
    "fuckyou123 fußballgott ghjcnjgfhjkm hallo12345 hallohallo hello12345 hello123456 helloworld helloworld1 ichliebedich iloveyou12 iloveyou123 " +
    "iloveyou1234 iloveyou2 internet123 jennifer12 jessica123 jordan1234 justinbieber killer12345 leicester1 letmein123 letmein1234 linkedin123 " +
    "liverpool1 liverpoolfc lokomotiv1 manchester manchester1 master12345 michael123 michelle12 minecraft1 mypassword mypassword1 naruto12345 " +
    "newpassword newpassword1 ninja12345 p4ssw0rd123 p@ssw0rd12 p@ssw0rd123 p@ssword123 pass123456 passw0rd123 passw0rd1234 password00 password01 " +
    "password10 password11 password12 password123 password1234 password12345 password123456 password1! password123! passwordpassword passwort01 " +
    "passwort12 passwort123 passwort1234 pokemon123 princess12 princess123 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedc1 qazwsxedc123 qazwsxedcrfv qwer123456 " +
    "qwerasdfzxcv qwerqwerqwer qwert12345 qwertasdfg qwerty1234 qwerty12345 qwerty123456 qwertyqwerty qwertyuiop qwertyuiop1 qwertyuiop123 qwertyuiop[] " +
    "qwertzuiop qwertzuiopü raspberrypi rootroot123 samantha12 schalke04! secret1234 secret12345 september1 sommer2024 sommer2025 sommer2026 " +
    "spiderman1 spiderman123 starwars12 starwars123 summer2024! summer2025! summer2026! sunshine12 sunshine123 superman12 superman123 teamoteamo " +
    "test123456 test1234567 testtest12 testtest123 thisisapassword trustno1trustno1 unbekannt1 undertaker valentina1 victoria123 volleyball welcome123 " +
    "welcome1234 welcome12345 whatever123 william123 willkommen willkommen1 willkommen123 wordpress1 yourpassword zaq12wsxcde3 zaq1zaq1zaq1 zxcvbnm123 zxcvbnm1234 zxcvbnmasdf"
  ).split(" "),
);

/**
 * Refuses (`password-weak`) what is shorter than 10 or longer than 200 characters, used by everybody, hardly more than one character, or one of
 * `names`: the user name, the shown name, the mail address.
 */
export function requireStrongPassword(password: string, names: readonly (string | null)[]): void {
  const plain = normal(password);
  const small = plain.toLowerCase();
  const length = [...plain].length;
  const own = names.flatMap((name) => (name ? [name, name.split("@")[0] ?? ""] : [])).map(letters);
  if (
    length < SHORTEST ||
    length > LONGEST ||
    COMMON.has(small) ||
    new Set(small).size < FEWEST_DIFFERENT ||
    isRun(small) ||
    own.some((name) => name !== "" && isMadeOf(letters(small), name))
  )
    throw new Refusal("password-weak");
}

/** Only letters, so that `ana.ruiz_1` and `Ana Ruiz` are the same. */
function letters(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}]/gu, "");
}

/** Whether there is nothing in `text` but `name`, once or again and again. */
function isMadeOf(text: string, name: string): boolean {
  return text !== "" && text.replaceAll(name, "") === "";
}

/** Whether each character follows on the one before, as in `23456789ab` or `cdefghijkl`. */
function isRun(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, i) => code - (codes[i] ?? 0));
  return steps.filter((step) => Math.abs(step) === 1).length >= steps.length - 1;
}

/** The hash of a new password: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await tagOf(password, salt, COST, TAG_BYTES);
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

/**
 * Whether `password` is the one that `hash` was made of; `outdated` says that its hash should be made anew, as hashes cost more by now.
 * Without a hash the answer is no and takes as long, so that nobody learns which accounts there are.
 */
export async function verifyPassword(
  hash: string | null,
  password: string,
): Promise<{ right: boolean; outdated: boolean }> {
  const known = hash === null ? null : parse(hash);
  if (!known) {
    await tagOf(password, Buffer.alloc(SALT_BYTES), COST, TAG_BYTES);
    return { right: false, outdated: false };
  }
  const tag = await tagOf(password, known.salt, known.cost, known.tag.length);
  const { memory, passes, parallelism } = known.cost;
  const outdated = memory !== COST.memory || passes !== COST.passes || parallelism !== COST.parallelism;
  return { right: timingSafeEqual(tag, known.tag), outdated };
}

interface Cost {
  memory: number;
  passes: number;
  parallelism: number;
}

function parse(hash: string): { cost: Cost; salt: Buffer; tag: Buffer } | null {
  const [, memory, passes, parallelism, salt = "", tag = ""] = FORM.exec(hash) ?? [];
  if (Number(memory) > MOST_MEMORY || tag === "") return null;
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, "base64"),
    tag: Buffer.from(tag, "base64"),
  };
}

async function tagOf(password: string, nonce: Buffer, cost: Cost, tagLength: number): Promise<Buffer> {
  await enter();
  try {
    return await derive("argon2id", { message: normal(password), nonce, tagLength, ...cost });
  } finally {
    leave();
  }
}

/** The same password from keyboards that write it differently is the same password. */
function normal(password: string): string {
  return password.normalize("NFKC");
}

/** Without padding, as in the PHC string format. */
function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

/** Hashes at a time, so that many who sign in at once take neither the threads nor the memory of the server; and how many may wait. */
const AT_ONCE = 2;
const MOST_WAITING = 200;
let running = 0;
const waiting: (() => void)[] = [];

function enter(): Promise<void> {
  if (running < AT_ONCE) {
    running += 1;
    return Promise.resolve();
  }
  if (waiting.length >= MOST_WAITING) return Promise.reject(new Refusal("busy"));
  return new Promise((resolve) => void waiting.push(resolve));
}

/** Whoever waits longest takes the place. */
function leave(): void {
  const next = waiting.shift();
  if (next) next();
  else running -= 1;
}
