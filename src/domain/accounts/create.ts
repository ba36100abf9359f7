/** Makes an account: a person of this server, with keys. */
import type { Id } from "../../../db/ids.ts";
import { brokenConstraint } from "../../../db/open.ts";
import { type AccountRole, insertAccount } from "../../../db/queries/accounts.ts";
import { insertLocalActor } from "../../../db/queries/actors.ts";
import { Refusal } from "../../base/errors.ts";
import { displayName, slugProblem } from "../../base/text/names.ts";
import type { Standing } from "../policy.ts";
import { type House, type Tx, transact } from "../transact.ts";

export interface CreateAccount {
  /** `[a-z0-9_]{1,30}`; people and communities share one namespace, look-alikes included (R62). */
  username: string;
  name: string;
  role: AccountRole;
  /** `asked`: waits for approval, and is shown to nobody until then. */
  state: "asked" | "active";
  email: string | null;
  emailConfirmed: boolean;
  passwordHash: string | null;
  answer?: string;
  invitationId?: Id | null;
  language?: string | null;
  /** Done in the same transaction, before the account is made: what lets them in is used up by it. */
  before?: (tx: Tx) => Promise<unknown>;
  /** Done in the same transaction, once there is an account: mails to them, the community they come into. */
  after?: (tx: Tx, id: Id) => Promise<unknown>;
  /** Nothing is told of it yet: only their mail address has to be confirmed. */
  quiet?: boolean;
}

/** Returns the id of the new person. Throws a Refusal when the name or the mail address is taken or not possible. */
export async function createAccount(house: House, standing: Standing, act: CreateAccount): Promise<Id> {
  const problem = slugProblem(act.username);
  if (problem) throw new Refusal("slug-invalid", problem);
  const uri = `${house.origin}/u/${act.username}`;
  const keys = await house.makeKeys(uri);
  const id = house.makeId();
  const person = { id, uri, kind: "person" as const, username: act.username, url: uri, summary: "", keys };
  try {
    const how = standing === "anyone" ? "account.register" : "account.create";
    await transact(house, how, standing, undefined, async (tx) => {
      await act.before?.(tx);
      await insertLocalActor(tx, { ...person, name: displayName(act.name) });
      await insertAccount(tx, {
        actorId: id,
        role: act.role,
        state: act.state,
        email: act.email,
        emailConfirmed: act.emailConfirmed,
        passwordHash: act.passwordHash,
        answer: act.answer ?? "",
        invitationId: act.invitationId ?? null,
        language: act.language ?? null,
      });
      await act.after?.(tx, id);
      if (act.quiet) return { result: undefined, line: null };
      const kind = act.state === "asked" ? ("account.requested" as const) : ("account.created" as const);
      const line = { kind, groupId: null, actorId: id, threadId: null, postId: null, data: { username: act.username } };
      return { result: undefined, line };
    });
  } catch (error) {
    throw nameTaken(error, act.username) ?? error;
  }
  return id;
}

/** The Refusal that a broken constraint on names or mail addresses means; null for anything else. */
export function nameTaken(error: unknown, name: string): Refusal | null {
  switch (brokenConstraint(error)) {
    case "actors_local_name":
    case "actors_local_skeleton":
    case "actors_uri_key":
      return new Refusal(
        "slug-taken",
        `There is already somebody or something named ${name} here, or so alike that people would mistake it.`,
      );
    case "accounts_email":
      return new Refusal("email-taken");
    default:
      return null;
  }
}
