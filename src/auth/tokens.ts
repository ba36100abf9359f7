/**
 * What is signed and handed out, such as a link to set a new password: a short-lived JWT with a fixed algorithm, for one purpose and this
 * server only (RFC 7519, RFC 8725). Where it matters, a token is spent: it works once.
 */
import { createHmac, hkdfSync, randomUUID } from "node:crypto";
import type { Queryable } from "../../db/open.ts";
import { spendToken } from "../../db/queries/tokens.ts";
import { Refusal } from "../base/errors.ts";

/** What each purpose's token carries. */
export interface Purposes {
  /** The one-time link by which the first owner sets up their account. */
  setup: Record<string, never>;
  /** Confirms the mail address of an account; with `change` it becomes the address: which request it was, and what the account was like then. */
  "confirm-email": { actor: string; email: string; change?: { request: string; stamp: string } };
  /** Sets a new password; `stamp` changes with the password, so that older links die with it. */
  "reset-password": { actor: string; stamp: string };
  /** An invitation, by its id. */
  invitation: { invitation: string };
  /** Ends the mails of one kind, from the mail itself (RFC 8058). */
  unsubscribe: { actor: string };
  /** Between the password and the second factor; `attempt` is the row of this try, `stamp` as above. */
  "second-factor": { actor: string; attempt: string; stamp: string };
  /** A browser in which `actor` has signed in. */
  "known-device": { actor: string };
  /** The challenge of a passkey ceremony, kept by the browser meanwhile; good for that ceremony only, and for `actor` where it is one's own. */
  passkey: { challenge: string; ceremony: "sign-in" | "show" | "add"; actor?: string };
}
export type Purpose = keyof Purposes;

export interface Tokens {
  /** A token for `purpose` that lasts `seconds`. */
  sign<P extends Purpose>(purpose: P, claims: Purposes[P], seconds: number): Promise<string>;
  /** What the token carries. Throws a Refusal (`token-invalid`) when it is not ours, not for this, or too old. */
  read<P extends Purpose>(purpose: P, token: string): Promise<Purposes[P]>;
  /** The same, and the token works no more once the transaction commits. Throws the same Refusal when it was spent before. */
  spend<P extends Purpose>(db: Queryable, purpose: P, token: string): Promise<Purposes[P]>;
  /** Stands for `text` where it is counted: always the same, and nobody learns the text from it. */
  mark(text: string): Buffer;
}

/** Loaded with the first token. */
const jose = () => import("jose");

const ALGORITHM = "HS256";
const MAX_LENGTH = 4_000;

/** `secret` is the server's secret key; tokens are signed with a key derived from it (RFC 5869). */
export function openTokens({ secret, origin }: { secret: Buffer; origin: string }): Tokens {
  const key = new Uint8Array(hkdfSync("sha256", secret, "", "commonplace tokens", 32));
  const markKey = new Uint8Array(hkdfSync("sha256", secret, "", "commonplace marks", 32));

  async function verify(purpose: Purpose, token: string) {
    if (token.length > MAX_LENGTH) throw new Refusal("token-invalid");
    const { errors, jwtVerify } = await jose();
    try {
      const options = { algorithms: [ALGORITHM], issuer: origin, audience: purpose, requiredClaims: ["exp", "jti"] };
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new Refusal("token-invalid");
      throw error;
    }
  }

  return {
    async sign(purpose, claims, seconds) {
      const { SignJWT } = await jose();
      return new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM })
        .setIssuer(origin)
        .setAudience(purpose)
        .setJti(randomUUID())
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .sign(key);
    },
    read: async (purpose, token) => (await verify(purpose, token)) as never,
    async spend(db, purpose, token) {
      const payload = await verify(purpose, token);
      const fresh = await spendToken(db, String(payload.jti), new Date(Number(payload.exp) * 1000));
      if (!fresh) throw new Refusal("token-invalid");
      return payload as never;
    },
    mark: (text) => createHmac("sha256", markKey).update(text).digest().subarray(0, 16),
  };
}
