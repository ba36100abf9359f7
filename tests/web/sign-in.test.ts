/** Signing in and out, by HTTP and without script: what is answered, which cookies are set, and what nobody can get by trying. */

import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setPasswordHash } from "../../db/queries/credentials.ts";
import { beginAttempt } from "../../src/auth/attempts.ts";
import { confirmIdentity } from "../../src/auth/identity.ts";
import { beginSetup, confirmSetup, readSetup } from "../../src/auth/second-factor.ts";
import { viewerOf } from "../../src/auth/sessions.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { hashPassword } from "../../src/domain/accounts/password.ts";
import { formOf, makePerson, plainNotice, type TestPerson } from "../support/people.ts";
import { openSite, type TestSite } from "./site.ts";

const PASSWORD = "three blue welders";
let site: TestSite;
let origin: string;
let ana: TestPerson;

beforeAll(async () => {
  site = await openSite();
  origin = site.house.origin;
  ana = await person("ana");
});
afterAll(() => site[Symbol.asyncDispose]());

async function person(name: string, role: "owner" | "member" = "member"): Promise<TestPerson> {
  const made = await makePerson(site.house, name, { role });
  await setPasswordHash(site.db, made.id, await hashPassword(PASSWORD));
  return made;
}
const forgetAttempts = () => site.db`delete from sign_in_attempts`;
const post = (path: string, fields: Record<string, string>, cookie?: string) =>
  site.app.request(path, formOf(origin, cookie === undefined ? null : { cookie }, fields));
const signIn = (name: string, password: string, more: Record<string, string> = {}, cookie?: string) =>
  post("/sign-in", { name, password, ...more }, cookie);
const cookiesOf = (response: Response) => response.headers.getSetCookie();
const cookieNamed = (response: Response, name: string) =>
  cookiesOf(response)
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.split(";")[0] ?? "";
const sessionOf = (response: Response) => cookieNamed(response, "__Host-session");

async function withTotp(of: TestPerson): Promise<{ code: (ms?: number) => string; codes: string[] }> {
  const viewer = await viewerOf(site.db, of.token);
  if (!viewer) throw new Error("no session");
  await beginSetup(site.house, viewer);
  const setup = await readSetup(site.house, viewer);
  const secret = Secret.fromBase32(setup?.secret ?? "");
  const code = (ms = 30_000) => TOTP.generate({ secret, timestamp: Date.now() + ms });
  // Each is taken once: the next step's is still to be used, and counts already.
  return { code, codes: await confirmSetup(site.house, viewer, code(0), plainNotice) };
}

describe("the form", () => {
  test("is kept by nobody, and asks for what password managers know", async () => {
    const response = await site.app.request("/sign-in?next=/c/welding");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const text = await response.text();
    expect(text).toContain('autocomplete="username"');
    expect(text).toContain('autocomplete="current-password"');
    expect(text).toContain('name="next" value="/c/welding"');
  });

  test("is not for those who are in", async () => {
    const response = await site.app.request("/sign-in?next=/c/welding", { headers: { cookie: ana.cookie } });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/c/welding"]);
  });

  test("speaks the reader's language", async () => {
    for (const [language, title] of [
      ["de", "Anmelden"],
      ["es", "Entrar"],
    ] as const) {
      const response = await site.app.request("/sign-in", { headers: { "accept-language": language } });
      expect(await response.text()).toContain(`<h1>${title}</h1>`);
    }
  });
});

