/** Telling devices: a scripted push service on loopback reads what is sent as a browser would (RFC 8291) and checks who sends it (RFC 8292). */
import { createECDH, hash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { shutAccount } from "../../db/queries/closing.ts";
import { type Outbound, openOutbound, seal, unseal } from "../../federation/index.ts";
import { startSession } from "../../src/auth/sessions.ts";
import { configureLogging, logger } from "../../src/base/log.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { pushKeys } from "../../src/domain/notifications/devices.ts";
import { blockPerson } from "../../src/domain/people/block.ts";
import { startCourier, tellDevices } from "../../src/jobs/pushes.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { makeBrowser, opened, openPushService, type PushService, type Received, vapid } from "./push-stage.ts";
import { type Seed, seeder } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://127.0.0.1:3999";
const PATH = "/settings/notifications";
const SECRET = Buffer.alloc(32, 9);
const ROSA = "rosa@garten.example";

let site: TestSite;
let seed: Seed;
let outbound: Outbound;
let service: PushService;
let ana: TestPerson;
let thread: string;
let reply: string;
let number = 0;

beforeAll(async () => {
  site = await openSite(ORIGIN);
  site.house.seal = (plain, name) => seal(plain, SECRET, name);
  site.house.unseal = (sealed, name) => unseal(sealed, SECRET, name);
  seed = seeder(site.db);
  outbound = openOutbound({ allowPrivateAddresses: true, userAgent: "test" });
  service = await openPushService();
  await seed.community("welding", "Welding", "");
  thread = await seed.thread("welding", "Thin sheet", { by: ROSA, at: "2026-05-01T10:00:00Z", html: "<p>How?</p>" });
  reply = await seed.reply(thread, { by: ROSA, at: "2026-05-01T11:00:00Z", html: "<p>A secret trick.</p>" });
});
afterAll(async () => {
  await outbound?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  service.received.length = 0;
  service.answers.length = 0;
  await site.db`delete from push_devices`;
  await site.db`delete from notifications`;
  ana = await makePerson(site.house, `ana${++number}`);
});

const browser = () => makeBrowser(service);
const send = async (path: string, person: TestPerson | null, fields: Record<string, string> = {}) => {
  const response = await site.app.request(path, formOf(ORIGIN, person, fields));
  return { status: response.status, to: response.headers.get("location"), text: await response.text() };
};
const page = async (person: TestPerson, language = "en") =>
  (await site.app.request(PATH, { headers: { cookie: person.cookie, "accept-language": language } })).text();
const add = (one: { said: unknown }, person = ana) =>
  send(`${PATH}/devices`, person, { subscription: JSON.stringify(one.said) });
const devices = (person = ana) =>
  site.db<{ id: Id; sealed: Buffer }[]>`select id, sealed from push_devices where actor_id = ${person.id} order by id`;
const waiting = async () => (await site.db`select from pushes`).length;
const work = () => tellDevices(site.house, outbound, logger("jobs"));

async function tell(person = ana, kind = "reply"): Promise<Id> {
  const id = site.house.makeId();
  const [group] = await site.db<{ id: Id }[]>`select group_id as id from threads where id = ${thread}`;
  await site.db`insert into notifications (id, actor_id, kind, from_id, group_id, thread_id, post_id)
    values (${id}, ${person.id}, ${kind}, ${seed.people.get(ROSA) ?? null}, ${group?.id ?? null}, ${thread}, ${reply})`;
  return id;
}

describe("a device", () => {
  it("is told what happened and where, sealed for it alone, by a server that proves who it is", async () => {
    const one = browser();
    expect(await add(one)).toMatchObject({ status: 303, to: `${PATH}?added#devices` });
    const id = await tell();
    expect(await work()).toEqual({ sent: 1, postponed: 0, dropped: 0, gone: 0 });
    expect(service.received).toHaveLength(1);
    const [got] = service.received as [Received];
    expect(got.path).toBe(one.path);
    expect(got.headers).toMatchObject({ "content-encoding": "aes128gcm", "content-type": "application/octet-stream" });
    expect(Number(got.headers.ttl)).toBeGreaterThan(86_000);
    expect(Number(got.headers.ttl)).toBeLessThanOrEqual(86_400);
    const body = "rosa answered in “Thin sheet”, which you follow";
    const told = { body, lang: "en", dir: "ltr", icon: "/icon-192.png", tag: id, data: `/posts/${reply}` };
    expect(opened(got, one)).toEqual(["Welding", told]);
    expect(() => opened(got, browser())).toThrow();

    const { good, k, head, claims } = vapid(got);
    expect(good).toBe(true);
    expect(k).toBe((await pushKeys(site.house)).publicKey);
    expect(head).toMatchObject({ typ: "JWT", alg: "ES256" });
    expect(claims.aud).toBe(service.origin);
    expect(claims.sub).toBe("mailto:postmaster@127.0.0.1");
    expect(claims.exp - Date.now() / 1000).toBeGreaterThan(0);
    expect(claims.exp - Date.now() / 1000).toBeLessThanOrEqual(86_400);

    expect(await work()).toEqual({ sent: 0, postponed: 0, dropped: 0, gone: 0 });
    expect(await waiting()).toBe(0);
  });

  it("is kept sealed, and stands in no log; so is the server's own key", async () => {
    const lines: string[] = [];
    const write = process.stderr.write.bind(process.stderr);
    const catching = (chunk: unknown) => lines.push(String(chunk)) > 0;
    const out = process.stdout.write.bind(process.stdout);
    const one = browser();
    process.stderr.write = catching as never;
    process.stdout.write = catching as never;
    try {
      configureLogging({ level: "debug", format: "json" });
      await add(one);
      await tell();
      service.answers.push({ status: 500 });
      const stop = startCourier(site.house, outbound, logger("jobs"), 5);
      await expect.poll(() => lines.some((line) => line.includes("tried again"))).toBe(true);
      await stop[Symbol.asyncDispose]();
    } finally {
      process.stderr.write = write;
      process.stdout.write = out;
      configureLogging({ level: "error", format: "json" });
    }
    const [kept] = await devices();
    const { privateKey } = await pushKeys(site.house);
    const [row] = await site.db<{ text: string }[]>`
      select i::text || coalesce((select string_agg(d::text, '') from push_devices d), '') as text from instance i`;
    for (const secret of [one.path, one.said.keys.auth, one.said.keys.p256dh, privateKey]) {
      expect(lines.join("")).not.toContain(secret);
      expect(row?.text).not.toContain(secret);
      expect(row?.text).not.toContain(Buffer.from(secret).toString("hex"));
      expect(kept?.sealed.includes(secret)).toBe(false);
    }
  });

  it("stands in the settings with its browser, where it is removed; others' cannot be", async () => {
    const html = await page(ana);
    expect(html).toContain("None of your devices does so.");
    expect(html).toContain(`data-push="${(await pushKeys(site.house)).publicKey}"`);
    expect(html).toMatch(/<form[^>]*data-push[^>]* hidden>/);
    await add(browser());
    const added = await page(ana);
    expect(added).toContain("this device");
    expect(added).not.toContain("data-push");
    const [device] = await devices();
    const bo = await makePerson(site.house, `bo${number}`);
    expect(await page(bo)).toContain("None of your devices does so.");
    await send(`${PATH}/devices/remove`, bo, { device: device?.id ?? "" });
    expect(await devices()).toHaveLength(1);
    await tell();
    expect(await send(`${PATH}/devices/remove`, ana, { device: device?.id ?? "" })).toMatchObject({ status: 303 });
    expect(await devices()).toHaveLength(0);
    expect(await waiting()).toBe(0);
    expect(await page(ana, "de")).toContain("Keins deiner Geräte meldet sich.");
    expect(await page(ana, "es")).toContain("Ninguno de tus dispositivos lo hace.");
  });

  it("is one for each session; whoever adds a browser last has it; and nobody has more than ten", async () => {
    const one = browser();
    await add(one);
    await add(browser());
    expect(await devices()).toHaveLength(1);
    const bo = await makePerson(site.house, `bo${number}`);
    await add(one, ana);
    await add(one, bo);
    expect(await devices()).toHaveLength(0);
    expect(await devices(bo)).toHaveLength(1);
    const tokens: TestPerson[] = [];
    for (let i = 0; i < 11; i++) {
      const who = { actorId: ana.id, secondFactor: false, address: "192.0.2.1", userAgent: "test" };
      tokens.push({ ...ana, cookie: `session=${await startSession(site.house, who)}` });
    }
    const first = browser();
    await add(first, tokens[0]);
    for (const person of tokens.slice(1)) await add(browser(), person);
    expect(await devices()).toHaveLength(10);
    expect(
      await site.db`select from push_devices where endpoint_hash = ${hash("sha256", first.said.endpoint, "buffer")}`,
    ).toHaveLength(0);
  });

  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["null", "null"],
    ["a list", "[]"],
  ])("is not added by %s", async (_, said) => {
    expect((await send(`${PATH}/devices`, ana, { subscription: said })).status).toBe(400);
  });

  it("is not added with an address or keys that cannot be", async () => {
    const { said } = browser();
    const bad = [
      { ...said, endpoint: "ftp://push.example/x" },
      { ...said, endpoint: "javascript:alert(1)" },
      { ...said, endpoint: "https://a:b@push.example/x" },
      { ...said, endpoint: `https://push.example/${"x".repeat(1_000)}` },
      { ...said, endpoint: 7 },
      { ...said, keys: null },
      { ...said, keys: { ...said.keys, auth: "AAAA" } },
      { ...said, keys: { ...said.keys, p256dh: said.keys.auth } },
      {
        ...said,
        keys: { ...said.keys, p256dh: Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)]).toString("base64url") },
      },
    ];
    for (const one of bad) expect((await add({ said: one })).status).toBe(400);
    expect((await send(`${PATH}/devices`, null, { subscription: JSON.stringify(said) })).to).toMatch(/^\/sign-in/);
    expect(await devices()).toHaveLength(0);
  });

  it("may be at a public address by https alone, where the site is", async () => {
    const secure = await openSite("https://commons.example");
    try {
      const who = await makePerson(secure.house, "ana");
      const { said } = browser();
      const at = (endpoint: string) =>
        secure.app.request(
          `${PATH}/devices`,
          formOf("https://commons.example", who, { subscription: JSON.stringify({ ...said, endpoint }) }),
        );
      expect((await at(said.endpoint)).status).toBe(400);
      expect((await at("https://127.0.0.1/push")).status).toBe(303);
      const id = secure.house.makeId();
      const { id: groupId } = await createCommunity(secure.house, { slug: "welding", name: "Welding", summary: "" });
      await secure.db`insert into notifications (id, actor_id, kind, group_id) values (${id}, ${who.id}, 'welcome', ${groupId})`;
      await using guarded = openOutbound({ allowPrivateAddresses: false, userAgent: "test" });
      expect(await tellDevices(secure.house, guarded, logger("jobs"))).toMatchObject({ gone: 1 });
      expect(await secure.db`select from push_devices`).toHaveLength(0);
    } finally {
      await secure[Symbol.asyncDispose]();
    }
  });
});

