/** Where this machine has Chromium, by which the tests of the pages look at them. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The `chromium` on the PATH, or undefined. */
export const CHROMIUM = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => folder !== "")
  .map((folder) => join(folder, "chromium"))
  .find((path) => existsSync(path));
