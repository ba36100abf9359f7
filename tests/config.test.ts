/** The configuration: its defaults, what it refuses, and that it says everything at once. */
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readSender } from "../src/base/mail.ts";
import { ConfigError, readConfig, variables } from "../src/config.ts";

const KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env, false);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("the defaults", () => {
  test("work on one's own machine", () => {
    expect(readConfig({}, true)).toEqual({
      origin: "http://localhost:3000",
      host: "127.0.0.1",
      port: 3000,
      databaseUrl: null,
      dataDir: resolve("data"),
      trustedProxies: [],
      logLevel: "info",
      logFormat: "pretty",
      allowPrivateAddresses: false,
      secret: { file: resolve("data/secret.key"), make: true },
      smtpUrl: null,
      mailFrom: '"localhost:3000" <noreply@localhost>',
    });
  });

  test("follow the port, the origin and the terminal", () => {
    expect(readConfig({ PORT: "8080" }, false)).toMatchObject({
      origin: "http://localhost:8080",
      port: 8080,
      logFormat: "json",
    });
    expect(readConfig({ ORIGIN: "https://commons.example" }, false).host).toBe("0.0.0.0");
    expect(readConfig({ ORIGIN: "http://[::1]:3000" }, false).host).toBe("127.0.0.1");
  });

  test("hold for empty variables too, as an unfilled .env file has them", () => {
    const empty = Object.fromEntries(variables.map(({ name }) => [name, " "]));
    expect(readConfig(empty, false)).toEqual(readConfig({}, false));
  });
});

describe("a configuration", () => {
  test("is frozen, its lists included", () => {
    const config = readConfig({ TRUSTED_PROXIES: "loopback" }, false);
    for (const part of [config, config.trustedProxies, config.secret]) expect(Object.isFrozen(part)).toBe(true);
  });

  test("is read from what is given, and unknown variables are ignored", () => {
    const config = readConfig({
      ORIGIN: "HTTPS://Commons.Example:443/",
      HOST: "::",
      DATABASE_URL: "postgres://me:pass@db.example/commons",
      DATA_DIR: "some/where",
      TRUSTED_PROXIES: "loopback, 10.0.0.0/8,2001:db8::1 , fd00::/8",
      LOG_LEVEL: "WARNING",
      LOG_FORMAT: "pretty",
      ALLOW_PRIVATE_ADDRESSES: "false",
      SECRET_KEY: KEY,
      SOMETHING_ELSE: "x",
    });
    expect(config).toMatchObject({
      origin: "https://commons.example",
      host: "::",
      databaseUrl: "postgres://me:pass@db.example/commons",
      dataDir: resolve("some/where"),
      trustedProxies: ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "2001:db8::1", "fd00::/8"],
      logLevel: "warning",
      logFormat: "pretty",
      secret: { key: KEY },
    });
  });

  test("takes a secret key as hex, base64 and base64url alike", () => {
    const bytes = Buffer.from(KEY, "hex");
    for (const text of [KEY.toUpperCase(), bytes.toString("base64"), bytes.toString("base64url")]) {
      expect(readConfig({ SECRET_KEY: text }, false).secret).toEqual({ key: KEY });
    }
  });

  test("with a secret key file that is named never makes that file", () => {
    expect(readConfig({ SECRET_KEY_FILE: "/run/secrets/key" }, false).secret).toEqual({
      file: "/run/secrets/key",
      make: false,
    });
  });

  test("never shows a secret", () => {
    const config = readConfig(
      {
        SECRET_KEY: KEY,
        DATABASE_URL: "postgres://me:hunter2@db.example/x?password=hunter3",
        SMTP_URL: "smtp://me:hunter4@mail.example:587",
      },
      false,
    );
    const shown = variables.map((variable) => variable.show(config)).join("\n");
    expect(shown).toContain("postgres://me:***@db.example/x");
    expect(shown).toContain("smtp://me:***@mail.example:587");
    expect(shown).not.toMatch(/hunter|0011/);
  });
});

