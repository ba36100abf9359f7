/** Mails to those who look after the server about what it did by itself. */

import { displayName } from "../base/text/names.ts";
import type { ComposeClosed } from "../domain/accounts/clean-up.ts";
import { languageOf } from "../words/index.ts";

/** Says that registration is not open any more, and where to open it again. */
export function closedBy(origin: string): ComposeClosed {
  const { host } = new URL(origin);
  return ({ username, name, language }, days) => {
    const { hello, registrationClosed } = languageOf(language).words.mails;
    const paragraphs = [
      hello(displayName(name) || username),
      registrationClosed.why(host, days),
      registrationClosed.way,
    ];
    return { subject: registrationClosed.subject(host), text: `${paragraphs.join("\n\n")}\n${origin}/admin\n` };
  };
}
