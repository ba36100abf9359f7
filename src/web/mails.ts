/** The mails of registering and approval, in the reader's language. */
import type { Settings } from "../../db/views/instance.ts";
import { displayName } from "../base/text/names.ts";
import { type Letter, LINK_HOURS } from "../domain/accounts/register.ts";
import { languageOf, type Words } from "../words/index.ts";
import { hostOf } from "./parts/names.ts";
import type { Site } from "./site.ts";

interface Who {
  username: string;
  name?: string;
  language: string | null;
}

/** What this server calls itself. */
export function serverName(site: Pick<Site, "origin">, settings: Pick<Settings, "name">): string {
  return settings.name === "" ? hostOf(site.origin) : settings.name;
}

/** Paragraphs of a mail, from greeting to signature. */
function letter(
  site: Pick<Site, "origin">,
  server: string,
  who: Who,
  make: (mail: Words["accounts"]["mail"]) => { subject: string; paragraphs: string[] },
): Letter {
  const { mail } = languageOf(who.language).words.accounts;
  const { subject, paragraphs } = make(mail);
  const called = displayName(who.name ?? "") || who.username;
  return {
    subject,
    text: [mail.hello(called), ...paragraphs, mail.bye(server, site.origin)].join("\n\n").concat("\n"),
  };
}

/** With the link that confirms the address; `invited`: the account is there already. */
export async function confirmLetter(
  site: Pick<Site, "origin" | "tokens">,
  server: string,
  who: Who & { id: string; email: string; invited: boolean },
): Promise<Letter> {
  const token = await site.tokens.sign("confirm-email", { actor: who.id, email: who.email }, LINK_HOURS * 3_600);
  const link = `${site.origin}/confirm-email?token=${token}`;
  // Whoever registers with a stranger's address has no words of their own in what that stranger gets.
  return letter(site, server, { ...who, name: "" }, (mail) => ({
    subject: mail.confirmSubject(server),
    paragraphs: [mail.confirm(who.username, server), link, who.invited ? mail.confirmInvited : mail.confirmNot],
  }));
}

/** To whom an address belongs that somebody tried to register with. */
export function takenLetter(site: Pick<Site, "origin">, server: string, who: Who): Letter {
  return letter(site, server, who, (mail) => ({
    subject: mail.takenSubject(server),
    paragraphs: [mail.taken(who.username, server), `${site.origin}/sign-in\n${site.origin}/forgot`, mail.takenNot],
  }));
}

export function approvedLetter(site: Pick<Site, "origin">, server: string, who: Who): Letter {
  return letter(site, server, who, (mail) => ({
    subject: mail.approvedSubject(server),
    paragraphs: [mail.approved(who.username), `${site.origin}/sign-in`],
  }));
}

export function refusedLetter(site: Pick<Site, "origin">, server: string, who: Who): Letter {
  return letter(site, server, who, (mail) => ({
    subject: mail.refusedSubject(server),
    paragraphs: [mail.refused(server)],
  }));
}
