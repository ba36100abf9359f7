/** What the owner decides about this server: its name, who may register, who may found communities. */
import type { Queryable } from "../open.ts";

export type Registration = "closed" | "invitation" | "approval" | "open";

export interface Settings {
  /** What the server calls itself; "": its host. */
  name: string;
  registration: Registration;
  /** Asked of whoever registers by approval; "": nothing is asked. */
  question: string;
  founding: "administrators" | "members";
}

const AT_FIRST: Settings = { name: "", registration: "approval", question: "", founding: "members" };

export async function readSettings(db: Queryable): Promise<Settings> {
  const [row] = await db<
    Settings[]
  >`select name, registration, registration_question as question, founding from instance`;
  return row ?? AT_FIRST;
}

/** Writes all of them; `origin` is that of this server, should its row not be there yet. */
export async function saveSettings(db: Queryable, origin: string, settings: Settings): Promise<void> {
  const { name, registration, question, founding } = settings;
  await db`
    insert into instance (origin, name, registration, registration_question, founding)
    values (${origin}, ${name}, ${registration}, ${question}, ${founding})
    on conflict (only_row) do update set name = excluded.name, registration = excluded.registration,
      registration_question = excluded.registration_question, founding = excluded.founding`;
}

/** Open registration becomes registration by approval; whether it was open. */
export async function closeOpenRegistration(db: Queryable): Promise<boolean> {
  return (await db`update instance set registration = 'approval' where registration = 'open'`).count > 0;
}
