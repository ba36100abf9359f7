/** A composer's form as it arrives: its fields, its pictures put in, and what becomes of it when nobody is signed in any more. */
import { randomBytes } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import type { Id } from "../../db/ids.ts";
import { type KeptDraft, parseId, readComposedPost, readDraft, readDraftOf } from "../../db/views/compose.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { formerHolderOf } from "../auth/sessions.ts";
import { networkOf } from "../base/client-address.ts";
import { Refusal, type RefusalCode } from "../base/errors.ts";
import { claimLost, dropDraft, type Fields, keepDraft, keepLost, type Sender } from "../domain/drafts/keep.ts";
import { storePicture } from "../domain/media/store.ts";
import { MOST_PICTURES } from "../domain/posts/pictures.ts";
import { type Place, renderWords } from "../domain/posts/words.ts";
import { attempt, type Form, readForm, strangerLimit, uploadLimit } from "./forms.ts";
import type { ComposerProps } from "./parts/composer.ts";
import type { Frame } from "./parts/layout.ts";
import type { ShownPicture } from "./parts/pictures.ts";
import type { PreviewProps } from "./parts/preview.ts";
import { sessionToken } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

/** The fields that are kept of a form. */
const KEPT =
  /^(?:kind|title|source|warning|language|link|key|options|several|days|prompt-[1-3]|topic-\d{1,19}|media-[1-4]|alt-[1-4])$/;
/** Of a form, or of a draft: both are made at random. */
const KEY = /^[\w-]{16,64}$/;

/** A new key for a form. */
export function newKey(): string {
  return randomBytes(18).toString("base64url");
}

/** What was typed, fit to be kept and shown again. */
export function typedIn(form: Form): Fields {
  const fields: Fields = {};
  for (const [name, value] of Object.entries(form.fields()))
    if (KEPT.test(name) && value !== "")
      fields[name] = value.replaceAll("\0", "").toWellFormed().replace(/\r\n?/g, "\n");
  return fields;
}

/** The key of the form, or a new one where there is none. */
export function keyIn(fields: Fields): string {
  return keyFrom(fields.key) ?? newKey();
}

/** What a stranger wrote, if it may be a key. */
export function keyFrom(text: string | undefined): string | null {
  return text !== undefined && KEY.test(text) ? text : null;
}

export interface ComposerState {
  fields: Fields;
  key: string;
  /** Filled by `putIn`, one by one: what came before a refusal is kept. */
  pictures: ShownPicture[];
  draftToken: string | undefined;
}

export function stateOf(form: Form): ComposerState {
  const fields = typedIn(form);
  const draft = form.line("draft");
  return { fields, key: keyIn(fields), pictures: [], draftToken: draft === "" ? undefined : draft };
}

/** Puts in the pictures that were chosen and adds them to those that were there, in the order of the form. */
export async function putIn(site: Site, viewer: Viewer, form: Form, state: ComposerState): Promise<void> {
  const places = Array.from({ length: MOST_PICTURES }, (_, index) => index + 1);
  const fresh: { file: File; description: string }[] = [];
  for (const n of places) {
    const description = form.line(`alt-${n}`, 2_000);
    const media = parseId(form.line(`media-${n}`));
    const file = form.file(`picture-${n}`);
    if (media && !form.ticked(`out-${n}`)) state.pictures.push({ id: media, description });
    else if (!media && file) fresh.push({ file, description });
  }
  for (const { file, description } of fresh) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { id } = await storePicture(site.house, { ownerId: viewer.id, purpose: "post", bytes, description });
    state.pictures.push({ id, description });
  }
}

/** What was typed, with the pictures that are put in: as a draft keeps it. */
export function asDraft(state: ComposerState): Fields {
  const fields: Fields = {};
  for (const [name, value] of Object.entries(state.fields)) if (!/^(?:media|alt)-/.test(name)) fields[name] = value;
  state.pictures.forEach(({ id, description }, index) => {
    fields[`media-${index + 1}`] = id;
    fields[`alt-${index + 1}`] = description;
  });
  return { ...fields, key: state.key };
}

/** The pictures that a draft names. */
export function picturesIn(fields: Fields): ShownPicture[] {
  const pictures: ShownPicture[] = [];
  for (let n = 1; n <= MOST_PICTURES; n++) {
    const id = parseId(fields[`media-${n}`] ?? "");
    if (id) pictures.push({ id, description: fields[`alt-${n}`] ?? "" });
  }
  return pictures;
}

/** For the use cases. */
export function chosen(state: ComposerState): { id: Id; description: string }[] {
  return state.pictures.map(({ id, description }) => ({ id: id as Id, description }));
}

/** Throws the Refusal that asks for descriptions, unless all are there or it was said that none will come. */
export function askForDescriptions(form: Form, state: ComposerState): void {
  if (!form.ticked("undescribed") && state.pictures.some(({ description }) => description === ""))
    throw new Refusal("description-missing");
}

/** The text of a form: the answers to its prompts under their headings, then the rest. */
export function sourceOf(fields: Fields, prompts: readonly { heading: string }[]): string {
  const parts = prompts.flatMap(({ heading }, index) => {
    const told = (fields[`prompt-${index + 1}`] ?? "").trim();
    return told === "" ? [] : [`## ${heading}\n\n${told}`];
  });
  const rest = (fields.source ?? "").trim();
  return [...parts, ...(rest === "" ? [] : [rest])].join("\n\n");
}

