/** Somebody follows the link in a mail: the address is theirs, and whoever only had to show that is in. Or they ask for that mail once more. */
import type { Id } from "../../../db/ids.ts";
import { activateAccount, confirmAddress, type HeldAccount, holdAccount } from "../../../db/queries/registrations.ts";
import { Refusal } from "../../base/errors.ts";
import { writeMail } from "../mails/write.ts";
import { type House, type Tx, transact } from "../transact.ts";
import type { Letter } from "./register.ts";

export interface Confirmed {
  username: string;
  /** `asked`: an administrator still has to approve them. */
  state: "asked" | "active";
}

/**
 * `spend` uses the link up and says what it carries. It confirms the address that the account has, and no other. Throws a Refusal (`token-invalid`)
 * when the account has gone, or has another address by now.
 */
export function confirmEmail(
  house: House,
  spend: (tx: Tx) => Promise<{ actor: string; email: string }>,
): Promise<Confirmed> {
  return transact<Confirmed>(house, "account.register", "anyone", undefined, async (tx) => {
    const { actor, email } = await spend(tx);
    const account = await holdAccount(tx, actor as Id);
    if (!account || account.email?.toLowerCase() !== email.toLowerCase()) throw new Refusal("token-invalid");
    if (account.state !== "asked" && account.state !== "active") throw new Refusal("token-invalid");
    await confirmAddress(tx, account.id, account.email);
    const { username } = account;
    if (account.state === "active") return { result: { username, state: "active" }, line: null };
    if (!account.approved) return { result: { username, state: "asked" }, line: null };
    await activateAccount(tx, account.id);
    const line = { groupId: null, actorId: account.id, threadId: null, postId: null, data: { username } };
    return { result: { username, state: "active" }, line: { kind: "account.created", ...line } };
  });
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