describe("a message", () => {
  it.each([404, 410])("answered with %i removes the device", async (status) => {
    await add(browser());
    await tell();
    service.answers.push({ status });
    expect(await work()).toMatchObject({ gone: 1 });
    expect(await devices()).toHaveLength(0);
    expect(await waiting()).toBe(0);
  });

  it.each([429, 500, 503])("answered with %i is tried again later, a few times and no more", async (status) => {
    await add(browser());
    await tell();
    const pauses: number[] = [];
    for (let round = 0; round < 6; round++) {
      service.answers.push({ status });
      const done = await work();
      expect(done).toMatchObject(round < 5 ? { postponed: 1 } : { dropped: 1 });
      expect(await work()).toMatchObject({ sent: 0, postponed: 0 });
      const [row] = await site.db<{ s: number }[]>`select extract(epoch from due_at - now())::float as s from pushes`;
      if (row) pauses.push(Math.round(row.s / 10) * 10);
      await site.db`update pushes set due_at = now()`;
    }
    expect(pauses).toEqual([30, 120, 600, 1_800, 3_600]);
    expect(service.received).toHaveLength(6);
    expect(await waiting()).toBe(0);
    expect(await devices()).toHaveLength(1);
  });

  it("waits as long as the push service says, within bounds", async () => {
    await add(browser());
    for (const [said, pause] of [
      ["900", 900],
      ["999999", 7_200],
      ["soon", 30],
    ] as const) {
      await site.db`delete from notifications`;
      await tell();
      service.answers.push({ status: 429, headers: { "retry-after": said } });
      await work();
      const [row] = await site.db<{ s: number }[]>`select extract(epoch from due_at - now())::float as s from pushes`;
      expect(Math.abs((row?.s ?? 0) - pause)).toBeLessThan(10);
    }
  });

  it("that is refused for good is not sent again, and one that gets no answer is", async () => {
    await add(browser());
    await tell();
    service.answers.push({ status: 400 });
    expect(await work()).toMatchObject({ dropped: 1 });
    const one = browser();
    await add({ said: { ...one.said, endpoint: "http://127.0.0.1:1/push" } });
    await tell(ana, "mention");
    expect(await work()).toMatchObject({ postponed: 1 });
    expect(await devices()).toHaveLength(1);
  });

  it("is in the owner's language", async () => {
    const one = browser();
    await site.db`update accounts set language = 'de' where actor_id = ${ana.id}`;
    await add(one);
    await tell(ana, "mention");
    await work();
    const [, told] = opened(service.received[0] as Received, one) as [string, { body: string; lang: string }];
    expect(told.lang).toBe("de");
    expect(told.body).toContain("hat dich in „Thin sheet“");
  });

  it("is not sent of what was read meanwhile, of what is too old, of people who are blocked, of what is gone", async () => {
    await add(browser());
    const dropped = async () => {
      expect(await work()).toEqual({ sent: 0, postponed: 0, dropped: 1, gone: 0 });
      await site.db`delete from notifications`;
    };
    const id = await tell();
    expect((await send(`/notifications/${id}/read`, ana)).status).toBe(204);
    await dropped();
    await site.db`update notifications set at = now() - interval '25 hours' where id = ${await tell()}`;
    await dropped();
    await tell();
    await site.db`update posts set removed_at = now() where id = ${reply}`;
    await dropped();
    await site.db`update posts set removed_at = null where id = ${reply}`;
    await tell();
    await blockPerson(site.house, ana.id, seed.people.get(ROSA) as Id);
    await dropped();
    expect(service.received).toHaveLength(0);
  });

  it("is told to every device of theirs, and to nobody else's, by one of two workers", async () => {
    const bo = await makePerson(site.house, `bo${number}`);
    await add(browser(), bo);
    const who = { actorId: ana.id, secondFactor: false, address: "192.0.2.1", userAgent: "test" };
    const phone = { ...ana, cookie: `session=${await startSession(site.house, who)}` };
    const [one, two] = [browser(), browser()];
    await add(one);
    await add(two, phone);
    await tell();
    const done = await Promise.all([work(), work()]);
    expect(done.reduce((n, { sent }) => n + sent, 0)).toBe(2);
    expect(service.received.map(({ path }) => path).sort()).toEqual([one.path, two.path].sort());
  });
});

