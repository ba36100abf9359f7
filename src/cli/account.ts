/** `account create`, `account list`, `account link`, `account suspend`: for whoever works at the machine. */
import { listAccounts, readAccount } from "../../db/views/operator-accounts.ts";
import { passwordLink } from "../auth/recover.ts";
import { dropSecondFactor } from "../auth/second-factor.ts";
import { Refusal } from "../base/errors.ts";
import { ago, table } from "../base/table.ts";
import { displayName } from "../base/text/names.ts";
import { createAccount } from "../domain/accounts/create.ts";
import { noteAtTheMachine } from "../domain/accounts/note.ts";
import { type ComposeNotice, writeNotice } from "../domain/accounts/security-notice.ts";
import { suspendAccount } from "../domain/accounts/suspend.ts";
import { languageOf, timesIn } from "../words/index.ts";
import { howToCall } from "./call.ts";
import { command, type Desk, UsageError } from "./command.ts";
import { handleOf } from "./community.ts";

export const accountCreate = command({
  name: "account create",
  summary: "Makes an account, and prints a link to set its password",
  operands: ["NAME"],
  options: {
    owner: { type: "boolean", meaning: "it owns this server" },
    administrator: { type: "boolean", meaning: "it looks after this server" },
    email: { type: "string", value: "ADDRESS", meaning: "its mail address, taken as confirmed" },
  },
  async run(desk, { owner = false, administrator = false, email = "" }, [name = ""]) {
    if (owner && administrator)
      throw new UsageError("An account is made with --owner or with --administrator, not with both.");
    if (email !== "" && !/^[^\s@]+@[^\s@]+$/.test(email)) throw new Refusal("email-invalid");
    const house = await desk.openHouse();
    const role = owner ? "owner" : administrator ? "administrator" : "member";
    const id = await createAccount(house, "operator", {
      username: name,
      name: "",
      role,
      state: "active",
      email: email === "" ? null : email,
      emailConfirmed: email !== "",
      passwordHash: null,
      before: (tx) => noteAtTheMachine(tx, house, "account.created", { username: name, role }),
    });
    const link = await passwordLink(house, await desk.openTokens(), { id, passwordHash: null });
    desk.say(
      `Made ${handleOf(name, desk.config.origin)}. Whoever opens this link within a day sets the password; it works once:\n\n  ${link}`,
    );
    return 0;
  },
});

export const accountList = command({
  name: "account list",
  summary: "Lists the accounts of this server",
  operands: [],
  options: {},
  async run(desk) {
    const accounts = await listAccounts(await desk.openDb("require"));
    if (accounts.length === 0) {
      desk.say(`There is no account yet. Make the first: ${howToCall()} account create NAME --owner`);
      return 0;
    }
    const lines = table(accounts, [
      { title: "HANDLE", value: ({ username }) => handleOf(username, desk.config.origin) },
      { title: "ROLE", value: ({ role }) => role },
      { title: "STATE", value: ({ state }) => state },
      { title: "SECOND FACTOR", value: ({ secondFactor }) => (secondFactor ? "yes" : "no") },
      { title: "LAST SEEN", value: ({ seenAt }) => ago(seenAt) },
    ]);
    desk.say(lines.trimEnd());
    return 0;
  },
});

export const accountLink = command({
  name: "account link",
  summary: "Prints a link by which somebody who is locked out sets a new password",
  operands: ["NAME"],
  options: {
    "drop-second-factor": {
      type: "boolean",
      meaning: "removes their second factor and passkeys, too, should they have lost them",
    },
  },
  async run(desk, values, [name = ""]) {
    const drop = values["drop-second-factor"] ?? false;
    const house = await desk.openHouse();
    const account = await find(desk, name);
    await house.db.begin(async (tx) => {
      if (drop) {
        await dropSecondFactor(tx, account.id);
        await writeNotice(tx, house, account.id, "second-factor-dropped", noticeFrom(desk.config.origin));
      }
      const data = { username: account.username, "second-factor-dropped": drop };
      await noteAtTheMachine(tx, house, "account.link", data, account.id);
    });
    const link = await passwordLink(house, await desk.openTokens(), account);
    desk.say(
      `Whoever opens this link within a day sets the password of @${account.username}; it works once:\n\n  ${link}`,
    );
    return 0;
  },
});

export const accountSuspend = command({
  name: "account suspend",
  summary: "Shuts somebody out and ends their sessions, until they are let in again at /admin/people",
  operands: ["NAME"],
  options: {},
  async run(desk, _values, [name = ""]) {
    const house = await desk.openHouse();
    const { id, username } = await find(desk, name);
    await suspendAccount(house, null, id);
    desk.say(`@${username} cannot sign in any more.`);
    return 0;
  },
});

async function find(desk: Desk, name: string) {
  const account = await readAccount(await desk.openDb("require"), name);
  if (!account) throw new Refusal("not-found", `There is no account named ${name} here.`);
  return account;
}

/** Tells whose account it is what was done at the machine. */
function noticeFrom(origin: string): ComposeNotice {
  return (what, { username, name, language, timeZone }, at) => {
    const { tag, words } = languageOf(language);
    const { notices, addressMail } = words.signIn;
    const zone = timeZone ?? "UTC";
    const paragraphs = [
      addressMail.hello(displayName(name) || username),
      notices.what[what](username),
      notices.when(timesIn(tag, zone).moment(at), zone, notices.atTheMachine),
      `${notices.notYou}\n${origin}/forgot`,
    ];
    return { subject: notices.subject(new URL(origin).host), text: `${paragraphs.join("\n\n")}\n` };
  };
}
