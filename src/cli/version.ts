/** `version`: says which version this is. */
import { readVersion } from "../base/version.ts";
import { command } from "./command.ts";

export const version = command({
  name: "version",
  summary: "Says which version this is",
  operands: [],
  options: {},
  async run(desk) {
    desk.say(`Commonplace ${await readVersion()}`);
    return 0;
  },
});
