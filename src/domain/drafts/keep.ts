/** Keeps what was typed and not sent yet. */
import { randomBytes } from "node:crypto";
import type { Id } from "../../../db/ids.ts";
import { brokenConstraint } from "../../../db/open.ts";
import {
  claimDraft,
  countDrafts,
  countStrangersDrafts,
  type Fields,
  forgetDraft,
  keepLostDraft,
  keepStrangersDraft,
  saveDraft,
} from "../../../db/queries/drafts.ts";
import { Refusal } from "../../base/errors.ts";
import type { House } from "../transact.ts";

export type { Fields } from "../../../db/queries/drafts.ts";

/** Characters in all fields together: a text of the greatest length, with what goes with it. */
const MOST_CHARACTERS = 70_000;
const MOST_FIELDS = 100;
const MOST_DRAFTS = 100;
/** Of what came from ended sessions of one person. */
const MOST_LOST = 20;
/** Of what came from strangers, in all; and within so many seconds, from one network. */
const MOST_STRANGERS = 300;
const MOST_FROM_NETWORK = 10;
const NETWORK_S = 3_600;
/** The pages that have drafts: beginning a thread, answering, editing. */
const PATH = /^\/(?:c\/[a-z0-9_]{1,30}\/new|posts\/[0-9]{1,19}\/(?:reply|edit))$/;

/** Keeps what `actorId` has typed on the page `path`; returns the draft's token. Throws a Refusal when it is too much, or no such page. */
export async function keepDraft(house: House, actorId: Id, path: string, fields: Fields): Promise<string> {
  const draft = await newDraft(house, actorId, path, fields);
  return (await saveDraft(house.db, draft, null)) ?? draft.token;
}

/** The same for what nobody asked to keep: false, and nothing is kept, when the form became a post in the meantime. */
export async function keepUnsent(house: House, actorId: Id, path: string, fields: Fields): Promise<boolean> {
  const draft = await newDraft(house, actorId, path, fields);
  return (await saveDraft(house.db, draft, fields.key ?? null)) !== null;
}

async function newDraft(house: House, actorId: Id, path: string, fields: Fields) {
  check(path, fields);
  if ((await countDrafts(house.db, actorId, path)) >= MOST_DRAFTS) throw new Refusal("too-long");
  return { token: newToken(), actorId, path, fields };
}

/** Who sends a form without being signed in: somebody whose session has ended, or a stranger from this network. */
export type Sender = { actorId: Id } | { network: string };

/**
 * Keeps what was sent after the session had ended; returns the token that alone leads back to it. What strangers send takes nobody's place but
 * theirs. Throws a Refusal when it is too much, or too often.
 */
export async function keepLost(house: House, sender: Sender, path: string, fields: Fields): Promise<string> {
  check(path, fields);
  const draft = { token: newToken(), path, fields };
  if ("actorId" in sender) await keepLostDraft(house.db, draft, sender.actorId, MOST_LOST);
  else {
    if ((await countStrangersDrafts(house.db, sender.network, NETWORK_S)) >= MOST_FROM_NETWORK)
      throw new Refusal("too-many-tries");
    await keepStrangersDraft(house.db, draft, sender.network, MOST_STRANGERS);
  }
  return draft.token;
}

/** Makes what was lost theirs who came back signed in, unless they have a draft of that page already. */
export async function claimLost(house: House, actorId: Id, token: string): Promise<void> {
  try {
    await claimDraft(house.db, token, actorId);
  } catch (error) {
    // They have one since this very moment.
    if (brokenConstraint(error) !== "drafts_by_actor") throw error;
  }
}

/** Forgets what was kept of the page `path`, and the draft with this token. */
export async function dropDraft(house: House, actorId: Id, path: string, token: string | null): Promise<void> {
  await forgetDraft(house.db, actorId, path, token);
}

function check(path: string, fields: Fields): void {
  if (!PATH.test(path)) throw new Refusal("input-invalid");
  const entries = Object.entries(fields);
  const characters = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (entries.length > MOST_FIELDS || characters > MOST_CHARACTERS) throw new Refusal("too-long");
}

function newToken(): string {
  return randomBytes(18).toString("base64url");
}