describe("a right password", () => {
  test.each(["ana", "ANA", "@ana", " ana@mail.example "])(
    "lets %j in, with a cookie for this site only",
    async (name) => {
      await forgetAttempts();
      const response = await signIn(name, PASSWORD, { next: "/c/welding" });
      expect([response.status, response.headers.get("location")]).toEqual([303, "/c/welding"]);
      const [cookie = ""] = cookiesOf(response);
      expect(cookie).toMatch(/^__Host-session=[\w-]{43}; /);
      for (const part of ["Path=/", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age=7776000"])
        expect(cookie).toContain(part);
      expect(cookie).not.toContain("Domain");
      const token = sessionOf(response).split("=")[1] ?? "";
      expect(await viewerOf(site.db, token)).toMatchObject({ username: "ana", secondFactor: false });
    },
  );

  test("never goes on in a session that was there before", async () => {
    await forgetAttempts();
    const before = sessionOf(await signIn("ana", PASSWORD));
    const planted = `__Host-session=${"A".repeat(43)}`;
    const after = sessionOf(await signIn("ana", PASSWORD, {}, planted));
    expect(after).not.toBe(planted);
    const again = sessionOf(await signIn("ana", PASSWORD, {}, before));
    expect(again).not.toBe(before);
    expect(await viewerOf(site.db, before.split("=")[1] ?? "")).toBeNull();
    expect(await viewerOf(site.db, again.split("=")[1] ?? "")).not.toBeNull();
  });

  test.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "",
    "/%0d%0aX: y ",
  ])("leads nowhere but to a page of ours (%j)", async (next) => {
    await forgetAttempts();
    const response = await signIn("ana", PASSWORD, { next });
    expect(response.status).toBe(303);
    const target = new URL(response.headers.get("location") ?? "", origin);
    expect(target.origin).toBe(origin);
  });

  test("of an account that waits or was suspended is met with the truth; a wrong one is not", async () => {
    for (const [state, sentence] of [
      ["asked", "waits until somebody"],
      ["suspended", "have suspended this account"],
    ] as const) {
      await forgetAttempts();
      const { id } = await person(`${state}_one`);
      await site.db`update accounts set state = ${state} where actor_id = ${id}`;
      const right = await signIn(`${state}_one`, PASSWORD);
      expect(right.status).toBe(403);
      expect(await right.text()).toContain(sentence);
      expect(cookiesOf(right)).toEqual([]);
      const wrong = await signIn(`${state}_one`, "something else");
      expect(wrong.status).toBe(422);
      expect(await wrong.text()).not.toContain(sentence);
    }
  });

  test("is hashed anew when hashes cost more by now", async () => {
    await forgetAttempts();
    const old =
      "$argon2id$v=19$m=8192,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$" +
      (await import("node:crypto"))
        .argon2Sync("argon2id", {
          message: PASSWORD,
          nonce: Buffer.alloc(16),
          memory: 8192,
          passes: 1,
          parallelism: 1,
          tagLength: 32,
        })
        .toString("base64")
        .replace(/=+$/, "");
    const { id } = await person("olga");
    await setPasswordHash(site.db, id, old);
    expect((await signIn("olga", PASSWORD)).status).toBe(303);
    const [row] = await site.db<{ h: string }[]>`select password_hash as h from accounts where actor_id = ${id}`;
    expect(row?.h).toContain("$m=19456,t=2,p=1$");
    expect((await signIn("olga", PASSWORD)).status).toBe(303);
  });
});

describe("a wrong one", () => {
  test("and an unknown name get the same answer, with what was typed but for the password", async () => {
    await forgetAttempts();
    const strip = (text: string, name: string) =>
      text
        .replaceAll(name, "NAME")
        .replace(/data-options="[^"]*"/, "")
        .replace(/name="token" value="[^"]*"/, "");
    const [known, unknown] = await Promise.all([
      signIn("ana", "wrong wrong wrong"),
      signIn("bna", "wrong wrong wrong"),
    ]);
    expect([known.status, unknown.status]).toEqual([422, 422]);
    const [one, two] = [await known.text(), await unknown.text()];
    expect(strip(one, "ana")).toBe(strip(two, "bna"));
    expect(one).toContain('value="ana"');
    expect(one).not.toContain("wrong wrong wrong");
    expect(one).toContain('role="alert"');
    expect(cookiesOf(known)).toEqual([]);
  });

  test("too often is answered 429, with the time to wait and the form; also to the right one", async () => {
    await forgetAttempts();
    for (let i = 0; i < 10; i++) expect((await signIn("ana", `wrong number ${i}`)).status).toBe(422);
    const response = await signIn("ana", PASSWORD);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(3_000);
    const text = await response.text();
    expect(text).toContain("That was too often");
    expect(text).toContain('value="ana"');
    expect((await signIn("olga", PASSWORD)).status).toBe(303);
  });

  test("of a name that nobody has is as limited: the limit does not tell who has an account", async () => {
    await forgetAttempts();
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) {
      const name = i % 2 ? "nobody@mail.example" : "@Nobody@mail.example";
      statuses.push((await signIn(name, `wrong number ${i}`)).status);
    }
    expect(statuses).toEqual([...Array(10).fill(422), 429, 429]);
  });
});

