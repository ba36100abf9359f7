/** `/c/{slug}/new`, `/posts/{id}/reply`, `/posts/{id}/edit`: where people write. Every button works without script. */
import { type Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import {
  type ComposedPost,
  type ComposePlace,
  isThreadKind,
  readComposedPost,
  readComposePlace,
  THREAD_KINDS,
  type ThreadKind,
  wasSent,
} from "../../db/views/compose.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { Refusal, type RefusalCode } from "../base/errors.ts";
import { textOf } from "../base/text/sanitize.ts";
import { may } from "../domain/policy.ts";
import { ownIds } from "../domain/posts/pictures.ts";
import { reviseOwnPost } from "../domain/posts/revise.ts";
import { composeReply } from "../domain/replies/compose.ts";
import { standingsOf } from "../domain/standing.ts";
import { composeThread, startingAct } from "../domain/threads/compose.ts";
import {
  chosen,
  composerLimit,
  handle,
  newKey,
  picturesIn,
  promptsOf,
  sourceOf,
  takeUp,
  topicsIn,
} from "./composing.ts";
import { notFound, sentenceOf } from "./errors.ts";
import { editPage, kindsPage, newThreadPage, offerNote, replyPage } from "./pages/compose.ts";
import type { ComposerProps, ThreadFormProps } from "./parts/composer.ts";
import type { Fields } from "./parts/form.ts";
import type { Frame } from "./parts/layout.ts";
import { requireProof } from "./place.ts";
import { pollIn } from "./polls.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

type Ctx = Context<WebEnv>;

/** Why something that could be written once cannot be sent any more. */
const CLOSED: ReadonlySet<RefusalCode> = new Set([
  "gone",
  "locked",
  "members-only",
  "facilitators-only",
  "announcement-restricted",
]);

/** The composer's routes. */
export function composeRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { house } = site;
  const limit = composerLimit(site);

  app.get("/c/:slug/new", async (c) => {
    const viewer = signedIn(c);
    const place = await readComposePlace(site.db, c.req.param("slug"));
    if (!place) return notFound(c);
    const standings = await standingsOf(house.db, viewer.id, place);
    const frame = c.get("frame");
    const path = `/c/${place.slug}/new`;
    const { fields, token, offer, wasLost } = await takeUp(c, site, viewer, path);
    const way = (asked: ThreadKind) =>
      inTheWay(c, fields, async () => void startingAct(place.posting, asked, standings));
    await way("discussion");
    const kind = fields?.kind ?? c.req.query("kind");
    if (!isThreadKind(kind)) {
      const kinds = THREAD_KINDS.filter(
        (known) => known !== "announcement" || may("thread.start.facilitators", standings),
      );
      return c.html(kindsPage(frame, place, kinds, offerNote(frame, offer)));
    }
    const { problem, status } = await way(kind);
    if (!problem) await requireProof(site, viewer, place.slug, startingAct(place.posting, kind, standings));
    const filled = { language: languageFor(frame, viewer, place.language), ...fields, kind };
    const form = newThread(frame, place, {
      fields: filled,
      key: keyOf(fields),
      pictures: picturesIn(filled),
      draftToken: token,
      problem,
    });
    return c.html(newThreadPage(frame, place, form, { offer, done: doneText(c, frame, wasLost) }), status);
  });

  app.post("/c/:slug/new", limit, async (c) => {
    const place = await readComposePlace(site.db, c.req.param("slug"));
    if (!place) return notFound(c);
    const frame = c.get("frame");
    const path = `/c/${place.slug}/new`;
    const kindOf = (fields: Fields): ThreadKind => (isThreadKind(fields.kind) ? fields.kind : "discussion");
    return handle(c, site, path, {
      groupId: place.groupId,
      source: (fields) => sourceOf(fields, promptsOf(frame, kindOf(fields))),
      show: (props) => newThreadPage(frame, place, newThread(frame, place, props), { offer: null }),
      async publish(viewer, state, source) {
        const { title = "", warning = "", language = null, link = null } = state.fields;
        const standings = await standingsOf(house.db, viewer.id, place);
        // What was sent before is done, whoever may begin one now.
        if (!(await wasSent(site.db, viewer.id, state.key)))
          await requireProof(site, viewer, place.slug, startingAct(place.posting, kindOf(state.fields), standings));
        const { id, again } = await composeThread(house, viewer.id, {
          groupId: place.groupId,
          title,
          source,
          kind: kindOf(state.fields),
          topicIds: topicsIn(state.fields),
          linkUrl: link,
          poll: pollIn(state.fields),
          warning,
          language,
          pictures: chosen(state),
          submissionKey: state.key,
        });
        return { to: `/c/${place.slug}/t/${id}`, sentBefore: again ? id : null };
      },
    });
  });

  app.get("/posts/:id/reply", async (c) => {
    const viewer = signedIn(c);
    const post = await readComposedPost(site.db, c.req.param("id"));
    if (!post || post.state === "blocked") return notFound(c);
    const frame = c.get("frame");
    const path = `/posts/${post.id}/reply`;
    const { fields, token, offer, wasLost } = await takeUp(c, site, viewer, path);
    const { problem, status } = await inTheWay(c, fields, () => mayReply(viewer, post));
    const quote = c.req.query("quote") === "1" && fields === null ? { source: quoted(post) } : {};
    const filled = { language: languageFor(frame, viewer, post.language), ...quote, ...fields };
    const form = {
      parentId: post.id,
      fields: filled,
      key: keyOf(fields),
      pictures: picturesIn(filled),
      draftToken: token,
      problem,
    };
    return c.html(replyPage(frame, post, form, { offer, done: doneText(c, frame, wasLost) }), status);
  });

  app.post("/posts/:id/reply", limit, async (c) => {
    const post = await readComposedPost(site.db, c.req.param("id"));
    if (!post || post.state === "blocked") return notFound(c);
    const frame = c.get("frame");
    return handle(c, site, `/posts/${post.id}/reply`, {
      groupId: post.groupId,
      source: (fields) => (fields.source ?? "").trim(),
      show: (props) => replyPage(frame, post, { ...props, parentId: post.id }, { offer: null }),
      async publish(viewer, state, source) {
        const { warning = "", language = null } = state.fields;
        if (!(await wasSent(site.db, viewer.id, state.key))) await mayReply(viewer, post);
        const { id, again } = await composeReply(house, viewer.id, {
          parentId: post.id,
          source,
          warning,
          language,
          pictures: chosen(state),
          submissionKey: state.key,
        });
        return { to: `/posts/${id}`, sentBefore: again ? id : null };
      },
    });
  });

  app.get("/posts/:id/edit", async (c) => {
    const viewer = signedIn(c);
    const post = await ownPost(c, viewer);
    if (!post) return notFound(c);
    const frame = c.get("frame");
    const path = `/posts/${post.id}/edit`;
    const { fields, token, offer, wasLost } = await takeUp(c, site, viewer, path);
    const { problem, status } = await inTheWay(c, fields, async () => {
      if (post.state !== "shown") throw new Refusal("gone");
    });
    const pictures = fields ? picturesIn(fields) : picturesOf(post);
    const filled = fields ?? fieldsOf(post);
    const form = await editForm(frame, viewer, post, {
      fields: filled,
      key: keyOf(fields),
      pictures,
      draftToken: token,
      problem,
    });
    return c.html(editPage(frame, post, form, { offer, done: doneText(c, frame, wasLost) }), status);
  });

  app.post("/posts/:id/edit", limit, async (c) => {
    const viewer = c.get("viewer");
    const post = viewer ? await ownPost(c, viewer) : await readComposedPost(site.db, c.req.param("id"));
    if (!post) return notFound(c);
    const frame = c.get("frame");
    return handle(c, site, `/posts/${post.id}/edit`, {
      groupId: post.groupId,
      source: (fields) => (fields.source ?? "").trim(),
      show: async (props) => editPage(frame, post, await editForm(frame, signedIn(c), post, props), { offer: null }),
      async publish(writer, state, source) {
        const { title = "", warning = "", language = null, link = null, kind } = state.fields;
        const thread = {
          title,
          kind: isThreadKind(kind) ? kind : "discussion",
          topicIds: topicsIn(state.fields),
          linkUrl: link,
        } as const;
        if (post.id === post.threadId && kind === "announcement" && post.kind !== "announcement")
          await requireProof(site, writer, post.slug, "thread.start.facilitators");
        await reviseOwnPost(house, writer.id, {
          postId: post.id,
          submissionKey: state.key,
          source,
          warning,
          language,
          pictures: chosen(state),
          ...(post.id === post.threadId && { thread }),
        });
        return { to: `/posts/${post.id}`, sentBefore: null };
      },
    });
  });

  return app;

  async function mayReply(viewer: Viewer, post: ComposedPost): Promise<void> {
    if (post.state !== "shown") throw new Refusal("gone");
    if (!post.locked) return;
    const standings = await standingsOf(house.db, viewer.id, post);
    if (!may("reply.write.locked", standings)) throw new Refusal("locked");
    await requireProof(site, viewer, post.slug, "reply.write.locked");
  }

  /** The post that is edited, also when it is gone; a Refusal when it is somebody else's. */
  async function ownPost(c: Ctx, viewer: Viewer): Promise<ComposedPost | null> {
    const post = await readComposedPost(site.db, c.req.param("id") ?? "");
    if (!post || (post.state === "shown" && post.source === null)) return null;
    if (post.authorId !== viewer.id) throw new Refusal(post.state === "shown" ? "not-allowed" : "gone");
    return post;
  }

  function picturesOf(post: ComposedPost) {
    return post.attachments.flatMap(({ url, description }) =>
      ownIds(site.origin, [url]).map((id) => ({ id, description })),
    );
  }

  async function editForm(
    frame: Frame,
    viewer: Viewer,
    post: ComposedPost,
    props: Omit<ComposerProps, "path">,
  ): Promise<ThreadFormProps | ComposerProps> {
    const path = `/posts/${post.id}/edit`;
    if (post.id !== post.threadId) return { ...props, path };
    const words = frame.words.composer;
    const announces =
      post.kind === "announcement" || may("thread.start.facilitators", await standingsOf(house.db, viewer.id, post));
    const kinds = THREAD_KINDS.filter((kind) => kind !== "poll" && (kind !== "announcement" || announces));
    const choice = { kinds: kinds.map((value) => ({ value, label: words.kinds[value].name })) };
    return {
      ...props,
      path,
      prompts: [],
      topics: post.topics,
      ...(post.kind === "poll" ? { fixedPoll: true } : choice),
      submitText: words.save,
      ...(post.retitled && { retitled: post.title }),
    };
  }
}

