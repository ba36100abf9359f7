/** Somebody follows the link in a mail: the address is theirs, and their account's; whoever only had to show that is in. Or they ask for that mail once more. */
import type { Id } from "../../../db/ids.ts";
import { activateAccount, confirmAddress, type HeldAccount, holdAccount } from "../../../db/queries/registrations.ts";
import { Refusal } from "../../base/errors.ts";
import { writeMail } from "../mails/write.ts";
import { type House, type Tx, transact, type Work } from "../transact.ts";
import { nameTaken } from "./create.ts";
import type { Letter } from "./register.ts";
import { type ComposeNotice, writeNotice } from "./security-notice.ts";

export interface Confirmed {
  username: string;
  /** `asked`: an administrator still has to approve them. */
  state: "asked" | "active";
  /** It is another address than before. */
  changed?: true;
}

/**
 * `spend` uses the link up and says what it carries, and whether it `changes` the address; one that does not confirms the address that the account
 * has, and no other. `notice` goes to the address of before. Throws a Refusal: `token-invalid` when the account has gone, or has another address by
 * now; `email-taken` when the address has become somebody else's meanwhile.
 */
export async function confirmEmail(
  house: House,
  spend: (tx: Tx) => Promise<{ actor: string; email: string; changes: boolean }>,
  notice: ComposeNotice,
): Promise<Confirmed> {
  try {
    return await transact<Confirmed>(house, "account.register", "anyone", undefined, async (tx) => {
      const { actor, email, changes } = await spend(tx);
      const account = await holdAccount(tx, actor as Id);
      if (!account) throw new Refusal("token-invalid");
      if (changes) return await change(tx, house, account, email, notice);
      if (account.email?.toLowerCase() !== email.toLowerCase()) throw new Refusal("token-invalid");
      if (account.state !== "asked" && account.state !== "active") throw new Refusal("token-invalid");
      await confirmAddress(tx, account.id, account.email);
      const { username } = account;
      if (account.state === "active") return { result: { username, state: "active" }, line: null };
      if (!account.approved) return { result: { username, state: "asked" }, line: null };
      await activateAccount(tx, account.id);
      const line = { groupId: null, actorId: account.id, threadId: null, postId: null, data: { username } };
      return { result: { username, state: "active" }, line: { kind: "account.created", ...line } };
    });
  } catch (error) {
    throw nameTaken(error, "") ?? error;
  }
}

async function change(
  tx: Tx,
  house: House,
  { id, username, state, email: before }: HeldAccount,
  email: string,
  notice: ComposeNotice,
): Promise<Work<Confirmed>> {
  if (state !== "active") throw new Refusal("token-invalid");
  if (before?.toLowerCase() !== email.toLowerCase()) await writeNotice(tx, house, id, "address-changed", notice);
  await confirmAddress(tx, id, email);
  return { result: { username, state, changed: true }, line: null };
}

/** Writes the mail with the link once more, to somebody whose address still waits for it. Throws `already-done` when it does not. */
export function mailConfirmation(
  house: House,
  actorId: Id,
  letter: (who: HeldAccount & { email: string }) => Promise<Letter>,
): Promise<void> {
  return transact(house, "actor.update", "author", undefined, async (tx) => {
    const account = await holdAccount(tx, actorId);
    if (!account || account.email === null || account.confirmed) throw new Refusal("already-done");
    const { email } = account;
    await writeMail(tx, house, {
      to: email,
      actorId,
      purpose: "confirm-email",
      ...(await letter({ ...account, email })),
    });
    return { result: undefined, line: null };
  });
}
