/** `/search`: what was said here, communities and people; and, for members, what lies at an address or handle elsewhere. */
import { type Context, Hono } from "hono";
import {
  type Ask,
  type Found,
  findCommunities,
  findNamed,
  findPeople,
  findPosts,
  isWriter,
  MARK,
  markWords,
  type Narrow,
} from "../../db/views/search.ts";
import { isAddress } from "../../federation/index.ts";
import { TooManyTries } from "../auth/attempts.ts";
import { Refusal } from "../base/errors.ts";
import { oneLine } from "../base/text/characters.ts";
import { textOf } from "../base/text/sanitize.ts";
import { configOf } from "../domain/search/languages.ts";
import { sayWhen } from "./errors.ts";
import { type Elsewhere, KINDS, type SearchFields, type SearchProps, searchPage, WHAT } from "./pages/search.ts";
import { askingOf } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

const LONGEST = 300;
const LONGEST_ADDRESS = 2_048;
/** Words that are looked for together: no sentence that helps is longer. */
const MOST_WORDS = 30;
/** Of a text this much is looked through for the part that is shown. */
const SHOWN_OF = 8_000;
const DAY = 24 * 3_600_000;

/** The search's route. */
export function searchRoutes(site: Site): Hono<WebEnv> {
  const line = openLine(4, 40);
  const host = new URL(site.origin).host;

  return new Hono<WebEnv>().get("/search", async (c) => {
    const frame = c.get("frame");
    const viewerId = c.get("viewer")?.id ?? null;
    const fields = readFields(c);
    const answer = (more: Partial<SearchProps>, status: 200 | 422 = 200) =>
      c.html(searchPage(frame, { fields, here: frame.here, ...more }), status);
    const address = isAddress(fields.q) && fields.q.length <= LONGEST_ADDRESS;
    if (!address && (fields.q.length > LONGEST || fields.q.split(" ").length > MOST_WORDS)) {
      fields.q = fields.q.slice(0, LONGEST).toWellFormed();
      return answer({ problem: frame.words.search.tooLong }, 422);
    }
    const elsewhere = address ? await lookUp(c) : undefined;
    if (elsewhere && "path" in elsewhere) return c.redirect(elsewhere.path, 303);

    const { narrow, problem } = await narrowed(fields, frame.words.search);
    if (problem !== undefined) return answer({ problem }, 422);
    const config = configOf(frame.language.tag);
    const nothing = fields.q === "" && Object.keys(narrow).length === 0;
    if (nothing || fields.q.length > LONGEST) return answer({ ...(elsewhere && { elsewhere }) });
    site.limits.search(askingOf(c, site));
    const after = c.req.query("after");
    const bare = Object.keys(narrow).length === 0 && after === undefined;
    const order = fields.order === "newest" || fields.q === "" ? "newest" : "best";
    const { what, q } = fields;
    const ask: Ask = { words: q, config, narrow, order, after, viewerId };
    const [found, people, communities] = await line(() =>
      Promise.all([
        what === "people" || what === "communities" ? null : findPosts(site.db, ask),
        what === "people" || (what === "all" && bare) ? findPeople(site.db, q, viewerId) : [],
        what === "communities" || (what === "all" && bare) ? findCommunities(site.db, q, config) : [],
      ]),
    );
    if (found?.is === "unclear") return answer({ problem: frame.words.errors.notUnderstood }, 422);
    const snippets = found?.is === "found" ? await snippetsOf(found) : new Map();
    return answer({ people, communities, snippets, order, ...(found && { found }), ...(elsewhere && { elsewhere }) });
  });

  async function narrowed(
    fields: SearchFields,
    words: WebEnv["Variables"]["frame"]["words"]["search"],
  ): Promise<{ narrow: Narrow; problem?: string }> {
    const { community, topic, author, kind, what } = fields;
    if (topic !== "" && community === "") return { narrow: {}, problem: words.topicNeedsCommunity };
    const named = await findNamed(site.db, { community, topic, author }, host);
    if (community !== "" && !named.group) return { narrow: {}, problem: words.noSuchCommunity(community) };
    if (topic !== "" && !named.topicId) return { narrow: {}, problem: words.noSuchTopic(topic) };
    if (author !== "" && !named.authorId) return { narrow: {}, problem: words.noSuchAuthor(author) };
    const [from, to] = [dayOf(fields.from), dayOf(fields.to)];
    return {
      narrow: {
        ...(named.group && { groupId: named.group.id }),
        ...(named.topicId && { topicId: named.topicId }),
        ...(named.authorId && { authorId: named.authorId }),
        ...(kind !== "" && { kind }),
        ...((what === "threads" || what === "replies") && { opening: what === "threads" }),
        ...(from !== null && { from }),
        ...(to !== null && { to: to + DAY }),
      },
    };
  }

  async function snippetsOf(found: Found & { is: "found" }) {
    const posts = found.posts
      .filter(({ warning }) => warning === "")
      .map(({ id, config, title, content }) => ({ id, config, title, text: plain(content) }));
    const marked = await markWords(site.db, posts, found.queries);
    // What is left out before and after is said by dots.
    for (const { id, text } of posts) {
      const snippet = marked.get(id);
      if (!snippet) continue;
      const bare = snippet.text.replaceAll(MARK.start, "").replaceAll(MARK.end, "");
      const [first, last] = [bare.slice(0, 20), bare.slice(-20)];
      snippet.text = `${text.startsWith(first) ? "" : "… "}${snippet.text}${text.endsWith(last) ? "" : " …"}`;
    }
    return marked;
  }

  /**
   * Looking something up makes this server ask others, and may write down what it finds: only for members, and only when they typed it here, not
   * when another site's link led them here (R28).
   */
  async function lookUp(c: Context<WebEnv>): Promise<Elsewhere | { path: string }> {
    const viewer = c.get("viewer");
    const typed = oneLine(c.req.query("q") ?? "");
    if (!viewer) return { is: "sign-in" };
    const from = c.req.header("sec-fetch-site");
    if (from !== undefined && from !== "same-origin" && from !== "none") return { is: "ask" };
    try {
      site.limits.lookUp(viewer.id);
    } catch (error) {
      if (!(error instanceof TooManyTries)) throw error;
      sayWhen(c, error, site.log);
      return { is: "problem", problem: "too-often", host: "" };
    }
    const found = await site.lookUp(typed);
    if ("problem" in found) return { is: "problem", ...found };
    if (found.is === "here") return { path: found.path };
    if (found.is === "post") return { path: `/posts/${found.postId}` };
    if (found.is === "none") return { is: "problem", problem: "none", host: "" };
    if (found.is === "post-elsewhere") return found;
    return { ...found, writes: await isWriter(site.db, found.actor.id) };
  }
}