describe("a browser in which somebody has signed in before", () => {
  const deviceOf = (response: Response) => cookieNamed(response, "__Host-known-device");
  /** Ten wrong tries of strangers, each from a network of its own. */
  const lockOut = async (who: TestPerson) => {
    for (let i = 0; i < 10; i++)
      await beginAttempt(site.house, who.id, { address: `198.51.100.${i}`, userAgent: "" }, "wrong");
  };

  test("is let in though strangers have guessed at the password; others, and those of others, are not", async () => {
    await forgetAttempts();
    const [kim, other] = [await person("kim"), await person("other")];
    const first = await signIn("kim", PASSWORD);
    const kept = cookiesOf(first).find((cookie) => cookie.startsWith("__Host-known-device=")) ?? "";
    for (const part of ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"]) expect(kept).toContain(part);
    const othersDevice = deviceOf(await signIn("other", PASSWORD));
    await lockOut(kim);
    expect((await signIn("kim", PASSWORD)).status).toBe(429);
    expect((await signIn("kim", PASSWORD, {}, othersDevice)).status).toBe(429);
    expect((await signIn("kim", PASSWORD, {}, "__Host-known-device=nonsense")).status).toBe(429);
    const response = await signIn("kim", PASSWORD, {}, deviceOf(first));
    expect(response.status).toBe(303);
    expect((await viewerOf(site.db, sessionOf(response).split("=")[1] ?? ""))?.id).toBe(kim.id);
    expect((await viewerOf(site.db, other.token))?.id, "and that cookie is no session").toBe(other.id);
    expect((await site.app.request("/settings", { headers: { cookie: deviceOf(first) } })).status).toBe(303);
  });

  test("has ten tries an hour itself", async () => {
    await forgetAttempts();
    await person("lee");
    const device = deviceOf(await signIn("lee", PASSWORD));
    await forgetAttempts();
    const statuses = [];
    for (let i = 0; i < 11; i++) statuses.push((await signIn("lee", "wrong wrong wrong", {}, device)).status);
    expect(statuses).toEqual([...Array(10).fill(422), 429]);
    expect((await signIn("lee", PASSWORD, {}, device)).status).toBe(429);
    expect((await signIn("lee", PASSWORD)).status, "which are none of the others'").toBe(303);
  });

  test("has no more of them by writing what it keeps in other ways", async () => {
    await forgetAttempts();
    await person("ned");
    const device = deviceOf(await signIn("ned", PASSWORD));
    await forgetAttempts();
    const statuses = [];
    for (let i = 0; i < 11; i++) {
      const spaced = `${device.slice(0, -8)}${"%20".repeat(i)}${device.slice(-8)}`;
      statuses.push((await signIn("ned", "wrong wrong wrong", {}, spaced)).status);
    }
    expect(statuses).toEqual([...Array(10).fill(422), 429]);
  });

  test("and a session that is open may be asked for the password all the while", async () => {
    await forgetAttempts();
    const max = await person("max");
    await lockOut(max);
    const viewer = await viewerOf(site.db, max.token);
    if (!viewer) throw new Error("no session");
    const from = { address: "192.0.2.9", userAgent: "" };
    await confirmIdentity(site.house, viewer, PASSWORD, from);
    for (let i = 0; i < 10; i++)
      await expect(confirmIdentity(site.house, viewer, "wrong", from)).rejects.toMatchObject({
        code: "wrong-credentials",
      });
    await expect(confirmIdentity(site.house, viewer, PASSWORD, from)).rejects.toMatchObject({ code: "too-many-tries" });
  });
});

describe("a form of another site", () => {
  test("signs nobody in and nobody out", async () => {
    await forgetAttempts();
    const forged = (path: string, headers: Record<string, string>, cookie?: string) => {
      const init = formOf(origin, cookie === undefined ? null : { cookie }, { name: "ana", password: PASSWORD });
      const { origin: _, ...kept } = init.headers as Record<string, string>;
      return site.app.request(path, { ...init, headers: { ...kept, ...headers } });
    };
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null", "sec-fetch-site": "cross-site" },
    ] as Record<string, string>[]) {
      const response = await forged("/sign-in", headers);
      expect(response.status).toBe(403);
      expect(cookiesOf(response)).toEqual([]);
      expect((await forged("/sign-out", headers, ana.cookie)).status).toBe(403);
    }
    expect(await viewerOf(site.db, ana.token)).not.toBeNull();
  });
});

