/** Learns what software a peer runs, by its NodeInfo, and so which shape of announcement it understands. */

import type { Id } from "../../db/ids.ts";
import { type Dialect, describePeer, findPeer } from "../../db/queries/peers.ts";
import type { Budget } from "../budget.ts";
import type { Context } from "../context.ts";
import { httpUrl, listOf, text } from "../gate/limits.ts";
import { isPlainObject, type PlainObject, readJson } from "../gate/read-json.ts";
import { Rejection } from "../gate/rejection.ts";
import { OutboundError } from "../http.ts";
import { FORUMS } from "../software.ts";

const MAX_BYTES = 64 * 1024;
const VERSIONS = /^https?:\/\/nodeinfo\.diaspora\.software\/ns\/schema\/[12]\.\d$/;

/** The shape of announcement that `software` understands (wire.md section 0). */
function dialectOf(software: string): Dialect {
  return FORUMS.includes(software) ? "forum" : "microblog";
}

/** Who follows much asks for nothing more than once in so long. */
const AGAIN_MS = 60_000;

/** Makes sure that the first letter to a host goes out in a shape it understands: asks it what it runs, unless it has said so, or was asked just now. */
export async function meetPeer(context: Context, host: string, spend: Budget): Promise<void> {
  const peer = await findPeer(context.db, host);
  if (!peer || peer.software !== null) return;
  const askedAt = peer.describedAt?.getTime() ?? 0;
  if (context.now().getTime() - askedAt > AGAIN_MS) await learnPeer(context, peer, spend);
}

/** Asks the peer and writes down the answer. Where there is none, it stays what it was held for, at first a microblog, and is asked again later. */
export async function learnPeer(context: Context, peer: { id: Id; host: string }, spend: Budget): Promise<void> {
  const found = await readNodeInfo(context, peer.host, spend);
  await describePeer(context.db, peer.id, found && { ...found, dialect: dialectOf(found.software) });
}

async function readNodeInfo(
  context: Context,
  host: string,
  spend: Budget,
): Promise<{ software: string; version: string } | null> {
  const scheme = context.allowHttp ? "http" : "https";
  const links = await getJson(context, `${scheme}://${host}/.well-known/nodeinfo`, spend);
  const link = listOf(links?.links).findLast(
    (item) => isPlainObject(item) && typeof item.rel === "string" && VERSIONS.test(item.rel),
  );
  const href = isPlainObject(link) ? httpUrl(link.href) : null;
  if (!href || new URL(href).host !== host) return null;
  const document = await getJson(context, href, spend);
  const software = isPlainObject(document?.software) ? document.software : {};
  const name = text(software.name, 100).trim().toLowerCase();
  return name === "" ? null : { software: name, version: text(software.version, 100).trim() };
}

async function getJson(context: Context, url: string, spend: Budget): Promise<PlainObject | null> {
  try {
    spend.take();
    const answer = await spend.wait(() =>
      context.outbound.get(url, { accept: "application/json", maxBytes: MAX_BYTES }),
    );
    return answer.status === 200 ? readJson(answer.body).document : null;
  } catch (error) {
    if (error instanceof OutboundError || error instanceof Rejection) return null;
    throw error;
  }
}
