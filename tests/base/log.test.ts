/** The log: one line per record, request ids, nothing secret, nothing forged. */
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { configureLogging, type LogLevel, logger, withRequest } from "../../src/base/log.ts";

function capture(
  format: "pretty" | "json",
  level: LogLevel = "debug",
): { lines: string[]; records: () => Record<string, unknown>[] } {
  const lines: string[] = [];
  configureLogging({ level, format, stream: { write: (line) => lines.push(line) } });
  return { lines, records: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const forged = 'a\r\n{"level":"fatal"}\x1b[2J\x9b31m\u2028\u202e';

describe("JSON logs", () => {
  it("have time, level, message, category, request id and properties, one object a line", async () => {
    const { lines, records } = capture("json");
    await withRequest({ requestId: "r1" }, async () => {
      await wait(1);
      logger("inbox").info("Accepted {count} from {host}.", { count: 3, host: "x.example", big: 12n, none: null });
    });
    logger("web").warn("Outside");
    expect(lines.every((line) => /^[^\n]+\n$/.test(line))).toBe(true);
    expect(records()).toMatchObject([
      {
        level: "info",
        msg: "Accepted 3 from x.example.",
        category: "commonplace.inbox",
        requestId: "r1",
        host: "x.example",
        big: "12",
      },
      { level: "warning", msg: "Outside", category: "commonplace.web" },
    ]);
    expect(records()[0]?.ts).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(records()[1]).not.toHaveProperty("requestId");
  });

  it("keep request ids apart that run at the same time", async () => {
    const { records } = capture("json");
    const one = (id: string, delay: number) =>
      withRequest({ requestId: id }, async () => {
        await wait(delay);
        logger("web").info(id);
      });
    await Promise.all([one("a", 5), one("b", 1)]);
    for (const record of records()) expect(record.requestId).toBe(record.msg);
    expect(records()).toHaveLength(2);
  });

  it("hide secrets wherever they stand", () => {
    const { lines } = capture("json");
    const secrets = { Authorization: "s3cret-1", headers: { "set-cookie": "s3cret-2", "X-Api-Key": "s3cret-3" } };
    logger("web").info("in {password} {nested.token}", {
      ...secrets,
      password: "s3cret-4",
      nested: { token: "s3cret-5", list: [{ privateKey: "s3cret-6" }] },
      signature: "s3cret-7",
      rawBody: new TextEncoder().encode("s3cret-8"),
      body: { content: "s3cret-9" },
      url: "https://x.example/callback?code=s3cret-10&state=s3cret-11&page=2",
      header: "Bearer s3cret-12-s3cret",
      dsn: "postgres://ann:s3cret-13@db/x",
      pem: "-----BEGIN PRIVATE KEY-----\ns3cret-14\n-----END PRIVATE KEY-----",
      error: new Error("at https://x.example/?access_token=s3cret-15"),
      map: new Map([["cookie", "s3cret-16"]]),
    });
    expect(lines.join("")).not.toContain("s3cret");
    expect(lines.join("")).toContain("page=2");
    expect(lines.join("")).toContain("in [redacted] [redacted]");
  });

  it("keep figures whose names sound like secrets", () => {
    const { records } = capture("json");
    logger("gate").info("Too many tokens", { tokens: 20_001, signature: null });
    expect(records()[0]).toMatchObject({ tokens: 20_001, signature: null });
  });

  it("cannot be forged by what a stranger sent", () => {
    const { lines, records } = capture("json");
    logger("gate").warn("Refused {why}", { why: forged, level: "fatal", msg: "x", [forged]: 1 });
    expect(lines).toHaveLength(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
    expect(lines[0]?.trimEnd()).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u202e]/);
    expect(records()[0]).toMatchObject({ level: "warning", msg: `Refused ${forged}`, level_: "fatal", msg_: "x" });
  });

  it("hold errors with their causes, and stay bounded with anything else", () => {
    const { lines, records } = capture("json");
    const loop: Record<string, unknown> = {
      long: "x".repeat(1_000_000),
      many: Array(1000).fill(1),
      fn: () => 1,
      sym: Symbol("s"),
    };
    loop.self = loop;
    logger("web").error("Failed", {
      error: new Error("outer", { cause: new Error("inner") }),
      loop,
      bad: new Date(Number.NaN),
    });
    logger("web").error(new Error("alone"));
    expect(records()[0]).toMatchObject({
      error: { name: "Error", message: "outer", cause: { message: "inner" } },
      bad: "invalid date",
    });
    expect(records()[1]).toMatchObject({ msg: "alone" });
    expect(lines[0]?.length).toBeLessThan(40_000);
  });

  it("leave out what is below the level", () => {
    const { lines } = capture("json", "warning");
    logger("web").info("quiet");
    logger("web").error("loud");
    expect(lines).toHaveLength(1);
  });
});

describe("pretty logs", () => {
  it("are one line a record, with the stack of an error under it", () => {
    const { lines } = capture("pretty");
    withRequest({ requestId: "r1" }, () => logger("inbox").info("Hello {who}", { who: "Ann" }));
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {4}inbox Hello Ann requestId=r1 who=Ann\n$/);
    logger("inbox").error("Failed", { error: new Error("bad\nthing") });
    expect(lines[1]).toMatch(/^[^\n]*error=Error: bad\\nthing\n( +at [^\n]*\n)+$/);
  });

  it("cannot move the terminal or forge a line", () => {
    const { lines } = capture("pretty");
    logger("gate").warn("Refused {why}", { why: forged, nested: { [forged]: forged }, [forged]: forged });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
    expect(lines.join("").trimEnd()).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u202e]/);
  });
});
