/** What every letter is made with. */
import type { MakeId } from "../../db/ids.ts";
import type { Groups } from "../groups.ts";
import type { OwnKeys } from "../keys.ts";
import type { MakeCharterText } from "../objects/charter.ts";
import type { People } from "../people.ts";

export interface Desk {
  origin: string;
  makeId: MakeId;
  groups: Groups;
  people: People;
  /** By which people here prove what they say. */
  ownKeys: Pick<OwnKeys, "proverOf">;
  charterText: MakeCharterText;
}
