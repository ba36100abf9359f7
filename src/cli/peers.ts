/** `peers`: the servers we talk to, and blocking one. */
import { type PeerListing, peerList } from "../../db/views/operator.ts";
import { ago, plural, table } from "../base/table.ts";
import { blockPeer, unblockPeer } from "../domain/peers/block.ts";
import { command, type Desk, UsageError } from "./command.ts";

export const peers = command({
  name: "peers",
  summary: "Shows the servers we talk to: software, delay, failures",
  operands: [],
  options: {
    block: {
      type: "string",
      value: "HOST",
      meaning: "take nothing from this host and the names below it, and send it nothing",
    },
    unblock: { type: "string", value: "HOST", meaning: "end that" },
  },
  async run(desk, { block, unblock }) {
    if (block !== undefined && unblock !== undefined) throw new UsageError("Give --block or --unblock, not both.");
    if (block !== undefined) return blockHost(desk, hostOf(block));
    if (unblock !== undefined) return unblockHost(desk, hostOf(unblock));
    const known = await peerList(await desk.openDb("require"));
    desk.say(known.length === 0 ? "No other server has been in touch yet." : peerTable(known).trimEnd());
    return 0;
  },
});

function peerTable(known: readonly PeerListing[]): string {
  return table(known, [
    { title: "HOST", value: ({ host }) => host },
    { title: "SOFTWARE", value: ({ software, version }) => [software ?? "unknown", version].filter(Boolean).join(" ") },
    { title: "SPEAKS AS", value: ({ dialect }) => dialect },
    { title: "SIGNATURES", value: ({ signatureStyle }) => signatureStyle },
    { title: "HEARD", value: ({ lastHeardAt }) => ago(lastHeardAt) },
    { title: "SENT", value: ({ lastSentAt }) => ago(lastSentAt) },
    { title: "WAITING", value: ({ waiting }) => waiting },
    {
      title: "OLDEST",
      value: ({ waiting, lag }) => (waiting === 0 || lag === null ? "" : ago(new Date(Date.now() - lag * 1000))),
    },
    { title: "DEAD", value: ({ dead }) => dead },
    { title: "STATE", value: stateOf },
    { title: "LAST ERROR", value: ({ lastError }) => lastError?.slice(0, 120) },
  ]);
}

function stateOf({ blockedAt, failures, failingSince, retryAt }: PeerListing): string {
  if (blockedAt) return `blocked ${ago(blockedAt)}`;
  if (failures === 0) return "well";
  const next = retryAt && retryAt > new Date() ? `, next try ${ago(retryAt)}` : "";
  return `${plural(failures, "failure")}, the first ${ago(failingSince)}${next}`;
}

async function blockHost(desk: Desk, host: string): Promise<number> {
  const dropped = await blockPeer(await desk.openHouse(), host);
  const what = plural(dropped, "waiting letter");
  desk.say(`${host} and the names below it are blocked, within half a minute; ${what} dropped.`);
  return 0;
}

async function unblockHost(desk: Desk, host: string): Promise<number> {
  const wasBlocked = await unblockPeer(await desk.openHouse(), host);
  desk.say(wasBlocked ? `${host} is no longer blocked.` : `${host} was not blocked.`);
  return wasBlocked ? 0 : 1;
}

/** The host that an operator means by a host name, a URL or a handle, as peers are known: lower case, in ASCII, with its port. */
export function hostOf(text: string): string {
  const bare = text.trim().replace(/^@?[^@/]*@(?=[^@]+$)/, "");
  const url = URL.parse(/^https?:\/\//i.test(bare) ? bare : `https://${bare}`);
  if (!url || url.hostname === "" || /[\s*]/.test(bare))
    throw new UsageError(`"${text}" is not a host name, such as social.example.`);
  return url.host;
}
