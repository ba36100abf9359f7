/** A community as people of a server on Fedify live with it: software that we did not write reads all that we send, and signs what it sends. */
import {
  Accept,
  type Activity,
  Announce,
  Create,
  Delete,
  Follow,
  Group,
  Like,
  Mention,
  Note,
  OrderedCollection,
  PUBLIC_COLLECTION,
  Tombstone,
  Undo,
  Update,
} from "@fedify/fedify/vocab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { findPostByUri } from "../../db/queries/posts.ts";
import { removeOwnPost } from "../../src/domain/posts/remove.ts";
import { reviseOwnPost } from "../../src/domain/posts/revise.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { type FedifyApp, openFedifyApp } from "../support/fedify-app.ts";
import { makePerson, type TestPerson } from "../support/people.ts";

const words = { warning: "", language: "en", pictures: [] };

describe.each(["draft-cavage-http-signatures-12", "rfc9421"] as const)("signing by %s", (style) => {
  let ours: TestServer;
  let app: FedifyApp;
  let welding: CommunityRow;
  let group: Group;
  let ana: TestPerson;
  let question: Note;
  let thread: string;

  beforeAll(async () => {
    ours = await openTestServer();
    app = await openFedifyApp(style);
    welding = await ours.found("welding", "Welding");
    ana = await makePerson(ours.app.house, "ana");
    await ours.app.db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
      values (${welding.id}, ${ana.id}, 'accepted', 'member', ${`${ana.uri}#follows/${welding.id}`}, now())`;
  });
  afterAll(async () => {
    await ours?.[Symbol.asyncDispose]();
    await app?.[Symbol.asyncDispose]();
  });

  const loader = () => ({ documentLoader: app.context.documentLoader, contextLoader: app.context.contextLoader });
  const ada = () => app.context.getActorUri("ada");
  const idOf = (path: string) => new URL(path, app.origin);
  const post = async (uri: string | undefined) => findPostByUri(ours.app.db, uri ?? "");
  const send = (activity: Activity) => app.send("ada", group, activity);

  test("the community is looked up and followed, and the answer is understood", async () => {
    group = (await app.context.lookupObject(welding.uri)) as Group;
    expect(group).toBeInstanceOf(Group);
    await send(new Follow({ id: idOf("/follows/1"), actor: ada(), object: group.id, to: group.id }));
    const accept = await app.got(Accept);
    expect(accept.actorId?.href).toBe(welding.uri);
    const accepted = await accept.getObject({ ...loader(), crossOrigin: "trust" });
    expect(accepted).toBeInstanceOf(Follow);
    expect(accepted?.id?.href).toBe(idOf("/follows/1").href);
  });

  test("a note that mentions it starts a thread, and comes back as a boost of that note", async () => {
    const about = { to: PUBLIC_COLLECTION, cc: group.id };
    question = app.note("ada", {
      content: "<p>What is a good book about weld pools?</p>",
      ccs: group.id ? [group.id] : [],
      tags: [new Mention({ href: group.id, name: `@welding@${ours.host}` })],
    });
    await send(new Create({ id: idOf("/creates/1"), actor: ada(), object: question, ...about }));
    const boost = await app.got(Announce, ({ objectId }) => objectId?.href === question.id?.href);
    expect(boost.actorId?.href).toBe(welding.uri);
    expect((await boost.getObject(loader()))?.id?.href).toBe(question.id?.href);
    thread = (await post(question.id?.href))?.threadId ?? "";
    expect((await ours.page(`/c/welding/t/${thread}`)).text).toContain("What is a good book about weld pools?");
  });

  test("an edit, a like and its undo count here", async () => {
    const edited = question.clone({ content: "<p>What is a good, cheap book about weld pools?</p>" });
    await send(
      new Update({ id: idOf("/updates/1"), actor: ada(), object: edited, to: PUBLIC_COLLECTION, cc: group.id }),
    );
    expect((await ours.page(`/c/welding/t/${thread}`)).text).toContain("good, cheap book");
    const like = new Like({ id: idOf("/likes/1"), actor: ada(), object: question.id });
    await send(like);
    const votes = async () => (await ours.app.db`select from votes where post_id = ${thread}`).length;
    expect(await votes()).toBe(1);
    await send(new Undo({ id: idOf("/undos/1"), actor: ada(), object: like }));
    expect(await votes()).toBe(0);
  });

  test("the answer of somebody here is read, edited and gone there as well", async () => {
    const reply = await composeReply(ours.app.house, ana.id, {
      ...words,
      parentId: thread as never,
      source: "Finch, *Welder's Handbook*.",
      submissionKey: "one",
    });
    const uri = `${ours.origin}/posts/${reply.id}`;
    const create = await app.got(Create, ({ objectId }) => objectId?.href === uri);
    expect(create.actorId?.href).toBe(ana.uri);
    const note = (await create.getObject(loader())) as Note;
    expect(note).toBeInstanceOf(Note);
    expect([note.attributionId?.href, note.replyTargetId?.href]).toEqual([ana.uri, question.id?.href]);
    expect(String(note.content)).toContain("<em>Welder's Handbook</em>");
    expect(note.toIds.concat(note.ccIds).map(({ href }) => href)).toContain(PUBLIC_COLLECTION.href);
    const tags = await Array.fromAsync(note.getTags(loader()));
    expect(tags.map((tag) => (tag instanceof Mention ? tag.href?.href : null))).toContain(ada().href);
    expect(((await app.context.lookupObject(uri)) as Note).content).toBe(note.content);

    await reviseOwnPost(ours.app.house, ana.id, { ...words, postId: reply.id, source: "Finch, the small one." });
    const update = await app.got(Update, ({ objectId }) => objectId?.href === uri);
    expect(String(((await update.getObject(loader())) as Note).content)).toContain("the small one");

    const own = await post(uri);
    if (!own) throw new Error("The answer is not here.");
    await removeOwnPost(ours.app.house, { post: own, uri, by: ana.id, ownerUri: ana.uri });
    const gone = await app.got(Delete, ({ objectId }) => objectId?.href === uri);
    expect(gone.actorId?.href).toBe(ana.uri);
    expect((await ours.document(new URL(uri).pathname)).status).toBe(410);
  });

  test("a thread of somebody here is a note there, by boost and when it is looked up", async () => {
    const { id } = await composeThread(ours.app.house, ana.id, {
      ...words,
      groupId: welding.id,
      title: "Who has a spare torch?",
      source: "Mine leaks.",
      kind: "discussion",
      topicIds: [],
      linkUrl: null,
      submissionKey: "two",
    });
    const uri = `${ours.origin}/posts/${id}`;
    const boost = await app.got(Announce, ({ objectId }) => objectId?.href === uri);
    const note = (await boost.getObject(loader())) as Note;
    expect(note).toBeInstanceOf(Note);
    expect([note.attributionId?.href, note.audienceId?.href]).toEqual([ana.uri, welding.uri]);
    expect(String(note.content)).toContain("Who has a spare torch?");
    expect(note.source?.content?.toString()).toContain("Mine leaks.");
  });

  test("its collections can be walked through", async () => {
    const outbox = await group.getOutbox(loader());
    const said = outbox && (await Array.fromAsync(app.context.traverseCollection(outbox, loader())));
    expect(said?.length).toBe(2);
    for (const activity of said ?? []) expect(activity).toBeInstanceOf(Announce);
    const followers = await group.getFollowers(loader());
    expect(followers?.totalItems).toBe(2);
    const context = await app.context.lookupObject(`${ours.origin}/posts/${thread}/context`);
    expect(context).toBeInstanceOf(OrderedCollection);
    const posts = await Array.fromAsync(app.context.traverseCollection(context as OrderedCollection, loader()));
    expect(posts.map(({ id }) => id?.href)).toEqual([question.id?.href]);
  });

  test("a question that is taken back is gone here, and its boost is undone", async () => {
    const tombstone = new Tombstone({ id: question.id });
    await send(new Delete({ id: idOf("/deletes/1"), actor: ada(), object: tombstone, to: PUBLIC_COLLECTION }));
    const undo = await app.got(Undo);
    const undone = await undo.getObject({ ...loader(), crossOrigin: "trust" });
    expect(undone).toBeInstanceOf(Announce);
    expect((undone as Announce).objectId?.href).toBe(question.id?.href);
    expect((await ours.page(`/c/welding/t/${thread}`)).status).toBe(410);
  });

  test("whoever leaves is sent nothing more, and nothing that came was refused or unreadable", async () => {
    const follow = new Follow({ id: idOf("/follows/1"), actor: ada(), object: group.id });
    await send(new Undo({ id: idOf("/undos/2"), actor: ada(), object: follow }));
    expect((await ours.app.db`select from memberships where follow_uri = ${idOf("/follows/1").href}`).length).toBe(0);
    await ours.worker.settled();
    expect(app.troubles).toEqual([]);
  });
});
