/** Reading the signature of a request, in whichever of the two styles it comes, before anything is fetched (R5–R8, R11). */

import { parseCavage } from "./cavage.ts";
import { malformed, type ParsedSignature, type RequestFacts, type SignatureExpectations, unproven } from "./parsed.ts";
import { parseRfc9421 } from "./rfc9421.ts";

export type {
  ClaimedAlgorithm,
  CoveredDigest,
  ParsedSignature,
  RequestFacts,
  SignatureExpectations,
} from "./parsed.ts";

/**
 * Reads the one signature of a request: syntax, coverage, host and time. What remains is to compare the digest with the
 * body, fetch the key and verify (verify.ts).
 * @throws Rejection 401 if there is no signature or it proves too little, 400 if it cannot be read.
 */
export function parseSignature(request: RequestFacts, expected: SignatureExpectations): ParsedSignature {
  if (!/^\/[\x21-\x7e]*$/.test(request.target)) throw malformed("The request's target is not a plain path.");
  const { headers } = request;
  const authorized = typeof headers.authorization === "string" && /^signature\b/i.test(headers.authorization);
  if (headers.signature === undefined && headers["signature-input"] === undefined) {
    if (authorized) throw unproven("The signature is in the Authorization header; send it in the Signature header.");
    throw unproven("The request is not signed.");
  }
  if (authorized) throw malformed("The request is signed in two ways at once.");
  if (headers["signature-input"] === undefined) return parseCavage(request, expected);
  if (typeof headers.signature === "string" && /\bkeyId\s*=/.test(headers.signature)) {
    throw malformed("The request is signed in two ways at once.");
  }
  return parseRfc9421(request, expected);
}
