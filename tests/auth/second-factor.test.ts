/** The second factor: each code is taken once, whoever hurries; tokens are good for one thing only. */
import { hash } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Viewer } from "../../db/views/viewer.ts";
import { beginSetup, confirmSetup, readSetup, renewCodes, takeCode, turnOff } from "../../src/auth/second-factor.ts";
import { viewerOf } from "../../src/auth/sessions.ts";
import { openTokens, type Purpose } from "../../src/auth/tokens.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson, plainNotice } from "../support/people.ts";

let world: TestHouse;
let now = new Date("2026-11-23T12:00:10Z");
const sealed: string[] = [];

beforeAll(async () => {
  world = await openTestHouse({
    now: () => now,
    seal: (plain, name) => {
      sealed.push(name);
      return Buffer.concat([Buffer.from(`${name}|`), plain]);
    },
    unseal: (blob, name) => {
      if (!blob.subarray(0, name.length + 1).equals(Buffer.from(`${name}|`))) throw new Error("not what was sealed");
      return blob.subarray(name.length + 1);
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());

async function enrolled(username: string) {
  const person = await makePerson(world.house, username);
  const look = async () => (await viewerOf(world.db, person.token)) as Viewer;
  await beginSetup(world.house, await look());
  const setup = await readSetup(world.house, await look());
  const at = (ms: number) =>
    TOTP.generate({ secret: Secret.fromBase32(setup?.secret ?? ""), timestamp: now.getTime() + ms });
  const codes = await confirmSetup(world.house, await look(), at(0), plainNotice);
  return { person, look, at, codes, uri: setup?.uri ?? "" };
}

describe("codes of an app", () => {
  test("are sealed for their owner, and count once one was shown", async () => {
    const { person, look, uri, codes } = await enrolled("ana");
    expect(sealed).toContain(`totp ${person.id}`);
    expect(uri).toMatch(
      /^otpauth:\/\/totp\/commons\.example:ana\?issuer=commons\.example&secret=[A-Z2-7]{32}&algorithm=SHA1&digits=6&period=30$/,
    );
    expect(await look()).toMatchObject({ hasSecondFactor: true, secondFactor: true });
    expect(await readSetup(world.house, await look())).toBeNull();
    expect(new Set(codes).size).toBe(10);
    await expect(beginSetup(world.house, await look())).rejects.toMatchObject({ code: "already-done" });
  });

  test("are taken once each, also one that was used to set them up, and none older than the last", async () => {
    const { person, at } = await enrolled("bo");
    const take = (code: string) => takeCode(world.house, world.db, person.id, code);
    expect(await take(at(0))).toBe(false);
    now = new Date(now.getTime() + 60_000);
    const next = at(0);
    expect(await Promise.all([take(next), take(next), take(next)])).toEqual(
      expect.arrayContaining([true, false, false]),
    );
    expect(await take(next)).toBe(false);
    expect(await take(at(-30_000))).toBe(false);
    expect(await take(` ${at(30_000).slice(0, 3)} ${at(30_000).slice(3)}`)).toBe(true);
    now = new Date(now.getTime() + 120_000);
    expect(await take(at(-60_000))).toBe(false);
    expect(await take(at(60_000))).toBe(false);
  });

  test("are asked for no more once they are turned off, and the recovery codes go with them", async () => {
    const { person, look, codes, at } = await enrolled("cho");
    await turnOff(world.house, await look(), plainNotice);
    now = new Date(now.getTime() + 60_000);
    expect(await takeCode(world.house, world.db, person.id, at(0))).toBe(false);
    expect(await takeCode(world.house, world.db, person.id, codes[0] ?? "")).toBe(false);
    expect(await look()).toMatchObject({ hasSecondFactor: false });
  });
});

describe("recovery codes", () => {
  test("work once each, of two at once one gets it, and no one else's do", async () => {
    const { person, codes } = await enrolled("dee");
    const other = await enrolled("eli");
    const take = (code: string) => takeCode(world.house, world.db, person.id, code);
    const [first = "", second = ""] = codes;
    const both = await Promise.all([take(first), take(first)]);
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await take(`${second.slice(0, 4)}-${second.slice(4, 8)} ${second.slice(8).toUpperCase()}`)).toBe(true);
    expect(await take(second)).toBe(false);
    expect(await take(other.codes[0] ?? "")).toBe(false);
  });

  test("are kept as hashes only, and new ones replace the old", async () => {
    const { person, look, codes } = await enrolled("fay");
    const kept = await world.db<
      { code_hash: Buffer }[]
    >`select code_hash from recovery_codes where actor_id = ${person.id}`;
    expect(kept.map((row) => row.code_hash.toString("hex")).sort()).toEqual(
      codes.map((code) => hash("sha256", code, "hex")).sort(),
    );
    const fresh = await renewCodes(world.house, await look(), plainNotice);
    expect(await takeCode(world.house, world.db, person.id, codes[0] ?? "")).toBe(false);
    expect(await takeCode(world.house, world.db, person.id, fresh[0] ?? "")).toBe(true);
  });
});

describe("a token", () => {
  const secret = Buffer.alloc(32, 1);
  const origin = "https://commons.example";
  const tokens = openTokens({ secret, origin });

  test("is good for its own purpose only", async () => {
    const token = await tokens.sign("reset-password", { actor: "1", stamp: "x" }, 60);
    expect(await tokens.read("reset-password", token)).toMatchObject({ actor: "1" });
    const others: Purpose[] = ["setup", "confirm-email", "invitation", "unsubscribe", "second-factor", "passkey"];
    for (const purpose of others)
      await expect(tokens.read(purpose, token)).rejects.toMatchObject({ code: "token-invalid" });
  });

  test("of another server, of another key, too old, unsigned or broken is none", async () => {
    const bad = [
      await openTokens({ secret, origin: "https://other.example" }).sign("setup", {}, 60),
      await openTokens({ secret: Buffer.alloc(32, 2), origin }).sign("setup", {}, 60),
      await tokens.sign("setup", {}, -1),
      "",
      "a.b.c",
      "x".repeat(10_000),
    ];
    const [, payload] = (await tokens.sign("setup", {}, 60)).split(".");
    bad.push(`${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`);
    for (const token of bad) await expect(tokens.read("setup", token)).rejects.toMatchObject({ code: "token-invalid" });
  });

  test("that is spent works once, of two at once for one", async () => {
    const token = await tokens.sign("setup", {}, 60);
    const spent = await Promise.allSettled([
      tokens.spend(world.db, "setup", token),
      tokens.spend(world.db, "setup", token),
    ]);
    expect(spent.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(tokens.spend(world.db, "setup", token)).rejects.toMatchObject({ code: "token-invalid" });
  });
});
