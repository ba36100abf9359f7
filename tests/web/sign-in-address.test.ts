/** Another mail address for an account, and the mails that say what was done about its safety; by HTTP and without script. */
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { findAccount } from "../../db/queries/accounts.ts";
import { setPasswordHash } from "../../db/queries/credentials.ts";
import { insertPasskey } from "../../db/queries/passkeys.ts";
import { readExportParts } from "../../db/views/export.ts";
import { passwordLink } from "../../src/auth/recover.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { hashPassword } from "../../src/domain/accounts/password.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { openSite, type TestSite } from "./site.ts";

const PASSWORD = "three blue welders";
const NEW = "seven green anvils";
const HOME = "/settings/security";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
let site: TestSite;
let origin: string;
let hashed: string;
let tokens: ReturnType<typeof openTokens>;

beforeAll(async () => {
  site = await openSite();
  origin = site.house.origin;
  tokens = openTokens({ secret: Buffer.alloc(32, 7), origin });
  hashed = await hashPassword(PASSWORD);
});
afterAll(() => site[Symbol.asyncDispose]());
beforeEach(async () => {
  await site.db`delete from sign_in_attempts`;
  await site.db`delete from mails`;
});

async function person(name: string, options: Parameters<typeof makePerson>[2] = {}): Promise<TestPerson> {
  const made = await makePerson(site.house, name, options);
  await setPasswordHash(site.db, made.id, hashed);
  return made;
}
const post = (path: string, fields: Record<string, string>, who: { cookie: string } | null = null) => {
  const init = formOf(origin, who, fields);
  return site.app.request(path, { ...init, headers: { ...init.headers, "user-agent": FIREFOX } });
};
const get = async (path: string, who: { cookie: string }) =>
  (await site.app.request(path, { headers: { cookie: who.cookie } })).text();
const mails = () =>
  site.db<{ to: string; purpose: string; subject: string; text: string }[]>`
    select to_address as "to", purpose, subject, text_body as text from mails order by id`;
const ask = (who: TestPerson, email: string, password = PASSWORD) => post(`${HOME}/address`, { email, password }, who);
/** The link in the newest mail to `to`. */
async function linkTo(to: string): Promise<string> {
  const mail = (await mails()).findLast((one) => one.to === to && one.purpose === "confirm-email");
  return /\/confirm-email\?token=([\w.-]+)/.exec(mail?.text ?? "")?.[1] ?? "";
}
const follow = (token: string) => post("/confirm-email", { token });
async function addressOf(id: Id) {
  const account = await findAccount(site.db, id);
  return [account?.email, account?.emailConfirmedAt instanceof Date];
}

