/** Says which version of the program this is. */
import { readFile } from "node:fs/promises";

/** As package.json has it. */
export async function readVersion(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return String((JSON.parse(text) as { version: unknown }).version);
}
