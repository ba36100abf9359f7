/** Whose key it is: what the gate finds out before it believes a signature, what it remembers, and whom it does not listen to at all. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { freePort } from "../support/app.ts";
import { type Doc, type FailureAnswer, ldSignature, makeKeyPair, type RemotePerson } from "../support/remote/index.ts";
import { type Knocked, rowsOf } from "./gate/knock.ts";
import { answered, setDoor } from "./gate/stranger.ts";
import { note, setStage } from "./inbox/stage.ts";

const stage = setStage();
const door = setDoor(stage);
const { letter, send, expectRefusal } = door;
const AS = "https://www.w3.org/ns/activitystreams";

/** A person whose actor document says something else than it should. */
async function forger(name: string, document: (origin: string) => Doc): Promise<RemotePerson> {
  return stage.home.addPerson(name, { document: document(stage.home.origin) });
}

/** Refused after the key was looked up. */
const late: [string, RegExp, () => Promise<Knocked>][] = [
  [
    "a key that the actor does not list",
    /does not list the key/,
    () => send(letter(), { keyId: `${door.stranger.id}#other-key` }),
  ],
  [
    "a key that is not the listed one",
    /does not fit the request/,
    async () => send(letter(), { key: await makeKeyPair() }),
  ],
  [
    "a key document that names an actor who does not list it",
    /does not list the key/,
    async () => {
      const key = await makeKeyPair();
      const id = `${stage.home.origin}/keys/1`;
      stage.home.objects.set(id, {
        "@context": [AS, "https://w3id.org/security/v1"],
        id,
        type: "Key",
        owner: door.stranger.id,
        publicKeyPem: key.publicPem,
      });
      return send(letter(), { keyId: id, key });
    },
  ],
  [
    "a key whose document names an owner elsewhere",
    /does not name an owner on its own server/,
    () => {
      const id = `${stage.home.origin}/keys/2`;
      const owner = stage.mallory.id;
      const pem = door.stranger.key.publicPem;
      stage.home.objects.set(id, { "@context": AS, id, type: "Key", owner, publicKeyPem: pem });
      return send(letter(), { keyId: id });
    },
  ],
  [
    "an actor whose key names another owner",
    /does not list the key/,
    async () => {
      const key = await makeKeyPair();
      const eve = await forger("eve", (origin) => ({
        publicKey: { id: `${origin}/users/eve#main-key`, owner: stage.ana.id, publicKeyPem: key.publicPem },
      }));
      return answered(
        await eve.send(stage.activity(eve, "Create", { object: note(stage, eve) }), { to: stage.inbox, key }),
      );
    },
  ],
  [
    "the key of another actor on the same server",
    /somebody else than its actor/,
    () => send(letter(), { keyId: stage.ben.keyId, key: stage.ben.key }),
  ],
  [
    "somebody else's good Linked Data signature inside",
    /somebody else than its actor/,
    () => {
      const body = stage.activity(stage.ana, "Create", { object: note(stage, stage.ana) });
      const whole = { ...body, signature: ldSignature(body, { ...stage.ana.key, keyId: stage.ana.keyId }) };
      return stage.ben.send(whole, { to: stage.inbox }).then(answered);
    },
  ],
  [
    "an actor document that is served under another id",
    /could not be found/,
    async () => {
      const zoe = await forger("zoe", () => ({ id: stage.ana.id }));
      return answered(await zoe.send(stage.activity(zoe, "Create", { object: note(stage, zoe) }), { to: stage.inbox }));
    },
  ],
];