describe("what is kept of a device", () => {
  it("goes when its session ends, by whatever way, and with the account", async () => {
    await add(browser());
    await tell();
    await send("/sign-out", ana);
    expect(await devices()).toHaveLength(0);
    expect(await waiting()).toBe(0);
    const bo = await makePerson(site.house, `bo${number}`);
    await add(browser(), bo);
    await site.db.begin((tx) => shutAccount(tx, bo.id));
    expect(await devices(bo)).toHaveLength(0);
  });

  it("is one key pair, whoever asks for it first", async () => {
    await site.db`update instance set push_public_key = null, sealed_push_key = null`;
    const keys = await Promise.all([pushKeys(site.house), pushKeys(site.house), pushKeys(site.house)]);
    expect(new Set(keys.map(({ publicKey }) => publicKey)).size).toBe(1);
    expect(new Set(keys.map(({ privateKey }) => privateKey)).size).toBe(1);
    const point = createECDH("prime256v1");
    point.setPrivateKey(Buffer.from(keys[0]?.privateKey ?? "", "base64url"));
    expect(point.getPublicKey("base64url")).toBe(keys[0]?.publicKey);
  });
});

describe("what is opened on a device", () => {
  it("counts as read, if it is theirs, and only when one of our own pages says so", async () => {
    const bo = await makePerson(site.house, `bo${number}`);
    const id = await tell();
    await send(`/notifications/${id}/read`, bo);
    const foreign = formOf("https://evil.example", ana, {});
    expect((await site.app.request(`/notifications/${id}/read`, foreign)).status).toBe(403);
    const read = async () => (await site.db<{ at: Date | null }[]>`select read_at as at from notifications`)[0]?.at;
    expect(await read()).toBeNull();
    expect((await send(`/notifications/${id}/read`, ana)).status).toBe(204);
    expect(await read()).not.toBeNull();
    expect((await send("/notifications/x/read", ana)).status).toBe(404);
    expect((await send(`/notifications/${id}/read`, null)).to).toMatch(/^\/sign-in/);
  });
});
