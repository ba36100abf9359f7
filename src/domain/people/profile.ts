/** What somebody here says about themselves: written by them, shown on their page, told to those who follow them. */
import type { Id } from "../../../db/ids.ts";
import { removeMedia, useMedia } from "../../../db/queries/media.ts";
import {
  findUncheckedLinks,
  holdProfile,
  noteLink,
  type ProfileLink,
  type UncheckedLink,
  updateAppearance,
  updateIcon,
  updateProfile,
} from "../../../db/queries/profiles.ts";
import { Refusal } from "../../base/errors.ts";
import { oneLine } from "../../base/text/characters.ts";
import { renderMarkdown } from "../../base/text/markdown.ts";
import { displayName } from "../../base/text/names.ts";
import { mediaUrl, storePicture } from "../media/store.ts";
import { ownIds } from "../posts/pictures.ts";
import { type House, transact } from "../transact.ts";

export const MOST_BIO = 5_000;
export const MOST_DOES = 200;
/** Things one can help with, and things one wants to learn; characters of each. */
export const MOST_THINGS = 12;
export const MOST_THING = 40;
export const MOST_LANGUAGES = 8;
export const MOST_LINKS = 4;
export const MOST_LABEL = 60;
export const MOST_ALIASES = 5;
const MOST_ADDRESS = 500;

export interface Profile {
  name: string;
  /** Markdown. */
  bio: string;
  does: string;
  helpsWith: readonly string[];
  wantsToLearn: readonly string[];
  /** BCP 47. */
  languages: readonly string[];
  /** An IANA name; null: not said. */
  timeZone: string | null;
  /** Those without an address are passed over. */
  links: readonly { label: string; url: string }[];
  /** ActivityPub ids of the same person elsewhere. */
  alsoKnownAs: readonly string[];
}

/** Saves the whole profile. Throws a Refusal: `too-long`, `link-invalid`, or `input-invalid` for what the form does not offer. */
export async function saveProfile(house: House, actorId: Id, said: Profile): Promise<void> {
  const [name, bioSource, does] = [displayName(said.name), said.bio.trim(), oneLine(said.does)];
  if (bioSource.length > MOST_BIO || does.length > MOST_DOES) throw new Refusal("too-long");
  const helpsWith = things(said.helpsWith);
  const wantsToLearn = things(said.wantsToLearn);
  const languages = [...new Set(said.languages)];
  if (languages.length > MOST_LANGUAGES) throw new Refusal("too-long");
  if (!languages.every((tag) => /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/.test(tag))) throw new Refusal("input-invalid");
  if (said.timeZone !== null && !timeZones().includes(said.timeZone)) throw new Refusal("input-invalid");
  const named = linksOf(said.links);
  const alsoKnownAs = [...new Set(said.alsoKnownAs.filter((url) => url.trim() !== "").map(address))];
  if (alsoKnownAs.length > MOST_ALIASES) throw new Refusal("too-long");
  return transact(house, "actor.update", "author", undefined, async (tx) => {
    const before = await holdProfile(tx, actorId);
    if (!before) throw new Refusal("not-found");
    const links = named.map((link): ProfileLink => {
      const known = before.links.find(({ url, verifiedAt }) => url === link.url && verifiedAt !== null);
      // What links back stays so until it is looked at again; all else is looked at anew.
      return { ...link, verifiedAt: known?.verifiedAt ?? null, checkedAt: known?.checkedAt ?? null };
    });
    const { timeZone } = said;
    const profile = { name, bioSource, does, helpsWith, wantsToLearn, languages, links, alsoKnownAs, timeZone };
    await updateProfile(tx, actorId, { ...profile, summary: renderMarkdown(bioSource) });
    return { result: undefined, line: updated(actorId) };
  });
}

/** The picture of somebody here is this one from now on. Throws a Refusal when it is none. */
export async function setPicture(house: House, actorId: Id, bytes: Uint8Array): Promise<void> {
  const { id } = await storePicture(house, { ownerId: actorId, purpose: "avatar", bytes, description: "" });
  await changeIcon(house, actorId, id);
}

/** They have no picture any more. */
export function dropPicture(house: House, actorId: Id): Promise<void> {
  return changeIcon(house, actorId, null);
}

function changeIcon(house: House, actorId: Id, mediaId: Id | null): Promise<void> {
  return transact(house, "actor.update", "author", undefined, async (tx) => {
    const before = await holdProfile(tx, actorId);
    if (!before) throw new Refusal("not-found");
    if (before.iconUrl === null && mediaId === null) return { result: undefined, line: null };
    await removeMedia(tx, actorId, ownIds(house.origin, before.iconUrl === null ? [] : [before.iconUrl]));
    if (mediaId !== null) await useMedia(tx, actorId, [mediaId]);
    await updateIcon(tx, actorId, mediaId === null ? null : mediaUrl(house.origin, mediaId));
    return { result: undefined, line: updated(actorId) };
  });
}

/** How the site looks to somebody: its language (null: their browser's), light or dark. */
export function chooseAppearance(
  house: House,
  actorId: Id,
  to: { language: string | null; appearance: "auto" | "light" | "dark" },
): Promise<void> {
  return transact(house, "actor.update", "author", undefined, async (tx) => {
    await updateAppearance(tx, actorId, to);
    return { result: undefined, line: null };
  });
}

/** Links on profiles whose pages nobody has looked at since `before`; `limit` at most. */
export function uncheckedLinks(
  house: Pick<House, "db">,
  before: Date,
  limit: number,
): Promise<readonly UncheckedLink[]> {
  return findUncheckedLinks(house.db, before, limit);
}

/** Notes whether the page at a link links back; null: it could not be had. */
export function linkSeen(
  house: Pick<House, "db" | "now">,
  link: Pick<UncheckedLink, "actorId" | "url">,
  linksBack: boolean | null,
): Promise<void> {
  return noteLink(house.db, { actorId: link.actorId, url: link.url, linksBack, at: house.now() });
}

let zones: readonly string[] | undefined;

/** Every time zone that can be chosen. */
export function timeZones(): readonly string[] {
  zones ??= [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];
  return zones;
}

function updated(actorId: Id) {
  return { kind: "actor.updated" as const, groupId: null, actorId, threadId: null, postId: null, data: {} };
}

/** Each once, whatever the case. */
function things(said: readonly string[]): string[] {
  const each = new Map(
    said
      .map(oneLine)
      .filter((thing) => thing !== "")
      .map((thing) => [thing.toLowerCase(), thing]),
  );
  const list = [...each.values()];
  if (list.length > MOST_THINGS || list.some((thing) => thing.length > MOST_THING)) throw new Refusal("too-long");
  return list;
}

function linksOf(said: Profile["links"]): { label: string; url: string }[] {
  const links = said
    .filter(({ url }) => url.trim() !== "")
    .map(({ label, url }) => ({ label: oneLine(label), url: address(url) }));
  if (links.length > MOST_LINKS || links.some(({ label }) => label.length > MOST_LABEL)) throw new Refusal("too-long");
  return links;
}

/** A whole address that others may be sent to. */
function address(typed: string): string {
  const url = URL.parse(typed.trim());
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "" || !url.hostname.includes("."))
    throw new Refusal("link-invalid");
  if (url.href.length > MOST_ADDRESS) throw new Refusal("too-long");
  return url.href;
}
