/** What an operator's command is, and the desk it works at: all that it may use of the house, opened when it asks. */
import type { Db } from "../../db/open.ts";
import type { Tokens } from "../auth/tokens.ts";
import type { Config } from "../config.ts";
import type { House } from "../domain/transact.ts";

/** Which processes one server consists of. */
export const ROLES = ["all", "web", "worker"] as const;
export type Role = (typeof ROLES)[number];

/** Whatever a command opens here is closed when the program ends. */
export interface Desk {
  /** Throws a ConfigError when the environment cannot be used. */
  readonly config: Config;
  /**
   * The database. `require` refuses with one sentence unless the schema is up to date and the database belongs to our origin;
   * `any` opens it as it is.
   */
  openDb(schema: "require" | "any"): Promise<Db>;
  /** What use cases need. */
  openHouse(): Promise<House>;
  /** What is signed and handed out, such as one-time links. */
  openTokens(): Promise<Tokens>;
  /** Starts the server; resolves when it is ready. */
  serve(role: Role): Promise<{ db: Db; tokens: Tokens }>;
  /** Resolves when the program is told to stop. */
  readonly stopped: Promise<void>;
  /** Prints text on standard output, with a line feed. */
  say(text: string): void;
}

export interface Option {
  readonly type: "string" | "boolean";
  /** What stands for the value in the usage: `NAME`. */
  readonly value?: string;
  /** The command cannot do without it. */
  readonly required?: boolean;
  readonly meaning: string;
}

type Options = Readonly<Record<string, Option>>;
type ValueOf<T> = T extends { type: "boolean" } ? boolean : T extends { type: "string" } ? string : string | boolean;
type Values<O extends Options> = { readonly [K in keyof O]?: ValueOf<O[K]> };

export interface Command<O extends Options = Options> {
  /** One or two words: `community create`. */
  readonly name: string;
  /** What it does, in one line that begins with a verb. */
  readonly summary: string;
  /** Names of the words that must follow, in order: `SLUG`. */
  readonly operands: readonly string[];
  readonly options: O;
  /** It runs until the program is told to stop, and ends by itself then. */
  readonly untilStopped?: boolean;
  /** Does it and returns the exit code, 0 when it returns nothing. */
  run(desk: Desk, values: Values<O>, operands: readonly string[]): Promise<number | undefined>;
}

/** Declares a command; its options' types follow from the table. */
export function command<const O extends Options>(declared: Command<O>): Command {
  return declared as unknown as Command;
}

/** The command line cannot be understood; the message is one sentence. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
