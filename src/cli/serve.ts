/** `serve`: runs the server until it is told to stop. */
import { hasCommunities } from "../../db/views/operator.ts";
import { hasOwner } from "../../db/views/security.ts";
import { setupLink } from "../auth/setup.ts";
import { isLoopback } from "../config.ts";
import { howToCall } from "./call.ts";
import { command, ROLES, UsageError } from "./command.ts";

export const serve = command({
  name: "serve",
  summary: "Runs the server",
  operands: [],
  options: {
    role: {
      type: "string",
      value: "ROLE",
      meaning: "all (default), web (answers requests) or worker (delivers); up to 64 in all on one Postgres",
    },
  },
  untilStopped: true,
  async run(desk, { role: asked = "all" }) {
    const role = ROLES.find((known) => known === asked);
    if (!role)
      throw new UsageError(`--role must be ${ROLES.slice(0, -1).join(", ")} or ${ROLES.at(-1)}, not ${asked}.`);
    const { db, tokens } = await desk.serve(role);
    const { origin } = desk.config;
    if (role !== "worker") {
      const link = (await hasOwner(db)) ? null : await setupLink(origin, tokens);
      if (!(await hasCommunities(db))) desk.say(firstSteps(origin, link));
      else if (link) desk.say(`Nobody looks after this server yet: ${OWN_IT}:\n\n  ${link}\n`);
    }
    await desk.stopped;
    return 0;
  },
});

const OWN_IT = "make the account that owns it by this link, which works once, within a day";

/** What to do on an empty database. `link` makes the owner's account; null when there is one. */
function firstSteps(origin: string, link: string | null): string {
  const { host, hostname } = new URL(origin);
  const last = isLoopback(hostname)
    ? "  3. To be found from other servers, set ORIGIN to a public https address first: it is part of every handle."
    : `  3. Search for @welding@${host} on Mastodon, follow it, and mention it in a post to start a thread.`;
  return [
    "",
    "Commonplace runs, and there is no community yet. What to do next:",
    "",
    link === null ? `  1. Open ${origin}` : `  1. Nobody looks after this server yet: ${OWN_IT}:\n     ${link}`,
    "  2. Found a community, there or in another terminal:",
    `     ${howToCall()} community create welding --name "Welding" --summary "How we join metal."`,
    last,
    "",
  ].join("\n");
}
