/** A forgotten password, the first owner, and the page about an account's safety; by HTTP and without script. */
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findAccount, findAccountByName } from "../../db/queries/accounts.ts";
import { setPasswordHash } from "../../db/queries/credentials.ts";
import { passwordLink } from "../../src/auth/recover.ts";
import { viewerOf } from "../../src/auth/sessions.ts";
import { setupLink } from "../../src/auth/setup.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { hashPassword, verifyPassword } from "../../src/domain/accounts/password.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { openSite, type TestSite } from "./site.ts";

const PASSWORD = "three blue welders";
const NEW = "seven green anvils";
let site: TestSite;
let origin: string;
let tokens: ReturnType<typeof openTokens>;

beforeAll(async () => {
  site = await openSite();
  origin = site.house.origin;
  tokens = openTokens({ secret: Buffer.alloc(32, 7), origin });
});
afterAll(() => site[Symbol.asyncDispose]());
beforeEach(() => site.db`delete from sign_in_attempts`);

async function person(name: string, options: Parameters<typeof makePerson>[2] = {}): Promise<TestPerson> {
  const made = await makePerson(site.house, name, options);
  await setPasswordHash(site.db, made.id, await hashPassword(PASSWORD));
  return made;
}
const post = (path: string, fields: Record<string, string>, who: { cookie: string } | null = null) =>
  site.app.request(path, formOf(origin, who, fields));
const get = (path: string, who: { cookie: string }) => site.app.request(path, { headers: { cookie: who.cookie } });
const mails = (to: string) =>
  site.db<
    { subject: string; text: string }[]
  >`select subject, text_body as text from mails where to_address = ${to} order by id`;
const tokenIn = (text: string) => /\/reset\?token=([\w.-]+)/.exec(text)?.[1] ?? "";
const hasPassword = async (id: TestPerson["id"], password: string) =>
  (await verifyPassword((await findAccount(site.db, id))?.passwordHash ?? null, password)).right;