describe("another mail address", () => {
  test("is theirs once they follow the link in the mail to it, which works once; both addresses get a mail", async () => {
    const ana = await person("ana");
    const before = await get(HOME, ana);
    expect(before).toContain("ana@mail.example");
    expect(before).toContain("as you have confirmed");
    expect(await get("/settings/notifications", ana)).toContain(`href="${HOME}#address"`);
    expect(before).toContain('id="address"');
    const page = await get(`${HOME}/address`, ana);
    expect(page).toContain('autocomplete="current-password"');

    const asked = await ask(ana, "new@mail.example");
    expect([asked.status, asked.headers.get("location")]).toEqual([303, `${HOME}?done=address`]);
    expect(await get(`${HOME}?done=address`, ana)).toContain("We have written to it.");
    expect(await addressOf(ana.id)).toEqual(["ana@mail.example", true]);
    const [confirm, notice] = await mails();
    expect(confirm).toMatchObject({ to: "new@mail.example", purpose: "confirm-email" });
    expect(confirm?.text).toContain("the account @ana on commons.example");
    expect(notice).toMatchObject({ to: "ana@mail.example", purpose: "security-notice" });
    expect(notice?.text).toContain("Nothing has changed yet");
    expect(notice?.text).toContain(`${origin}/forgot`);
    expect(notice?.text).not.toContain("new@mail.example");
    expect(notice?.text).not.toContain("token");

    const token = await linkTo("new@mail.example");
    expect(await site.read(`/confirm-email?token=${token}`)).toContain("new@mail.example");
    expect(await addressOf(ana.id)).toEqual(["ana@mail.example", true]);
    const done = await follow(token);
    expect(done.status).toBe(200);
    expect(await done.text()).toContain("the mail address of your account from now on");
    expect(await addressOf(ana.id)).toEqual(["new@mail.example", true]);
    expect((await mails()).at(-1)).toMatchObject({ to: "ana@mail.example", purpose: "security-notice" });
    expect((await mails()).at(-1)?.text).toContain("has another mail address now");
    expect((await mails()).at(-1)?.text).not.toContain("new@mail.example");

    expect((await ask(ana, "third@mail.example")).status).toBe(303);
    expect((await follow(await linkTo("third@mail.example"))).status).toBe(200);
    expect((await follow(token)).status).toBe(410);
    expect(await addressOf(ana.id)).toEqual(["third@mail.example", true]);
  });

  test("is not asked for without the password, nor when it is none, nor with one that is confirmed already", async () => {
    const bo = await person("bo");
    for (const password of ["wrong wrong", ""]) {
      const wrong = await ask(bo, "bo2@mail.example", password);
      expect(wrong.status).toBe(422);
      expect(await wrong.text()).toContain('value="bo2@mail.example"');
    }
    expect((await ask(bo, "nonsense")).status).toBe(422);
    expect((await ask(bo, "BO@mail.example")).status).toBe(409);
    expect((await post(`${HOME}/address/remove`, { password: "wrong wrong" }, bo)).status).toBe(422);
    expect(await mails()).toEqual([]);
    expect(await addressOf(bo.id)).toEqual(["bo@mail.example", true]);
    expect((await post(`${HOME}/address`, { email: "x@mail.example", password: PASSWORD })).status).toBe(303);
    expect(await mails()).toEqual([]);
  });

  test("needs the second factor of whoever has one", async () => {
    const cho = await person("cho");
    await site.db`update accounts set totp_confirmed_at = now(), sealed_totp_secret = '\\x00' where actor_id = ${cho.id}`;
    for (const path of ["/address", "/address/remove"]) {
      const answer = await post(HOME + path, { email: "cho2@mail.example", password: PASSWORD }, cho);
      expect([answer.status, answer.headers.get("location")?.startsWith(`${HOME}/show`)]).toEqual([303, true]);
      const page = await site.app.request(HOME + path, { headers: { cookie: cho.cookie } });
      expect(page.headers.get("location")).toContain(`${HOME}/show`);
    }
    expect(await mails()).toEqual([]);
    expect(await addressOf(cho.id)).toEqual(["cho@mail.example", true]);
  });

  test("that somebody else has is answered in the same way, and nothing is written to it", async () => {
    const dee = await person("dee");
    await person("owner_of_it", { email: "taken@mail.example" });
    const answers: unknown[] = [];
    const notices: unknown[] = [];
    for (const email of ["free@mail.example", "Taken@mail.example"]) {
      await site.db`delete from mails`;
      const start = performance.now();
      const { status, headers } = await ask(dee, email);
      answers.push([status, headers.get("location"), performance.now() - start > 290]);
      notices.push((await mails()).filter(({ to }) => to === "dee@mail.example").map(({ text }) => text.slice(0, 100)));
      expect((await mails()).filter(({ to }) => to.toLowerCase() === email.toLowerCase())).toHaveLength(
        email === "free@mail.example" ? 1 : 0,
      );
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(notices[1]).toEqual(notices[0]);
  });

  test("of before a request for a taken one is dead as well: whether it works tells nothing", async () => {
    const eli = await person("eli");
    await person("has_it", { email: "hers@mail.example" });
    await ask(eli, "eli2@mail.example");
    await ask(eli, "hers@mail.example");
    expect((await follow(await linkTo("eli2@mail.example"))).status).toBe(410);
    expect(await addressOf(eli.id)).toEqual(["eli@mail.example", true]);
  });

  test("that became somebody else's meanwhile is refused, and the refusal names nobody", async () => {
    const fay = await person("fay");
    await ask(fay, "both@mail.example");
    await person("quicker", { email: "both@mail.example" });
    const refused = await follow(await linkTo("both@mail.example"));
    expect(refused.status).toBe(409);
    const text = await refused.text();
    expect(text).toContain("belongs to another account");
    expect(text).not.toContain("quicker");
    expect(await addressOf(fay.id)).toEqual(["fay@mail.example", true]);
  });

  test("of an older request is not had any more after a newer one, used or not", async () => {
    const gil = await person("gil");
    await ask(gil, "first@mail.example");
    const older = await linkTo("first@mail.example");
    await ask(gil, "second@mail.example");
    expect((await follow(older)).status).toBe(410);
    expect((await follow(await linkTo("second@mail.example"))).status).toBe(200);
    expect((await follow(older)).status).toBe(410);
    expect(await addressOf(gil.id)).toEqual(["second@mail.example", true]);
  });

  test("is not had any more after the password was changed, the address removed, or the account suspended", async () => {
    for (const [name, change] of [
      ["hal", (who: TestPerson) => post(`${HOME}/password`, { password: PASSWORD, "new-password": NEW }, who)],
      ["ida", (who: TestPerson) => post(`${HOME}/address/remove`, { password: PASSWORD }, who)],
      ["jo", ({ id }: TestPerson) => site.db`update accounts set state = 'suspended' where actor_id = ${id}`],
    ] as const) {
      const who = await person(name);
      await ask(who, `${name}2@mail.example`);
      await change(who);
      expect((await follow(await linkTo(`${name}2@mail.example`))).status, name).toBe(410);
      expect((await addressOf(who.id))[0], name).not.toBe(`${name}2@mail.example`);
    }
  });

  test("of two who follow the link at once, one changes it", async () => {
    const kim = await person("kim");
    await ask(kim, "kim2@mail.example");
    const token = await linkTo("kim2@mail.example");
    const both = await Promise.all([follow(token), follow(token)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 410]);
    expect((await mails()).filter(({ text }) => text.includes("has another mail address now"))).toHaveLength(1);
  });

  test("can be removed, with one last mail, and added again", async () => {
    const lea = await person("lea");
    const gone = await post(`${HOME}/address/remove`, { password: PASSWORD }, lea);
    expect(gone.headers.get("location")).toBe(`${HOME}?done=no-address`);
    expect(await addressOf(lea.id)).toEqual([null, false]);
    expect(await mails()).toMatchObject([{ to: "lea@mail.example", purpose: "security-notice" }]);
    expect((await mails())[0]?.text).toContain("has no mail address any more");
    expect(await get(HOME, lea)).toContain("You have none");
    expect((await post(`${HOME}/address/remove`, { password: PASSWORD }, lea)).status).toBe(409);
    expect(await get("/settings/notifications", lea)).toContain(`href="${HOME}#address"`);

    await site.db`delete from mails`;
    expect((await ask(lea, "lea2@mail.example")).status).toBe(303);
    expect((await mails()).map(({ to }) => to)).toEqual(["lea2@mail.example"]);
    expect((await follow(await linkTo("lea2@mail.example"))).status).toBe(200);
    expect(await addressOf(lea.id)).toEqual(["lea2@mail.example", true]);
    expect(await mails()).toHaveLength(1);
  });

  test("replaces one that was never confirmed, to which nothing is written; the old link confirms nothing then", async () => {
    const mo = await person("mo");
    await site.db`update accounts set email_confirmed_at = null where actor_id = ${mo.id}`;
    expect(await get(HOME, mo)).toContain("You have not confirmed");
    const old = await tokens.sign("confirm-email", { actor: mo.id, email: "mo@mail.example" }, 60);
    await ask(mo, "mo2@mail.example");
    expect((await mails()).map(({ to }) => to)).toEqual(["mo2@mail.example"]);
    await follow(await linkTo("mo2@mail.example"));
    expect((await follow(old)).status).toBe(410);
    expect(await addressOf(mo.id)).toEqual(["mo2@mail.example", true]);
  });

  test("is set by no link that only confirms", async () => {
    const ned = await person("ned");
    const token = await tokens.sign("confirm-email", { actor: ned.id, email: "ned2@mail.example" }, 60);
    expect((await follow(token)).status).toBe(410);
    const change = { request: "1", stamp: "" };
    const made = await tokens.sign("confirm-email", { actor: ned.id, email: "ned2@mail.example", change }, 60);
    expect((await follow(made)).status).toBe(410);
    expect(await addressOf(ned.id)).toEqual(["ned@mail.example", true]);
  });

  test("can be asked for five times in half an hour", async () => {
    const ola = await person("ola");
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await ask(ola, `ola${i}@mail.example`)).status);
    const refused = await ask(ola, "ola6@mail.example");
    expect([...statuses, refused.status]).toEqual([303, 303, 303, 303, 303, 429]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(1_700);
    expect((await ask(await person("pia"), "pia2@mail.example")).status).toBe(303);
    // Whoever was turned away has asked for nothing: the last link still works.
    expect((await follow(await linkTo("ola4@mail.example"))).status).toBe(200);
    expect(await get(HOME, ola)).toContain("Nobody lately.");
  });
});

