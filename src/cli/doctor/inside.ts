/** The doctor's look inside: the database, its clock, what waits to be sent, and the disk. */
import { statfs } from "node:fs/promises";
import { pendingMigrations, SchemaError } from "../../../db/migrate.ts";
import type { Db } from "../../../db/open.ts";
import {
  askServer,
  deliveryLag,
  MAX_CLOCK_DIFFERENCE_MS,
  OLDEST_POSTGRES,
  peerList,
} from "../../../db/views/operator.ts";
import { ago, plural } from "../../base/table.ts";
import { bad, type Finding, good, warning } from "./finding.ts";

const MOST_LAG_SECONDS = 300;
const DEAD_AFTER_MS = 86_400_000;
const MOST_HOSTS = 5;
const GIB = 2 ** 30;

/** Version, clock and schema of the database. When `ready` is false there is nothing in it to be looked at. */
export async function checkDatabase(db: Db, call: string): Promise<{ ready: boolean; findings: Finding[] }> {
  const before = Date.now();
  const { version, versionNumber, now } = await askServer(db);
  const after = Date.now();
  const findings = [
    versionNumber >= OLDEST_POSTGRES
      ? good(`The database is Postgres ${version}.`)
      : bad(`The database is Postgres ${version}.`, "Commonplace needs version 16 or newer: upgrade it."),
    checkClock(now.getTime(), before, after),
  ];
  try {
    const pending = await pendingMigrations(db);
    if (pending.length === 0) return { ready: true, findings: [...findings, good("The database is up to date.")] };
    const what = `The database is not up to date: ${plural(pending.length, "migration")} pending.`;
    return { ready: false, findings: [...findings, bad(what, `Start the server, or run: ${call} migrate`)] };
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    return { ready: false, findings: [...findings, bad(error.message, "Run the newer version of Commonplace again.")] };
  }
}

/** Our clock against the database's, whose answer came between `before` and `after` (R89). */
export function checkClock(theirs: number, before: number, after: number): Finding {
  const skew = theirs < before ? before - theirs : theirs > after ? theirs - after : 0;
  if (skew <= MAX_CLOCK_DIFFERENCE_MS) return good("The clock of the database agrees with this machine's.");
  return bad(
    `The clock of the database differs from this machine's by ${plural(Math.round(skew / 1000), "second")}.`,
    "Set both by NTP; the server does not start otherwise.",
  );
}

/** Whether letters leave as they should, and which servers do not take them. */
export async function checkDeliveries(db: Db): Promise<Finding[]> {
  const [lag, peers] = await Promise.all([deliveryLag(db), peerList(db)]);
  const findings = [
    lag <= MOST_LAG_SECONDS
      ? good("Letters leave without delay.")
      : bad(
          `A letter that could be sent has waited for ${plural(Math.round(lag / 60), "minute")}.`,
          "Is a server with --role all or --role worker running? If it is, start another worker.",
        ),
  ];
  const isDead = (since: Date | null) => since !== null && Date.now() - since.getTime() > DEAD_AFTER_MS;
  const dead = peers.filter((peer) => !peer.blockedAt && isDead(peer.failingSince));
  for (const { host, failingSince, lastError } of dead.slice(0, MOST_HOSTS)) {
    findings.push(
      warning(
        `${host} has not taken our letters since ${ago(failingSince)}${lastError ? `: ${lastError.slice(0, 200)}` : "."}`,
        "If it is gone there is nothing to do: after seven days its letters are given up.",
      ),
    );
  }
  if (dead.length > MOST_HOSTS) {
    findings.push(
      warning(`${plural(dead.length - MOST_HOSTS, "more server")} like that.`, "The command peers lists them all."),
    );
  }
  return findings;
}

/** Free space where the data lies. */
export async function checkDisk(folder: string): Promise<Finding> {
  const { bavail, bsize, blocks } = await statfs(folder);
  const free = bavail * bsize;
  const share = blocks === 0 ? 1 : bavail / blocks;
  const size = `${(free / GIB).toFixed(1)} GiB (${Math.round(share * 100)} %)`;
  const todo = "Make room: a database that finds no space stops taking anything in.";
  if (free < GIB / 4) return bad(`Only ${size} are free for ${folder}.`, todo);
  if (free < 2 * GIB || share < 0.05) return warning(`Only ${size} are free for ${folder}.`, todo);
  return good(`${size} are free for ${folder}.`);
}
