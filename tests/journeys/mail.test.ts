/** A whole server with a mail server: what registering writes is what arrives. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { routes } from "../../src/server.ts";
import { startWorker } from "../../src/worker.ts";
import { formOf } from "../support/people.ts";
import { freshDatabase } from "../support/postgres.ts";
import { openSmtpServer } from "../support/smtp.ts";

test("a mail that confirms an address arrives, and its link works", async () => {
  await using stack = new AsyncDisposableStack();
  const smtp = stack.use(await openSmtpServer());
  const database = await freshDatabase();
  stack.defer(() => database.drop());
  const dataDir = await mkdtemp(join(tmpdir(), "commonplace-test-"));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const env = {
    ORIGIN: "http://commons.test",
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    SECRET_KEY: "ab".repeat(32),
  };
  const app = stack.use(
    await openApp(readConfig({ ...env, SMTP_URL: smtp.url, MAIL_FROM: "Commons <post@commons.test>" })),
  );
  const site = routes(app);

  const fields = { username: "ana", email: "ana@mail.example", password: "three ordinary words" };
  expect((await site.request("/join", formOf("http://commons.test", null, fields))).headers.get("location")).toBe(
    "/join/sent",
  );
  stack.use(await startWorker(app));
  await expect.poll(() => smtp.mails.length).toBe(1);
  const [mail] = smtp.mails;
  expect(mail).toMatchObject({ from: "post@commons.test", to: ["ana@mail.example"] });
  const body = (mail?.raw ?? "").replace(/=\r\n/g, "").replace(/=3D/g, "=");
  const token = /confirm-email\?token=([\w.-]+)/.exec(body)?.[1] ?? "";
  const confirmed = await site.request("/confirm-email", formOf("http://commons.test", null, { token }));
  expect(confirmed.status).toBe(200);
  expect(await app.db`select from accounts where email_confirmed_at is not null`).toHaveLength(1);
});
