/** An owner makes somebody an administrator or an owner, or a member again. */
import type { Id } from "../../../db/ids.ts";
import type { AccountRole } from "../../../db/queries/accounts.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import { revokeInvitationsOf } from "../../../db/queries/invitations.ts";
import { holdAccount, holdOwners, updateAccountRole } from "../../../db/queries/registrations.ts";
import { Refusal } from "../../base/errors.ts";
import { standingsOf } from "../standing.ts";
import { type House, transact } from "../transact.ts";

/** Who is a member only, invites nobody to the server any more. Throws a Refusal (`last-owner`) when nobody would be left to own the server. The same role again changes nothing. */
export async function setAccountRole(house: House, by: Id, accountId: Id, role: AccountRole): Promise<void> {
  const standings = await standingsOf(house.db, by, { groupId: null });
  await transact(house, "account.promote", standings, undefined, async (tx) => {
    const owners = await holdOwners(tx);
    const account = await holdAccount(tx, accountId);
    if (!account) throw new Refusal("not-found");
    if (account.state !== "active") throw new Refusal("not-allowed");
    if (account.role === role) return { result: undefined, line: null };
    if (account.role === "owner" && owners <= 1) throw new Refusal("last-owner");
    await updateAccountRole(tx, accountId, role);
    if (role === "member") await revokeInvitationsOf(tx, accountId, "to-server");
    const data = { username: account.username, from: account.role, to: role };
    await writeAudit(tx, { id: house.makeId(), actorId: by, act: "account.role", subjectId: accountId, data });
    return { result: undefined, line: null };
  });
}
