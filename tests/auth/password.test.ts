/** Passwords: what a hash looks like, what is refused, and that nobody learns who has an account from how long an answer takes. */
import { argon2Sync, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { hashPassword, requireStrongPassword, verifyPassword } from "../../src/domain/accounts/password.ts";
import { costMs } from "../support/cost.ts";

describe("a hash", () => {
  test("describes itself, and is another one every time", async () => {
    const [one, two] = await Promise.all([hashPassword("a long sentence"), hashPassword("a long sentence")]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(two).not.toBe(one);
    expect(await verifyPassword(one, "a long sentence")).toEqual({ right: true, outdated: false });
    expect(await verifyPassword(one, "a long sentencE")).toEqual({ right: false, outdated: false });
  });

  test("that was made at another cost still counts, and is to be made anew", async () => {
    const nonce = randomBytes(16);
    const tag = argon2Sync("argon2id", {
      message: "a long sentence",
      nonce,
      memory: 8192,
      passes: 1,
      parallelism: 1,
      tagLength: 32,
    });
    const plain = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
    const old = `$argon2id$v=19$m=8192,t=1,p=1$${plain(nonce)}$${plain(tag)}`;
    expect(await verifyPassword(old, "a long sentence")).toEqual({ right: true, outdated: true });
    expect(await verifyPassword(old, "another sentence")).toMatchObject({ right: false });
  });

  test("is of the same password from another keyboard", async () => {
    const hash = await hashPassword("Ångström é fi");
    expect((await verifyPassword(hash, "A\u030angstro\u0308m e\u0301 \ufb01")).right).toBe(true);
  });

  test.each([
    "",
    "$2b$10$abcdefghijklmnopqrstuv",
    "$argon2id$v=19$m=99999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAA",
  ])("that is none (%j) opens nothing", async (hash) => {
    expect(await verifyPassword(hash, "")).toEqual({ right: false, outdated: false });
  });

  test("is looked for as long where there is none", async () => {
    const hash = await hashPassword("a long sentence");
    const time = async (of: string | null) => {
      const times: number[] = [];
      for (let i = 0; i < 7; i++) {
        times.push(await costMs(() => verifyPassword(of, "wrong")));
      }
      return times.sort((a, b) => a - b)[3] ?? 0;
    };
    const [known, unknown] = [await time(hash), await time(null)];
    expect(unknown / known).toBeGreaterThan(0.4);
    expect(unknown / known).toBeLessThan(2.5);
  });
});

describe("a weak password", () => {
  const names = ["ana_ruiz", "Ana María Ruiz", "ana.weld@mail.example"];
  test.each([
    ["too short", "k7#mP2!xq"],
    ["too long", "ab1 ".repeat(51)],
    ["what everybody uses", "Password123"],
    ["what everybody uses", "1q2w3e4r5t"],
    ["hardly any characters", "ababababab!"],
    ["hardly any characters", "aabbccaabbcc"],
    ["a row on the keyboard", "qwertyuiop"],
    ["a run of digits", "23456789012"],
    ["a run of letters", "cdefghijklm"],
    ["the user name", "ana_ruiz_2026"],
    ["the user name, twice", "AnaRuizAnaRuiz"],
    ["the shown name", "Ana María Ruiz"],
    ["the mail address", "ana.weld1234"],
  ])("is refused: %s (%s)", (_, password) => {
    expect(() => requireStrongPassword(password, names)).toThrow(expect.objectContaining({ code: "password-weak" }));
  });

  test.each([
    "correct donkey stapler",
    "ünïcödé-wörter",
    "Ana Ruiz joins metal",
    "k7#mP2!xqz",
    "十一個漢字的密碼很安全啊",
  ])("is not %s", (password) => {
    expect(() => requireStrongPassword(password, [...names, "", null])).not.toThrow();
  });
});
