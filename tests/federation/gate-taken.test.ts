/** What the gate lets in: both styles of signatures, everything up to the limits, and each letter once. */
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { openRemote } from "../support/remote/index.ts";
import { knockWith, rowsOf } from "./gate/knock.ts";
import { setDoor } from "./gate/stranger.ts";
import { note, setStage } from "./inbox/stage.ts";

const stage = setStage();
const door = setDoor(stage);
const { letter, send, signed } = door;
const MIB = 1024 * 1024;

/** Strings, numbers, literals, objects and lists. */
function countTokens(json: string): number {
  return [...json.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[^\s,:[\]{}"]+/g)].length;
}

function nested(levels: number): string {
  return `${"[".repeat(levels)}${"]".repeat(levels)}`;
}

test.each(["cavage", "rfc9421"] as const)("a good letter is taken, signed by %s", async (sign) => {
  const before = await stage.count("threads");
  expect((await send(letter(), { sign })).status).toBe(202);
  expect(await stage.count("threads")).toBe(before + 1);
});

test.each([
  'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
  "application/activity+json; charset=utf-8",
  "application/json",
])("a good letter is taken as %s", async (contentType) => {
  expect((await send(letter(), { contentType })).status).toBe(202);
});

test("a letter of just 1 MiB is taken, in chunks too", async () => {
  const body = letter();
  body.padding = "x".repeat(MIB - JSON.stringify({ ...body, padding: "" }).length);
  expect(JSON.stringify(body)).toHaveLength(MIB);
  expect((await knockWith(signed(body), { chunked: true })).status).toBe(202);
});

test("what just fits through the gate is passed on, too", async () => {
  await using lemmy = await openRemote({ software: "lemmy" });
  const lena = await lemmy.addPerson("lena");
  await lena.follow(stage.group.uri);
  const fitting = (padding: (body: string) => string): string => {
    const body = JSON.stringify({ ...letter(), padding: "@" });
    return body.replace('"@"', padding(body));
  };
  const deep = fitting(() => nested(31));
  const many = fitting((body) => `[${"1,".repeat(20_000 - countTokens(body) - 1)}1]`);
  const long = fitting((body) => `"${"x".repeat(MIB - body.length + 1)}"`);
  const beyond = fitting(() => "[1e400, -1e400]");
  for (const body of [deep, many, beyond]) {
    expect((await send(body)).status).toBe(202);
    const came = () => lemmy.received.find((item) => item.body.includes(`"object":${body}`));
    await expect.poll(came).toBeDefined();
    expect(came()?.signature.verified).toBe(true);
  }
  // Larger than 1 MiB with what is around it: Lemmy does not take that, but this is not ours to say.
  expect((await send(long)).status).toBe(202);
  for (const tooMuch of [deep.replace("[[", "[[["), many.replace("[1,", "[1,1,"), `${long} `]) {
    expect((await send(tooMuch)).status).toBeOneOf([400, 413]);
  }
});

test("the very same bytes sent again change nothing, also after their words were deleted", async () => {
  const object = note(stage, door.stranger);
  const request = signed(stage.activity(door.stranger, "Create", { object }));
  expect((await knockWith(request)).status).toBe(202);
  const once = await rowsOf(stage.ours.app.db, { people: true });
  await wait(50);
  expect((await knockWith(request)).status).toBe(202);
  expect(await rowsOf(stage.ours.app.db, { people: true })).toEqual(once);
  expect((await send(stage.activity(door.stranger, "Delete", { object: object.id }))).status).toBe(202);
  const deleted = await rowsOf(stage.ours.app.db, { people: true });
  expect((await knockWith(request)).status).toBe(202);
  expect(await rowsOf(stage.ours.app.db, { people: true })).toEqual(deleted);
  expect(
    await stage.ours.app.db`select 1 from posts where uri = ${String(object.id)} and removed_at is null`,
  ).toHaveLength(0);
});

test("the bytes of a vote that was taken back do not bring it back, nor do those of its Undo take back what was said again (R8)", async () => {
  const like = stage.activity(door.stranger, "Like", { object: stage.thread.id });
  const undo = stage.activity(door.stranger, "Undo", { object: { ...like, "@context": undefined } });
  const [first, second, third] = [signed(like, 30), signed(undo, 20), signed(like, 10)];
  const before = await stage.count("votes");
  for (const [request, more] of [
    [first, 1],
    [second, 0],
    [first, 0],
    [third, 1],
    [second, 1],
    [first, 1],
    [signed(undo), 0],
    [third, 0],
  ] as const) {
    expect((await knockWith(request)).status).toBe(202);
    expect(await stage.count("votes")).toBe(before + more);
  }
});
