/** The checker of the house rules: each rule is caught with its reason, and a clean tree passes. */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { scan } from "../../checks/house/scan.ts";
import { inspectHouse } from "../../checks/house.ts";

const OPENING = "/** Says what it is for. */\n";
/** Where every import in it is allowed. */
const CLEAN: Record<string, string> = {
  "db/driver.ts": 'import postgres from "postgres";\nexport { postgres };\n',
  "db/open.ts":
    'import type Postgres from "postgres";\nimport { postgres } from "./driver.ts";\nexport const openDb: typeof Postgres = postgres;\n',
  "db/views/thread.ts": 'import { openDb } from "../open.ts";\nexport const view = openDb;\n',
  "federation/index.ts": 'import "./mount.ts";\nimport { view } from "../db/views/thread.ts";\nexport { view };\n',
  "federation/mount.ts": 'import { Hono } from "hono";\nexport const app = Hono;\n',
  "src/app.ts":
    'import { loadConfig } from "./config.ts";\nimport "../federation/mount.ts";\nexport const app = loadConfig;\n',
  "src/base/errors.ts": "export class Refusal extends Error {}\n",
  "src/config.ts": "export type Config = { port: number };\nexport const loadConfig = () => process.env;\n",
  "src/domain/threads/start.ts":
    'import { Refusal } from "../../base/errors.ts";\nimport type { Config } from "../../config.ts";\n' +
    'import { openDb } from "../../../db/open.ts";\nexport const start = (config: Config) => [Refusal, openDb, config];\n',
  "src/web/threads.ts":
    'import { html } from "hono/html";\nimport { view } from "../../db/views/thread.ts";\n' +
    'import type { openDb } from "../../db/open.ts";\nimport { start } from "../domain/threads/start.ts";\n' +
    'export const page = (db: typeof openDb) => [html`<p>import x from "postgres"</p>`, view, start, db];\n',
  "tests/web/threads.test.ts":
    'import { test } from "vitest";\nimport { page } from "../../src/web/threads.ts";\ntest.skipIf(false)("a page", () => page);\n',
};

let root = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "commonplace-house-"));
  for (const [file, text] of Object.entries(CLEAN)) await write(file, OPENING + text);
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), text);
}

async function problemsWith(file: string, text: string): Promise<string[]> {
  await write(file, text);
  return (await inspectHouse(root)).problems;
}

test("a clean tree has no problems", async () => {
  expect(await inspectHouse(root)).toEqual({ files: Object.keys(CLEAN).length, problems: [] });
});

