/** Reads the environment into one frozen, typed `Config`; nobody else reads process.env. */
import { isIP } from "node:net";
import { resolve } from "node:path";

export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_FORMATS = ["pretty", "json"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** The key itself as 64 hex digits, or the file that holds it; `make` says that it may be made when it is absent. */
export type SecretSource = { readonly key: string } | { readonly file: string; readonly make: boolean };

export interface Config {
  /** The public origin, without a slash at its end: `https://commons.example`. */
  readonly origin: string;
  /** The address to listen on. */
  readonly host: string;
  readonly port: number;
  /** Null: the embedded Postgres in `dataDir`. */
  readonly databaseUrl: string | null;
  /** Absolute. */
  readonly dataDir: string;
  /** IP addresses and networks in CIDR notation. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly allowPrivateAddresses: boolean;
  /** Seals the private keys at rest; src/secret.ts loads it. */
  readonly secret: SecretSource;
  /** The mail server; null: mail is kept, and the owner reads it on the site. */
  readonly smtpUrl: string | null;
  /** From whom mail comes: `Name <address>` or an address. */
  readonly mailFrom: string;
}

/** The environment cannot be used; `problems` are sentences, each naming its variable. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** One environment variable. */
export interface Variable<T = unknown> {
  readonly name: string;
  /** The default, in words. */
  readonly byDefault: string;
  /** What it is for, in one sentence. */
  readonly meaning: string;
  /** Reads a text that is not empty; throws a Problem. */
  readonly parse: (text: string) => T;
  /** The value in force, as an operator may see it: never a secret. */
  readonly show: (config: Config) => string;
}

/** Completes the sentence "NAME must …". */
class Problem extends Error {}

const ORIGIN: Variable<string> = {
  name: "ORIGIN",
  byDefault: "`http://localhost:` and the port",
  meaning:
    "The public origin that people and other servers use; it is part of every id and cannot change once there is an account or a community.",
  parse: parseOrigin,
  show: (config) => config.origin,
};

const HOST: Variable<string> = {
  name: "HOST",
  byDefault: "`127.0.0.1` when the origin is this machine, else `0.0.0.0`",
  meaning: "The address to listen on.",
  parse: (text) => {
    if (isIP(text) === 0 && !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(text))
      throw new Problem("be an IP address or a host name");
    return text;
  },
  show: (config) => config.host,
};

const PORT: Variable<number> = {
  name: "PORT",
  byDefault: "`3000`",
  meaning: "The port to listen on.",
  parse: (text) => {
    if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65_535)
      throw new Problem("be a number from 1 to 65535");
    return Number(text);
  },
  show: (config) => String(config.port),
};

const DATABASE_URL: Variable<string> = {
  name: "DATABASE_URL",
  byDefault: "the embedded Postgres, kept in `DATA_DIR`",
  meaning:
    "The Postgres (16 or newer) to keep everything in, such as `postgres://user:password@host:5432/commonplace`.",
  parse: (text) => {
    const protocol = URL.parse(text)?.protocol;
    if (protocol !== "postgres:" && protocol !== "postgresql:")
      throw new Problem("be a URL that begins with postgres://");
    if (!isDecodable(text)) throw new Problem("have each % that stands for itself written as %25");
    return text;
  },
  show: (config) => (config.databaseUrl === null ? "embedded" : withoutPassword(config.databaseUrl)),
};

const DATA_DIR: Variable<string> = {
  name: "DATA_DIR",
  byDefault: "`./data`",
  meaning: "The folder for the embedded Postgres and the secret key; back it up.",
  parse: (text) => {
    // Node tries for ever to make a folder there.
    if (/^\/proc(?:\/|$)/.test(resolve(text))) throw new Problem("not be in /proc: no folder can be made there");
    return resolve(text);
  },
  show: (config) => config.dataDir,
};

