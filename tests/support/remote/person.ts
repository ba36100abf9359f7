/** A person on the remote server: does what a user can do there, in the shapes and to the inboxes of that software. */
import type { Composed, PersonRecord } from "./desk.ts";
import { escapeHtml, idOf, idsOf, isDoc, listOf, mentionsOf, paragraphs, textOf } from "./doc.ts";
import type { Instance } from "./instance.ts";
import type { ActOptions, Doc, Draft, FoundActor, RemotePerson, RemotePost, Sent } from "./types.ts";

const MAX_ACTS = 2000;

/** The face of a person record. Every method rejects when a needed document cannot be had or an inbox cannot be reached. */
export function personOf(desk: Instance, me: PersonRecord): RemotePerson {
  const { software } = desk;

  const deliver = async (activity: Doc, inboxes: Iterable<string>): Promise<Sent> => {
    const deliveries = await desk.deliver(me, activity, inboxes);
    const first = deliveries[0];
    return { id: idOf(activity) ?? "", activity, status: first?.status ?? 0, body: first?.body ?? "", deliveries };
  };
  const own = (inbox: string): boolean => desk.isLocal(inbox);
  const inboxOf = (actor: FoundActor): string => actor.sharedInbox ?? actor.inbox;
  const followerInboxes = (): string[] => [...me.followers.values()].filter((inbox) => !own(inbox));

  /** A post by id: ours, one we know, or fetched. */
  const docOf = async (post: RemotePost | string): Promise<Doc | undefined> => {
    const id = typeof post === "string" ? post : post.id;
    return desk.objects.get(id) ?? desk.known.get(id)?.doc ?? (await desk.document(id));
  };
  const needed = async (post: RemotePost | string, options: ActOptions): Promise<Doc> => {
    const id = typeof post === "string" ? post : post.id;
    const doc = await docOf(post);
    if (!doc && options.deliverTo === undefined)
      throw new Error(`${id} cannot be had; say deliverTo to act on it unseen`);
    return doc ?? { id };
  };
  /** The community a post belongs to; only forums ask. */
  const groupOf = async (doc: Doc | undefined): Promise<FoundActor | undefined> => {
    if (software.name !== "lemmy" || !doc) return undefined;
    const id = desk.known.get(idOf(doc) ?? "")?.community ?? textOf(doc.audience);
    const candidates = id === undefined ? [...idsOf(doc.to), ...idsOf(doc.cc)] : [id];
    for (const candidate of candidates) {
      const actor = await desk.account(candidate).catch(() => undefined);
      if (actor?.type === "Group") return actor;
    }
    return undefined;
  };

  const compose = async (draft: Draft, parentId: string | undefined): Promise<Composed> => {
    const parent = parentId === undefined ? undefined : await docOf(parentId);
    if (parentId !== undefined && !parent && draft.deliverTo === undefined) {
      throw new Error(`${parentId} cannot be had; say deliverTo to answer it unseen`);
    }
    const forum = software.name === "lemmy";
    const group = forum && draft.audience !== undefined ? await desk.account(draft.audience) : await groupOf(parent);
    const wanted = draft.mention ?? (parent ? software.replyMentions(me, parent, group) : []);
    const mentions: FoundActor[] = [];
    for (const id of listOf(wanted) as string[]) mentions.push(await desk.account(id));
    return { draft, html: htmlOf(draft, mentions, forum), mentions, group, parent, parentId };
  };

  const publish = async (draft: Draft, parentId: string | undefined): Promise<RemotePost> => {
    const composed = await compose(draft, parentId);
    const object = software.object(me, composed, desk);
    const activity = { ...software.create(me, object, desk), ...draft.activityExtra };
    desk.publish(object);
    if (software.name !== "gotosocial") desk.publish(activity);
    const forum = software.name === "lemmy";
    const known = desk.remember(object, me.id, forum ? (parentId ? "comment" : "post") : "status", composed.group?.id);
    known.pending = composed.group !== undefined && !desk.isLocal(composed.group.id);
    if (!forum) desk.feed.push({ status: idOf(object) ?? "", by: me.id, announceId: undefined });
    const aimed = [...(composed.group ? [composed.group] : []), ...composed.mentions].map(inboxOf);
    const followers = draft.public === "direct" || draft.public === false || forum ? [] : followerInboxes();
    const inboxes = draft.deliverTo ?? [...new Set([...aimed, ...followers])].filter((inbox) => !own(inbox));
    const sent = await deliver(activity, inboxes);
    return { ...sent, id: idOf(object) ?? "", url: textOf(object.url) ?? idOf(object) ?? "", object, inboxes };
  };

  /** Where later news of an own post goes: where it went, or to whom it mentions and answers. */
  const audienceOf = async (post: RemotePost | string, doc: Doc): Promise<string[]> => {
    if (typeof post !== "string") return post.inboxes;
    const group = await groupOf(doc);
    const inboxes = group ? [inboxOf(group)] : [];
    for (const id of mentionsOf(doc)) inboxes.push(inboxOf(await desk.account(id)));
    return [...inboxes, ...followerInboxes()].filter((inbox) => !own(inbox));
  };

  const act = async (type: string, post: RemotePost | string, options: ActOptions = {}): Promise<Sent> => {
    const doc = await needed(post, options);
    const group = await groupOf(doc);
    const activity = { ...software.act(me, type, doc, group, desk), ...options.activityExtra };
    me.acts.set(`${type} ${idOf(doc)}`, activity);
    if (me.acts.size > MAX_ACTS) me.acts.delete(me.acts.keys().next().value ?? "");
    const known = desk.known.get(idOf(doc) ?? "");
    if (type === "Like") known?.likes.add(me.id);
    if (type === "Dislike") known?.dislikes.add(me.id);
    return deliver(activity, options.deliverTo ?? (await actAudience(type, doc, group)));
  };
  const actAudience = async (type: string, doc: Doc, group: FoundActor | undefined): Promise<string[]> => {
    const inboxes = type === "Announce" ? followerInboxes() : [];
    const target = group ?? (await desk.account(idOf(listOf(doc.attributedTo)[0]) ?? ""));
    return [inboxOf(target), ...inboxes].filter((inbox) => !own(inbox));
  };
  const unact = async (type: string, post: RemotePost | string, options: ActOptions = {}): Promise<Sent> => {
    const id = typeof post === "string" ? post : post.id;
    const before = me.acts.get(`${type} ${id}`);
    if (!before) throw new Error(`${me.name} has done no ${type} on ${id}`);
    me.acts.delete(`${type} ${id}`);
    desk.known.get(id)?.likes.delete(me.id);
    desk.known.get(id)?.dislikes.delete(me.id);
    const activity = { ...software.undo(me, before, desk), ...options.activityExtra };
    const doc = await docOf(id);
    const inboxes = options.deliverTo ?? (doc ? await actAudience(type, doc, await groupOf(doc)) : [...me.reach]);
    return deliver(activity, inboxes);
  };

  const profile = (): Doc => desk.objects.get(me.id) ?? {};
  const everyone = (): string[] => [...new Set([...followerInboxes(), ...me.reach])].filter((inbox) => !own(inbox));
  const person: RemotePerson = {
    name: me.name,
    id: me.id,
    inbox: me.inbox,
    sharedInbox: isDoc(profile().endpoints) ? `${desk.origin}/inbox` : me.inbox,
    handle: `@${me.name}@${desk.host}`,
    keyId: me.keyId,
    key: me.key,
    followers: me.followers,
    following: me.following,

    async follow(actorId, options = {}) {
      const target = await desk.account(actorId);
      const activity = { ...software.follow(me, target, desk), ...options.activityExtra };
      me.follows.set(actorId, activity);
      me.following.set(actorId, "pending");
      const sent = await deliver(activity, options.deliverTo ?? [target.inbox]);
      const get = async (url: string): Promise<Doc | undefined> =>
        URL.canParse(url) ? (await desk.fetch(url)).json : undefined;
      void desk.enqueue(() => software.onFollow(target, desk, get));
      return sent;
    },
    async unfollow(actorId, options = {}) {
      const follow = me.follows.get(actorId);
      if (!follow) throw new Error(`${me.name} does not follow ${actorId}`);
      me.follows.delete(actorId);
      me.following.delete(actorId);
      const activity = { ...software.undo(me, follow, desk), ...options.activityExtra };
      return deliver(activity, options.deliverTo ?? [(await desk.account(actorId)).inbox]);
    },
    post: (draft) => publish(draft, draft.inReplyTo),
    reply: (to, draft) => publish(draft, typeof to === "string" ? to : to.id),
    async edit(post, changes) {
      const before = await needed(post, {});
      const mentions: FoundActor[] = [];
      for (const id of mentionsOf(before)) mentions.push(await desk.account(id));
      const forum = software.name === "lemmy";
      const html = changes.text === undefined && changes.html === undefined ? {} : contentOf(changes, mentions, forum);
      const object: Doc = {
        ...before,
        ...html,
        ...(changes.name === undefined ? {} : { name: changes.name }),
        ...(changes.summary === undefined ? {} : { summary: changes.summary }),
        updated: new Date().toISOString(),
        ...changes.extra,
      };
      if ("contentMap" in before && typeof object.content === "string") object.contentMap = { en: object.content };
      const activity = { ...software.update(me, object, desk), ...changes.activityExtra };
      desk.publish(object);
      desk.remember(object, me.id, "status").edited = true;
      const inboxes = changes.deliverTo ?? (await audienceOf(post, before));
      const sent = await deliver(activity, inboxes);
      return { ...sent, id: idOf(object) ?? "", url: textOf(object.url) ?? "", object, inboxes };
    },
    async remove(post, options = {}) {
      const doc = await needed(post, options);
      const id = idOf(doc) ?? "";
      const activity = { ...software.remove(me, doc, desk), ...options.activityExtra };
      const inboxes = options.deliverTo ?? (await audienceOf(post, doc));
      desk.objects.set(id, { "@context": "https://www.w3.org/ns/activitystreams", id, type: "Tombstone" });
      desk.known.delete(id);
      desk.tombstones.set(id, true);
      desk.feed = desk.feed.filter((entry) => entry.status !== id);
      return deliver(activity, inboxes);
    },
    like: (post, options) => act("Like", post, options),
    unlike: (post, options) => unact("Like", post, options),
    dislike: (post, options) => act("Dislike", post, options),
    undislike: (post, options) => unact("Dislike", post, options),
    react: (post, emoji, options = {}) =>
      act("EmojiReact", post, { ...options, activityExtra: { content: emoji, ...options.activityExtra } }),
    unreact: (post, options) => unact("EmojiReact", post, options),
    async boost(post, options = {}) {
      const sent = await act("Announce", post, options);
      desk.publish(sent.activity);
      return sent;
    },
    async unboost(post, options) {
      const sent = await unact("Announce", post, options);
      desk.objects.delete(idOf(sent.activity.object) ?? "");
      return sent;
    },
    announce(object, options = {}) {
      const { "@context": _context, ...inner } = isDoc(object) ? object : {};
      const activity = {
        "@context": profile()["@context"],
        id: `${desk.origin}/activities/announce/${desk.next()}`,
        type: "Announce",
        actor: me.id,
        to: [me.id, "https://www.w3.org/ns/activitystreams#Public"],
        cc: [`${me.id}/followers`],
        object: isDoc(object) ? inner : object,
        ...options.activityExtra,
      };
      return deliver(activity, options.deliverTo ?? followerInboxes());
    },
    updateProfile(changes, options = {}) {
      const doc = { ...profile(), ...changes, updated: new Date().toISOString() };
      desk.publish(doc);
      const activity = { ...software.update(me, doc, desk), to: ["https://www.w3.org/ns/activitystreams#Public"] };
      return deliver({ ...activity, ...options.activityExtra }, options.deliverTo ?? everyone());
    },
    async deleteAccount(options = {}) {
      const activity = { ...software.remove(me, profile(), desk), ...options.activityExtra };
      const inboxes = options.deliverTo ?? everyone();
      me.deleted = true;
      return deliver(activity, inboxes);
    },
    async moveTo(target, options = {}) {
      const id = typeof target === "string" ? target : target.id;
      if (typeof target !== "string") await target.updateProfile({ alsoKnownAs: [me.id] });
      desk.publish({ ...profile(), movedTo: id });
      const activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        id: `${me.id}#moves/${desk.next()}`,
        type: "Move",
        actor: me.id,
        object: me.id,
        target: id,
        ...options.activityExtra,
      };
      return deliver(activity, options.deliverTo ?? everyone());
    },
    send: (activity, options) => desk.send(me, activity, options),
  };
  return person;
}

function mentionHtml(actor: FoundActor): string {
  const href = escapeHtml(actor.url);
  return `<span class="h-card" translate="no"><a href="${href}" class="u-url mention">@<span>${escapeHtml(actor.name)}</span></a></span>`;
}

function htmlOf(draft: Draft, mentions: FoundActor[], forum: boolean): string {
  const body = draft.html ?? paragraphs(draft.text ?? "");
  if (mentions.length === 0 || draft.mentionAt === "tag-only" || forum) return body;
  const names = mentions.map(mentionHtml).join(" ");
  if (draft.mentionAt === "end") return `${body}<p>${names}</p>`;
  return body.startsWith("<p>") ? `<p>${names} ${body.slice(3)}` : `<p>${names}</p>${body}`;
}

function contentOf(changes: Draft, mentions: FoundActor[], forum: boolean): Doc {
  const hasSource = forum && changes.text !== undefined;
  const source = hasSource ? { source: { content: changes.text, mediaType: "text/markdown" } } : {};
  return { content: htmlOf(changes, mentions, forum), ...source };
}
