/** `migrate`: brings the schema up to date, or says what is pending. */
import { migrate as apply, pendingMigrations } from "../../db/migrate.ts";
import { plural } from "../base/table.ts";
import { command } from "./command.ts";

export const migrate = command({
  name: "migrate",
  summary: "Brings the database up to date (the server does so when it starts)",
  operands: [],
  options: {
    check: { type: "boolean", meaning: "change nothing; list what is pending, and exit with 1 if there is any" },
  },
  async run(desk, { check }) {
    const db = await desk.openDb("any");
    if (check) {
      const pending = await pendingMigrations(db);
      if (pending.length === 0) desk.say("The database is up to date.");
      else
        desk.say([`${plural(pending.length, "migration")} pending:`, ...pending.map((name) => `  ${name}`)].join("\n"));
      return pending.length === 0 ? 0 : 1;
    }
    const applied = await apply(db);
    for (const name of applied) desk.say(`Applied ${name}.`);
    desk.say("The database is up to date.");
    return 0;
  },
});
