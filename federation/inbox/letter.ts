/** A letter that passed the gate, and what a handler of one type of activity is. */
import type { Budget } from "../budget.ts";
import type { Context, Sender } from "../context.ts";
import type { Outcome, Receipt } from "../door.ts";
import type { PlainObject } from "../gate/read-json.ts";

export interface Letter {
  type: string;
  document: PlainObject;
  /** Who signed it; the same as its actor. */
  sender: Sender;
  receipt: Receipt;
  /** What it may make us fetch in all. */
  spend: Budget;
  /** It was put aside and is read again in the background: there is time to look for what it answers. */
  aside: boolean;
}

/** Translates a letter to our words and hands it through the door. Throws a Rejection for what its sender may not do. */
export type Handler = (context: Context, letter: Letter) => Promise<Outcome>;
