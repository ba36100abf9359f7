/** Finds what somebody pastes or types: a handle (`@ana@host`, `!welding@host`) or the address of a person, a community or a post. */
import { type ActorRow, findActorByUri, findLocalActor } from "../../db/queries/actors.ts";
import { findCommunitiesAmong } from "../../db/queries/communities.ts";
import { isBlocked } from "../../db/queries/peers.ts";
import { findPostByUri } from "../../db/queries/posts.ts";
import { type Budget, BudgetSpent, budget } from "../budget.ts";
import { type Context, isOurs } from "../context.ts";
import { httpUrl, listOf } from "../gate/limits.ts";
import { isPlainObject, type PlainObject, readJson } from "../gate/read-json.ts";
import { Rejection } from "../gate/rejection.ts";
import { OutboundError } from "../http.ts";
import { actorKind, readActor } from "../objects/actor.ts";
import { lookUpActor, saveActor } from "./actor.ts";
import { FetchFailed, fetchDocument } from "./document.ts";
import { type FetchedPost, toFetchedPost } from "./post.ts";
import { completeFetched } from "./thread.ts";

/** Who was found. Texts are clean; `summary` is HTML. */
export interface FoundActor {
  id: string;
  uri: string;
  username: string;
  /** Null: of this server. */
  host: string | null;
  name: string;
  summary: string;
  url: string;
}

/** A post that has no place here. `html` is clean. */
export interface FoundPostElsewhere {
  uri: string;
  url: string;
  title: string | null;
  html: string;
  warning: string;
  language: string | null;
  /** Milliseconds since 1970. */
  publishedAt: number;
  author: FoundActor;
}

/** `unknown`: its server says there is no such thing; `unclear`: its server says something that is not to be believed. */
export type LookUpProblem = "unknown" | "unreachable" | "blocked" | "unclear";

export type LookedUp =
  | { is: "person" | "community"; actor: FoundActor }
  /** A post that has its place here, by its id here. */
  | { is: "post"; postId: string }
  | { is: "post-elsewhere"; post: FoundPostElsewhere }
  /** A page of this server. */
  | { is: "here"; path: string }
  /** There is something, but neither of these. */
  | { is: "none" }
  | { problem: LookUpProblem; host: string };

/** Whether `text` is a handle or an address, and not just words. */
export function isAddress(text: string): boolean {
  return parseHandle(text) !== null || /^https?:\/\/[^\s/]+/i.test(text.trim());
}

const JRD_BYTES = 64 * 1024;
const LOOK_UP_MS = 20_000;
const FETCHES = 40;

interface Handle {
  user: string;
  host: string;
  /** `!welding@host` asks for a community. */
  group: boolean;
}

function parseHandle(text: string): Handle | null {
  const match = /^(?:acct:)?([@!])?([^@!\s/:]{1,100})@([^@\s/]{1,260})$/i.exec(text.trim());
  const [, sign, user = "", place = ""] = match ?? [];
  const url = match ? URL.parse(`https://${place}`) : null;
  if (url?.username !== "" || url.pathname !== "/" || !/[.:]|^localhost$/.test(url.host)) return null;
  return { user, host: url.host, group: sign === "!" };
}

/**
 * Looks it up, where it lives and within a budget. A public post that belongs into a thread or a community here gets its place there, with the posts
 * between. Never throws for what others type or answer.
 */
export async function lookUp(context: Context, text: string): Promise<LookedUp> {
  const typed = text.trim();
  const handle = parseHandle(typed);
  const url = handle ? null : httpUrl(typed);
  const host = handle?.host ?? (url ? new URL(url).host : "");
  if (!handle && !url) return { is: "none" };
  const spend = budget(FETCHES, LOOK_UP_MS);
  try {
    if (url) return await byAddress(context, url, spend);
    return await byHandle(context, handle as Handle, spend);
  } catch (error) {
    if (error instanceof FetchFailed) {
      if (await isBlocked(context.db, host)) return { problem: "blocked", host };
      return {
        problem: error.gone ? "unknown" : error.cause instanceof OutboundError ? "unreachable" : "unclear",
        host,
      };
    }
    if (error instanceof BudgetSpent || error instanceof OutboundError) return { problem: "unreachable", host };
    if (error instanceof Rejection) return { problem: "unclear", host };
    throw error;
  }
}

async function byHandle(context: Context, handle: Handle, spend: Budget): Promise<LookedUp> {
  if (handle.host === context.host) {
    const actor = await findLocalActor(context.db, handle.user);
    if (!actor || actor.goneAt || (actor.kind !== "person" && actor.kind !== "group"))
      return { problem: "unknown", host: handle.host };
    return { is: "here", path: new URL(actor.uri).pathname };
  }
  if (await isBlocked(context.db, handle.host)) return { problem: "blocked", host: handle.host };
  const uri = await resolve(context, handle, spend);
  if (isOurs(context, uri)) return { problem: "unclear", host: handle.host };
  const actor = await lookUpActor(context, uri, spend);
  if (actor.username.toLowerCase() !== handle.user.toLowerCase()) return { problem: "unclear", host: handle.host };
  // Where the handle is on another host than the actor, the actor's own server must say that it is theirs (R61).
  const home = new URL(uri).host;
  if (home !== handle.host) {
    const back = await webfinger(context, { user: actor.username, host: home }, spend);
    const subject = parseHandle(back.subject);
    if (
      subject?.host !== handle.host ||
      subject.user.toLowerCase() !== handle.user.toLowerCase() ||
      !back.self.includes(uri)
    )
      return { problem: "unclear", host: handle.host };
  }
  return found(actor);
}

