/** What runs in the background, and how often; kept in Postgres by pg-boss, so that nothing waiting is lost with a process. */
import { setTimeout as sleep } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import type { Federation, Outbound, Receipt } from "../../federation/index.ts";
import type { Tokens } from "../auth/tokens.ts";
import type { Logger } from "../base/log.ts";
import type { Mailer } from "../base/mail.ts";
import { cleanUpAccounts } from "../domain/accounts/clean-up.ts";
import { forgetOldNotifications } from "../domain/notifications/forget.ts";
import { finishClosings } from "../domain/people/close.ts";
import { closePolls } from "../domain/polls/close.ts";
import { tellPolls } from "../domain/polls/count.ts";
import type { House } from "../domain/transact.ts";
import { cleanUp, forgetActivities } from "../domain/upkeep/clean-up.ts";
import { EVERY_MINUTE, mailDigests } from "./digests.ts";
import { closedBy } from "./keepers.ts";
import { startPostman } from "./mails.ts";
import { checkLinks } from "./profiles.ts";
import { startCourier } from "./pushes.ts";

/** From when only replies were put aside: letters may be waiting under that name. */
const READ_LATER = "complete-reply";
const DESCRIBE_PEERS = "describe-peers";
const CLEAN_UP = "clean-up";
const FORGET_ACTIVITIES = "forget-activities";
const DIGESTS = "digests";
const FETCH_HISTORIES = "fetch-histories";
const TELL_POLLS = "tell-polls";
const CLOSE_POLLS = "close-polls";
const CHECK_LINKS = "check-links";
const CLOSE_ACCOUNTS = "close-accounts";

/** Within minutes at first, then further and further apart, for half a day: the servers of what a letter needs may be away for a while. */
const RETRY = { retryLimit: 10, retryDelay: 60, retryBackoff: true, retryDelayMax: 4 * 3_600 };
/** Each of these is under way once at most, and is done again when it is its time. */
const SINGLE = [
  DESCRIBE_PEERS,
  CLEAN_UP,
  FORGET_ACTIVITIES,
  DIGESTS,
  FETCH_HISTORIES,
  TELL_POLLS,
  CLOSE_POLLS,
  CHECK_LINKS,
  CLOSE_ACCOUNTS,
];
/** What is done by the clock may be done some seconds later: nine workers that looked every two seconds, as the queue has it, were most of what an idle server did. */
const BY_THE_CLOCK = { pollingIntervalSeconds: 10 };
/** A stop waits so long for what is in hand (R59); a job that takes longer is begun anew by the next process. */
const DRAIN_MS = 9_000;
/** What is still in hand when the queue closes is marked as failed. */
const LAST_MS = 1_000;
/** Seconds for which a job that has ended is kept: a letter in it says what its author may delete by then. */
const ENDED_S = 3_600;
/** What the queue's driver says of a Postgres without TLS. */
const NO_TLS = "The server does not support SSL connections";

export interface Jobs extends AsyncDisposable {
  /**
   * Puts a letter aside that needs what is elsewhere, first of all at `host`; resolves when that is committed. The same letter is put aside once, and
   * those for one host follow each other: one that hangs must not keep all that work here.
   */
  readLater(letter: Receipt, host: string): Promise<void>;
  /**
   * Begins to work here, too. Without it, jobs are only put down for another process. Disposing of what it gives takes nothing new, and waits for what is
   * in hand, for at most 9 seconds.
   */
  work(house: House, federation: Federation, tokens: Tokens, outbound: Outbound): Promise<AsyncDisposable>;
  /** Has done by the clock what is to be done again and again. */
  keepTime(): Promise<void>;
}

/**
 * Opens the queue on the database at `url`, on two connections of its own. Its tables live in a schema named pgboss. Without a mailer, mail
 * stays where it was written.
 */
