/** Handing mail to a server: what arrives, what is refused for good, and that nobody's text becomes a header. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Mailer, MailRefused, type OutgoingMail, openMailer, readSender } from "../../src/base/mail.ts";
import { isMailAddress } from "../../src/base/text/addresses.ts";
import { openSmtpServer, type SmtpServer } from "../support/smtp.ts";

let server: SmtpServer;
let mailer: Mailer;
beforeAll(async () => {
  server = await openSmtpServer();
  mailer = openMailer({ url: server.url, from: '"commons.example:3000" <noreply@commons.example>' });
});
afterAll(async () => {
  mailer?.close();
  await server?.[Symbol.asyncDispose]();
});

const mail = (more: Partial<OutgoingMail> = {}): OutgoingMail => ({
  id: "4711",
  to: "ana@mail.example",
  subject: "Größe",
  text: "Hello Ana,\n\nhttps://commons.example/confirm-email?token=abc\n",
  headers: {},
  writtenAt: new Date("2026-11-12T10:00:00Z"),
  ...more,
});

function headersOf(raw: string): Map<string, string> {
  const [head = ""] = raw.split("\r\n\r\n");
  const lines = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]),
  );
}

describe("a mail", () => {
  test("arrives with the headers that automatic mail has", async () => {
    await mailer.send(mail({ headers: { "List-Unsubscribe": "<https://commons.example/unsubscribe?token=x>" } }));
    const taken = server.mails.at(-1);
    expect(taken).toMatchObject({ from: "noreply@commons.example", to: ["ana@mail.example"] });
    const headers = headersOf(taken?.raw ?? "");
    expect(headers.get("from")).toBe('"commons.example:3000" <noreply@commons.example>');
    expect(headers.get("message-id")).toBe("<4711@commons.example>");
    expect(headers.get("auto-submitted")).toBe("auto-generated");
    expect(headers.get("date")).toBe("Thu, 12 Nov 2026 10:00:00 +0000");
    expect(headers.get("list-unsubscribe")).toBe("<https://commons.example/unsubscribe?token=x>");
    expect(headers.get("subject")).toMatch(/^=\?UTF-8\?/);
    expect(taken?.raw).toContain("https://commons.example/confirm-email?token=");
  });

  test("brings no header of anybody else's making", async () => {
    await mailer.send(
      mail({
        subject: "Hi\r\nBcc: spy@evil.example",
        headers: {
          "X-Note": "a\r\nBcc: spy@evil.example",
          "Bad Name\r\nBcc": "spy@evil.example",
          bcc: "spy@evil.example",
          FROM: "boss@evil.example",
          "Auto-Submitted": "no",
        },
      }),
    );
    const taken = server.mails.at(-1);
    expect(taken?.to).toEqual(["ana@mail.example"]);
    const headers = headersOf(taken?.raw ?? "");
    expect(headers.has("bcc")).toBe(false);
    expect(headers.get("from")).toContain("noreply@commons.example");
    expect(headers.get("auto-submitted")).toBe("auto-generated");
    expect(headers.get("x-note")).toBe("a Bcc: spy@evil.example");
  });

  test("that the server refuses for good is a MailRefused, and one that it does not want now is not", async () => {
    server.refuseRecipient = { code: 550, text: "no such user" };
    await expect(mailer.send(mail())).rejects.toThrow(MailRefused);
    server.refuseRecipient = { code: 450, text: "try later" };
    const later = await mailer.send(mail()).catch((error: unknown) => error);
    expect(later).toBeInstanceOf(Error);
    expect(later).not.toBeInstanceOf(MailRefused);
    server.refuseRecipient = undefined;
    server.refuseMessage = { code: 554, text: "looks like spam" };
    await expect(mailer.send(mail())).rejects.toThrow(MailRefused);
    server.refuseMessage = undefined;
    server.refuseSender = { code: 553, text: "not your address" };
    await expect(mailer.send(mail())).rejects.not.toThrow(MailRefused);
    server.refuseSender = undefined;
    await expect(mailer.send(mail({ to: "ana@mail.example, spy@evil.example" }))).rejects.toThrow(MailRefused);
  });

  test("does not give a password to a server far away that cannot encrypt", async () => {
    // 127.0.0.1 would be this machine: the same server by a name that is not known to be.
    const url = server.url.replace("//127.0.0.1", "//me:secret@[::ffff:127.0.0.1]");
    const careful = openMailer({ url, from: "noreply@commons.example" });
    await expect(careful.send(mail())).rejects.toThrow(/TLS/);
    careful.close();
  });
});

test.each([
  ["ana@mail.example", true],
  ["ana.b+c@sub.mail.example", true],
  ["anä@mäil.example", true],
  ["ana@localhost", false],
  ["ana", false],
  ["@mail.example", false],
  ["a@b@mail.example", false],
  ["ana@mail.example\r\nRCPT TO:<spy@evil.example>", false],
  ["<ana@mail.example>", false],
  ["ana@-mail.example", false],
  ["ana@mail..example", false],
  [`${"a".repeat(65)}@mail.example`, false],
])("%j as an address: %s", (text, possible) => {
  expect(isMailAddress(text)).toBe(possible);
});

test("a sender is an address, with or without a name", () => {
  expect(readSender("noreply@commons.example")).toEqual({ name: "", address: "noreply@commons.example" });
  expect(readSender("Commons <noreply@localhost>")).toEqual({ name: "Commons", address: "noreply@localhost" });
  expect(() => readSender("nobody")).toThrow();
});