describe("a forgotten password", () => {
  test("is replaced by a link in a mail, which works once and ends all sessions", async () => {
    const ana = await person("ana");
    expect((await post("/forgot", { email: "ANA@mail.example" })).status).toBe(200);
    const [mail] = await mails("ana@mail.example");
    expect(mail?.subject).toBe("A new password for commons.example");
    expect(mail?.text).toContain("Hello ana,");
    const token = tokenIn(mail?.text ?? "");
    const page = await site.app.request(`/reset?token=${token}`);
    expect([page.status, page.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(await page.text()).toContain("@ana");

    const weak = await post("/reset", { token, "new-password": "ana1234567" });
    expect(weak.status).toBe(422);
    expect(await weak.text()).toContain("not one that everybody uses");
    const done = await post("/reset", { token, "new-password": NEW });
    expect([done.status, done.headers.get("location")]).toEqual([303, "/sign-in?done=password"]);
    expect(await site.read("/sign-in?done=password")).toContain("Your password is set.");
    expect(await hasPassword(ana.id, NEW)).toBe(true);
    expect(await viewerOf(site.db, ana.token)).toBeNull();
    expect((await post("/reset", { token, "new-password": "eight red bellows" })).status).toBe(410);
    expect((await site.app.request(`/reset?token=${token}`)).status).toBe(410);
    expect(await hasPassword(ana.id, NEW)).toBe(true);
  });

  test("is answered alike whether or not anybody has that address", async () => {
    await person("bo");
    const answers = await Promise.all(
      ["bo@mail.example", "nobody@mail.example", "bo", ""].map(async (email) => {
        const start = performance.now();
        const response = await post("/forgot", { email });
        return { status: response.status, text: await response.text(), slow: performance.now() - start > 290 };
      }),
    );
    for (const answer of answers) expect(answer).toEqual({ ...answers[0], slow: true });
    expect(await mails("bo@mail.example")).toHaveLength(1);
  });

  test("goes to nobody whose address is not confirmed, and to nobody who is suspended", async () => {
    for (const [name, change] of [
      ["cho", (id: string) => site.db`update accounts set email_confirmed_at = null where actor_id = ${id}`],
      ["dee", (id: string) => site.db`update accounts set state = 'suspended' where actor_id = ${id}`],
    ] as const) {
      const { id } = await person(name);
      await change(id);
      await post("/forgot", { email: `${name}@mail.example` });
      expect(await mails(`${name}@mail.example`)).toEqual([]);
    }
  });

  test("can be asked for five times in half an hour, of an address that nobody has as well", async () => {
    for (const email of ["eli@mail.example", "noone@mail.example"]) {
      const statuses: number[] = [];
      const answers: Response[] = [];
      for (let i = 0; i < 6; i++) answers.push(await post("/forgot", { email }));
      for (const answer of answers) statuses.push(answer.status);
      expect(statuses.sort()).toEqual([200, 200, 200, 200, 200, 429]);
      const refused = answers.find(({ status }) => status === 429);
      expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(1_700);
    }
  });

  test("is not mailed more often by writing the address in other ways", async () => {
    await person("ira");
    const ways = [
      "ira@mail.example",
      "@ira@mail.example",
      "IRA@mail.example",
      " @Ira@mail.example",
      "ira@Mail.example",
    ];
    const statuses: number[] = [];
    for (const email of [...ways, ...ways]) statuses.push((await post("/forgot", { email })).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect((await post("/forgot", { email: "@ira" })).status).toBe(200);
    expect(await mails("ira@mail.example")).toHaveLength(5);
  });

  test("of two who set one by the same link at once, one does; a link dies with any change of the password", async () => {
    const fay = await person("fay");
    const account = await findAccount(site.db, fay.id);
    if (!account) throw new Error("no account");
    const token = tokenIn(await passwordLink(site.house, tokens, account));
    const older = tokenIn(await passwordLink(site.house, tokens, account));
    const both = await Promise.all(
      [NEW, "eight red bellows"].map((password) => post("/reset", { token, "new-password": password })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([303, 410]);
    expect((await post("/reset", { token: older, "new-password": "nine tin kettles" })).status).toBe(410);
  });

  test("is not set by a token that was made for something else", async () => {
    const gil = await person("gil");
    for (const token of [
      await tokens.sign("second-factor", { actor: gil.id, attempt: "1", stamp: "" }, 60),
      await tokens.sign("unsubscribe", { actor: gil.id }, 60),
      await tokens.sign("reset-password", { actor: "77", stamp: "" }, 60),
      "",
    ])
      expect((await post("/reset", { token, "new-password": NEW })).status).toBe(410);
    expect(await hasPassword(gil.id, PASSWORD)).toBe(true);
  });
});

describe("setting the server up", () => {
  const who = { username: "olive", name: "Olive Oak", email: "olive@mail.example", password: "three blue welders" };
  const setupToken = async () => (await setupLink(origin, tokens)).split("token=")[1] ?? "";

  test("makes the owner, once, and leads on to a second factor", async () => {
    const [token, second] = [await setupToken(), await setupToken()];
    expect(await site.read(`/setup?token=${token}`)).toContain("nobody looks after it yet");
    const weak = await post("/setup", { ...who, token, password: "olive" });
    expect(weak.status).toBe(422);
    expect(await weak.text()).toContain('value="olive@mail.example"');
    expect((await post("/setup", { ...who, token, username: "admin" })).status).toBe(422);
    expect((await post("/setup", { ...who, token, email: "nonsense" })).status).toBe(422);

    const both = await Promise.all([
      post("/setup", { ...who, token }),
      post("/setup", { ...who, token: second, username: "mallory", email: "m@mail.example" }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 410]);
    const done = both.find(({ status }) => status === 303);
    expect(done?.headers.get("location")).toBe("/settings/security");
    const cookie = done?.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const viewer = await viewerOf(site.db, cookie.split("=")[1] ?? "");
    expect(viewer).toMatchObject({ role: "owner", secondFactor: false });
    const page = await (await get("/settings/security", { cookie })).text();
    expect(page).toContain("for that you need a second factor");
    const owners =
      await site.db`select a.username from accounts ac join actors a on a.id = ac.actor_id where role = 'owner'`;
    expect(owners).toHaveLength(1);
    const audit = await site.db`select act, actor_id, data from audit where act = 'owner.set-up'`;
    expect(audit).toMatchObject([{ actor_id: null, data: { username: viewer?.username } }]);

    // An address counts once it is confirmed, the first owner's as well.
    const { email } = (await findAccount(site.db, viewer?.id as never)) ?? {};
    expect(await findAccountByName(site.db, email ?? "")).toBeNull();
    const [mail] = await mails(email ?? "");
    const link = /\/confirm-email\?token=([\w.-]+)/.exec(mail?.text ?? "")?.[1] ?? "";
    expect((await post("/confirm-email", { token: link })).status).toBe(200);
    expect(await findAccountByName(site.db, email ?? "")).toMatchObject({ id: viewer?.id });

    for (const dead of [token, second, await setupToken()]) {
      expect((await site.app.request(`/setup?token=${dead}`)).status).toBe(410);
      expect((await post("/setup", { ...who, username: "eve", token: dead })).status).toBe(410);
    }
  });

  test("is for whoever has the link", async () => {
    const other = await tokens.sign("invitation", { invitation: "1" }, 60);
    for (const token of ["", "x", other]) expect((await site.app.request(`/setup?token=${token}`)).status).toBe(410);
  });
});

describe("the safety of an account", () => {
  const home = "/settings/security";
  const pages = ["", "/password", "/totp", "/totp/confirm", "/codes", "/passkeys/new", "/passkeys/x/remove", "/show"];

  test("is nobody else's business", async () => {
    for (const path of pages) {
      const response = await site.app.request(home + path);
      expect([path, response.status, response.headers.get("location")]).toEqual([
        path,
        303,
        `/sign-in?next=${encodeURIComponent(home + path)}`,
      ]);
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
    for (const path of [
      "/password",
      "/totp/begin",
      "/totp/confirm",
      "/totp/end",
      "/codes",
      "/passkeys/new",
      "/passkeys",
      "/sessions/end-others",
      "/sessions/1/end",
      "/show",
    ])
      expect((await post(home + path, {})).status, path).toBe(303);
  });

  test("password: the old one is asked for, and all other sessions end", async () => {
    const hal = await person("hal");
    const elsewhere = await makeSession(hal);
    const wrong = await post(`${home}/password`, { password: "wrong wrong", "new-password": NEW }, hal);
    expect(wrong.status).toBe(422);
    expect((await post(`${home}/password`, { password: PASSWORD, "new-password": "password123" }, hal)).status).toBe(
      422,
    );
    expect(await hasPassword(hal.id, PASSWORD)).toBe(true);
    const done = await post(`${home}/password`, { password: PASSWORD, "new-password": NEW }, hal);
    expect(done.headers.get("location")).toBe(`${home}?done=password`);
    expect(await hasPassword(hal.id, NEW)).toBe(true);
    expect(await viewerOf(site.db, hal.token)).not.toBeNull();
    expect(await viewerOf(site.db, elsewhere)).toBeNull();
  });

  test("password: it cannot be guessed at from a session", async () => {
    const ida = await person("ida");
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++)
      statuses.push((await post(`${home}/totp/begin`, { password: `wrong ${i}` }, ida)).status);
    expect(statuses).toEqual([...Array(10).fill(422), 429]);
    const right = await post(`${home}/totp/begin`, { password: PASSWORD }, ida);
    expect(right.status).toBe(429);
    expect(right.headers.get("retry-after")).toMatch(/^\d+$/);
  });

  test("recovery codes: who has a passkey and none of them is told what they are for", async () => {
    const quin = await person("quin");
    expect(await (await get(home, quin)).text()).not.toContain("Recovery codes");
    await site.db`insert into passkeys (id, actor_id, public_key, name) values ('key-of-quin', ${quin.id}, 'x', 'A key')`;
    const overview = await (await get(home, quin)).text();
    expect(overview).toContain("You have none. One of them stands in for your app or passkey when that is lost.");
  });

  test("codes of an app: set up after the password, shown as a picture and in letters, with ten recovery codes", async () => {
    const jo = await person("jo");
    expect((await post(`${home}/totp/begin`, {}, jo)).status).toBe(422);
    expect((await get(`${home}/totp/confirm`, jo)).headers.get("location")).toBe(home);
    const begun = await post(`${home}/totp/begin`, { password: PASSWORD }, jo);
    expect(begun.headers.get("location")).toBe(`${home}/totp/confirm`);
    const page = await (await get(`${home}/totp/confirm`, jo)).text();
    expect(page).toMatch(/<svg class="qr" role="img" aria-label="[^"]+"/);
    const secret = Secret.fromBase32((/<code>([A-Z2-7 ]+)<\/code>/.exec(page)?.[1] ?? "").replaceAll(" ", ""));
    const code = (ms: number) => TOTP.generate({ secret, timestamp: Date.now() + ms });
    expect((await post(`${home}/totp/confirm`, { code: "123" }, jo)).status).toBe(422);
    const done = await post(`${home}/totp/confirm`, { code: code(0) }, jo);
    expect([done.status, done.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const codes = [...(await done.text()).matchAll(/<code>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})<\/code>/g)].map(
      ([, code]) => code,
    );
    expect(new Set(codes).size).toBe(10);
    const overview = await (await get(home, jo)).text();
    expect(overview).toContain("10 recovery codes are left");
    expect(overview).not.toContain(codes[0]);

    // A session of before has shown nothing: with the password alone it changes nothing that keeps the account safe.
    const old = { cookie: `__Host-session=${await makeSession(jo)}` };
    expect((await get(`${home}/codes`, old)).headers.get("location")).toBe(
      `${home}/show?next=%2Fsettings%2Fsecurity%2Fcodes`,
    );
    for (const path of ["/totp/end", "/codes", "/passkeys/new", "/password"]) {
      const response = await post(home + path, { password: PASSWORD, "new-password": NEW }, old);
      expect([path, response.headers.get("location")]).toEqual([
        path,
        expect.stringContaining(`${home}/show?next=%2F`),
      ]);
    }
    expect(await hasPassword(jo.id, PASSWORD)).toBe(true);
    expect((await post(`${home}/show`, { code: "000000", next: `${home}/codes` }, old)).status).toBe(422);
    const shown = await post(`${home}/show`, { code: codes[0] ?? "", next: `${home}/codes` }, old);
    expect(shown.headers.get("location")).toBe(`${home}/codes`);
    const anew = await (await post(`${home}/codes`, {}, old)).text();
    expect(anew).toMatch(/<code>[a-z2-9]{4}-/);
    expect(anew).not.toContain(codes[1]);

    // Ten minutes later the password is asked for again.
    await site.db`update sessions set second_factor_at = now() - interval '11 minutes' where actor_id = ${jo.id}`;
    expect((await post(`${home}/totp/end`, {}, jo)).status).toBe(422);
    expect((await post(`${home}/totp/end`, { password: PASSWORD }, jo)).headers.get("location")).toBe(
      `${home}?done=totp`,
    );
    expect(await viewerOf(site.db, jo.token)).toMatchObject({ hasSecondFactor: false });
  });

  test("sessions: each is told by its browser, and ends when its owner says so, and nobody else", async () => {
    const kim = await person("kim");
    const lee = await person("lee");
    const phone = await makeSession(
      kim,
      "Mozilla/5.0 (Linux; Android 16; Pixel) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
    );
    const page = await (await get(home, kim)).text();
    expect(page).toContain("Chrome on Android");
    expect(page).toContain("192.0.2.1");
    const id = /\/sessions\/(\d+)\/end"/.exec(page)?.[1] ?? "";
    expect((await post(`${home}/sessions/${id}/end`, {}, lee)).status).toBe(404);
    expect((await post(`${home}/sessions/x/end`, {}, kim)).status).toBe(404);
    expect(await viewerOf(site.db, phone)).not.toBeNull();
    expect((await post(`${home}/sessions/${id}/end`, {}, kim)).headers.get("location")).toBe(`${home}?done=session`);
    expect(await viewerOf(site.db, phone)).toBeNull();
    const more = await makeSession(kim);
    await post(`${home}/sessions/end-others`, {}, kim);
    expect(await viewerOf(site.db, more)).toBeNull();
    expect(await viewerOf(site.db, kim.token)).not.toBeNull();
    expect(await viewerOf(site.db, lee.token)).not.toBeNull();
  });

  test("tries to sign in are told to whose account it was", async () => {
    const mia = await person("mia");
    await post("/sign-in", { name: "mia", password: "not hers at all" });
    const page = await (await get(home, mia)).text();
    expect(page).toContain("Wrong password");
    const nan = await person("nan");
    expect(await (await get(home, nan)).text()).not.toContain("Wrong password");
  });

  test("whoever looks after the server without a second factor is led here", async () => {
    const owner = await person("pia", { role: "owner" });
    const response = await get("/admin", owner);
    expect(response.status).toBe(403);
    const text = await response.text();
    expect(text).toContain("This needs a second factor");
    expect(text).toContain('<a class="button" href="/settings/security">To the safety of your account</a>');
    await site.db`update sessions set second_factor_at = now() where actor_id = ${owner.id}`;
    expect((await get("/admin", owner)).status).not.toBe(403);
  });

  test("what an address says was done is one of our own sentences", async () => {
    const ona = await person("ona");
    expect(await (await get(`${home}?done=renamed`, ona)).text()).toContain("The passkey has its new name.");
    for (const said of ["__proto__", "constructor", "<script>"])
      expect(await (await get(`${home}?done=${encodeURIComponent(said)}`, ona)).text()).not.toContain("done-note");
  });
});

async function makeSession(of: TestPerson, userAgent = "test"): Promise<string> {
  const { startSession } = await import("../../src/auth/sessions.ts");
  return startSession(site.house, { actorId: of.id, secondFactor: false, address: "192.0.2.1", userAgent });
}
