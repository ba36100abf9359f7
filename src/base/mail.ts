/** Hands mail to an SMTP server (RFC 5321); the only place that speaks to one. */
import { isMailAddress } from "./text/addresses.ts";
import { oneLine } from "./text/characters.ts";

export interface MailServer {
  /** `smtp://user:password@host:587` (with STARTTLS where the server has it) or `smtps://…:465` (TLS from the beginning). */
  url: string;
  /** From whom: `Name <address>` or an address alone. */
  from: string;
}

export interface OutgoingMail {
  /** Unique for ever, made of letters and digits; the same on every try, so that a mail that arrives twice is known as one. */
  id: string;
  to: string;
  subject: string;
  /** Plain text. */
  text: string;
  headers: Readonly<Record<string, string>>;
  writtenAt: Date;
}

export interface Mailer {
  /** Resolves when the server has taken it. Throws MailRefused when it will never take it; anything else may be tried again. */
  send(mail: OutgoingMail): Promise<void>;
  close(): void;
}

/** The server will not take this mail, however often it is asked. */
export class MailRefused extends Error {
  override readonly name = "MailRefused";
}

/** Milliseconds: a server that hangs must not keep us. */
const TIMEOUTS = { connectionTimeout: 20_000, greetingTimeout: 20_000, socketTimeout: 60_000, dnsTimeout: 20_000 };
const CONNECTIONS = 2;
/** Headers that only this file writes. */
const OURS = new Set(
  "from sender to cc bcc reply-to subject date message-id auto-submitted mime-version content-type return-path".split(
    " ",
  ),
);

/** Opens a pool of connections to the mail server; nothing is connected before the first mail. */
export function openMailer({ url, from }: MailServer): Mailer {
  const { address, name } = readSender(from);
  const host = address.slice(address.lastIndexOf("@") + 1);
  // Loaded here: a server without mail does without its 26 MB.
  const transport = import("nodemailer").then(({ createTransport }) =>
    createTransport({
      ...transportOptions(url),
      pool: true,
      maxConnections: CONNECTIONS,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...TIMEOUTS,
    }),
  );
  return {
    async send(mail) {
      if (!isMailAddress(mail.to)) throw new MailRefused("This is not a mail address.");
      try {
        await (await transport).sendMail({
          from: { name, address },
          to: { name: "", address: mail.to },
          envelope: { from: address, to: [mail.to] },
          subject: oneLine(mail.subject),
          text: mail.text,
          date: mail.writtenAt,
          messageId: `<${mail.id.replace(/[^\w-]/g, "")}@${host}>`,
          headers: { ...safeHeaders(mail.headers), "Auto-Submitted": "auto-generated" },
        });
      } catch (error) {
        if (isForGood(error)) throw new MailRefused((error as Error).message, { cause: error });
        throw error;
      }
    },
    close: () => void transport.then((open) => open.close()),
  };
}

/** The parts of `Name <address>`, `"Name" <address>` or a bare address. Throws when it is none of them. */
export function readSender(text: string): { name: string; address: string } {
  const [, named, inBrackets] = /^([^<>]*)<([^<>]+)>$/.exec(text.trim()) ?? [];
  const address = (inBrackets ?? text).trim();
  const domain = address.slice(address.lastIndexOf("@") + 1);
  // A sender may be of this machine: noreply@localhost.
  const possible = isMailAddress(address) || (isMailAddress(`${address}.test`) && domain !== "");
  if (!possible) throw new Error("not a sender");
  return { name: oneLine((named ?? "").trim().replace(/^"(.*)"$/, "$1")), address };
}

/** Passwords travel encrypted unless the server is on this machine, or the URL says `requireTLS=false` itself. */
function transportOptions(url: string) {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  const secure = protocol === "smtps:";
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const here = host === "localhost" || host === "::1" || /^127\./.test(host);
  const auth =
    username === "" ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } };
  const requireTLS = username !== "" && !here && searchParams.get("requireTLS") !== "false";
  return { host, port: port === "" ? (secure ? 465 : 587) : Number(port), secure, requireTLS, ...auth };
}

/** No header may bring another with it, nor stand in for one of ours. */
function safeHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const fit = Object.entries(headers).filter(
    ([name]) => /^[A-Za-z][A-Za-z0-9-]*$/.test(name) && !OURS.has(name.toLowerCase()),
  );
  return Object.fromEntries(fit.map(([name, value]) => [name, oneLine(value)]));
}

/** A permanent answer (5xx) to the recipient or to the words; one to ourselves (a wrong password, a refused sender) may be mended by the operator. */
function isForGood(error: unknown): boolean {
  const { responseCode, command } = error as { responseCode?: unknown; command?: unknown };
  if (command === "API") return true;
  return typeof responseCode === "number" && responseCode >= 500 && (command === "RCPT TO" || command === "DATA");
}
