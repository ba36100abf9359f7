/** What people of this server say about themselves, and how the site looks to them. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export interface ProfileLink {
  label: string;
  url: string;
  /** When the page at `url` was last seen to link back; null: not (any more). ISO 8601. */
  verifiedAt: string | null;
  /** When it was last looked at; null: not yet. ISO 8601. */
  checkedAt: string | null;
}

export interface ProfileRow {
  name: string;
  /** Markdown. */
  bioSource: string;
  /** Where their picture is, or null. */
  iconUrl: string | null;
  does: string;
  helpsWith: string[];
  wantsToLearn: string[];
  languages: string[];
  links: ProfileLink[];
  alsoKnownAs: string[];
  timeZone: string | null;
}

const PROFILE = (db: Queryable) => db`
  a.name, p.bio_source as "bioSource", a.icon_url as "iconUrl", p.does, p.helps_with as "helpsWith", p.wants_to_learn as "wantsToLearn",
  p.languages, p.links, p.also_known_as as "alsoKnownAs", ac.time_zone as "timeZone"
  from profiles p join actors a on a.id = p.actor_id join accounts ac on ac.actor_id = p.actor_id`;

/** The profile of somebody here, or null; held until the transaction ends. */
export async function holdProfile(db: Queryable, actorId: Id): Promise<ProfileRow | null> {
  const [row] = await db<ProfileRow[]>`select ${PROFILE(db)} where p.actor_id = ${actorId} for update of p, a`;
  return row ?? null;
}

export interface NewProfile extends Omit<ProfileRow, "iconUrl"> {
  /** HTML that was made from `bioSource`. */
  summary: string;
}

export async function updateProfile(db: Queryable, actorId: Id, profile: NewProfile): Promise<void> {
  const { bioSource, does, helpsWith, wantsToLearn, languages, alsoKnownAs } = profile;
  await db`
    update profiles set bio_source = ${bioSource}, does = ${does}, helps_with = ${helpsWith}, wants_to_learn = ${wantsToLearn},
      languages = ${languages}, links = ${db.json(profile.links as never)}, also_known_as = ${alsoKnownAs}
    where actor_id = ${actorId}`;
  await db`update actors set name = ${profile.name}, summary = ${profile.summary}, updated_at = now() where id = ${actorId}`;
  await db`update accounts set time_zone = ${profile.timeZone} where actor_id = ${actorId}`;
}

/** Their picture is at `url` from now on; null: they have none. */
export async function updateIcon(db: Queryable, actorId: Id, url: string | null): Promise<void> {
  await db`update actors set icon_url = ${url}, updated_at = now() where id = ${actorId}`;
}

export async function updateAppearance(
  db: Queryable,
  actorId: Id,
  to: { language: string | null; appearance: "auto" | "light" | "dark" },
): Promise<void> {
  await db`update accounts set language = ${to.language}, appearance = ${to.appearance} where actor_id = ${actorId}`;
}

export interface UncheckedLink {
  actorId: Id;
  username: string;
  uri: string;
  url: string;
}

/** Links of people here at whose pages nobody has looked since `before`; `limit` at most. */
export function findUncheckedLinks(db: Queryable, before: Date, limit: number): Promise<UncheckedLink[]> {
  return db<UncheckedLink[]>`
    select a.id as "actorId", a.username, a.uri, l->>'url' as url
    from profiles p join actors a on a.id = p.actor_id join accounts ac on ac.actor_id = a.id, jsonb_array_elements(p.links) l
    where p.links <> '[]' and ac.state = 'active' and (l->>'checkedAt' is null or (l->>'checkedAt')::timestamptz < ${before})
    order by l->>'checkedAt' nulls first limit ${limit}`;
}

/** Notes what was seen at a link, if it is still theirs. `linksBack` null: the page could not be had, and what was known of it stays. */
export async function noteLink(
  db: Queryable,
  seen: { actorId: Id; url: string; linksBack: boolean | null; at: Date },
): Promise<void> {
  const at = seen.at.toISOString();
  const found = seen.linksBack === null ? {} : { verifiedAt: seen.linksBack ? at : null };
  await db`
    update profiles set links = (
      select jsonb_agg(case when l->>'url' = ${seen.url} then l || ${db.json({ ...found, checkedAt: at })} else l end order by n)
      from jsonb_array_elements(links) with ordinality as e (l, n))
    where actor_id = ${seen.actorId} and links <> '[]'`;
}