describe("who may import whom", () => {
  test.each([
    [
      "db/queries/votes.ts",
      "../../src/base/errors.ts",
      "src/base/errors.ts: the ground knows nothing of what stands on it",
    ],
    ["db/queries/votes.ts", "../../federation/index.ts", "federation/index.ts: the ground knows nothing"],
    ["federation/gate.ts", "../src/base/errors.ts", "src/base/errors.ts: federation knows ActivityPub and the ground"],
    ["src/base/log.ts", "../../db/open.ts", "db/open.ts: the tools know nothing of the product"],
    ["src/base/log.ts", "../config.ts", "src/config.ts: the tools know nothing of the product"],
    ["src/domain/votes/cast.ts", "../../../federation/index.ts", "federation/index.ts: the domain never sends"],
    ["src/domain/votes/cast.ts", "../../config.ts", "src/config.ts: the domain is handed its settings"],
    ["src/domain/votes/cast.ts", "../../web/threads.ts", "src/web/threads.ts: what people do here knows the ground"],
    ["src/auth/session.ts", "../web/threads.ts", "src/web/threads.ts: signing in stands on the domain"],
    ["src/web/front.ts", "../../db/open.ts", "db/open.ts: SQL stays in db/: reading goes through db/views"],
    ["src/web/front.ts", "../../db/queries/votes.ts", "db/queries/votes.ts: SQL stays in db/"],
    ["src/web/front.ts", "../../federation/mount.ts", "federation/mount.ts: only the face of federation"],
    ["src/web/front.ts", "../app.ts", "src/app.ts: the site stands on the domain"],
    ["src/api/front.ts", "../web/threads.ts", "src/web/threads.ts: the client API stands on the domain"],
    ["src/jobs/mail.ts", "../cli/peers.ts", "src/cli/peers.ts: background work stands on the domain"],
    ["src/cli/peers.ts", "../jobs/mail.ts", "src/jobs/mail.ts: a command stands on the domain"],
    [
      "src/inbound.ts",
      "../federation/index.ts",
      "federation/index.ts: only the face of federation, federation/index.ts, is",
    ],
    ["src/inbound.ts", "../db/open.ts", "db/open.ts: SQL stays in db/"],
    ["src/config.ts", "./base/errors.ts", "src/base/errors.ts: the configuration is read before"],
    ["src/server.ts", "../tests/support/app.ts", "tests/support/app.ts: what runs must not need its tests"],
  ])("%s must not import %s", async (file, path, expected) => {
    const problems = await problemsWith(
      file,
      `${OPENING}import { thing } from "${path}";\nexport const made = thing;\n`,
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${file} imports ${expected}`);
  });

  test.each([
    ["export from", 'export { view } from "../../federation/index.ts";'],
    ["export all", 'export * from "../../federation/index.ts";'],
    ["bare", 'import "../../federation/index.ts";'],
    ["namespace", 'import * as face from "../../federation/index.ts";\nexport const made = face;'],
    ["default and named", 'import face, { view } from "../../federation/index.ts";\nexport const made = [face, view];'],
    [
      "over several lines",
      'import {\n  view, // which\n} from "../../federation/index.ts";\nexport const made = view;',
    ],
    ["dynamic", 'export const made = () => import("../../federation/index.ts");'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code for the checker to read.
    ["inside a template", "export const made = `a ${`b ${await import('../../federation/index.ts')}`}`;"],
    ["type", 'import type { view } from "../../federation/index.ts";\nexport type Made = typeof view;'],
    ["in a type", 'export type Made = import("../../federation/index.ts").Thing;'],
  ])("an import written another way is seen: %s", async (_name, text) => {
    const problems = await problemsWith("src/base/made.ts", `${OPENING}${text}\n`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(
      "src/base/made.ts imports federation/index.ts: the tools know nothing of the product",
    );
  });

  test.each([
    ["a comment", '// import { a } from "../../federation/index.ts";\n/* import("../../federation/index.ts") */'],
    ["a string", `export const made = 'import { a } from "../../federation/index.ts"';`],
    ["a template", 'export const made = `\nimport { a } from "../../federation/index.ts";\n`;'],
    [
      "a regular expression",
      `export const made = /["'\`]import("..\\/..\\/federation[/"]index.ts")/;\nexport const more = 4 / 2 / 1;`,
    ],
  ])("what only looks like an import is not one: %s", async (_name, text) => {
    expect(await problemsWith("src/base/made.ts", `${OPENING}${text}\n`)).toEqual([]);
  });

  test("a computed path is refused, because nobody can check it", async () => {
    const problems = await problemsWith(
      "src/base/made.ts",
      `${OPENING}export const load = (path: string) => import(path);\n`,
    );
    expect(problems).toEqual(["src/base/made.ts imports a computed path: nobody can say what it needs"]);
  });
});

describe("packages", () => {
  test.each([
    ["src/domain/a.ts", "hono", "HTTP's framework stays at the doors"],
    ["federation/gate.ts", "hono/html", "HTTP's framework stays at the doors"],
    ["src/jobs/a.ts", "@hono/node-server", "HTTP's framework stays at the doors"],
    ["federation/gate.ts", "@fedify/fedify", "Fedify is the independent reference"],
    ["src/app.ts", "postgres", "SQL stays in db/, and its driver is loaded by db/driver.ts alone"],
    ["db/node.ts", "postgres", "SQL stays in db/, and its driver is loaded by db/driver.ts alone"],
    ["db/open.ts", "node:sqlite", "everything is kept in Postgres"],
    ["src/web/a.ts", "undici", "there is one guarded way out of the process"],
    ["src/app.ts", "node:process", "only src/config.ts reads the environment"],
    ["src/app.ts", "left-pad", "a new package gets a line in checks/house/layers.ts"],
  ])("%s must not import %s", async (file, name, why) => {
    const problems = await problemsWith(
      file,
      `${OPENING}import { thing } from "${name}";\nexport const made = thing;\n`,
    );
    expect(problems.filter((problem) => problem.startsWith(`${file} imports ${name}: ${why}`))).toHaveLength(1);
  });

  test("tests and benchmarks may use what they like", async () => {
    const text = `${OPENING}import "@fedify/fedify";\nimport "../src/web/threads.ts";\nimport "postgres";\n`;
    await write("bench/inbox.ts", text);
    expect(await problemsWith("tests/fedify.test.ts", text)).toEqual([]);
  });
});

test("a circle is shown whole, types included", async () => {
  await write("db/a.ts", `${OPENING}import { b } from "./b.ts";\nexport const a = () => b;\n`);
  await write("db/b.ts", `${OPENING}import { c } from "./c.ts";\nexport const b = () => c;\n`);
  const problems = await problemsWith(
    "db/c.ts",
    `${OPENING}import type { a } from "./a.ts";\nexport const c = () => {};\nexport type A = typeof a;\n`,
  );
  expect(problems).toEqual([
    "db/a.ts -> db/b.ts -> db/c.ts -> db/a.ts: a circle of imports, types included: neither can be understood without the other",
  ]);
});

describe("each file", () => {
  test.each([
    ["src/base/a.ts", "export const a = 1;\n", "does not open with a sentence"],
    ["src/base/a.ts", `${OPENING}${"//\n".repeat(400)}`, "has 401 lines"],
    ["src/base/a.ts", `${OPENING}export default 1;\n`, "has a default export"],
    ["src/base/a.ts", `${OPENING}const a = 1;\nexport { a as default };\n`, "has a default export"],
    ["src/base/a.ts", `${OPENING}export const a = process\n  .env.A;\n`, "reads process.env"],
    ["src/base/someThing.ts", `${OPENING}export const a = 1;\n`, "is not kebab-case"],
    ["src/Base/a.ts", `${OPENING}export const a = 1;\n`, "is not kebab-case"],
    ["tests/a.test.ts", `${OPENING}import { test } from "vitest";\ntest.only("a", () => {});\n`, "uses .only("],
    ["tests/a.test.ts", `${OPENING}import { test } from "vitest";\ntest.skip("a", () => {});\n`, "uses .skip("],
  ])("%s with %j %s", async (file, text, expected) => {
    const problems = await problemsWith(file, text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${file} ${expected}`);
  });

  test("may speak of what it must not do", async () => {
    const text = `${OPENING}// process.env, export default and test.only( are named here only.\nexport const a = "process.env";\n`;
    expect(await problemsWith("src/base/a.ts", text)).toEqual([]);
  });
});

test("the scanner tells a division from a regular expression and finds its way out of nested templates", () => {
  const text = [
    "const a = (b + c) / 2; const d = arr[0] / e / 3;",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code for the checker to read.
    "const f = x.replace(/[/'\"`]/g, '') + `${g ? `inner ${{ a: '}' }.a}` : \"`\"} tail`;",
    "return /'/.test(h);",
    'import { last } from "./last.ts";',
  ].join("\n");
  expect(scan(text).imports).toEqual([{ path: "./last.ts", typeOnly: false }]);
});

test("the command prints what is wrong and ends with 1, and with 0 when nothing is", async () => {
  const command = fileURLToPath(new URL("../../checks/house.ts", import.meta.url));
  const clean = spawnSync(process.execPath, [command, root], { encoding: "utf8" });
  expect(clean).toMatchObject({
    status: 0,
    stdout: `The rules of the house: ${Object.keys(CLEAN).length} files, 0 problems.\n`,
  });
  await write("src/base/a.ts", "export const a = 1;\n");
  const wrong = spawnSync(process.execPath, [command, root], { encoding: "utf8" });
  expect(wrong.status).toBe(1);
  expect(wrong.stdout).toContain("src/base/a.ts does not open with a sentence");
});
