/** What hurries past each other, or goes on where it should have ended: sessions, second factors in the making, limits that several processes share. */
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findAccount } from "../../db/queries/accounts.ts";
import { lockCredentials, setPasswordHash } from "../../db/queries/credentials.ts";
import { insertPasskey } from "../../db/queries/passkeys.ts";
import { deleteSessionsOf, raiseSession } from "../../db/queries/sessions.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { countAsking } from "../../src/auth/attempts.ts";
import { needSecondFactor } from "../../src/auth/rule.ts";
import { beginSetup, confirmSetup, dropSecondFactor, readSetup, turnOff } from "../../src/auth/second-factor.ts";
import { startSession, viewerOf } from "../../src/auth/sessions.ts";
import { signInByCode, signInByPassword } from "../../src/auth/sign-in.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { hashPassword } from "../../src/domain/accounts/password.ts";
import { restoreAccount, suspendAccount } from "../../src/domain/accounts/suspend.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson, plainNotice, type TestPerson } from "../support/people.ts";

const PASSWORD = "three blue welders";
const from = { address: "192.0.2.9", userAgent: "test" };
const tokens = openTokens({ secret: Buffer.alloc(32, 7), origin: "https://commons.example" });
let world: TestHouse;

beforeAll(async () => {
  const check = (blob: Buffer, name: string) => {
    const head = Buffer.from(`${name}|`);
    if (!blob.subarray(0, head.length).equals(head)) throw new Error("not what was sealed");
    return blob.subarray(head.length);
  };
  world = await openTestHouse({
    seal: (plain, name) => Buffer.concat([Buffer.from(`${name}|`), plain]),
    unseal: check,
  });
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.db`delete from sign_in_attempts`);

async function person(name: string, options: Parameters<typeof makePerson>[2] = {}): Promise<TestPerson> {
  const made = await makePerson(world.house, name, options);
  await setPasswordHash(world.db, made.id, await hashPassword(PASSWORD));
  return made;
}
const look = async (token: string) => (await viewerOf(world.db, token)) as Viewer;
const sessionsOf = async ({ id }: TestPerson) => (await world.db`select from sessions where actor_id = ${id}`).length;
const codeOf = (secret: string) => TOTP.generate({ secret: Secret.fromBase32(secret) });

describe("a session", () => {
  test("does not begin by a password that is being replaced at that moment", async () => {
    const ana = await person("ana");
    const { passwordHash = null } = (await findAccount(world.db, ana.id)) ?? {};
    let late: Promise<unknown> = Promise.resolve();
    await world.db.begin(async (tx) => {
      await lockCredentials(tx, ana.id);
      await setPasswordHash(tx, ana.id, await hashPassword("seven green anvils"));
      // Their password was found right before.
      late = startSession(world.house, { actorId: ana.id, secondFactor: false, passwordHash, ...from }).catch((e) => e);
      await new Promise((resolve) => setTimeout(resolve, 150));
      await deleteSessionsOf(tx, ana.id, null);
    });
    expect(await late).toMatchObject({ code: "wrong-credentials" });
    expect(await sessionsOf(ana)).toBe(0);
  });

  test("does not begin while the account is being suspended, and so is not there when it is restored", async () => {
    const owner = await person("olga", { role: "owner" });
    const bo = await person("bo");
    const tries = Array.from({ length: 4 }, () =>
      startSession(world.house, { actorId: bo.id, secondFactor: false, ...from }).catch(() => null),
    );
    await Promise.all([suspendAccount(world.house, owner.id, bo.id), ...tries]);
    expect(
      await startSession(world.house, { actorId: bo.id, secondFactor: true, ...from }).catch(({ code }) => code),
    ).toBe("wrong-credentials");
    await restoreAccount(world.house, owner.id, bo.id);
    expect(await sessionsOf(bo)).toBe(0);
  });

  test("is not entered by a second step that began with a password which was replaced meanwhile", async () => {
    const cho = await person("cho");
    await beginSetup(world.house, await look(cho.token));
    const { secret = "" } = (await readSetup(world.house, await look(cho.token))) ?? {};
    const [recovery = ""] = await confirmSetup(world.house, await look(cho.token), codeOf(secret), plainNotice);
    const step = await signInByPassword(world.house, tokens, { name: "cho", password: PASSWORD }, from);
    await setPasswordHash(world.db, cho.id, await hashPassword("seven green anvils"));
    const token = "secondStep" in step ? step.secondStep : "";
    await expect(signInByCode(world.house, tokens, { token, code: recovery }, from)).rejects.toMatchObject({
      code: "token-invalid",
    });
  });
});

describe("a second factor in the making", () => {
  test("is seen and finished only in the session that began it", async () => {
    const dee = await person("dee");
    const other = await startSession(world.house, { actorId: dee.id, secondFactor: false, ...from });
    await beginSetup(world.house, await look(dee.token));
    const { secret = "" } = (await readSetup(world.house, await look(dee.token))) ?? {};
    expect(await readSetup(world.house, await look(other))).toBeNull();
    await expect(confirmSetup(world.house, await look(other), codeOf(secret), plainNotice)).rejects.toMatchObject({
      code: "already-done",
    });
    expect(await look(other)).toMatchObject({ hasSecondFactor: false, secondFactor: false });
    expect(await confirmSetup(world.house, await look(dee.token), codeOf(secret), plainNotice)).toHaveLength(10);
  });

  test("does not stand in for a passkey that was not shown", async () => {
    const eli = await person("eli");
    await beginSetup(world.house, await look(eli.token));
    const { secret = "" } = (await readSetup(world.house, await look(eli.token))) ?? {};
    const passkey = { id: "eli", actorId: eli.id, publicKey: Buffer.alloc(1), counter: 0, transports: [], name: "x" };
    await insertPasskey(world.db, passkey);
    await expect(confirmSetup(world.house, await look(eli.token), codeOf(secret), plainNotice)).rejects.toMatchObject({
      code: "second-factor-first",
    });
  });
});

describe("a second factor that is gone", () => {
  test("counts as shown in no session any more", async () => {
    const fay = await person("fay", { role: "administrator" });
    await beginSetup(world.house, await look(fay.token));
    const { secret = "" } = (await readSetup(world.house, await look(fay.token))) ?? {};
    await confirmSetup(world.house, await look(fay.token), codeOf(secret), plainNotice);
    needSecondFactor(await look(fay.token));
    await turnOff(world.house, await look(fay.token), plainNotice);
    expect(await look(fay.token)).toMatchObject({ hasSecondFactor: false, secondFactor: false });
    const after = await look(fay.token);
    expect(() => needSecondFactor(after)).toThrow(expect.objectContaining({ code: "second-factor-first" }));
  });

  test("that the operator takes away ends the sessions, too", async () => {
    const gil = await person("gil");
    await raiseSession(world.db, (await look(gil.token)).sessionId);
    await world.db.begin((tx) => dropSecondFactor(tx, gil.id));
    expect(await viewerOf(world.db, gil.token)).toBeNull();
  });
});

describe("what may be asked for only so often", () => {
  test("is counted for all processes together, also when it comes all at once, and by what it means", async () => {
    const asks = (address: string, text: string) =>
      countAsking(world.house, "forgot", { address, userAgent: "" }, tokens.mark(text));
    const ends = await Promise.allSettled(Array.from({ length: 12 }, (_, n) => asks(`198.51.100.${n}`, "a@b.example")));
    expect(ends.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(5);
    await asks("198.51.100.1", "other@b.example");
    const rows = await world.db`select mark, actor_id from sign_in_attempts`;
    expect(JSON.stringify(rows)).not.toContain("b.example");
    expect(rows.length).toBeLessThanOrEqual(6);
  });

  test("is kept apart from tries to sign in", async () => {
    const hal = await person("hal");
    for (let n = 0; n < 25; n++) await countAsking(world.house, "forgot", from, tokens.mark(`x${n}@b.example`));
    await expect(countAsking(world.house, "forgot", from)).rejects.toMatchObject({ code: "too-many-tries" });
    for (let n = 0; n < 5; n++) await countAsking(world.house, "sign-up", from);
    await expect(countAsking(world.house, "sign-up", from)).rejects.toMatchObject({ code: "too-many-tries" });
    expect(
      await signInByPassword(world.house, tokens, { name: hal.username, password: PASSWORD }, from),
    ).toHaveProperty("session");
  });
});
