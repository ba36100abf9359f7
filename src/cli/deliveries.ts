/** `deliveries`: what waits to be sent, what fails, what was given up, and trying that again. */
import { deliverySummary } from "../../db/views/operator.ts";
import { ago, plural, table } from "../base/table.ts";
import { retryPeer } from "../domain/peers/retry.ts";
import { command } from "./command.ts";
import { hostOf } from "./peers.ts";

export const deliveries = command({
  name: "deliveries",
  summary: "Shows what waits to be sent, what fails and what was given up",
  operands: [],
  options: {
    retry: { type: "string", value: "HOST", meaning: "send to this host at once what waits, fails or was given up" },
  },
  async run(desk, { retry }) {
    const db = await desk.openDb("require");
    if (retry !== undefined) {
      const host = hostOf(retry);
      const risen = await retryPeer({ db }, host);
      desk.say(`What waits for ${host} is sent now, with ${plural(risen, "letter")} that had been given up.`);
      return 0;
    }
    const { waiting, failing, dead, oldestAt, hosts } = await deliverySummary(db);
    const oldest = oldestAt ? `, the oldest made ${ago(oldestAt)}` : "";
    desk.say(`${plural(waiting, "letter")} waiting${oldest}; ${failing} of them failed before; ${dead} given up.`);
    if (hosts.length === 0) return 0;
    const lines = table(hosts, [
      { title: "HOST", value: ({ host }) => host },
      { title: "WAITING", value: (host) => host.waiting },
      { title: "FAILING", value: (host) => host.failing },
      { title: "DEAD", value: (host) => host.dead },
      { title: "OLDEST", value: (host) => (host.oldestAt ? ago(host.oldestAt) : "") },
      { title: "NEXT TRY", value: ({ retryAt }) => (retryAt && retryAt > new Date() ? ago(retryAt) : "now") },
      { title: "LAST ERROR", value: ({ lastError }) => lastError?.slice(0, 120) },
    ]);
    desk.say(`\n${lines.trimEnd()}`);
    return 0;
  },
});