function readFields(c: Context<WebEnv>): SearchFields {
  const get = (name: string, most = 200) => oneLine((c.req.query(name) ?? "").slice(0, most));
  const one = <T extends string>(name: string, choices: readonly T[], otherwise: T) =>
    choices.find((choice) => choice === c.req.query(name)) ?? otherwise;
  return {
    q: get("q", 8_000),
    what: one("what", WHAT, "all"),
    community: get("community"),
    kind: one("kind", ["", ...KINDS], ""),
    topic: get("topic"),
    author: get("author", 320),
    from: dayOf(get("from")) === null ? "" : get("from"),
    to: dayOf(get("to")) === null ? "" : get("to"),
    order: one("order", ["best", "newest"], "best"),
  };
}

/** The beginning of a day in UTC, in milliseconds since 1970, or null when it is no day. */
function dayOf(text: string): number | null {
  const at = /^(?:19|20)\d{2}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** The beginning of its text, without the characters that mark what was found. */
function plain(content: string): string {
  return textOf(content).slice(0, SHOWN_OF).replaceAll(MARK.start, "").replaceAll(MARK.end, "").toWellFormed();
}

/** Lets `most` go at once and keeps `waiting` more in line, so that searching never takes all of the database's connections (R67). */
function openLine(most: number, waiting: number) {
  let running = 0;
  const queue: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= most) {
      if (queue.length >= waiting) throw new Refusal("busy");
      await new Promise<void>((go) => queue.push(go));
    } else running++;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running--;
    }
  };
}