/** What keeps somebody from writing on this page. It is thrown, unless they come for a draft: then it is said beside what they wrote. */
async function inTheWay(
  c: Ctx,
  draft: Fields | null,
  check: () => Promise<void>,
): Promise<{ problem: string | undefined; status: ContentfulStatusCode }> {
  try {
    await check();
    return { problem: undefined, status: 200 };
  } catch (error) {
    if (!(error instanceof Refusal && CLOSED.has(error.code) && draft !== null)) throw error;
    return { problem: sentenceOf(c.get("frame"), error), status: error.status as ContentfulStatusCode };
  }
}

function newThread(frame: Frame, place: ComposePlace, props: Omit<ComposerProps, "path">): ThreadFormProps {
  const path = `/c/${place.slug}/new`;
  const prompts = promptsOf(frame, props.fields.kind ?? "discussion");
  return { ...props, path, prompts, topics: place.topics, submitText: frame.words.composer.publish };
}

function fieldsOf(post: ComposedPost): Fields {
  return {
    title: post.title,
    source: post.source ?? "",
    warning: post.warning,
    kind: post.kind,
    ...(post.language !== null && { language: post.language }),
    ...(post.linkUrl !== null && { link: post.linkUrl }),
    ...Object.fromEntries(post.topicIds.map((id) => [`topic-${id}`, "yes"])),
  };
}

function languageFor(frame: Frame, viewer: Viewer, place: string | null): string {
  return viewer.language ?? place ?? frame.language.tag;
}

function keyOf(fields: Fields | null): string {
  return fields?.key ?? newKey();
}

function doneText(c: Ctx, frame: Frame, wasLost: boolean): string | undefined {
  if (wasLost) return frame.words.composer.welcomeBack;
  return c.req.query("kept") === "1" ? frame.words.composer.kept : undefined;
}

const MOST_QUOTED = 5_000;

function quoted(post: ComposedPost): string {
  const text = (post.source ?? textOf(post.content)).slice(0, MOST_QUOTED).trimEnd();
  return `${text
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n")}\n\n`;
}
