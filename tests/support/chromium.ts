/** Where this machine has Chromium, by which the tests of the pages look at them. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The program of that name on the PATH, or undefined. */
function onPath(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

export const CHROMIUM = onPath("chromium");

/** The same engine without what is around a page, for half the work; it knows no passkeys, no permissions and no notices. The whole one where it is missing. */
export const CHROMIUM_SHELL = onPath("chromium-headless-shell") ?? CHROMIUM;
