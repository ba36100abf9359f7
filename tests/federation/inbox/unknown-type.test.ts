/** Types of activity that we do not know: acknowledged, told the log once for each peer and type, and without effect. */
import { beforeAll, expect, test } from "vitest";
import type { RemotePerson } from "../../support/remote/index.ts";
import { type LogLine, listenToLog, rowsOf } from "../gate/knock.ts";
import { setStage } from "./stage.ts";

const stage = setStage();
let log: LogLine[];

beforeAll(() => {
  log = listenToLog();
});

async function send(by: RemotePerson, type: string): Promise<void> {
  expect((await stage.send(by, stage.activity(by, type, { object: stage.thread.id }))).status).toBe(202);
}

const told = () => log.filter(({ msg }) => msg.includes("changed nothing")).map(({ msg }) => msg);
const line = (type: string, host: string) =>
  `A letter changed nothing: ${type} from ${host}: we do not know this type of activity.`;

test("such a letter is acknowledged, leaves no row, and is told the log once", async () => {
  const { home, elsewhere, ana, ben, mallory } = stage;
  // Whoever was never heard of is known from now on.
  for (const by of [ana, ben, mallory]) await stage.send(by, stage.activity(by, "Like", { object: stage.thread.id }));
  const before = await rowsOf(stage.ours.app.db, { people: true });
  for (const by of [ana, ana, ben]) await send(by, "Listen");
  expect(told()).toEqual([line("Listen", home.host)]);
  await send(mallory, "Listen");
  expect(told().slice(1)).toEqual([line("Listen", elsewhere.host)]);
  // The names of what every object has are no types either.
  for (const type of ["constructor", "toString"]) {
    await send(ben, type);
    expect(told().at(-1)).toEqual(line(type, home.host));
  }
  expect(await rowsOf(stage.ours.app.db, { people: true })).toEqual(before);
  expect(log.filter(({ level }) => level !== "info")).toEqual([]);
});
