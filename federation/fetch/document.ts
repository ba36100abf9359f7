/** Fetches an ActivityPub document from its origin, signed by the instance actor, and believes only what that origin says (R21). */
import { isBlocked } from "../../db/queries/peers.ts";
import type { Budget } from "../budget.ts";
import { type Context, isOurs } from "../context.ts";
import { assertPlainReading } from "../gate/context.ts";
import { typesOf } from "../gate/limits.ts";
import { dropBlind, type PlainObject, readJson } from "../gate/read-json.ts";
import { Rejection } from "../gate/rejection.ts";
import { OutboundError, type OutboundErrorKind } from "../http.ts";
import { signCavage, signRfc9421 } from "../signatures/sign.ts";

export const ACTIVITY_JSON = "application/activity+json";
const ACCEPT = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
const MAX_BYTES = 1024 * 1024;

/** The document could not be had, or is not to be believed. */
export class FetchFailed extends Error {
  /** Its server says that it no longer exists. */
  readonly gone: boolean;
  /** It may be had in a while: its server could not be reached, or has trouble. */
  readonly passing: boolean;
  constructor(message: string, why: "gone" | "passing" | "final" = "final", options?: ErrorOptions) {
    super(message, options);
    this.gone = why === "gone";
    this.passing = why === "passing";
  }
}

/** What may go otherwise the next time. A forbidden address is not told from a name that leads nowhere: who asks would learn what our name server knows. */
const PASSING: ReadonlySet<OutboundErrorKind> = new Set(["dns", "connect", "timeout", "forbidden"]);

export interface FetchedDocument {
  id: string;
  document: PlainObject;
  /** As it came, but for blind copies (R50) and what no text may hold (R17). */
  raw: string;
}

/**
 * The document at `uri`, as its own server gives it. A document that names another id is fetched once more at that id, on the same
 * origin, and must then name it exactly. Throws FetchFailed, or BudgetSpent.
 */
export async function fetchDocument(context: Context, uri: string, spend: Budget): Promise<FetchedDocument> {
  const first = await fetchOnce(context, uri, spend);
  if (isAtItsId(first)) return first;
  if (new URL(first.id).origin !== new URL(first.at).origin) {
    throw new FetchFailed(`${first.at} answered with a document of another server.`);
  }
  const second = await fetchOnce(context, first.id, spend);
  if (second.id !== first.id || !isAtItsId(second)) throw new FetchFailed(`${first.id} answers with another id.`);
  return second;
}

/** An id may be written otherwise than as the address it is: without the slash after a host, or with the usual port. */
function isAtItsId({ id, at }: { id: string; at: string }): boolean {
  return new URL(id).href === at;
}

async function fetchOnce(context: Context, uri: string, spend: Budget): Promise<FetchedDocument & { at: string }> {
  const url = URL.parse(uri);
  if (!url || isOurs(context, uri)) throw new FetchFailed(`${uri} is not to be fetched.`);
  await refuseBlocked(context, url.host);
  url.hash = "";
  const answer = await signedGet(context, url.href, spend);
  const { host } = new URL(answer.url);
  if (host !== url.host) await refuseBlocked(context, host);
  if (answer.status === 404 || answer.status === 410) throw new FetchFailed(`${uri} is gone.`, "gone");
  if (answer.status !== 200) {
    const passing = answer.status === 429 || answer.status >= 500;
    throw new FetchFailed(`${uri} answered HTTP ${answer.status}.`, passing ? "passing" : "final");
  }
  if (!isActivityType(answer.headers["content-type"] ?? "")) {
    throw new FetchFailed(`${uri} answered with something that is not an ActivityPub document.`);
  }
  try {
    const json = readJson(answer.body);
    const { document } = json;
    const raw = dropBlind(json) || json.cleaned ? JSON.stringify(document) : json.raw;
    assertPlainReading(document, { allowHttp: context.allowHttp });
    // Whoever reads it asks first what it is, and shall not find out then that this cannot be read.
    typesOf(document.type);
    if (typeof document.id !== "string" || !URL.canParse(document.id)) throw new FetchFailed(`${uri} has no id.`);
    if (isOurs(context, document.id)) throw new FetchFailed(`${uri} claims an id of this server.`);
    return { id: document.id, document, raw, at: answer.url };
  } catch (error) {
    if (error instanceof Rejection) throw new FetchFailed(`${uri}: ${error.sentence}`);
    throw error;
  }
}

/** Also where a redirect leads (R46). */
async function refuseBlocked(context: Context, host: string): Promise<void> {
  if (await isBlocked(context.db, host)) throw new FetchFailed(`${host} is blocked.`);
}

/** GET signed draft-cavage, and where that is refused once more with RFC 9421. */
async function signedGet(context: Context, url: string, spend: Budget) {
  const signer = await context.instanceSigner();
  const knock = (sign: typeof signCavage | typeof signRfc9421) => {
    spend.take();
    const options = {
      accept: ACCEPT,
      maxBytes: MAX_BYTES,
      sign: (method: "GET" | "POST", at: URL) =>
        sign({ method, url: at, keyId: signer.keyId, privateKey: signer.privateKey, now: context.now().getTime() }),
    };
    return spend.wait(() => context.outbound.get(url, options));
  };
  try {
    const first = await knock(signCavage);
    return first.status === 401 ? await knock(signRfc9421) : first;
  } catch (error) {
    if (error instanceof OutboundError)
      throw new FetchFailed(error.message, PASSING.has(error.kind) ? "passing" : "final", { cause: error });
    throw error;
  }
}

function isActivityType(contentType: string): boolean {
  const [type = "", ...parameters] = contentType.toLowerCase().split(";");
  if (type.trim() === ACTIVITY_JSON) return true;
  return (
    type.trim() === "application/ld+json" && parameters.some((p) => p.includes("https://www.w3.org/ns/activitystreams"))
  );
}