/** What the form's text will look like: rendered as it will be when it is published. */
export async function previewOf(site: Site, place: Place, state: ComposerState, source: string): Promise<PreviewProps> {
  const { content } = await renderWords(site.house.db, place, source);
  const { title = null, warning = "", language = null } = state.fields;
  return { title, content, warning, language, pictures: state.pictures };
}

/** Ids of the topics that were ticked. */
export function topicsIn(fields: Fields): Id[] {
  return Object.keys(fields).flatMap((name) => (name.startsWith("topic-") ? (parseId(name.slice(6)) ?? []) : []));
}

/** Before a handler of a composer's form: only who is signed in, or was not long ago, sends pictures. */
export function composerLimit(site: Site): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const known = c.get("viewer") !== null || "actorId" in (await senderOf(c, site));
    return (known ? uploadLimit : strangerLimit)(c, next);
  };
}

/** Who sends a form without being signed in. */
async function senderOf(c: Context<WebEnv>, site: Site): Promise<Sender> {
  const token = sessionToken(c, site);
  const actorId = token === undefined ? null : await formerHolderOf(site.house, token);
  if (actorId) return { actorId };
  return { network: networkOf(site.addressOf(c.env, c.req.header("x-forwarded-for"))) };
}

/**
 * A form came after the session had ended: keeps it where only this browser finds it, and leads to signing in and back to it, filled in.
 */
export async function keepForLater(c: Context<WebEnv>, site: Site, path: string, form: Form): Promise<Response> {
  const fields = typedIn(form);
  for (const name of Object.keys(fields)) if (/^(?:media|alt)-/.test(name)) delete fields[name];
  const token = await keepLost(site.house, await senderOf(c, site), path, fields);
  const kind = fields.kind === undefined ? "" : `kind=${encodeURIComponent(fields.kind)}&`;
  return c.redirect(`/sign-in?next=${encodeURIComponent(`${path}?${kind}draft=${token}`)}`, 303);
}

export interface TakenUp {
  /** Null: begin with an empty form. */
  fields: Fields | null;
  token: string | undefined;
  /** Another draft of this page that may be taken up. */
  offer: KeptDraft | null;
  /** It came back after signing in. */
  wasLost: boolean;
}

/** What the page `path` begins with: the draft that its address names, else an offer of what was kept of it. */
export async function takeUp(c: Context<WebEnv>, site: Site, viewer: Viewer, path: string): Promise<TakenUp> {
  const token = keyFrom(c.req.query("draft"));
  const draft = token === null ? null : await readDraft(site.db, viewer.id, token);
  if (draft && draft.path === path) {
    if (!draft.own) await claimLost(site.house, viewer.id, draft.token);
    return { fields: draft.fields, token: draft.token, offer: null, wasLost: !draft.own };
  }
  return { fields: null, token: undefined, offer: await readDraftOf(site.db, viewer.id, path), wasLost: false };
}

/** The questions of a kind, in the writer's language. */
export function promptsOf(frame: Frame, kind: string): readonly { ask: string; heading: string }[] {
  const prompts: Partial<Record<string, readonly { ask: string; heading: string }[]>> = frame.words.composer.prompts;
  return Object.hasOwn(prompts, kind) ? (prompts[kind] ?? []) : [];
}

/** What a page makes of its form. */
export interface Writing {
  groupId: Id;
  /** The whole text of the form, in Markdown. */
  source(fields: Fields): string;
  show(props: Omit<ComposerProps, "path">): string | Promise<string>;
  /** Does it; returns where to go on, and the post that had come of this form before. */
  publish(viewer: Viewer, state: ComposerState, source: string): Promise<{ to: string; sentBefore: Id | null }>;
}

/** Preview, publish, or keep: whichever button was pressed. */
export async function handle(c: Context<WebEnv>, site: Site, path: string, writing: Writing): Promise<Response> {
  const form = await readForm(c);
  const viewer = c.get("viewer");
  if (!viewer) return keepForLater(c, site, path, form);
  const { house } = site;
  const state = stateOf(form);
  const what = form.choice("do", ["publish", "preview", "keep"]);
  const show = (more: { problem?: string; code?: RefusalCode; preview?: PreviewProps }) =>
    writing.show({
      fields: state.fields,
      key: state.key,
      pictures: state.pictures,
      draftToken: state.draftToken,
      problem: more.problem,
      code: more.code,
      preview: more.preview,
      asksDescriptions: more.code === "description-missing",
    });
  const act = async (): Promise<Response> => {
    await putIn(site, viewer, form, state);
    if (what === "keep") {
      const token = await keepDraft(house, viewer.id, path, asDraft(state));
      return c.redirect(`${path}?draft=${token}&kept=1`, 303);
    }
    const source = writing.source(state.fields);
    if (what === "preview") {
      const preview = await previewOf(site, { origin: site.origin, groupId: writing.groupId }, state, source);
      return c.html(await show({ preview }));
    }
    askForDescriptions(form, state);
    const { to, sentBefore } = await writing.publish(viewer, state, source);
    if (sentBefore !== null && (await saysElse(site, sentBefore, source))) {
      // Back to a form that was sent, and other words in it: they wait in a form of their own.
      const token = await keepDraft(house, viewer.id, path, { ...asDraft(state), key: newKey() });
      return c.redirect(`${path}?draft=${token}&kept=1`, 303);
    }
    await dropDraft(house, viewer.id, path, state.draftToken ?? null);
    return c.redirect(to, 303);
  };
  return attempt(c, act, (problem, code) => show({ problem, code }));
}

async function saysElse(site: Site, postId: Id, source: string): Promise<boolean> {
  const post = await readComposedPost(site.db, postId);
  return source !== "" && post?.source != null && post.source !== source;
}
