/** How often other servers may write: by server, by address, by person; each by a clock that is moved by hand. */
import { describe, expect, test } from "vitest";
import type { Id } from "../../../db/ids.ts";
import { openPaces } from "../../../federation/gate/paces.ts";
import { Rejection } from "../../../federation/gate/rejection.ts";

function paced() {
  const clock = { ms: Date.UTC(2026, 10, 24) };
  const lines: string[] = [];
  const log = { debug() {}, info: (message: string) => void lines.push(message), warn() {}, error() {} };
  return { clock, lines, paces: openPaces({ origin: "https://commons.example", now: () => clock.ms, log }) };
}

function why(act: () => unknown): Rejection | null {
  try {
    act();
    return null;
  } catch (error) {
    return error as Rejection;
  }
}

const wrong = () => new Rejection(401, "The signature does not fit the request.");

describe("the letters of one server", () => {
  test("are 6,000 at once and fifty a second; more are put off, not refused, and nobody else's are", () => {
    const { clock, lines, paces } = paced();
    for (let i = 0; i < 6_000; i++) {
      paces.requireRoom("big.example");
      paces.accepted("big.example");
    }
    const no = why(() => paces.requireRoom("big.example"));
    expect(no).toMatchObject({ status: 503, told: true });
    expect(no?.headers).toMatchObject({
      "retry-after": "1",
      "x-ratelimit-limit": "6000",
      "x-ratelimit-remaining": "0",
    });
    for (let i = 0; i < 100; i++) why(() => paces.requireRoom("big.example"));
    expect(why(() => paces.requireRoom("small.example"))).toBeNull();
    clock.ms += 1_000;
    let through = 0;
    while (!why(() => paces.requireRoom("big.example"))) {
      paces.accepted("big.example");
      through++;
    }
    expect(through).toBe(50);
    expect(lines.length).toBeLessThanOrEqual(1);
  });
});

describe("letters that fail", () => {
  test("are answered 429 after thirty a minute of one address in the name of one server", () => {
    const { clock, paces } = paced();
    for (let i = 0; i < 30; i++) {
      expect(paces.isSuspect("203.0.113.7", "a.example")).toBe(false);
      expect(paces.failed("203.0.113.7", "a.example", wrong()).status).toBe(401);
    }
    expect(paces.isSuspect("203.0.113.7", "a.example")).toBe(true);
    const no = paces.failed("203.0.113.7", "a.example", wrong());
    expect(no).toMatchObject({ status: 429 });
    expect(no.headers).toMatchObject({ "retry-after": "2", "x-ratelimit-limit": "30", "x-ratelimit-remaining": "0" });
    // Neither the server that was named nor others of that address are held to it.
    expect(paces.isSuspect("198.51.100.1", "a.example")).toBe(false);
    expect(paces.isSuspect("203.0.113.7", "b.example")).toBe(false);
    clock.ms += 2_000;
    expect(paces.isSuspect("203.0.113.7", "a.example")).toBe(false);
  });

  test("are 300 a minute of one address, whichever servers it names", () => {
    const { paces } = paced();
    for (let i = 0; i < 300; i++)
      expect(paces.failed("203.0.113.7", `h${i}.example`, wrong()).status, String(i)).toBe(401);
    expect(paces.failed("203.0.113.7", "new.example", wrong()).status).toBe(429);
    expect(paces.isSuspect("203.0.113.7", "another.example")).toBe(true);
  });

  test("for a reason that may pass are counted, too, and stay put off", () => {
    const { paces } = paced();
    const putOff = () => new Rejection(503, "The key could not be found.");
    for (let i = 0; i < 40; i++) expect(paces.failed("203.0.113.7", "a.example", putOff()).status).toBe(503);
    expect(paces.isSuspect("203.0.113.7", "a.example")).toBe(true);
    expect(paces.failed("203.0.113.7", "a.example", wrong()).status).toBe(429);
  });

  test("are told to the log once a minute, and are not counted where the address is not known", () => {
    const { lines, paces } = paced();
    for (let i = 0; i < 100; i++) paces.failed("203.0.113.7", "a.example", wrong());
    expect(lines).toHaveLength(1);
    for (let i = 0; i < 1_000; i++) expect(paces.failed("", "a.example", wrong()).status).toBe(401);
  });
});

