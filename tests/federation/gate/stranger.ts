/** The stranger who knocks in the tests of the gate: nobody here has heard of them, so whatever is looked up about them is seen by their server. */
import { beforeAll, expect } from "vitest";
import {
  type Doc,
  type Outgoing,
  type RemotePerson,
  type SendOptions,
  signCavage,
} from "../../support/remote/index.ts";
import { note, type Stage } from "../inbox/stage.ts";
import { type Knocked, type LogLine, listenToLog, sentenceOf } from "./knock.ts";

export interface Door {
  stranger: RemotePerson;
  /** A good Create by the stranger, changed. */
  letter(rest?: Doc): Doc;
  /** Sends it as the stranger, to the community's inbox. */
  send(body: Doc | string | Uint8Array, options?: Partial<SendOptions>): Promise<Knocked>;
  /** A request signed by the stranger, now or so many seconds ago, not yet sent. */
  signed(body: Doc | string | Uint8Array, secondsAgo?: number): Outgoing;
  /** Whatever was logged before does not count any more. */
  turnThePage(): void;
  /** The answer is one sentence in JSON, and the log has it too, with the host that the key is on where the signature could be read. Gives what was logged. */
  expectRefusal(answer: Knocked, status: number, sentence: RegExp, host?: string): LogLine | undefined;
  /** What was logged that is a bug of ours. */
  errors(): LogLine[];
}

/** Puts the stranger before the door for a test file. */
export function setDoor(stage: Stage): Door {
  const door = {} as Door;
  let log: LogLine[] = [];
  let mark = 0;
  beforeAll(async () => {
    log = listenToLog();
    door.stranger = await stage.home.addPerson("stranger");
  });
  door.letter = (rest = {}) => ({
    ...stage.activity(door.stranger, "Create", { object: note(stage, door.stranger) }),
    ...rest,
  });
  door.send = async (body, options = {}) => answered(await door.stranger.send(body, { to: stage.inbox, ...options }));
  door.signed = (body, secondsAgo = 0) => {
    const url = new URL(stage.inbox);
    const raw = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
    const date = new Date(Date.now() - secondsAgo * 1_000).toUTCString();
    const headers = { host: url.host, date, "content-type": "application/activity+json" };
    const request: Outgoing = { method: "POST", url, headers, body: Buffer.from(raw) };
    signCavage(request, { ...door.stranger.key, keyId: door.stranger.keyId });
    return request;
  };
  door.turnThePage = () => {
    mark = log.length;
  };
  door.expectRefusal = (answer, status, sentence, host) => {
    expect(answer, answer.body).toMatchObject({ status, contentType: expect.stringMatching(/^application\/json/) });
    expect(JSON.parse(answer.body)).toEqual({ error: answer.sentence });
    expect(answer.sentence).toMatch(sentence);
    expect(answer.sentence, "one sentence").toMatch(/^[A-Z"0-9].*[^.]\.$/);
    expect(answer.body.length).toBeLessThan(1_000);
    const line = log.slice(mark).findLast((entry) => entry.category === "commonplace.federation");
    expect(line).toMatchObject({ level: "info", sentence: answer.sentence, requestId: expect.any(String) });
    if (host !== undefined) expect(line?.host).toBe(host);
    return line;
  };
  door.errors = () => log.filter((line) => line.level === "error" || line.level === "fatal");
  return door;
}

/** What the scripted remote was answered, as a knock. */
export function answered(answer: { status: number; body: string; headers: Record<string, unknown> }): Knocked {
  return {
    status: answer.status,
    contentType: String(answer.headers["content-type"]),
    body: answer.body,
    sentence: sentenceOf(answer.body),
  };
}
