/** Finds the command that a command line means, reads its options, and writes the help. */
import { parseArgs } from "node:util";
import { table } from "../base/table.ts";
import { type Command, UsageError } from "./command.ts";

/** What to do: print `text`, or run `command`. */
export type Order =
  | { readonly text: string }
  | {
      readonly command: Command;
      readonly values: Readonly<Record<string, string | boolean>>;
      readonly operands: readonly string[];
    };

/** Reads the words after the program's name. `call` is how the program is called. Throws a UsageError. */
export function parseOrder(words: readonly string[], commands: readonly Command[], call: string): Order {
  const wantsHelp = words.includes("--help") || words.includes("-h");
  const named = words[0] === "help" ? words.slice(1) : words[0] === "--version" ? ["version"] : words;
  const leading = named.slice(0, named.findIndex((word) => word.startsWith("-")) >>> 0);
  if (leading.length === 0 && (wantsHelp || named.length === 0)) return { text: overview(commands, call) };
  const command = [2, 1].flatMap((count) => {
    const name = leading.slice(0, count).join(" ");
    return commands.filter((known) => leading.length >= count && known.name === name);
  })[0];
  if (command) {
    if (wantsHelp || words[0] === "help") return { text: describe(command, call) };
    return { command, ...readOptions(command, named.slice(command.name.split(" ").length), call) };
  }
  const family = commands.filter((known) => known.name.startsWith(`${leading[0]} `));
  if (family.length > 0 && leading.length === 1) return { text: overview(family, call) };
  const [asked = named[0], more] = [
    leading.slice(0, family.length > 0 ? 2 : 1).join(" ") || undefined,
    `${call}${family.length > 0 ? ` ${leading[0]}` : ""} --help`,
  ];
  throw new UsageError(
    asked?.startsWith("-")
      ? `${asked} is not an option without a command; see ${more}.`
      : `There is no command "${asked}"; see ${more}.`,
  );
}

function readOptions(command: Command, words: readonly string[], call: string) {
  const see = `see ${call} ${command.name} --help`;
  const options = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]));
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
    const missing = command.operands[positionals.length];
    if (missing !== undefined) throw new UsageError(`${missing} is missing; ${see}.`);
    const extra = positionals[command.operands.length];
    if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many; ${see}.`);
    const needed = Object.entries(command.options).find(
      ([name, option]) => option.required && values[name] === undefined,
    );
    if (needed) throw new UsageError(`${spell(needed[0], needed[1].value)} is missing; ${see}.`);
    return { values: values as Record<string, string | boolean>, operands: positionals };
  } catch (error) {
    if (!(error instanceof TypeError) || !(error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS"))
      throw error;
    const [sentence = ""] = error.message.split(/\.\s|\.?\n|\.$/);
    throw new UsageError(`${sentence}; ${see}.`);
  }
}

function usage(command: Command): string {
  const options = Object.entries(command.options).map(([name, option]) =>
    option.required ? spell(name, option.value) : `[${spell(name, option.value)}]`,
  );
  return [command.name, ...command.operands, ...options].join(" ");
}

function spell(name: string, value: string | undefined): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

/** All commands, one line each. */
export function overview(commands: readonly Command[], call: string): string {
  const lines = table(commands, [
    { title: "", value: (command) => `  ${[command.name, ...command.operands].join(" ")}` },
    { title: "", value: (command) => command.summary },
  ]);
  return [
    "Commonplace: communities of practice that the whole fediverse can follow.",
    "",
    `Usage: ${call} COMMAND [OPTIONS]`,
    lines.trimEnd(),
    "",
    "Every command explains itself with --help.",
  ].join("\n");
}

function describe(command: Command, call: string): string {
  const options = table(Object.entries(command.options), [
    { title: "", value: ([name, option]) => `  ${spell(name, option.value)}` },
    { title: "", value: ([, option]) => option.meaning },
  ]);
  const usageLine = `Usage: ${call} ${usage(command)}`;
  return [`${command.summary}.`, "", usageLine, ...(options.trim() === "" ? [] : [options.trimEnd()])].join("\n");
}