describe("is refused after a look at the key, and changes nothing:", () => {
  test.each(late)("%s", async (_, sentence, knocking) => {
    const before = await rowsOf(stage.ours.app.db, { people: false });
    const [ana] = await stage.ours.app.db`select name, summary, inbox_id from actors where uri = ${stage.ana.id}`;
    door.turnThePage();
    stage.home.requests.length = 0;
    expectRefusal(await knocking(), 401, sentence, stage.home.host);
    expect(await rowsOf(stage.ours.app.db, { people: false })).toEqual(before);
    expect(stage.home.fetches.length, "at most two fetches before a letter is believed (R30)").toBeLessThanOrEqual(2);
    const [after] = await stage.ours.app.db`select name, summary, inbox_id from actors where uri = ${stage.ana.id}`;
    expect(after).toEqual(ana);
  });

  test("an actor document that cannot be read is looked up once", async () => {
    const odo = await forger("odo", () => ({ type: 5 }));
    const create = stage.activity(odo, "Create", { object: note(stage, odo) });
    stage.home.requests.length = 0;
    for (let i = 0; i < 3; i++) {
      door.turnThePage();
      expectRefusal(await odo.send(create, { to: stage.inbox }).then(answered), 401, /"type"/);
    }
    expect(stage.home.fetches).toHaveLength(1);
  });

  test("what failed is not looked up again at every knock (R30)", async () => {
    stage.home.requests.length = 0;
    for (let i = 0; i < 3; i++)
      expect((await send(letter(), { keyId: `${door.stranger.id}#third-key` })).status).toBe(401);
    expect(stage.home.fetches).toHaveLength(1);
  });
});

describe("a blocked peer", () => {
  test.each([
    ["http://blocked.example/users/x#main-key"],
    ["http://deep.sub.blocked.example/users/x#main-key"],
    ["http://BLOCKED.example/users/x#main-key"],
    ["http://blocked.example:80/users/x#main-key"],
    ["http://blocked.example:8443/users/x#main-key"],
  ])("is refused before its body is read: %s", async (keyId) => {
    await stage.ours.app
      .db`insert into peers (id, host, blocked_at) values (1, 'blocked.example', now()) on conflict do nothing`;
    const before = await rowsOf(stage.ours.app.db, { people: true });
    door.turnThePage();
    const { host } = new URL(keyId);
    expectRefusal(await send(letter({ actor: keyId.split("#")[0] }), { keyId }), 403, /does not take letters/, host);
    expect(await rowsOf(stage.ours.app.db, { people: true })).toEqual(before);
  });

  test("does not take its namesakes with it", async () => {
    const answer = await send(letter(), { keyId: "http://notblocked.example/users/x#main-key" });
    expect(answer.sentence).toMatch(/another server than the actor/);
  });
});

describe("a key that cannot be had for a moment", () => {
  afterEach(() => {
    stage.home.failWith(undefined);
    vi.useRealTimers();
  });

  /** The server of that person answers so, when it is asked about them. */
  function fail(person: RemotePerson, how: FailureAnswer): void {
    const { pathname } = new URL(person.id);
    stage.home.failWith(({ path }) => (path === pathname ? how : undefined));
  }

  function waitAWhile(): void {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
  }

  const like = (by: RemotePerson) => stage.activity(by, "Like", { object: stage.thread.id });

  test.each([429, 500, 502, 503])(
    "puts the letter off, and is asked for again after that (HTTP %i)",
    async (status) => {
      const person = await stage.home.addPerson(`away${status}`);
      fail(person, { status });
      stage.home.requests.length = 0;
      for (let i = 0; i < 3; i++) {
        const answer = await stage.send(person, like(person));
        expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "30" } });
      }
      expect(stage.home.fetches).toHaveLength(1);
      stage.home.failWith(undefined);
      waitAWhile();
      expect((await stage.send(person, like(person))).status).toBe(202);
    },
  );

  test("puts the letter off where nobody takes the connection", async () => {
    const id = `http://127.0.0.1:${await freePort()}/users/x`;
    expect((await send(letter({ id: `${id}#1`, actor: id }), { keyId: `${id}#main-key` })).status).toBe(503);
  });

  test("is told to the sender, and why to the log alone: strangers are not told what our name server knows", async () => {
    for (const host of ["192.0.2.1", "169.254.169.254"]) {
      const id = `http://${host}/users/x`;
      door.turnThePage();
      const answer = await send(letter({ id: `${id}#1`, actor: id }), { keyId: `${id}#main-key` });
      const line = expectRefusal(answer, 503, /^The key could not be had just now; try again in a while\.$/, host);
      expect(line?.why).toContain(host);
    }
  });

  test("and is a new one puts off what is signed by it, and nothing that is signed by the old one", async () => {
    const cora = await stage.home.addPerson("cora");
    expect((await stage.send(cora, like(cora))).status).toBe(202);
    const key = await changeKey(cora);
    fail(cora, { status: 502 });
    stage.home.requests.length = 0;
    for (let i = 0; i < 3; i++)
      expect((await cora.send(like(cora), { to: stage.inbox, key })).status, "by the new key").toBe(503);
    expect(stage.home.fetches).toHaveLength(1);
    expect((await stage.send(cora, like(cora))).status, "by the old key").toBe(202);
    stage.home.failWith(undefined);
    waitAWhile();
    expect((await cora.send(like(cora), { to: stage.inbox, key })).status).toBe(202);
  });

  test("keeps all letters by a new key waiting for the one answer", async () => {
    const cleo = await stage.home.addPerson("cleo");
    expect((await stage.send(cleo, like(cleo))).status).toBe(202);
    const key = await changeKey(cleo);
    fail(cleo, { delayMs: 200 });
    stage.home.requests.length = 0;
    const answers = await Promise.all(Array.from({ length: 5 }, () => cleo.send(like(cleo), { to: stage.inbox, key })));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(202));
    expect(stage.home.fetches).toHaveLength(1);
  });
});

