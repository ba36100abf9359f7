/** Shuts somebody out for a while, or lets them in again. */
import type { Id } from "../../../db/ids.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import { revokeInvitationsOf } from "../../../db/queries/invitations.ts";
import { holdAccount, holdOwners, updateAccountState } from "../../../db/queries/registrations.ts";
import { deleteSessionsOf } from "../../../db/queries/sessions.ts";
import { Refusal } from "../../base/errors.ts";
import { may, type Standing } from "../policy.ts";
import { standingsOf } from "../standing.ts";
import { type House, type Tx, transact } from "../transact.ts";

/** `by`: null at the machine. They cannot sign in, what sessions they have end, and nobody comes in by their invitations any more. */
export function suspendAccount(house: House, by: Id | null, accountId: Id): Promise<void> {
  return change(house, by, accountId, "active", "suspended", async (tx) => {
    await deleteSessionsOf(tx, accountId, null);
    await revokeInvitationsOf(tx, accountId, "all");
  });
}

/** They may sign in again. */
export function restoreAccount(house: House, by: Id | null, accountId: Id): Promise<void> {
  return change(house, by, accountId, "suspended", "active", async () => {});
}

async function change(
  house: House,
  by: Id | null,
  accountId: Id,
  from: "active" | "suspended",
  to: "active" | "suspended",
  more: (tx: Tx) => Promise<void>,
): Promise<void> {
  const standings = by === null ? (["operator"] as const) : await standingsOf(house.db, by, { groupId: null });
  await transact(house, "account.suspend", standings, undefined, async (tx) => {
    const owners = await holdOwners(tx);
    const account = await holdAccount(tx, accountId);
    if (!account) throw new Refusal("not-found");
    if (!mayDecideOn(account.role, standings) || accountId === by) throw new Refusal("not-allowed");
    if (account.state !== from) throw new Refusal("already-done");
    if (to === "suspended" && account.role === "owner" && owners <= 1) throw new Refusal("last-owner");
    await updateAccountState(tx, accountId, to);
    await more(tx);
    const { username } = account;
    const act = to === "suspended" ? "account.suspended" : "account.restored";
    await writeAudit(tx, { id: house.makeId(), actorId: by, act, subjectId: accountId, data: { username } });
    return { result: undefined, line: null };
  });
}

/** Administrators decide on members; on each other, and on owners, only owners do. */
function mayDecideOn(role: "owner" | "administrator" | "member", standings: readonly Standing[]): boolean {
  return role === "member" || may("account.promote", standings);
}
