/** Posts: what we read of a Note, Page, Article, Question or whatever else has words. */
import type { ThreadKind } from "../../db/queries/threads.ts";
import type { Attachment, PostText } from "../door.ts";
import { httpUrl, idsOf, LIMITS, listOf, parseDate, publicIn, singleId, text, typesOf } from "../gate/limits.ts";
import { isPlainObject, type PlainObject } from "../gate/read-json.ts";
import { actorKind, firstUrl } from "./actor.ts";
import { escapeHtml } from "./escape.ts";
import { readPollVote, readQuestion } from "./poll.ts";

export interface ReadPost {
  text: PostText;
  /** Null when it does not say. */
  authorUri: string | null;
  inReplyTo: string | null;
  /** Ids it is addressed to or mentions, in the order in which a community is looked for. */
  addressed: string[];
  /** Ids of the answers that it lists as accepted, where it is a question. */
  answers: string[];
  /** Its author addressed it to the public (R48). */
  isPublic: boolean;
}

/** More answers than anybody accepts. */
const MOST_ANSWERS = 20;

/** Kinds of threads that their author alone decides. */
const KINDS: ReadonlySet<ThreadKind> = new Set(["question", "request", "story", "how-to"]);

const NOT_POSTS = new Set([
  "Tombstone",
  "Collection",
  "OrderedCollection",
  "CollectionPage",
  "OrderedCollectionPage",
  "Key",
]);

/**
 * Reads a post. Null when it is none: an actor, a collection, a vote in a poll (a name and a parent but no words), or nothing to show.
 * Throws a Rejection when `attributedTo` is not exactly one actor (R16).
 */
export function readPost(object: PlainObject, now: Date): ReadPost | null {
  const id = httpUrl(object.id);
  const [type = "Object"] = typesOf(object.type);
  if (!id || actorKind(object.type) || NOT_POSTS.has(type)) return null;
  const name = text(object.name, LIMITS.name).trim() || null;
  const html = htmlOf(object);
  const inReplyTo = replyTarget(object.inReplyTo);
  const attachments = readAttachments(object);
  if (readPollVote(object) || (html === "" && name === null && attachments.length === 0)) return null;
  const publishedAt = parseDate(object.published, now.getTime()) ?? now;
  const to = idsOf(object.to);
  const cc = idsOf(object.cc);
  const addressed = [...idsOf(object.audience), ...to, ...mentions(object), ...cc];
  return {
    text: {
      uri: id,
      url: firstUrl(object.url) ?? id,
      objectType: type,
      name,
      html,
      warning: warningOf(object, type),
      language: languageOf(object),
      attachments,
      poll: readQuestion(object, now),
      mentions: mentions(object),
      kind: kindOf(object, addressed),
      publishedAt,
      editedAt: editedAt(object, publishedAt, now),
    },
    authorUri: object.attributedTo === undefined ? null : singleId(object.attributedTo, "attributedTo"),
    inReplyTo,
    addressed,
    answers: idsOf(object.result).slice(0, MOST_ANSWERS),
    isPublic: publicIn(to) || publicIn(cc),
  };
}

/** The post in a letter as it was received, or as it was fetched; null where the letter only named it. */
export function objectIn(body: string): PlainObject | null {
  const document = JSON.parse(body) as PlainObject;
  const object = document.object ?? document;
  return isPlainObject(object) ? object : null;
}

/**
 * Whether a post is for this group: it names the group among those whom it addresses or mentions, as all forums and microblogs do (Lemmy, PieFed and
 * Mbin in `to`, NodeBB in `audience`, Mastodon by a Mention), or the group itself is its author (Discourse).
 */
export function isFor({ addressed, authorUri }: Pick<ReadPost, "addressed" | "authorUri">, groupUri: string): boolean {
  return authorUri === groupUri || addressed.includes(groupUri);
}

/** Content in HTML. Plain text and Markdown that come without HTML are shown as they were typed. */
function htmlOf(object: PlainObject): string {
  const content = text(object.content, LIMITS.content);
  if (content === "" && isPlainObject(object.contentMap)) {
    return text(Object.values(object.contentMap)[0], LIMITS.content);
  }
  const mediaType = typeof object.mediaType === "string" ? object.mediaType : "text/html";
  if (mediaType === "text/plain" || mediaType === "text/markdown") {
    return `<p>${escapeHtml(content).replaceAll("\n", "<br>")}</p>`;
  }
  return content;
}

/**
 * A content warning. To microblogs the `summary` of a Note or Question is one; NodeBB, Mbin and others put there what an article or page begins
 * with, in HTML, and that is no warning unless they say that the post is sensitive.
 */
function warningOf(object: PlainObject, type: string): string {
  return type === "Note" || type === "Question" || object.sensitive === true
    ? text(object.summary, LIMITS.summary).trim()
    : "";
}

function replyTarget(value: unknown): string | null {
  const [first] = idsOf(value);
  return first ?? null;
}

function editedAt(object: PlainObject, publishedAt: Date, now: Date): Date | null {
  const updated = parseDate(object.updated, now.getTime());
  return updated && updated > publishedAt ? updated : null;
}

/** BCP 47 tag: Mastodon says it by the key of `contentMap`, Lemmy by `language`. */
function languageOf(object: PlainObject): string | null {
  const map = isPlainObject(object.contentMap) ? Object.keys(object.contentMap) : [];
  const named = isPlainObject(object.language) ? object.language.identifier : undefined;
  const tag = map.length === 1 ? map[0] : named;
  return typeof tag === "string" && /^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/.test(tag) && tag !== "und" ? tag : null;
}

function mentions(object: PlainObject): string[] {
  return listOf(object.tag).flatMap((tag) =>
    isPlainObject(tag) && tag.type === "Mention" && typeof tag.href === "string" ? [tag.href] : [],
  );
}

/** What kind of thread it opens, as another Commonplace says it: by a tag of the community that it is for. */
function kindOf(object: PlainObject, addressed: readonly string[]): ThreadKind | null {
  for (const tag of listOf(object.tag)) {
    if (!isPlainObject(tag) || tag.type !== "CommunityPostTag" || typeof tag.id !== "string") continue;
    const [group = "", kind = ""] = tag.id.split("?kind=");
    if (addressed.includes(group) && KINDS.has(kind as ThreadKind)) return kind as ThreadKind;
  }
  return null;
}

function readAttachments(object: PlainObject): Attachment[] {
  const found: Attachment[] = [];
  for (const item of [...listOf(object.attachment), ...(object.type === "Note" ? [] : listOf(object.image))]) {
    if (found.length >= LIMITS.attachments) break;
    const url = isPlainObject(item) ? (firstUrl(item.url) ?? httpUrl(item.href)) : httpUrl(item);
    if (!url || found.some((known) => known.url === url)) continue;
    const details = isPlainObject(item) ? item : {};
    const isImage = typesOf(details.type).includes("Image");
    found.push({
      url,
      mediaType: text(details.mediaType, 100) || (isImage ? "image/*" : null),
      description: text(details.name, 1_500).trim(),
    });
  }
  return found;
}