/** From now on the person's document has another key under the same id. */
async function changeKey(person: RemotePerson) {
  const key = await makeKeyPair();
  const document = stage.home.objects.get(person.id) as Doc;
  const publicKey = { ...(document.publicKey as Doc), publicKeyPem: key.publicPem };
  stage.home.objects.set(person.id, { ...document, publicKey });
  return key;
}

test("somebody whose first letters come all at once is looked up once", async () => {
  const kim = await stage.home.addPerson("kim");
  stage.home.requests.length = 0;
  const creates = Array.from({ length: 6 }, () => stage.activity(kim, "Create", { object: note(stage, kim) }));
  const taken = await Promise.all(creates.map((create) => kim.send(create, { to: stage.inbox })));
  expect(taken.map(({ status }) => status)).toEqual(creates.map(() => 202));
  expect(stage.home.fetches.map(({ path }) => path)).toEqual(["/users/kim"]);
});

test("an actor that changed its key is looked up once, and taken at its new word", async () => {
  const carla = await stage.home.addPerson("carla");
  const like = () => stage.activity(carla, "Like", { object: stage.thread.id });
  expect((await stage.send(carla, like())).status).toBe(202);
  const key = await changeKey(carla);
  stage.home.requests.length = 0;
  expect((await carla.send(like(), { to: stage.inbox, key })).status).toBe(202);
  expect((await carla.send(like(), { to: stage.inbox, key })).status).toBe(202);
  expect((await carla.send(like(), { to: stage.inbox })).status, "by the old key").toBe(401);
  const path = new URL(carla.id).pathname;
  expect(stage.home.fetches.filter((request) => request.path === path)).toHaveLength(1);
});

test("an actor whose id is its server, written without a slash, is taken by that id", async () => {
  const solo = await stage.home.addPerson("solo");
  const { origin } = stage.home;
  const document = stage.home.objects.get(solo.id) as Doc;
  const keyId = `${origin}#main-key`;
  const publicKey = { ...(document.publicKey as Doc), id: keyId, owner: origin };
  stage.home.objects.set(`${origin}/`, { ...document, id: origin, publicKey });
  const like = { ...stage.activity(solo, "Like", { object: stage.thread.id }), actor: origin };
  expect((await solo.send(like, { to: stage.inbox, keyId })).status).toBe(202);
  expect(await stage.ours.app.db`select from actors where uri = ${origin}`).toHaveLength(1);
});

test("an actor that has a key of another name now is looked up, and taken by it", async () => {
  const carl = await stage.home.addPerson("carl");
  const like = () => stage.activity(carl, "Like", { object: stage.thread.id });
  expect((await stage.send(carl, like())).status).toBe(202);
  const key = await makeKeyPair();
  const keyId = `${carl.id}#key-2`;
  const document = stage.home.objects.get(carl.id) as Doc;
  stage.home.objects.set(carl.id, {
    ...document,
    publicKey: { id: keyId, owner: carl.id, publicKeyPem: key.publicPem },
  });
  expect((await carl.send(like(), { to: stage.inbox, key, keyId })).status).toBe(202);
});

test("no refusal here was a bug in disguise", () => {
  expect(door.errors()).toEqual([]);
});
