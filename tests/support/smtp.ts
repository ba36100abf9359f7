/** A mail server on loopback that takes, delays or refuses mail as a test says. */
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export interface TakenMail {
  from: string;
  to: string[];
  /** The message as it came: headers, an empty line, the body. */
  raw: string;
}

export interface SmtpServer extends AsyncDisposable {
  url: string;
  mails: TakenMail[];
  /** How many messages came, taken or not. */
  asked: number;
  /** Answers to recipients and to messages, by code and text; absent: taken. */
  refuseRecipient?: { code: number; text: string } | undefined;
  refuseMessage?: { code: number; text: string } | undefined;
  refuseSender?: { code: number; text: string } | undefined;
  /** Waited for before a message is taken. */
  hold?: Promise<void> | undefined;
}

const failure = ({ code, text }: { code: number; text: string }) =>
  Object.assign(new Error(text), { responseCode: code });

export async function openSmtpServer(): Promise<SmtpServer> {
  const mails: TakenMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onMailFrom: (_address, _session, done) => done(opened.refuseSender && failure(opened.refuseSender)),
    onRcptTo: (_address, _session, done) => done(opened.refuseRecipient && failure(opened.refuseRecipient)),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        opened.asked += 1;
        await opened.hold;
        if (opened.refuseMessage) return done(failure(opened.refuseMessage));
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? "" : mailFrom.address;
        mails.push({ from, to: rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  const opened: SmtpServer = {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    asked: 0,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return opened;
}
