/** `npm run demo`, run as a visitor runs it: its story is played to the end, and nothing is left behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const DEMO = fileURLToPath(new URL("../../demo/demo.ts", import.meta.url));

/** Starts it with a folder for temporary files of its own. */
async function start(...words: string[]) {
  const folder = await mkdtemp(join(tmpdir(), "demo-test-"));
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [DEMO, ...words], { env: { PATH, NODE_COMPILE_CACHE, TMPDIR: folder } });
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.err += text;
  });
  const ended = once(child, "close").then(async ([code]) => {
    // Below /var/lib it keeps its database when it is run by root, as whom Postgres does not run, in a folder that others cannot enter.
    const names = [...(await readdir(folder)), ...(await readdir("/var/lib").catch(() => []))];
    const left = names.filter((name) => name.startsWith("commonplace-demo-"));
    await rm(folder, { recursive: true, force: true });
    return { code: code as number | null, left, ...said };
  });
  return { child, said, ended };
}

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 50));
}

test("the story is told to its end, and the program ends by itself", async () => {
  const { ended } = await start("--fast", "--once");
  const { code, out, err, left } = await ended;
  expect(err).toBe("");
  expect(code).toBe(0);
  for (const words of ["They follow", "They answer", "It fetches Lena’s comment", "That is the story.", "Tidying up"]) {
    expect(out).toContain(words);
  }
  // A link under a sentence leads to the server that it is about; the one that passes for Lena's forum has no page of it.
  expect(out).toMatch(/On Lena’s forum it is a post in the community Welding\.\n(?! +http)/);
  expect(out).toMatch(/shows it as edited\.\n(?! +http)/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no colours where there is no terminal.
  expect(out).not.toMatch(/\x1b/);
  expect(left).toEqual([]);
});

test("the pages stay open until Ctrl-C, also when it comes twice", async () => {
  const { child, said, ended } = await start("--fast");
  await until(() => said.out.includes("Ctrl-C") || child.exitCode !== null);
  const urls = [...said.out.slice(said.out.indexOf("That is the story")).matchAll(/http:\/\/127\.0\.0\.1:\S+/g)].map(
    String,
  );
  expect(urls.length).toBeGreaterThanOrEqual(7);
  for (const url of urls) expect((await fetch(url)).status, url).toBe(200);
  child.kill("SIGINT");
  child.kill("SIGINT");
  const { code, err, left } = await ended;
  expect([code, err, left]).toEqual([0, "", []]);
  await expect(fetch(urls[0] as string)).rejects.toThrow();
});

test("Ctrl-C in the middle of the story ends it cleanly", async () => {
  const { child, said, ended } = await start();
  await until(() => said.out.includes("Four servers") || child.exitCode !== null);
  child.kill("SIGINT");
  const { code, out, err, left } = await ended;
  expect([code, err, left]).toEqual([0, "", []]);
  expect(out).not.toContain("That is the story");
});

test("an option that it does not know is explained", async () => {
  const { ended } = await start("--slow");
  expect(await ended).toMatchObject({ code: 1, out: "", err: expect.stringContaining("--fast") });
});
