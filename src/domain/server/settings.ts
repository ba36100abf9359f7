/** What administrators decide about the server. */
import type { Id } from "../../../db/ids.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import { type Settings, saveSettings } from "../../../db/queries/settings.ts";
import { oneLine } from "../../base/text/characters.ts";
import { standingsOf } from "../standing.ts";
import { type House, transact } from "../transact.ts";

const LONGEST_NAME = 60;
const LONGEST_QUESTION = 500;

/** Writes all settings in the name of `by`. */
export async function saveServerSettings(house: House, by: Id, settings: Settings): Promise<void> {
  const standings = await standingsOf(house.db, by, { groupId: null });
  await transact(house, "server.settings", standings, undefined, async (tx) => {
    const { registration, founding } = settings;
    const name = oneLine(settings.name).slice(0, LONGEST_NAME);
    const question = oneLine(settings.question).slice(0, LONGEST_QUESTION);
    await saveSettings(tx, house.origin, { name, registration, question, founding });
    const data = { name, registration, question, founding };
    await writeAudit(tx, { id: house.makeId(), actorId: by, act: "server.settings", data });
    return { result: undefined, line: null };
  });
}
