/** The courier: looks every few seconds for what devices are to be told, and hands it to their push services (RFC 8030, 8291, 8292). */

import type { Notification } from "../../db/views/notifications.ts";
import type { Outbound } from "../../federation/index.ts";
import type { Logger } from "../base/log.ts";
import { cutAtWord } from "../base/text/characters.ts";
import { displayName } from "../base/text/names.ts";
import { pushKeys } from "../domain/notifications/devices.ts";
import { type ComposePush, type PushEnd, type SendPush, sendPushes } from "../domain/notifications/push.ts";
import type { House } from "../domain/transact.ts";
import { languageOf } from "../words/index.ts";
import { placeOf, told } from "./digests.ts";

const EVERY_MS = 3_000;
/** A push service that is slow to answer does not keep the process from stopping: the lease of its messages ends by itself. */
const LONGEST_MS = 8_000;
const LONGEST_TITLE = 80;
const LONGEST_BODY = 300;

/** Begins to look. Disposing waits for what is in hand. */
export function startCourier(
  house: House,
  outbound: Pick<Outbound, "post">,
  log: Logger,
  everyMs: number = EVERY_MS,
): AsyncDisposable {
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));

  async function rounds(): Promise<void> {
    while (!stop.signal.aborted) {
      if (await round()) continue;
      let timer: NodeJS.Timeout | undefined;
      const pause = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, everyMs);
      });
      await Promise.race([stopped, pause]);
      clearTimeout(timer);
    }
  }

  /** Whether there may be more. */
  async function round(): Promise<boolean> {
    try {
      const done = await tellDevices(house, outbound, log, stop.signal);
      const all = done.sent + done.postponed + done.dropped + done.gone;
      if (all > 0)
        log.info("Devices: {sent} told, {postponed} to be tried again, {dropped} dropped, {gone} gone.", { ...done });
      return all > 0;
    } catch (error) {
      log.error("What devices are to be told could not be looked for: {error}", { error });
      return false;
    }
  }

  const running = rounds();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

/** One round. */
export function tellDevices(house: House, outbound: Pick<Outbound, "post">, log: Logger, signal?: AbortSignal) {
  return sendPushes(house, composer(house.origin), sender(house, outbound, log, signal));
}

/** Makes the messages of the server at `origin`: what happened and where, and nothing of what was said. */
export function composer(origin: string): ComposePush {
  const { host } = new URL(origin);
  return (one: Notification, tag: string | null) => {
    const { words, tag: lang, direction: dir } = languageOf(tag);
    const title = cutAtWord(displayName(one.communityName ?? "") || host, LONGEST_TITLE);
    const body = cutAtWord(told(words.mails, one), LONGEST_BODY);
    // What the browser is handed as it is. By its tag, a message that comes twice is shown once.
    return JSON.stringify([title, { body, lang, dir, icon: "/icon-192.png", tag: one.id, data: placeOf(one) }]);
  };
}

function sender(house: House, outbound: Pick<Outbound, "post">, log: Logger, signal?: AbortSignal): SendPush {
  const { protocol, hostname, origin } = new URL(house.origin);
  // Push services want to know whom to turn to: a page, or where there is none by https, a mail address.
  const subject = protocol === "https:" ? `${origin}/about` : `mailto:postmaster@${hostname}`;
  return async (to, message, ttl) => {
    // Few servers have anything to send in a given hour: what it takes is loaded when there is.
    const { default: webPush } = await import("web-push");
    const vapidDetails = { subject, ...(await pushKeys(house)) };
    const { headers, body } = webPush.generateRequestDetails(to, message, { TTL: ttl, vapidDetails });
    const sent = Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => name !== "Content-Length")
        .map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    try {
      const { status, headers: said } = await outbound.post(to.endpoint, {
        body,
        headersFor: () => sent,
        totalMs: LONGEST_MS,
        ...(signal && { signal }),
      });
      return endOf(status, said["retry-after"]);
    } catch (error) {
      if (signal?.aborted) return { again: null };
      // Whatever is wrong on the way or over there has a kind; anything else is a bug of ours.
      if (!(error instanceof Error && "kind" in error)) throw error;
      log.debug("A device was not told: {problem}", { problem: error.message });
      return error.kind === "forbidden" ? "gone" : { again: null };
    }
  };
}

/** RFC 8030: 404 and 410 say that there is nobody behind the address any more. */
function endOf(status: number, retryAfter: string | undefined): PushEnd {
  if (status >= 200 && status < 300) return "taken";
  if (status === 404 || status === 410) return "gone";
  if (status !== 429 && status < 500) return "refused";
  return { again: /^\d{1,6}$/.test(retryAfter ?? "") ? Number(retryAfter) : null };
}
