/** The mails about an account's own safety and mail address, in the language of whoever gets them. */
import type { Context } from "hono";
import type { AddressLetters } from "../auth/address.ts";
import { displayName } from "../base/text/names.ts";
import type { ComposeNotice } from "../domain/accounts/security-notice.ts";
import { languageOf, timesIn } from "../words/index.ts";
import { browserIn } from "./parts/user-agent.ts";
import type { WebEnv } from "./site.ts";

/** Says what was done with this request, when, from which browser, and what to do if it was somebody else. */
export function noticeBy(c: Context<WebEnv>): ComposeNotice {
  const { origin, host } = c.get("frame");
  const userAgent = c.req.header("user-agent") ?? "";
  return (what, { username, name, language, timeZone }, at) => {
    const { tag, words } = languageOf(language);
    const { notices, addressMail } = words.signIn;
    const zone = timeZone ?? "UTC";
    // A link to set a new password would not come to whoever reads this.
    const lost = what === "address-changed" || what === "address-removed";
    const paragraphs = [
      addressMail.hello(displayName(name) || username),
      notices.what[what](username),
      notices.when(timesIn(tag, zone).moment(at), zone, browserIn({ words }, userAgent)),
      notices.fine,
      lost ? `${notices.notYouAndNoMail}\n${origin}/about` : `${notices.notYou}\n${origin}/forgot`,
    ];
    return { subject: notices.subject(host), text: `${paragraphs.join("\n\n")}\n` };
  };
}

/** For somebody who asks for another address: to the new one, which may be a stranger's, nothing that they wrote themselves. */
export function addressLetters(c: Context<WebEnv>): AddressLetters {
  const { host } = c.get("frame");
  return {
    notice: noticeBy(c),
    confirm({ username, language }, link) {
      const { subject, hello, ask, notYou } = languageOf(language).words.signIn.addressMail;
      return { subject: subject(host), text: `${[hello(username), ask(username, host), link, notYou].join("\n\n")}\n` };
    },
  };
}
