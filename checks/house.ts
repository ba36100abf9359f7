/** Checks the rules of the house, which no compiler knows: `node checks/house.ts [FOLDER]` prints what breaks them and why, and exits 1. */
import { readdir, readFile } from "node:fs/promises";
import { join, posix, resolve, sep } from "node:path";
import { circles } from "./house/circles.ts";
import { forbidden, forbiddenPackage, isProduct } from "./house/layers.ts";
import { type Scanned, scan } from "./house/scan.ts";

const FOLDERS = ["src", "federation", "db", "tests", "bench", "checks"];
const MAX_LINES = 400;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** One sentence per broken rule, in the order of the files' names; empty when all is well. `root` is the folder with src/ in it. */
export async function inspectHouse(root: string): Promise<{ files: number; problems: string[] }> {
  const files = await findFiles(root);
  const problems: string[] = [];
  const graph = new Map<string, Set<string>>();
  for (const file of files) {
    const text = await readFile(join(root, file), "utf8");
    const scanned = scan(text);
    problems.push(...checkFile(file, text, scanned), ...checkImports(file, scanned));
    if (isProduct(file)) graph.set(file, new Set(ours(file, scanned).map(({ to }) => to)));
  }
  for (const way of circles(graph)) {
    problems.push(
      `${way.join(" -> ")}: a circle of imports, types included: neither can be understood without the other`,
    );
  }
  return { files: files.length, problems };
}

async function findFiles(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const folder of FOLDERS) {
    const names = await readdir(join(root, folder), { recursive: true }).catch(() => []);
    found.push(...names.map((name) => posix.join(folder, name.split(sep).join("/"))));
  }
  return found.filter((name) => name.endsWith(".ts")).sort();
}

function checkFile(file: string, text: string, { code }: Scanned): string[] {
  const problems: string[] = [];
  const say = (what: string) => problems.push(`${file} ${what}`);
  const parts = file.replace(/(\.test|\.config|\.d)?\.ts$/, "").split("/");
  if (!parts.every((part) => KEBAB.test(part)))
    say("is not kebab-case: names are looked up by eye and by machines alike");
  if (!/^(#!.*\n)?(\/\*\*?|\/\/)\s*\S+(\s+\S+){2}/.test(text)) {
    say("does not open with a sentence in a comment saying what it is for");
  }
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  if (lines > MAX_LINES) say(`has ${lines} lines: over ${MAX_LINES} it wants to be two files`);
  if (/\bexport\s+default\b|\bas\s+default\b/.test(code)) say("has a default export: a thing has one name everywhere");
  if (isProduct(file) && file !== "src/config.ts" && /\bprocess\s*\.\s*env\b/.test(code)) {
    say("reads process.env: only src/config.ts does, so that every setting is documented and checked at once");
  }
  if (file.startsWith("tests/")) {
    const [, only] = /\.\s*(only|skip|todo)\s*\(/.exec(code) ?? [];
    if (only) say(`uses .${only}(: every test runs; what a machine may lack is guarded by skipIf`);
  }
  return problems;
}

function checkImports(file: string, scanned: Scanned): string[] {
  const problems: string[] = [];
  for (const { path, typeOnly } of scanned.imports) {
    if (path === null) {
      if (isProduct(file)) problems.push(`${file} imports a computed path: nobody can say what it needs`);
    } else if (!path.startsWith(".")) {
      const why = forbiddenPackage(file, path, typeOnly);
      if (why) problems.push(`${file} imports ${path}: ${why}`);
    }
  }
  for (const { to, typeOnly } of ours(file, scanned)) {
    const why = forbidden(file, to, typeOnly);
    if (why) problems.push(`${file} imports ${to}: ${why}`);
  }
  return [...new Set(problems)];
}

/** The files of ours that `file` imports, from the root. */
function ours(file: string, { imports }: Scanned): { to: string; typeOnly: boolean }[] {
  return imports.flatMap(({ path, typeOnly }) =>
    path?.startsWith(".") ? [{ to: posix.join(posix.dirname(file), path), typeOnly }] : [],
  );
}

if (import.meta.main) {
  const { files, problems } = await inspectHouse(resolve(process.argv[2] ?? "."));
  for (const problem of problems) console.log(problem);
  console.log(
    `The rules of the house: ${files} files, ${problems.length} ${problems.length === 1 ? "problem" : "problems"}.`,
  );
  process.exitCode = problems.length === 0 && files > 0 ? 0 : 1;
}
