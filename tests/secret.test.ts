/** The secret key: made once, kept for its owner only, and the same for all who start at once. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../src/config.ts";
import { loadSecret, SecretError } from "../src/secret.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "commonplace-secret-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a first start makes the key, readable by its owner only, and later starts read it", async () => {
  const config = readConfig({ DATA_DIR: join(folder, "new") }, false);
  const key = await loadSecret(config);
  expect(key).toHaveLength(32);
  expect((await stat(join(folder, "new/secret.key"))).mode & 0o777).toBe(0o600);
  expect(await loadSecret(config)).toEqual(key);
});

test("of many that start at once all get the same key, and nothing else is left behind", async () => {
  const config = readConfig({ DATA_DIR: folder }, false);
  const keys = await Promise.all(Array.from({ length: 20 }, () => loadSecret(config)));
  expect(new Set(keys.map((key) => key.toString("hex"))).size).toBe(1);
  expect(await readdir(folder)).toEqual(["secret.key"]);
});

test("a key in the environment is used and no file is made", async () => {
  const bytes = Buffer.alloc(32, 7);
  expect(await loadSecret(readConfig({ DATA_DIR: folder, SECRET_KEY: bytes.toString("base64") }, false))).toEqual(
    bytes,
  );
  expect(await readdir(folder)).toEqual([]);
});

test("a named file is read, and never made", async () => {
  const file = join(folder, "key");
  const config = readConfig({ SECRET_KEY_FILE: file }, false);
  await expect(loadSecret(config)).rejects.toThrow(
    new SecretError(`The secret key is not in ${file}, where SECRET_KEY_FILE says it is.`),
  );
  await writeFile(file, `${"ab".repeat(32)}\n`);
  expect(await loadSecret(config)).toEqual(Buffer.alloc(32, 0xab));
});

test("a file that holds no key is refused and kept", async () => {
  const file = join(folder, "secret.key");
  await writeFile(file, "half a k");
  await expect(loadSecret(readConfig({ DATA_DIR: folder }, false))).rejects.toThrow("does not hold 32 bytes");
  expect(await readFile(file, "utf8")).toBe("half a k");
});
