/** The desk that the operator's commands work at: opens of the house what a command asks for, and closes it in the end. */
import { idMaker } from "../db/ids.ts";
import { claimNode } from "../db/node.ts";
import { openTokens, type Tokens } from "./auth/tokens.ts";
import { Refusal } from "./base/errors.ts";
import { configureLogging, logger } from "./base/log.ts";
import { giveMemoryBack } from "./base/memory.ts";
import { openPictures } from "./base/picture.ts";
import type { Desk, Role } from "./cli/command.ts";
import { type Config, readConfig } from "./config.ts";
import type { House } from "./domain/transact.ts";
import { type Ground, openGround, type SchemaNeed } from "./ground.ts";
import { loadSecret } from "./secret.ts";

/** Connections at most, and patience in milliseconds, for a command: it counts where a page only looks. */
const CONNECTIONS = 4;
const STATEMENT_MS = 60_000;

/** A desk that puts whatever it opens on `stack`. `stopped` resolves when the program is told to stop. */
export function openDesk(stack: AsyncDisposableStack, stopped: Promise<void>): Desk {
  let config: Config | undefined;
  const readOnce = () => {
    config ??= readConfig();
    return config;
  };
  const openDb = async (schema: SchemaNeed) => {
    const ground: Ground = await openGround(readOnce(), {
      schema,
      max: CONNECTIONS,
      statementTimeoutMs: STATEMENT_MS,
      applicationName: "commonplace command",
      log: tell,
    });
    return stack.use(ground).db;
  };

  return {
    get config() {
      return readOnce();
    },
    stopped,
    say: (text) => void process.stdout.write(`${text}\n`),
    openDb,
    openTokens: async () => openTokens({ secret: await loadSecret(readOnce()), origin: readOnce().origin }),
    openHouse: () => openHouse(stack, readOnce(), () => openDb("require")),
    serve: (role) => serve(stack, readOnce(), role),
  };
}

/** A house in which nobody waits to be woken after a commit: the workers of the running server look by themselves. */
async function openHouse(
  stack: AsyncDisposableStack,
  config: Config,
  openDb: () => Promise<House["db"]>,
): Promise<House> {
  const { openGroups, openOutbox, openOwnKeys, openPeople, seal, unseal } = await import("../federation/index.ts");
  const { charterText } = await import("./charter-text.ts");
  const { openNotifier } = await import("./domain/notifications/notify.ts");
  const { origin } = config;
  const db = await openDb();
  const secret = await loadSecret(config);
  const node = stack.use(await claimNode(db));
  const makeId = idMaker(() => node.number);
  const ownKeys = openOwnKeys({ db, makeId, origin, secret });
  const outbox = openOutbox({ origin, makeId, groups: openGroups(db), people: openPeople(db), ownKeys, charterText });
  const readers = [outbox, openNotifier(makeId)];
  return {
    db,
    origin,
    makeKeys: ownKeys.make,
    seal: (plain, name) => seal(plain, secret, name),
    unseal: (sealed, name) => unseal(sealed, secret, name),
    pictures: stack.use(openPictures(logger("pictures"))),
    makeId,
    now: () => new Date(),
    readers,
    committed: () => {},
  };
}

/** Opens everything and starts what the role says. In the end worker and server stop at the same time: each may take 10 of the 15 seconds. */
async function serve(
  stack: AsyncDisposableStack,
  config: Config,
  role: Role,
): Promise<{ db: House["db"]; tokens: Tokens }> {
  configureLogging({ level: config.logLevel, format: config.logFormat });
  const { openApp } = await import("./app.ts");
  const app = stack.use(await openApp(config, { say: tell }));
  stack.use(giveMemoryBack());
  const running: AsyncDisposable[] = [];
  stack.defer(async () => {
    const ends = await Promise.allSettled(running.map((part) => part[Symbol.asyncDispose]()));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  });
  if (role !== "web") {
    const { startWorker } = await import("./worker.ts");
    running.push(await startWorker(app));
  }
  if (role !== "worker") {
    const { openServer } = await import("./server.ts");
    running.push(await openServer(app).catch(explainPort(config)));
  }
  logger("server").info("Ready at {origin}.", { origin: config.origin, host: config.host, port: config.port, role });
  return app;
}

/** Tells the operator something that is no answer to the command. */
function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** Turns "the port is taken" and its like into a sentence. */
function explainPort({ host, port }: Config): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    const where = `port ${port} of ${host}`;
    const why = {
      EADDRINUSE: `Another program listens on ${where}: stop it, or set PORT to a free one.`,
      ENOTFOUND: `HOST is ${host}, a name without an address: set it to an address of this machine.`,
      EAI_AGAIN: `HOST is ${host}, a name that cannot be looked up now: set it to an address of this machine.`,
      EADDRNOTAVAIL: `This machine has no address ${host}: set HOST to one of its own.`,
      EACCES: `This user may not listen on ${where}: set PORT to one above 1023.`,
    }[error.code ?? ""];
    throw why === undefined ? error : new Refusal("busy", why, { cause: error });
  };
}
