/** `config`: every variable with its value in force, its default and what it means. */
import { table } from "../base/table.ts";
import { variables } from "../config.ts";
import { command } from "./command.ts";

export const config = command({
  name: "config",
  summary: "Shows every variable of the configuration",
  operands: [],
  options: { markdown: { type: "boolean", meaning: "print the table of the README instead" } },
  async run(desk, { markdown }) {
    if (markdown) {
      desk.say(markdownTable());
      return 0;
    }
    const plain = (text: string) => text.replaceAll("`", "");
    const lines = table(variables, [
      { title: "VARIABLE", value: (variable) => variable.name },
      { title: "VALUE", value: (variable) => variable.show(desk.config) },
      { title: "DEFAULT", value: (variable) => plain(variable.byDefault) },
    ]);
    const meanings = variables.map((variable) => `${variable.name}: ${plain(variable.meaning)}`);
    desk.say([lines, ...meanings].join("\n"));
    return 0;
  },
});

function markdownTable(): string {
  const rows = variables.map(({ name, byDefault, meaning }) => `| \`${name}\` | ${byDefault} | ${meaning} |`);
  return ["| variable | default | meaning |", "|---|---|---|", ...rows].join("\n");
}