describe("somebody whom we have known for less than a day", () => {
  const group = "7" as Id;

  test("posts ten times an hour to one community", () => {
    const { clock, paces } = paced();
    const sender = { id: "1" as Id, knownSince: clock.ms - 3_600_000 };
    for (let i = 0; i < 10; i++) paces.posted(sender, group);
    const no = why(() => paces.posted(sender, group));
    // A server that sends letters in order must not hold back those of everybody for this one: 429 makes it go on to the next.
    expect(no).toMatchObject({ status: 429, headers: { "retry-after": "360" } });
    expect(why(() => paces.posted(sender, "8" as Id))).toBeNull();
    expect(why(() => paces.posted({ ...sender, id: "2" as Id }, group))).toBeNull();
    clock.ms += 360_000;
    expect(why(() => paces.posted(sender, group))).toBeNull();
    clock.ms += 24 * 3_600_000;
    for (let i = 0; i < 50; i++) paces.posted(sender, group);
  });

  test("mentions five people of this server; who is known longer mentions as many as they like", () => {
    const { clock, paces } = paced();
    const mentions = [
      "https://other.example/u/x",
      ...Array.from({ length: 9 }, (_, i) => `https://commons.example/u/p${i}`),
    ];
    const isNew = { knownSince: clock.ms - 1 };
    expect(paces.honoured(isNew, { mentions }).mentions).toEqual(mentions.slice(1, 6));
    expect(paces.honoured({ knownSince: clock.ms - 25 * 3_600_000 }, { mentions }).mentions).toEqual(mentions);
    expect(paces.honoured(isNew, {})).toEqual({});
  });
});

test("somebody votes and edits sixty times in ten minutes in one community, however long they are known", () => {
  const { clock, paces } = paced();
  const sender = { id: "1" as Id };
  for (let i = 0; i < 60; i++) paces.acted(sender, "7" as Id);
  // As with posts: a server that sends in order must not hold back everybody's letters for theirs.
  expect(why(() => paces.acted(sender, "7" as Id))).toMatchObject({ status: 429, headers: { "retry-after": "10" } });
  expect(why(() => paces.acted(sender, "8" as Id))).toBeNull();
  expect(why(() => paces.acted({ id: "2" as Id }, "7" as Id))).toBeNull();
  clock.ms += 10_000;
  expect(why(() => paces.acted(sender, "7" as Id))).toBeNull();
});

test("the replies of one server whose thread has to be looked up are sixty an hour; more are put off", () => {
  const { clock, paces } = paced();
  for (let i = 0; i < 60; i++) paces.putAside("a.example");
  expect(why(() => paces.putAside("a.example"))).toMatchObject({ status: 429, headers: { "retry-after": "60" } });
  expect(why(() => paces.putAside("b.example"))).toBeNull();
  clock.ms += 60_000;
  expect(why(() => paces.putAside("a.example"))).toBeNull();
});

test("documents are 3,000 in five minutes for one address", () => {
  const { paces } = paced();
  for (let i = 0; i < 3_000; i++) paces.asked("203.0.113.7");
  expect(why(() => paces.asked("203.0.113.7"))).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
  for (let i = 0; i < 4_000; i++) paces.asked("");
});

test("the follows of one server are sixty a minute", () => {
  const { clock, paces } = paced();
  for (let i = 0; i < 60; i++) paces.followed("a.example");
  expect(why(() => paces.followed("a.example"))).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  expect(why(() => paces.followed("b.example"))).toBeNull();
  clock.ms += 1_000;
  expect(why(() => paces.followed("a.example"))).toBeNull();
});
