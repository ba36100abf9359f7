/** People of this server for tests: an account with a session, and requests in its name. */
import type { Id } from "../../db/ids.ts";
import { startSession } from "../../src/auth/sessions.ts";
import { createAccount } from "../../src/domain/accounts/create.ts";
import type { House } from "../../src/domain/transact.ts";

export interface TestPerson {
  id: Id;
  username: string;
  uri: string;
  /** The session's token, and the `cookie` header that carries it. */
  token: string;
  cookie: string;
}

/** Makes an account that is signed in. `secondFactor`: this session has shown one. */
export async function makePerson(
  house: House,
  username: string,
  options: { role?: "owner" | "administrator" | "member"; secondFactor?: boolean; email?: string } = {},
): Promise<TestPerson> {
  const id = await createAccount(house, "operator", {
    username,
    name: username[0]?.toUpperCase() + username.slice(1),
    role: options.role ?? "member",
    state: "active",
    email: options.email ?? `${username}@mail.example`,
    emailConfirmed: true,
    passwordHash: null,
  });
  const who = { actorId: id, secondFactor: options.secondFactor ?? false, address: "192.0.2.1", userAgent: "test" };
  const token = await startSession(house, who);
  const name = house.origin.startsWith("https:") ? "__Host-session" : "session";
  return { id, username, uri: `${house.origin}/u/${username}`, token, cookie: `${name}=${token}` };
}

/** A form as one of our own pages sends it: the init of a request. */
export function formOf(
  origin: string,
  person: Pick<TestPerson, "cookie"> | null,
  fields: Record<string, string | readonly string[]>,
): RequestInit {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat()) body.append(name, one as string);
  return {
    method: "POST",
    redirect: "manual",
    headers: { origin, ...(person && { cookie: person.cookie }), "content-type": "application/x-www-form-urlencoded" },
    body: body.toString(),
  };
}

/** Notices about the safety of an account that nobody reads. */
export const plainNotice = (what: string) => ({ subject: what, text: what });
