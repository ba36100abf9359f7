/** One letter to one inbox: signed, posted, and where the signature's style is not understood, posted once more in the other style. */
import type { KeyObject } from "node:crypto";
import type { SignatureStyle } from "../../db/queries/lanes.ts";
import type { Outbound, PostResult } from "../http.ts";
import { type BodyDigest, signCavage, signRfc9421 } from "../signatures/sign.ts";

/** What is the same for every inbox that gets an activity. */
export interface Envelope {
  body: Buffer;
  digest: BodyDigest;
  keyId: string;
  privateKey: KeyObject;
}

export interface KnockOptions {
  outbound: Outbound;
  inboxUri: string;
  envelope: Envelope;
  /** The style that worked last. */
  style: SignatureStyle;
  now: () => number;
  signal: AbortSignal;
}

/** Posts a letter. Returns the answer and the style it was given to; rejects as `Outbound.post` does. */
export async function knock(o: KnockOptions): Promise<{ answer: PostResult; style: SignatureStyle }> {
  const answer = await post(o, o.style);
  if (!smellsOfSignature(answer)) return { answer, style: o.style };
  const style = o.style === "cavage" ? "rfc9421" : "cavage";
  return { answer: await post(o, style), style };
}

function post(o: KnockOptions, style: SignatureStyle): Promise<PostResult> {
  const { body, digest, keyId, privateKey } = o.envelope;
  const sign = style === "cavage" ? signCavage : signRfc9421;
  const headersFor = (url: URL) => ({
    "content-type": "application/activity+json",
    ...sign({ method: "POST", url, keyId, privateKey, digest, now: o.now() }),
  });
  return o.outbound.post(o.inboxUri, { body, headersFor, signal: o.signal });
}

function smellsOfSignature({ status, text }: PostResult): boolean {
  return status === 401 || ((status === 400 || status === 403) && /signature|signed|digest|verif/i.test(text));
}
