/** Somebody registers: waits for approval, or for their address to be confirmed, or comes in at once by an invitation. */
import type { Id } from "../../../db/ids.ts";
import { wasMailed } from "../../../db/queries/mails.ts";
import { findAccountByAddress, forgetExpired, markApproved } from "../../../db/queries/registrations.ts";
import { type Registration, readSettings } from "../../../db/queries/settings.ts";
import { Refusal } from "../../base/errors.ts";
import { isMailAddress } from "../../base/text/addresses.ts";
import { slugProblem } from "../../base/text/names.ts";
import { writeMail } from "../mails/write.ts";
import type { House, Tx } from "../transact.ts";
import { createAccount } from "./create.ts";
import { enterByInvitation } from "./invite.ts";
import { hashPassword, requireStrongPassword } from "./password.ts";

/** The link that confirms an address works for so long. */
export const LINK_HOURS = 48;
/** Whoever tries again and again with somebody's address does not fill their mailbox. */
const TOLD_AGAIN_HOURS = 24;

/** What a mail says, made by whoever knows the reader's language. */
export interface Letter {
  subject: string;
  text: string;
}

export interface Register {
  username: string;
  name: string;
  email: string;
  password: string;
  /** To the question, where approval is needed. */
  answer: string;
  language: string;
  invitationId: Id | null;
  /** Called when nothing that was typed stands in the way, before the work begins: may throw, when somebody registers too often. */
  count(): unknown;
  letters: {
    /** Brings the link that confirms the address of the account with this id. */
    confirm(id: Id): Promise<Letter>;
    /** To whose address it is already. */
    taken(owner: { username: string; language: string | null }): Letter;
  };
}

/** `waiting`: what comes next stands in a mail; `active`: they may sign in. */
export type Registered = { is: "waiting" } | { is: "active"; id: Id };

/**
 * Registers a person in the way that is open. Throws a Refusal when none is, or when name or invitation cannot be had. An address that is taken
 * is not refused: its owner gets a mail, and whoever tried learns nothing.
 */
export async function register(house: House, act: Register): Promise<Registered> {
  if (!isMailAddress(act.email)) throw new Refusal("email-invalid");
  const problem = slugProblem(act.username);
  if (problem) throw new Refusal("slug-invalid", problem);
  const { registration, question } = await readSettings(house.db);
  if (registration === "closed" || (registration === "invitation" && act.invitationId === null))
    throw new Refusal("registration-closed");
  if (registration === "approval" && act.invitationId === null && question !== "" && act.answer === "")
    throw new Refusal("answer-missing");
  requireStrongPassword(act.password, [act.username, act.name, act.email]);
  await act.count();
  const passwordHash = await hashPassword(act.password);
  await house.db.begin((tx) => forgetExpired(tx, act.username, act.email, LINK_HOURS));
  // Tried whole, so that a name that is taken is said first, whether the address is taken or not.
  try {
    return await tryToRegister(house, act, passwordHash, registration, act.email);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "email-taken") throw error;
  }
  await tellOwner(house, act);
  // Who was invited comes in, without an address.
  return act.invitationId === null ? { is: "waiting" } : tryToRegister(house, act, passwordHash, registration, null);
}

async function tryToRegister(
  house: House,
  act: Register,
  passwordHash: string,
  registration: Registration,
  email: string | null,
): Promise<Registered> {
  const { username, name, language, invitationId, letters } = act;
  const person = { username, name, role: "member" as const, email, emailConfirmed: false, passwordHash, language };
  const sendConfirmation = async (tx: Tx, id: Id) => {
    if (email === null) return;
    await writeMail(tx, house, { to: email, actorId: id, purpose: "confirm-email", ...(await letters.confirm(id)) });
  };
  if (invitationId !== null) {
    const id = await createAccount(house, "anyone", {
      ...person,
      state: "active",
      invitationId,
      after: async (tx, newId) => {
        await enterByInvitation(tx, house, invitationId, newId);
        await sendConfirmation(tx, newId);
      },
    });
    return { is: "active", id };
  }
  const open = registration === "open";
  await createAccount(house, "anyone", {
    ...person,
    state: "asked",
    answer: open ? "" : act.answer,
    quiet: open,
    after: async (tx, id) => {
      if (open) await markApproved(tx, id);
      await sendConfirmation(tx, id);
    },
  });
  return { is: "waiting" };
}

async function tellOwner(house: House, { email, letters }: Register): Promise<void> {
  const owner = await findAccountByAddress(house.db, email);
  if (!owner || (await wasMailed(house.db, owner.id, "address-taken", TOLD_AGAIN_HOURS))) return;
  await writeMail(house.db, house, {
    to: owner.email,
    actorId: owner.id,
    purpose: "address-taken",
    ...letters.taken(owner),
  });
}
