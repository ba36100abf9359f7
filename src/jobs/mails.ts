/** The postman: looks for mail that is due every few seconds, and sends it. */
import type { Logger } from "../base/log.ts";
import type { Mailer } from "../base/mail.ts";
import { sendMails } from "../domain/mails/send.ts";
import type { House } from "../domain/transact.ts";

const EVERY_MS = 10_000;
/** A mail server that is slow to answer does not keep the process from stopping: the lease of its mail ends by itself. */
const DRAIN_MS = 8_000;

/** Begins to send. Disposing waits a while for the mails in hand. */
export function startPostman(
  house: Pick<House, "db" | "now">,
  mailer: Mailer,
  log: Logger,
  everyMs: number = EVERY_MS,
): AsyncDisposable {
  const stopping = Promise.withResolvers<void>();
  let stopped = false;

  async function rounds(): Promise<void> {
    while (!stopped) {
      const busy = await round();
      if (busy) continue;
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        stopping.promise,
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, everyMs);
        }),
      ]);
      clearTimeout(timer);
    }
  }

  /** Whether there may be more. */
  async function round(): Promise<boolean> {
    try {
      const done = await sendMails(house, mailer);
      const all = done.sent + done.postponed + done.failed;
      if (all > 0) log.info("Mail: {sent} sent, {postponed} to be tried again, {failed} failed.", { ...done });
      return all > 0;
    } catch (error) {
      log.error("Mail could not be looked for: {error}", { error });
      return false;
    }
  }

  const done = rounds();
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      stopping.resolve();
      const timer = setTimeout(() => mailer.close(), DRAIN_MS);
      await done;
      clearTimeout(timer);
      mailer.close();
    },
  };
}