export async function openJobs(url: string, log: Logger, mailer: Mailer | null): Promise<Jobs> {
  const boss = await startBoss(url, log);
  await boss.createQueue(READ_LATER, { policy: "exclusive", deleteAfterSeconds: ENDED_S, ...RETRY });
  for (const name of SINGLE) await boss.createQueue(name, { policy: "singleton", retryLimit: 0 });

  return {
    async readLater(letter, host) {
      await boss.send(READ_LATER, letter, { singletonKey: `${letter.actorId} ${letter.uri}`, group: { id: host } });
    },
    async work(house, federation, tokens, outbound) {
      await boss.work<Receipt>(READ_LATER, { localConcurrency: 4, localGroupConcurrency: 1 }, async ([job]) => {
        if (!job) return;
        const end = await federation.receiveAgain(job.data);
        log.info("Read {uri} again: {end}.", { uri: job.data.uri, end });
      });
      await boss.work(DESCRIBE_PEERS, BY_THE_CLOCK, async () => void (await federation.describePeers()));
      await boss.work(TELL_POLLS, BY_THE_CLOCK, async () => void (await tellPolls(house)));
      await boss.work(CLOSE_POLLS, BY_THE_CLOCK, async () => void (await closePolls(house)));
      await boss.work(FETCH_HISTORIES, BY_THE_CLOCK, async () => {
        for (let done = await federation.fetchNextHistory(); done !== null; done = await federation.fetchNextHistory())
          log.info("Fetched the history of {done}.", { done });
      });
      await boss.work(CLEAN_UP, BY_THE_CLOCK, async () => {
        log.info("Cleaned up: {done}", {
          done: {
            ...(await cleanUp(house)),
            ...(await cleanUpAccounts(house, closedBy(house.origin))),
            ...(await forgetOldNotifications(house)),
          },
        });
      });
      await boss.work(FORGET_ACTIVITIES, BY_THE_CLOCK, async () => void (await forgetActivities(house)));
      await boss.work(DIGESTS, BY_THE_CLOCK, async () => void (await mailDigests(house, tokens, log)));
      await boss.work(CHECK_LINKS, BY_THE_CLOCK, async () => void (await checkLinks(house, outbound)));
      await boss.work(CLOSE_ACCOUNTS, BY_THE_CLOCK, async () => void (await finishClosings(house)));
      const carriers = [startCourier(house, outbound, log), ...(mailer ? [startPostman(house, mailer, log)] : [])];
      return {
        async [Symbol.asyncDispose]() {
          const ended = [
            ...[READ_LATER, ...SINGLE].map((name) => boss.offWork(name)),
            ...carriers.map((carrier) => carrier[Symbol.asyncDispose]()),
          ];
          await Promise.race([Promise.all(ended), sleep(DRAIN_MS, undefined, { ref: false })]);
        },
      };
    },
    async keepTime() {
      await boss.schedule(CHECK_LINKS, EVERY_MINUTE);
      await boss.schedule(CLOSE_ACCOUNTS, EVERY_MINUTE);
      await boss.schedule(DIGESTS, EVERY_MINUTE);
      await boss.schedule(DESCRIBE_PEERS, EVERY_MINUTE);
      await boss.schedule(FETCH_HISTORIES, EVERY_MINUTE);
      await boss.schedule(TELL_POLLS, EVERY_MINUTE);
      await boss.schedule(CLOSE_POLLS, EVERY_MINUTE);
      await boss.schedule(CLEAN_UP, "23 3 * * *");
      await boss.schedule(FORGET_ACTIVITIES, "41 * * * *");
    },
    async [Symbol.asyncDispose]() {
      await boss.stop({ graceful: true, timeout: LAST_MS });
    },
  };
}

/** With sslmode=prefer the queue's own driver knows no way without TLS, unlike ours: where there is none, it is told to do without. */
async function startBoss(url: string, log: Logger): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: asOurs(url),
    max: 2,
    application_name: "commonplace jobs",
    maintenanceIntervalSeconds: ENDED_S,
  });
  boss.on("error", (error: unknown) => log.error("The job queue: {error}", { error }));
  try {
    await boss.start();
    return boss;
  } catch (error) {
    const bare = new URL(url);
    if (bare.searchParams.get("sslmode") !== "prefer" || (error as Error).message !== NO_TLS) throw error;
    await boss.stop({ graceful: false });
    bare.searchParams.set("sslmode", "disable");
    return startBoss(bare.href, log);
  }
}

/** `url` for the queue's own driver, which takes sslmode=require for verify-full unless it is told to read it as Postgres' programs and ours do. */
function asOurs(url: string): string {
  const mode = new URL(url).searchParams.get("sslmode");
  return mode === "require" || mode === "prefer" ? `${url}&uselibpqcompat=true` : url;
}