const TRUSTED_PROXIES: Variable<string[]> = {
  name: "TRUSTED_PROXIES",
  byDefault: "none",
  meaning:
    "Addresses of the reverse proxies whose `X-Forwarded-For` is believed: IP addresses and networks such as `10.0.0.0/8`, separated by commas, or `loopback`.",
  parse: (text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .flatMap(parseNetwork),
  show: (config) => config.trustedProxies.join(", ") || "none",
};

const LOG_LEVEL: Variable<LogLevel> = {
  name: "LOG_LEVEL",
  byDefault: "`info`",
  meaning: "How much is logged: `debug`, `info`, `warning` or `error`.",
  parse: (text) => oneOf(LOG_LEVELS, text),
  show: (config) => config.logLevel,
};

const LOG_FORMAT: Variable<LogFormat> = {
  name: "LOG_FORMAT",
  byDefault: "`pretty` on a terminal, else `json`",
  meaning: "Whether logs are for people (`pretty`) or one JSON object a line (`json`).",
  parse: (text) => oneOf(LOG_FORMATS, text),
  show: (config) => config.logFormat,
};

const ALLOW_PRIVATE_ADDRESSES: Variable<boolean> = {
  name: "ALLOW_PRIVATE_ADDRESSES",
  byDefault: "`false`",
  meaning:
    "For tests and demonstrations on one machine: also talks to servers on loopback and private addresses, by plain http and on any port. Only where `ORIGIN` is on loopback, ends in `.test` or has no dot.",
  parse: (text) => oneOf(["true", "false"], text) === "true",
  show: (config) => String(config.allowPrivateAddresses),
};

const SECRET_KEY: Variable<string> = {
  name: "SECRET_KEY",
  byDefault: "made once and kept in `DATA_DIR/secret.key`",
  meaning:
    "32 random bytes, as base64 or hex, that encrypt the private keys in the database; without it they are lost.",
  parse: parseSecretKey,
  show: (config) => ("key" in config.secret ? "given, not shown" : "in its file"),
};

const SECRET_KEY_FILE: Variable<string> = {
  name: "SECRET_KEY_FILE",
  byDefault: "`DATA_DIR/secret.key`",
  meaning: "A file that holds the secret key, for secrets that are mounted as files.",
  parse: (text) => resolve(text),
  show: (config) => ("file" in config.secret ? config.secret.file : "not used"),
};

const SMTP_URL: Variable<string> = {
  name: "SMTP_URL",
  byDefault: "none: mail is kept, and the owner reads it at `/admin/mail`",
  meaning:
    "The mail server that takes our mail, such as `smtp://user:password@mail.example:587`, or `smtps://…:465` for TLS from the beginning.",
  parse: (text) => {
    const url = URL.parse(text);
    if ((url?.protocol !== "smtp:" && url?.protocol !== "smtps:") || url.hostname === "")
      throw new Problem("be a URL that begins with smtp:// or smtps://");
    if (!isDecodable(url.username) || !isDecodable(url.password))
      throw new Problem("have a % in its user name or password written as %25");
    return text;
  },
  show: (config) => (config.smtpUrl === null ? "none" : withoutPassword(config.smtpUrl)),
};

/** A mailbox as src/base/mail.ts takes it (254 characters at most), by itself or in brackets behind a name; its host may be this machine. */
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?`;
const MAILBOX = String.raw`[^<>()\[\]\\,;:"@\s\p{C}]{1,64}@(?=[^>]{1,180}>?$)${LABEL}(?:\.${LABEL})*`;
const SENDER = new RegExp(String.raw`^(?:[^<>\p{C}]*<${MAILBOX}>|${MAILBOX})$`, "u");

const MAIL_FROM: Variable<string> = {
  name: "MAIL_FROM",
  byDefault: "`noreply@` and the host of the origin",
  meaning: "From whom our mail comes: an address, or `Name <address>`.",
  parse: (text) => {
    if (!SENDER.test(text))
      throw new Problem("be a mail address, or a name and an address as in Commons <noreply@commons.example>");
    return text;
  },
  show: (config) => config.mailFrom,
};

/** Every variable, in the order in which an operator wants to read of them. */
export const variables: readonly Variable[] = [
  ORIGIN,
  HOST,
  PORT,
  DATABASE_URL,
  DATA_DIR,
  TRUSTED_PROXIES,
  LOG_LEVEL,
  LOG_FORMAT,
  ALLOW_PRIVATE_ADDRESSES,
  SECRET_KEY,
  SECRET_KEY_FILE,
  SMTP_URL,
  MAIL_FROM,
];

/**
 * The configuration that `env` says; empty variables count as unset, unknown ones are ignored.
 * Throws a ConfigError that names all problems at once.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  isTerminal: boolean = process.stderr.isTTY === true,
): Config {
  const problems: string[] = [];
  const read = <T>(variable: Variable<T>): T | undefined => {
    const text = env[variable.name]?.trim() ?? "";
    if (text === "") return undefined;
    try {
      return variable.parse(text);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push(`${variable.name} must ${error.message}.`);
      return undefined;
    }
  };

  const port = read(PORT) ?? 3000;
  const origin = read(ORIGIN) ?? `http://localhost:${port}`;
  const { protocol, hostname } = new URL(origin);
  const allowPrivateAddresses = read(ALLOW_PRIVATE_ADDRESSES) ?? false;
  const dataDir = read(DATA_DIR) ?? resolve("data");
  const key = read(SECRET_KEY);
  const file = read(SECRET_KEY_FILE);
  const config: Config = {
    origin,
    host: read(HOST) ?? (isLoopback(hostname) ? "127.0.0.1" : "0.0.0.0"),
    port,
    databaseUrl: read(DATABASE_URL) ?? null,
    dataDir,
    trustedProxies: Object.freeze(read(TRUSTED_PROXIES) ?? []),
    logLevel: read(LOG_LEVEL) ?? "info",
    logFormat: read(LOG_FORMAT) ?? (isTerminal ? "pretty" : "json"),
    allowPrivateAddresses,
    secret: Object.freeze(
      key !== undefined ? { key } : { file: file ?? resolve(dataDir, "secret.key"), make: file === undefined },
    ),
    smtpUrl: read(SMTP_URL) ?? null,
    mailFrom: read(MAIL_FROM) ?? defaultSender(new URL(origin)),
  };

  const isOurOwn = isLoopback(hostname) || isTest(hostname);
  const isPrivate = isOurOwn || isBare(hostname);
  if (protocol === "http:" && !isOurOwn && !(isPrivate && allowPrivateAddresses)) {
    problems.push(`ORIGIN must begin with https://: plain http is for this machine and for names that end in .test.`);
  }
  if (allowPrivateAddresses && !isPrivate) {
    problems.push(
      `ALLOW_PRIVATE_ADDRESSES must not be true on a public server (${origin}): strangers could make it ask your own network.`,
    );
  }
  if (key !== undefined && file !== undefined) problems.push("SECRET_KEY and SECRET_KEY_FILE must not both be set.");
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/** Whether a URL's host name means this machine (RFC 6761, section 6.3). */
export function isLoopback(hostname: string): boolean {
  return /^(.+\.)?localhost$/.test(hostname) || /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === "[::1]";
}

/** Names for tests, which are nobody's on the internet (RFC 6761, section 6.2). */
function isTest(hostname: string): boolean {
  return hostname === "test" || hostname.endsWith(".test");
}

/** Names without a dot, which only a private network gives. */
function isBare(hostname: string): boolean {
  return /^[^.:]+$/.test(hostname);
}

function parseOrigin(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:\/\//i.test(text)) throw new Problem("be a URL such as https://commons.example");
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    throw new Problem("have nothing after the host and port, such as https://commons.example");
  }
  if (url.hostname.endsWith(".")) throw new Problem("not have a dot at the end of its host");
  return url.origin;
}

function parseNetwork(text: string): string[] {
  if (text === "loopback") return ["127.0.0.0/8", "::1/128"];
  const [address = "", prefix, ...rest] = text.split("/");
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  const fits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  if (bits === 0 || !fits || rest.length > 0) {
    throw new Problem(
      `list IP addresses and networks such as 10.0.0.0/8, or loopback, and ${JSON.stringify(text)} is neither`,
    );
  }
  return [text];
}

function parseSecretKey(text: string): string {
  const key = decodeSecretKey(text);
  if (!key) throw new Problem("be 32 bytes as base64 (44 characters) or hex (64 digits)");
  return key.toString("hex");
}

/** The 32 bytes that `text` spells in hex, base64 or base64url, or null. */
export function decodeSecretKey(text: string): Buffer | null {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, "base64") : null;
}

function oneOf<const T extends string>(choices: readonly T[], text: string): T {
  const choice = choices.find((known) => known === text.toLowerCase());
  if (choice === undefined) throw new Problem(`be ${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`);
  return choice;
}

/** An address at an IP address is nothing that mail servers take: such an origin is for tests only, as is one with a `_` in its host. */
function defaultSender({ host, hostname }: URL): string {
  const of = (domain: string) => `"${host}" <noreply@${domain}>`;
  return isIP(hostname) === 0 && SENDER.test(of(hostname)) ? of(hostname) : of("localhost");
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (url.password !== "") url.password = "***";
  for (const name of url.searchParams.keys()) if (/password/i.test(name)) url.searchParams.set(name, "***");
  return url.href;
}
