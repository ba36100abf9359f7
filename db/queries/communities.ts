/** Communities: the groups of this server. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** Who may join, and who may start threads. */
export type Joining = "open" | "request" | "invitation";
export type Posting = "anyone" | "members" | "facilitators";

export interface CommunityRow {
  id: Id;
  uri: string;
  slug: string;
  name: string;
  summary: string;
  summarySource: string;
  joining: Joining;
  posting: Posting;
  pictureId: Id | null;
  language: string | null;
  createdAt: Date;
  updatedAt: Date;
}

const COMMUNITY = (db: Queryable) => db`
  a.id, a.uri, a.username as slug, a.name, a.summary, c.summary_source as "summarySource", c.joining, c.posting, c.picture_id as "pictureId",
  c.language, a.created_at as "createdAt", a.updated_at as "updatedAt"
  from communities c join actors a on a.id = c.actor_id`;

export async function findCommunity(db: Queryable, slug: string): Promise<CommunityRow | null> {
  const [row] = await db<
    CommunityRow[]
  >`select ${COMMUNITY(db)} where lower(a.username) = ${slug.toLowerCase()} and a.gone_at is null`;
  return row ?? null;
}

export async function findCommunityById(db: Queryable, id: Id): Promise<CommunityRow | null> {
  const [row] = await db<CommunityRow[]>`select ${COMMUNITY(db)} where c.actor_id = ${id} and a.gone_at is null`;
  return row ?? null;
}

/** Those of `uris` that are communities of this server, in the order given. */
export async function findCommunitiesAmong(db: Queryable, uris: readonly string[]): Promise<CommunityRow[]> {
  if (uris.length === 0) return [];
  const rows = await db<
    CommunityRow[]
  >`select ${COMMUNITY(db)} where a.uri = any(${uris as string[]}) and a.gone_at is null`;
  return rows.toSorted((a, b) => uris.indexOf(a.uri) - uris.indexOf(b.uri));
}

/** What a community decides when it is founded. */
export interface FoundingSettings {
  /** `#rrggbb`, or null: its name decides. */
  colour: string | null;
  language: string | null;
  joining: Joining;
  posting: Posting;
}

/** Makes a local group actor a community. */
export async function insertCommunity(
  db: Queryable,
  actorId: Id,
  summarySource: string,
  settings?: FoundingSettings,
): Promise<void> {
  const { colour = null, language = null, joining = "open", posting = "anyone" } = settings ?? {};
  await db`
    insert into communities (actor_id, summary_source, colour, language, joining, posting)
    values (${actorId}, ${summarySource}, ${colour}, ${language}, ${joining}, ${posting})`;
}

/** Who may found a community here. */
export async function readFounding(db: Queryable): Promise<"administrators" | "members"> {
  const [row] = await db<{ founding: "administrators" | "members" }[]>`select founding from instance`;
  return row?.founding ?? "members";
}

/** Who may start threads in a community; null when there is none of that id. */
export async function readPosting(db: Queryable, groupId: Id): Promise<Posting | null> {
  const [row] = await db<{ posting: Posting }[]>`select posting from communities where actor_id = ${groupId}`;
  return row?.posting ?? null;
}

/** Whether there are votes down in a group; one elsewhere decides that for itself. */
export async function takesDownVotes(db: Queryable, groupId: Id): Promise<boolean> {
  const [row] = await db<{ yes: boolean }[]>`select down_votes as yes from communities where actor_id = ${groupId}`;
  return row?.yes ?? true;
}

/** Whether a community asks its facilitators for a second factor. */
export async function asksSecondFactor(db: Queryable, groupId: Id): Promise<boolean> {
  const [row] = await db<{ yes: boolean }[]>`select second_factor as yes from communities where actor_id = ${groupId}`;
  return row?.yes ?? false;
}

/** Who may join, and what whoever wants to is asked. */
export async function readJoining(
  db: Queryable,
  groupId: Id,
): Promise<{ joining: Joining; questions: string[]; uri: string } | null> {
  const [row] = await db<{ joining: Joining; questions: string[]; uri: string }[]>`
    select c.joining, c.questions, a.uri from communities c join actors a on a.id = c.actor_id
    where c.actor_id = ${groupId} and a.gone_at is null`;
  return row ?? null;
}

/** All that its facilitators decide about a community. */
export interface CommunitySettings extends FoundingSettings {
  name: string;
  /** Markdown, and the HTML made of it. */
  summarySource: string;
  summary: string;
  rules: string[];
  questions: string[];
  downVotes: boolean;
  manyAnswers: boolean;
  secondFactor: boolean;
  welcomeSource: string;
}

/** Writes the settings. The picture stays as it is when `pictureId` is absent; one that is replaced is deleted. */
export async function updateCommunity(
  db: Queryable,
  id: Id,
  settings: CommunitySettings & { pictureId?: Id | null },
): Promise<void> {
  const { pictureId } = settings;
  const before =
    pictureId === undefined
      ? []
      : await db<{ id: Id | null }[]>`select picture_id as id from communities where actor_id = ${id} for update`;
  await db`update actors set name = ${settings.name}, summary = ${settings.summary}, updated_at = now() where id = ${id}`;
  await db`
    update communities set summary_source = ${settings.summarySource}, colour = ${settings.colour}, language = ${settings.language},
      joining = ${settings.joining}, posting = ${settings.posting}, rules = ${settings.rules}, questions = ${settings.questions},
      down_votes = ${settings.downVotes}, many_answers = ${settings.manyAnswers}, second_factor = ${settings.secondFactor},
      welcome_source = ${settings.welcomeSource} ${pictureId === undefined ? db`` : db`, picture_id = ${pictureId}`}
    where actor_id = ${id}`;
  if (pictureId) await db`update media set used_at = now() where id = ${pictureId} and used_at is null`;
  for (const old of before)
    if (old.id !== null && old.id !== pictureId) await db`delete from media where id = ${old.id}`;
}

/** How many communities somebody founded since `since`, and when the first of those was. */
export async function countFounded(
  db: Queryable,
  actorId: Id,
  since: Date,
): Promise<{ count: number; first: Date | null }> {
  const [row] = await db<{ count: number; first: Date | null }[]>`
    select count(*)::int as count, min(at) as first from journal
    where kind = 'community.created' and actor_id = ${actorId} and at > ${since}`;
  return row ?? { count: 0, first: null };
}
