/** The composition root: opens everything once, by hand, in order; disposing closes it in the other direction. */
import { idMaker, type MakeId } from "../db/ids.ts";
import { type Live, openLive } from "../db/listen.ts";
import { claimNode, type Node } from "../db/node.ts";
import type { Db } from "../db/open.ts";
import {
  build,
  type Federation,
  type Figures,
  guardGlobalFetch,
  type Outbound,
  openGroups,
  openOutbound,
  openOutbox,
  openOwnKeys,
  openPeople,
  seal,
  unseal,
} from "../federation/index.ts";
import { openTokens, type Tokens } from "./auth/tokens.ts";
import { logger } from "./base/log.ts";
import { openMailer } from "./base/mail.ts";
import { openPictures } from "./base/picture.ts";
import { displayName } from "./base/text/names.ts";
import { sanitizeHtml } from "./base/text/sanitize.ts";
import { readVersion } from "./base/version.ts";
import { charterText } from "./charter-text.ts";
import type { Config } from "./config.ts";
import { openNotifier } from "./domain/notifications/notify.ts";
import type { House } from "./domain/transact.ts";
import { type Ground, openGround } from "./ground.ts";
import { openDoor } from "./inbound.ts";
import { type Jobs, openJobs } from "./jobs/index.ts";
import { loadSecret } from "./secret.ts";

export interface App extends AsyncDisposable {
  config: Config;
  version: string;
  db: Db;
  node: Node;
  makeId: MakeId;
  house: House;
  tokens: Tokens;
  live: Live;
  federation: Federation;
  outbound: Outbound;
  jobs: Jobs;
  /** Called after every commit that may have left letters to deliver. */
  onCommit(listener: () => void): void;
}

export interface AppOptions {
  /** Told in sentences what a person at the terminal should know, such as that Postgres is being set up. */
  say?: (sentence: string) => void;
  /** How much of other servers' letters is taken, where it is not what is usual. */
  figures?: Partial<Figures>;
}

/** Opens the house that `config` describes: the schema is brought up to date, and nothing is served or sent yet. */
export async function openApp(config: Config, options: AppOptions = {}): Promise<App> {
  await using stack = new AsyncDisposableStack();
  const version = await readVersion();
  const secret = await loadSecret(config);
  const ground: Ground = stack.use(
    await openGround(config, { schema: "apply", ...(options.say && { log: options.say }) }),
  );
  const { db } = ground;
  const node = stack.use(await claimNode(db));
  const makeId = idMaker(() => node.number);
  const { origin, allowPrivateAddresses } = config;
  const outbound = stack.use(
    openOutbound({ allowPrivateAddresses, userAgent: `Commonplace/${version} (+${origin}/about)` }),
  );
  stack.use(guardGlobalFetch(outbound));
  const ownKeys = openOwnKeys({ db, makeId, origin, secret });
  const groups = openGroups(db);
  const people = openPeople(db);
  const mailer = config.smtpUrl === null ? null : openMailer({ url: config.smtpUrl, from: config.mailFrom });
  const jobs = stack.use(await openJobs(ground.url, logger("jobs"), mailer));
  const live = stack.use(openLive(db, (error) => logger("web").warn("Open pages were not told: {error}", { error })));
  const listeners: (() => void)[] = [];
  const house: House = {
    db,
    origin,
    makeId,
    now: () => new Date(),
    makeKeys: ownKeys.make,
    seal: (plain, name) => seal(plain, secret, name),
    unseal: (sealed, name) => unseal(sealed, secret, name),
    pictures: stack.use(openPictures(logger("pictures"))),
    readers: [openOutbox({ origin, makeId, groups, people, ownKeys, charterText }), openNotifier(makeId)],
    committed: (line) => {
      live.committed(line);
      for (const listener of listeners) listener();
    },
  };
  const federation = build({
    db,
    makeId,
    origin,
    version,
    allowHttp: allowPrivateAddresses,
    door: openDoor(house),
    outbound,
    ownKeys,
    groups,
    people,
    tools: { cleanHtml: sanitizeHtml, cleanName: displayName, charterText, readLater: jobs.readLater },
    log: logger("federation"),
    figures: options.figures,
  });
  await ownKeys.instanceActor();
  const kept = stack.move();
  return {
    config,
    version,
    db,
    node,
    makeId,
    house,
    tokens: openTokens({ secret, origin }),
    live,
    federation,
    outbound,
    jobs,
    onCommit: (listener) => void listeners.push(listener),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
