/** The link of an invitation: a token that ends when the invitation does. */
import type { Site } from "./site.ts";

/** `expiresAt` in milliseconds since 1970. The same invitation has many such links, all good while it is. */
export async function invitationLink(
  site: Pick<Site, "tokens" | "origin">,
  invitation: { id: string; expiresAt: number },
): Promise<string> {
  const seconds = Math.max(1, Math.ceil((invitation.expiresAt - Date.now()) / 1_000));
  return `${site.origin}/join?invitation=${await site.tokens.sign("invitation", { invitation: invitation.id }, seconds)}`;
}