describe("an origin", () => {
  test.each([
    "http://localhost:3000",
    "http://commons.localhost",
    "http://127.0.0.2:80",
    "http://[::1]:1",
    "http://one.test:3000",
  ])("on this machine or for tests may be plain http: %s", (origin) => {
    expect(problemsOf({ ORIGIN: origin })).toEqual([]);
  });

  test.each([
    [
      "http://commons.example",
      "ORIGIN must begin with https://: plain http is for this machine and for names that end in .test.",
    ],
    [
      "https://commons.example/path",
      "ORIGIN must have nothing after the host and port, such as https://commons.example.",
    ],
    ["https://commons.example?x", "ORIGIN must have nothing after the host and port, such as https://commons.example."],
    [
      "https://me@commons.example",
      "ORIGIN must have nothing after the host and port, such as https://commons.example.",
    ],
    ["https://commons.example.", "ORIGIN must not have a dot at the end of its host."],
    ["commons.example", "ORIGIN must be a URL such as https://commons.example."],
    ["ftp://commons.example", "ORIGIN must be a URL such as https://commons.example."],
    ["https://", "ORIGIN must be a URL such as https://commons.example."],
    [
      "http://localhost.evil.example",
      "ORIGIN must begin with https://: plain http is for this machine and for names that end in .test.",
    ],
  ])("such as %s is refused", (origin, problem) => {
    expect(problemsOf({ ORIGIN: origin })).toEqual([problem]);
  });

  test("that is public and private addresses do not go together", () => {
    for (const origin of ["https://commons.example", "https://10.0.0.5", "https://[2001:db8::1]"]) {
      expect(problemsOf({ ORIGIN: origin, ALLOW_PRIVATE_ADDRESSES: "true" })).toEqual([
        `ALLOW_PRIVATE_ADDRESSES must not be true on a public server (${origin}): strangers could make it ask your own network.`,
      ]);
    }
    const problems = problemsOf({ ORIGIN: "http://commons.example", ALLOW_PRIVATE_ADDRESSES: "true" });
    expect(problems.map((problem) => problem.split(" ")[0])).toEqual(["ORIGIN", "ALLOW_PRIVATE_ADDRESSES"]);
    for (const origin of [
      "https://localhost",
      "https://one.test",
      "http://commonplace:3000",
      "http://127.0.0.1:3000",
    ]) {
      expect(problemsOf({ ORIGIN: origin, ALLOW_PRIVATE_ADDRESSES: "true" })).toEqual([]);
    }
  });
});

test("a folder in which nothing can be made is no place for data", () => {
  expect(problemsOf({ DATA_DIR: "/proc/x" })).toEqual(["DATA_DIR must not be in /proc: no folder can be made there."]);
  expect(problemsOf({ DATA_DIR: "/process" })).toEqual([]);
});

describe("problems", () => {
  test("are all said at once, each with its variable", () => {
    const problems = problemsOf({
      ORIGIN: "http://commons.example",
      HOST: "not a host",
      PORT: "70000",
      DATABASE_URL: "mysql://secret@db",
      TRUSTED_PROXIES: "loopback,10.0.0.0/33",
      LOG_LEVEL: "loud",
      LOG_FORMAT: "xml",
      ALLOW_PRIVATE_ADDRESSES: "yes",
      SECRET_KEY: "short",
    });
    expect(problems.map((problem) => problem.split(" ")[0]).toSorted()).toEqual([
      "ALLOW_PRIVATE_ADDRESSES",
      "DATABASE_URL",
      "HOST",
      "LOG_FORMAT",
      "LOG_LEVEL",
      "ORIGIN",
      "PORT",
      "SECRET_KEY",
      "TRUSTED_PROXIES",
    ]);
    expect(problems.join()).not.toContain("secret@");
  });

  test.each([
    ["PORT", ["0", "-1", "65536", "3000.5", "3e3", "port"]],
    ["TRUSTED_PROXIES", ["proxy.example", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0/8", "::1/129"]],
    ["SECRET_KEY", [KEY.slice(2), `${KEY}00`, "g".repeat(64), "A".repeat(42)]],
    ["DATABASE_URL", ["db.example", "http://db.example", "/var/run/postgres"]],
    ["LOG_LEVEL", ["trace", "warn"]],
    ["SMTP_URL", ["mail.example", "http://mail.example", "smtp://", "smtp://me:100%@mail.example"]],
    ["MAIL_FROM", ["Commons", "noreply@", "Commons <noreply>", "a@b.example, c@d.example", "A <a@b.example> B"]],
    // What no mail server takes.
    ["MAIL_FROM", ["a@b..example", "a,b@c.example", "Commons <a@b_c.example>", "a@b.example."]],
  ])("are found in %s", (name, texts) => {
    for (const text of texts) expect(problemsOf({ [name]: text }), text).toHaveLength(1);
  });

  test("include two secret keys", () => {
    expect(problemsOf({ SECRET_KEY: KEY, SECRET_KEY_FILE: "/run/secrets/key" })).toEqual([
      "SECRET_KEY and SECRET_KEY_FILE must not both be set.",
    ]);
  });
});

test("an origin whose host can have no mailbox has its mail sent from this machine", () => {
  const { mailFrom } = readConfig({ ORIGIN: "http://my_server.test" }, false);
  expect(readSender(mailFrom)).toEqual({ name: "my_server.test", address: "noreply@localhost" });
});
