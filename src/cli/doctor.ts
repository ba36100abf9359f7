/** `doctor`: looks at this server from inside and, through its public origin, from outside, and says in plain words what is wrong. */
import type { Db } from "../../db/open.ts";
import { listCommunities } from "../../db/views/operator.ts";
import { type Config, isLoopback } from "../config.ts";
import { howToCall } from "./call.ts";
import { command } from "./command.ts";
import { checkCertificate } from "./doctor/certificate.ts";
import { bad, type Finding, good, inWords, warning } from "./doctor/finding.ts";
import { checkInbox } from "./doctor/inbox.ts";
import { checkDatabase, checkDeliveries, checkDisk } from "./doctor/inside.ts";
import { probeOf } from "./doctor/probe.ts";
import { checkCommunity, checkInstanceActor, checkNodeInfo, checkReach } from "./doctor/public.ts";
import { askLocal } from "./healthcheck.ts";

export const doctor = command({
  name: "doctor",
  summary: "Examines this server from inside and outside, and says what to do",
  operands: [],
  options: {},
  async run(desk) {
    const { config } = desk;
    let worst = 0;
    const tell = (findings: readonly Finding[]) => {
      for (const finding of findings) desk.say(inWords(finding));
      if (findings.some(({ mark }) => mark === "bad")) worst = 1;
    };
    desk.say("Inside");
    const inside = await lookInside(() => desk.openDb("any"), config);
    tell(inside.findings);
    desk.say(`\nOutside, at ${config.origin}`);
    tell(await lookFromOutside(config, inside.community));
    desk.say(worst === 0 ? "\nNothing is broken." : "\nWhat is marked ✗ does not work.");
    return worst;
  },
});

/** What can be seen without the network, and a community to ask for from outside, if there is one. */
async function lookInside(
  openDb: () => Promise<Db>,
  config: Config,
): Promise<{ findings: Finding[]; community?: string }> {
  const findings: Finding[] = [];
  let community: string | undefined;
  try {
    const db = await openDb();
    const database = await checkDatabase(db, howToCall());
    findings.push(...database.findings);
    if (database.ready) {
      findings.push(...(await checkDeliveries(db)));
      community = (await listCommunities(db))[0]?.slug;
    }
  } catch (error) {
    findings.push(bad("The database cannot be looked at.", (error as Error).message));
  }
  findings.push(
    await checkDisk(config.dataDir).catch(() => good(`${config.dataDir} is not there, and nothing is kept in it.`)),
  );
  const answer = await askLocal(config, "/readyz");
  findings.push(
    answer === 200
      ? good(`The server runs on port ${config.port} and is ready.`)
      : answer === 503
        ? bad(
            `The server on port ${config.port} is not ready.`,
            "Its log says why; the database above is the usual reason.",
          )
        : warning(
            `No server answers on port ${config.port} of this machine (${answer}).`,
            "Start it, unless it runs on another machine or in another container.",
          ),
  );
  return community === undefined ? { findings } : { findings, community };
}

/** What another server sees of us. */
async function lookFromOutside(config: Config, community: string | undefined): Promise<Finding[]> {
  const { origin, trustedProxies } = config;
  const { protocol, hostname } = new URL(origin);
  const findings: Finding[] = [];
  if (isLoopback(hostname)) {
    findings.push(
      warning("Only this machine can reach this origin.", "For the fediverse, set ORIGIN to a public https address."),
    );
  }
  if (protocol === "https:") {
    findings.push(await checkCertificate(origin));
    if (trustedProxies.length === 0) {
      findings.push(
        warning(
          "A proxy must stand in front of this server, but TRUSTED_PROXIES is empty.",
          "Set it to the proxy's address, such as loopback: otherwise the log names the proxy wherever it should name who asked.",
        ),
      );
    }
  }
  const probe = probeOf(origin);
  const { reached, findings: reach } = await checkReach(probe, origin);
  findings.push(...reach);
  if (!reached) return findings;
  findings.push(...(await checkNodeInfo(probe, origin)));
  if (community !== undefined) {
    findings.push(...(await checkCommunity(probe, origin, community)));
  } else {
    findings.push(...(await checkInstanceActor(probe, origin)));
    findings.push(
      warning(
        "There is no community to ask for: WebFinger and pages were not looked at.",
        "Found one, then run the doctor again.",
      ),
    );
  }
  findings.push(...(await checkInbox(probe, origin)));
  return findings;
}