describe("signing out", () => {
  test("ends the session, not only the cookie", async () => {
    await forgetAttempts();
    const session = sessionOf(await signIn("ana", PASSWORD));
    const response = await post("/sign-out", {}, session);
    expect([response.status, response.headers.get("location")]).toEqual([303, "/"]);
    expect(cookiesOf(response)[0]).toContain("Max-Age=0");
    expect(response.headers.get("clear-site-data")).toBe('"cache"');
    expect(await viewerOf(site.db, session.split("=")[1] ?? "")).toBeNull();
  });
});

describe("the second step", () => {
  test("follows on a right password; nobody is in before, and it works once", async () => {
    await forgetAttempts();
    const tom = await person("tom");
    const { code, codes } = await withTotp(tom);
    const first = await signIn("tom", PASSWORD, { next: "/c/welding" });
    expect(first.headers.get("location")).toBe("/sign-in/code?next=%2Fc%2Fwelding");
    expect(sessionOf(first)).toBe("");
    const step = cookieNamed(first, "__Host-second-step");
    expect(cookiesOf(first)[0]).toMatch(/HttpOnly.*Secure.*SameSite=Strict/);
    const page = await site.app.request("/sign-in/code?next=/c/welding", { headers: { cookie: step } });
    expect(await page.text()).toContain('autocomplete="one-time-code"');

    const wrong = await post("/sign-in/code", { code: "000000", next: "/c/welding" }, step);
    expect(wrong.status).toBe(422);
    const now = code();
    const right = await post("/sign-in/code", { code: now, next: "/c/welding" }, step);
    expect([right.status, right.headers.get("location")]).toEqual([303, "/c/welding"]);
    expect(await viewerOf(site.db, sessionOf(right).split("=")[1] ?? "")).toMatchObject({
      username: "tom",
      secondFactor: true,
    });

    const replayed = await post("/sign-in/code", { code: now }, step);
    expect(sessionOf(replayed)).toBe("");
    const spent = await post("/sign-in/code", { code: codes[0] ?? "" }, step);
    expect([spent.status, sessionOf(spent)]).toEqual([410, ""]);
    expect(await spent.text()).toContain("That took too long");
    const [left] =
      await site.db`select count(*)::int as n from recovery_codes where actor_id = ${tom.id} and used_at is null`;
    expect(left?.n).toBe(10);
    const outcomes = await site.db`select outcome from sign_in_attempts where actor_id = ${tom.id} order by id`;
    expect(outcomes[0]).toEqual({ outcome: "signed-in" });
  });

  test("takes a recovery code in place of the app's", async () => {
    await forgetAttempts();
    const una = await person("una");
    const { codes } = await withTotp(una);
    const step = cookieNamed(await signIn("una", PASSWORD), "__Host-second-step");
    const right = await post("/sign-in/code", { code: codes[3] ?? "" }, step);
    expect(sessionOf(right)).not.toBe("");
  });

  test("is not to be had without the first, nor by a token that was made for something else", async () => {
    await forgetAttempts();
    const vic = await person("vic");
    const { code } = await withTotp(vic);
    const none = await site.app.request("/sign-in/code");
    expect([none.status, none.headers.get("location")]).toEqual([303, "/sign-in?next=%2F"]);
    const tokens = openTokens({ secret: Buffer.alloc(32, 7), origin });
    for (const token of [
      await tokens.sign("reset-password", { actor: vic.id, stamp: "" }, 60),
      await tokens.sign("second-factor", { actor: vic.id, attempt: "1", stamp: "old" }, 60),
      await openTokens({ secret: Buffer.alloc(32, 8), origin }).sign(
        "second-factor",
        { actor: vic.id, attempt: "1", stamp: "" },
        60,
      ),
      "",
    ]) {
      const response = await post("/sign-in/code", { code: code() }, `__Host-second-step=${token}`);
      expect([response.status, sessionOf(response)]).toEqual([410, ""]);
    }
  });

  test("cannot be guessed at for ever", async () => {
    await forgetAttempts();
    const wim = await person("wim");
    const { code } = await withTotp(wim);
    const step = cookieNamed(await signIn("wim", PASSWORD), "__Host-second-step");
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++)
      statuses.push((await post("/sign-in/code", { code: String(100_000 + i) }, step)).status);
    expect(statuses.slice(0, 9)).toEqual(Array(9).fill(422));
    expect(statuses.slice(9)).toEqual([429, 429, 429]);
    expect((await post("/sign-in/code", { code: code() }, step)).status).toBe(429);
  });
});
