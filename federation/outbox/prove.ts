/** Puts a community's own proof on what it sends (FEP-8b32, eddsa-jcs-2022). */
import { timeOf } from "../../db/ids.ts";
import type { ActivityToSend } from "../../db/queries/lanes.ts";
import type { PlainObject } from "../gate/read-json.ts";
import type { OwnKeys } from "../keys.ts";
import { addProof } from "../signatures/proof.ts";

/**
 * The activity's JSON with a proof at its end; every byte before that stays as it was, for it embeds what others have signed. The proof's
 * time is that of the activity, so that it is the same however often it is made. What it embeds was held to the limits of the gate when it
 * came, and is a little more with what is around it; what cannot be put in canonical form, such as a number beyond all numbers, goes without.
 */
export async function prove(ownKeys: OwnKeys, activity: ActivityToSend): Promise<string> {
  const { keyId, privateKey } = await ownKeys.proverOf(activity.actorId);
  const document = JSON.parse(activity.body) as PlainObject;
  try {
    const { proof } = addProof(document, { verificationMethod: keyId, privateKey, created: timeOf(activity.id) });
    return `${activity.body.trimEnd().slice(0, -1)},"proof":${JSON.stringify(proof)}}`;
  } catch (error) {
    if (error instanceof TypeError) return activity.body;
    throw error;
  }
}