describe("a notice", () => {
  const notices = async () => (await mails()).filter(({ purpose }) => purpose === "security-notice");
  const expectOne = async (to: string, sentence: string) => {
    const found = await notices();
    expect(found.map(({ to, text }) => [to, text.includes(sentence)])).toEqual([[to, true]]);
    await site.db`delete from mails`;
    return found[0]?.text ?? "";
  };

  test("says that the password was changed, or set by a link, when and from where", async () => {
    const ava = await person("ava");
    await site.db`update accounts set language = 'de', time_zone = 'Europe/Berlin' where actor_id = ${ava.id}`;
    await post(`${HOME}/password`, { password: "wrong wrong", "new-password": NEW }, ava);
    expect(await notices()).toEqual([]);
    await post(`${HOME}/password`, { password: PASSWORD, "new-password": NEW }, ava);
    const text = await expectOne("ava@mail.example", "dein Konto @ava hat ein neues Passwort");
    expect(text).toMatch(/Wann: \d+\. \S+ \d{4}, \d\d:\d\d \(Europe\/Berlin\)/);
    expect(text).toContain("Von wo: Firefox auf Linux");
    expect(text).toContain(`${origin}/forgot`);
    for (const secret of [NEW, PASSWORD, ava.token, "192.0.2.1", "token="]) expect(text).not.toContain(secret);

    const account = await findAccount(site.db, ava.id);
    if (!account) throw new Error("no account");
    const token = (await passwordLink(site.house, tokens, account)).split("token=")[1] ?? "";
    await post("/reset", { token, "new-password": "eight red bellows" });
    expect(await expectOne("ava@mail.example", "hat ein neues Passwort")).not.toContain(token);
    await post("/reset", { token, "new-password": "nine tin kettles" });
    expect(await notices()).toEqual([]);
  });

  test("says that codes of an app were turned on and off, and recovery codes made anew; it holds none of them", async () => {
    const ben = await person("ben");
    await post(`${HOME}/totp/begin`, { password: PASSWORD }, ben);
    const page = await get(`${HOME}/totp/confirm`, ben);
    const base32 = (/<code>([A-Z2-7 ]+)<\/code>/.exec(page)?.[1] ?? "").replaceAll(" ", "");
    const code = TOTP.generate({ secret: Secret.fromBase32(base32), timestamp: Date.now() });
    await post(`${HOME}/totp/confirm`, { code: "123" }, ben);
    expect(await notices()).toEqual([]);
    await post(`${HOME}/totp/confirm`, { code }, ben);
    const on = await expectOne("ben@mail.example", "asks for a code of an app");
    for (const secret of [base32, code]) expect(on).not.toContain(secret);

    const anew = await (await post(`${HOME}/codes`, { password: PASSWORD }, ben)).text();
    const [, fresh = "none"] = /<code>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})<\/code>/.exec(anew) ?? [];
    const text = await expectOne("ben@mail.example", "new recovery codes");
    expect(fresh).not.toBe("none");
    for (const secret of [fresh, fresh.replaceAll("-", "")]) expect(text).not.toContain(secret);

    await post(`${HOME}/totp/end`, { password: PASSWORD }, ben);
    await expectOne("ben@mail.example", "asks for no code of an app any more");
    await post(`${HOME}/totp/end`, { password: PASSWORD }, ben);
    expect(await notices()).toEqual([]);
  });

  test("says that a passkey was removed", async () => {
    const eva = await person("eva", { secondFactor: true });
    const key = { id: "key-of-eva", actorId: eva.id, publicKey: Buffer.alloc(8), counter: 0, transports: [] };
    await insertPasskey(site.db, { ...key, name: "Phone" });
    expect((await post(`${HOME}/passkeys/none/remove`, { password: PASSWORD }, eva)).status).toBe(404);
    expect(await notices()).toEqual([]);
    await post(`${HOME}/passkeys/key-of-eva/remove`, { password: PASSWORD }, eva);
    expect(await expectOne("eva@mail.example", "a passkey of your account")).not.toContain("key-of-eva");
  });

  test("goes nowhere when no address is confirmed", async () => {
    const ina = await person("ina");
    await site.db`update accounts set email_confirmed_at = null where actor_id = ${ina.id}`;
    expect((await post(`${HOME}/password`, { password: PASSWORD, "new-password": NEW }, ina)).status).toBe(303);
    expect(await mails()).toEqual([]);
  });

  test("is not in what people take with them", async () => {
    const uma = await person("uma");
    await ask(uma, "uma2@mail.example");
    const token = await linkTo("uma2@mail.example");

    const text = JSON.stringify(await readExportParts(site.db, uma.id));
    expect(text).toContain("uma@mail.example");
    for (const secret of [token, "uma2@mail.example", "argon2", "security-notice"]) expect(text).not.toContain(secret);
  });
});
