/** The packages that are installed have the fixes that security asks for, and are the very ones that package.json names (R1). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

interface Package {
  version: string;
  engines: { node: string };
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides: Record<string, string>;
}

function read(path: string): Package {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8")) as Package;
}

const own = read("package.json");

function installed(name: string): string {
  return read(join("node_modules", name, "package.json")).version;
}

/** Compares the numbers of two versions. */
function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split(/[.-]/).slice(0, 3).map(Number)) as [number[], number[]];
  for (const [i, wanted] of b.entries()) if (a[i] !== wanted) return (a[i] ?? 0) > wanted;
  return true;
}

test("versions are compared by their numbers", () => {
  expect(isAtLeast("2.10.0", "2.9.1")).toBe(true);
  expect(isAtLeast("2.9.1", "2.9.1")).toBe(true);
  expect(isAtLeast("2.9.0", "2.9.1")).toBe(false);
  expect(isAtLeast("1.99.99", "2.0.0")).toBe(false);
  expect(isAtLeast("18.4.0-beta.17", "18.4.0")).toBe(true);
});

test.each([
  ["@fedify/fedify", "2.3.8"],
  ["hono", "4.12.34"],
  ["@hono/node-server", "1.19.15"],
  ["undici", "7.24.0"],
  ["sanitize-html", "2.17.5"],
])("%s is at least %s", (name, least) => {
  expect(isAtLeast(installed(name), least), installed(name)).toBe(true);
});

test("Fedify's siblings are the ones that package.json pins", () => {
  const siblings = Object.entries(own.overrides).filter(([name]) => name.startsWith("@fedify/"));
  expect(siblings.length).toBeGreaterThanOrEqual(4);
  for (const [name, version] of siblings) expect(installed(name), name).toBe(version);
});

describe("Node", () => {
  test("is at least 24.18, here and in package.json", () => {
    expect(isAtLeast(process.versions.node, "24.18.0"), process.versions.node).toBe(true);
    expect(own.engines.node).toBe(">=24.18");
  });

  test("that npm brings along is one, the same for every machine", () => {
    const versions = Object.entries(own.optionalDependencies).filter(([name]) => name.startsWith("node-"));
    expect(versions.length).toBeGreaterThanOrEqual(2);
    expect(new Set(versions.map(([, version]) => version)).size).toBe(1);
    for (const [, version] of versions) expect(isAtLeast(version, "24.18.0")).toBe(true);
  });
});

test("every package is named by one version, and that is the one installed", () => {
  for (const [name, version] of Object.entries({ ...own.dependencies, ...own.devDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    expect(installed(name), name).toBe(version);
  }
});

test("Fedify is a reference for tests and benchmarks, and no part of what runs", () => {
  expect(Object.keys(own.dependencies).filter((name) => name.startsWith("@fedify/"))).toEqual([]);
});