/** The actor behind a handle. A server may say that the handle is really another one: then that one must lead to the same actor. */
async function resolve(context: Context, handle: Handle, spend: Budget): Promise<string> {
  const first = await webfinger(context, handle, spend);
  const uri = first.self[0];
  if (!uri) throw new FetchFailed(`${handle.host} names no actor for ${handle.user}.`);
  const subject = parseHandle(first.subject);
  if (!subject) throw new FetchFailed(`${handle.host} does not say whose handle that is.`);
  if (subject.host === handle.host && subject.user.toLowerCase() === handle.user.toLowerCase()) return uri;
  const second = await webfinger(context, subject, spend);
  const confirmed = parseHandle(second.subject);
  if (
    confirmed?.host !== subject.host ||
    !second.self.includes(uri) ||
    subject.user.toLowerCase() !== handle.user.toLowerCase()
  )
    throw new FetchFailed(`${handle.host} names a handle that leads elsewhere.`);
  return uri;
}

interface Jrd {
  subject: string;
  /** The actors that it names: where there are several, those of the kind asked for first. */
  self: string[];
}

const TYPE = "https://www.w3.org/ns/activitystreams#type";

async function webfinger(
  context: Context,
  handle: Pick<Handle, "user" | "host"> & { group?: boolean },
  spend: Budget,
): Promise<Jrd> {
  const scheme = context.allowHttp ? "http" : "https";
  const resource = encodeURIComponent(`acct:${handle.user}@${handle.host}`);
  spend.take();
  const answer = await context.outbound.get(`${scheme}://${handle.host}/.well-known/webfinger?resource=${resource}`, {
    accept: "application/jrd+json, application/json",
    maxBytes: JRD_BYTES,
  });
  if (answer.status !== 200) {
    const unknown = answer.status === 404 || answer.status === 410 || answer.status === 400;
    throw new FetchFailed(`${handle.host} answered HTTP ${answer.status}.`, unknown ? "gone" : "final");
  }
  const { document } = readJson(answer.body);
  const links = listOf(document.links).filter(
    (link): link is PlainObject =>
      isPlainObject(link) &&
      link.rel === "self" &&
      typeof link.type === "string" &&
      /activity\+json|ld\+json/.test(link.type),
  );
  const wanted = (link: PlainObject) =>
    handle.group === true && isPlainObject(link.properties) && link.properties[TYPE] === "Group" ? 0 : 1;
  return {
    subject: typeof document.subject === "string" ? document.subject : "",
    self: links.toSorted((a, b) => wanted(a) - wanted(b)).flatMap((link) => httpUrl(link.href) ?? []),
  };
}

async function byAddress(context: Context, url: string, spend: Budget): Promise<LookedUp> {
  const { pathname, search, hash, host } = new URL(url);
  if (isOurs(context, url)) return { is: "here", path: pathname + search + hash };
  if (await isBlocked(context.db, host)) return { problem: "blocked", host };
  const known = await findActorByUri(context.db, url);
  if (known && !known.goneAt) return found(await lookUpActor(context, url, spend));
  const { document, id, raw } = await fetchDocument(context, url, spend);
  if (actorKind(document.type)) {
    const read = readActor(document);
    return read ? found(await saveActor(context, read)) : { is: "none" };
  }
  const here = await findPostByUri(context.db, id);
  if (here) return here.removedAt ? { problem: "unknown", host } : { is: "post", postId: here.id };
  const post = toFetchedPost(context, document, raw);
  return post ? place(context, post, spend) : { is: "none" };
}

/** Where it belongs to something here it gets its place; else it is only shown. */
async function place(context: Context, fetched: FetchedPost, spend: Budget): Promise<LookedUp> {
  const { post } = fetched;
  const belongs = post.inReplyTo !== null || (await findCommunitiesAmong(context.db, post.addressed)).length > 0;
  if (belongs) {
    await completeFetched(context, fetched, spend).catch((error: unknown) => {
      // Its thread cannot be had: it is still worth showing.
      if (!(error instanceof FetchFailed || error instanceof BudgetSpent || error instanceof Rejection)) throw error;
    });
    const here = await findPostByUri(context.db, post.text.uri);
    if (here && !here.removedAt) return { is: "post", postId: here.id };
  }
  const author = await lookUpActor(context, fetched.authorUri, budget(2));
  if (author.goneAt) return { is: "none" };
  const { text } = post;
  return {
    is: "post-elsewhere",
    post: {
      uri: text.uri,
      url: text.url,
      title: text.name === null ? null : context.tools.cleanName(text.name),
      html: context.tools.cleanHtml(text.html),
      warning: context.tools.cleanName(text.warning),
      language: text.language,
      publishedAt: text.publishedAt.getTime(),
      author: toFound(author),
    },
  };
}

function found(actor: ActorRow): LookedUp {
  if (actor.goneAt) return { problem: "unknown", host: new URL(actor.uri).host };
  return { is: actor.kind === "group" ? "community" : "person", actor: toFound(actor) };
}

function toFound({ id, uri, username, name, summary, url }: ActorRow): FoundActor {
  return { id, uri, username, host: new URL(uri).host, name, summary, url };
}
