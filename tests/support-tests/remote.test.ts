/** The scripted remote server as Mastodon and GoToSocial: its shapes, and what its readers see. */
import { describe, expect, test } from "vitest";
import { type Doc, openRemote, PUBLIC, type Remote, type RemotePerson } from "../support/remote/index.ts";
import { type ScriptedGroup, scriptGroup } from "./scripted-group.ts";

/** A person follows the group and is accepted. */
async function join(remote: Remote, person: RemotePerson, group: ScriptedGroup): Promise<void> {
  const { activity } = await person.follow(group.id);
  const accept = { id: `${group.origin}/accept/${person.name}`, type: "Accept", actor: group.id, object: activity };
  expect((await group.send(person.inbox, accept)).status).toBeLessThan(300);
  await remote.waitFor({ type: "Accept" });
  await remote.idle();
}

const noteBy = (group: ScriptedGroup, name: string, extra: Doc = {}): Doc => {
  const id = `${group.origin}/posts/${name}`;
  const author = `${group.origin}/c/welding`;
  const note: Doc = {
    "@context": "https://www.w3.org/ns/activitystreams",
    id,
    type: "Note",
    attributedTo: author,
    content: `<p>${name}</p>`,
    to: [PUBLIC],
    cc: [],
    published: "2026-01-01T00:00:00Z",
    ...extra,
  };
  group.served.set(`/posts/${name}`, note);
  return note;
};

describe("a Mastodon person and a group", () => {
  test("finds the group by its handle, follows in Mastodon's shape, and is accepted", async () => {
    await using group = await scriptGroup();
    await using remote = await openRemote({ software: "mastodon" });
    const alice = await remote.addPerson("alice");
    expect(await remote.lookup(group.handle)).toMatchObject({ id: group.id, type: "Group" });
    await join(remote, alice, group);
    expect(group.inbox[0]?.json).toMatchObject({ type: "Follow", actor: alice.id, object: group.id });
    expect(group.inbox[0]?.json.id).toMatch(/\/users\/alice#follows\/\d+$/);
    expect(group.inbox[0]?.headers.signature).toContain('headers="(request-target) host date digest content-type"');
    expect(alice.following.get(group.id)).toBe("accepted");
    expect(remote.received[0]?.signature).toMatchObject({ verified: true, style: "cavage", actor: group.id });
  });

  test("mentions the group: one Create to its shared inbox, with the group's followers in cc", async () => {
    await using group = await scriptGroup();
    await using remote = await openRemote({ software: "mastodon" });
    const alice = await remote.addPerson("alice");
    const post = await alice.post({ text: "Which gas for thin steel?", mention: group.id });
    expect(post.deliveries.map((each) => each.to)).toEqual([`${group.origin}/inbox`]);
    expect(post.object).toMatchObject({
      type: "Note",
      inReplyTo: null,
      to: [PUBLIC],
      cc: [`${alice.id}/followers`, group.id, `${group.id}/followers`],
      tag: [{ type: "Mention", href: group.id, name: group.handle }],
    });
    expect(post.object).not.toHaveProperty("name");
    expect((await remote.fetch(post.id)).json).toMatchObject({ id: post.id, content: post.object.content });
    await alice.remove(post);
    expect(group.inbox.at(-1)?.json).toMatchObject({ type: "Delete", object: { type: "Tombstone", id: post.id } });
    expect((await remote.fetch(post.id)).status).toBe(404);
  });

  test("shows an announced id as a boost, fetched from its origin with a signature, until the Announce is undone", async () => {
    await using group = await scriptGroup();
    await using home = await openRemote({ software: "mastodon" });
    await using elsewhere = await openRemote({ software: "gotosocial" });
    const alice = await home.addPerson("alice");
    const bob = await elsewhere.addPerson("bob");
    await join(home, alice, group);
    const post = await bob.post({ text: "Hello", mention: group.id });
    await group.announce(alice.sharedInbox, post.id, `${group.origin}/a/boost`);
    await home.waitFor({ type: "Announce", object: post.id });
    expect(home.timeline(alice)).toMatchObject([
      { id: post.id, kind: "boost", boostedBy: group.id, author: bob.id, announceId: `${group.origin}/a/boost` },
    ]);
    expect(elsewhere.requests.find((seen) => post.id.endsWith(seen.path))?.headers.signature).toContain(
      "/actor#main-key",
    );
    const announce = { id: `${group.origin}/a/boost`, type: "Announce", actor: group.id, object: post.id };
    await group.send(alice.sharedInbox, { id: `${group.origin}/u`, type: "Undo", actor: group.id, object: announce });
    await home.waitFor({ type: "Undo" });
    expect(home.timeline(alice)).toEqual([]);
  });

  test("boosts an announced activity only when its id serves the activity", async () => {
    await using group = await scriptGroup();
    await using remote = await openRemote({ software: "mastodon" });
    const alice = await remote.addPerson("alice");
    await join(remote, alice, group);
    const wrap = (note: Doc, id: string): Doc => ({
      id,
      type: "Create",
      actor: group.id,
      to: [PUBLIC],
      cc: [],
      object: note,
    });
    const quiet = noteBy(group, "quiet");
    await group.announce(alice.inbox, wrap(quiet, `${quiet.id}#create`));
    await remote.waitFor({ object: { id: `${quiet.id}#create` } });
    expect(remote.timeline(alice)).toEqual([]);
    const loud = noteBy(group, "loud");
    const create = wrap(loud, `${group.origin}/activities/1`);
    group.served.set("/activities/1", create);
    await group.announce(alice.inbox, create);
    await remote.waitFor({ object: { id: `${group.origin}/activities/1` } });
    expect(remote.timeline(alice)).toMatchObject([{ id: loud.id, kind: "boost" }]);
  });

  test("shows a Page as its title and a link, and a Note as it is", async () => {
    await using group = await scriptGroup();
    await using remote = await openRemote({ software: "mastodon" });
    await using gts = await openRemote({ software: "gotosocial" });
    const page = noteBy(group, "page", { type: "Page", name: "A title", url: "https://x.test/1" });
    for (const each of [remote, gts]) {
      const person = await each.addPerson("alice");
      await join(each, person, group);
      await group.announce(person.inbox, page.id);
      await each.waitFor({ type: "Announce" });
    }
    expect(remote.status(String(page.id))?.content).toBe(
      '<h2>A title</h2><p><a href="https://x.test/1">https://x.test/1</a></p>',
    );
    expect(gts.status(String(page.id))).toMatchObject({ warning: "A title", content: "<p>page</p>" });
  });

  test("takes no post, edit or deletion from anyone but the author", async () => {
    await using group = await scriptGroup();
    await using remote = await openRemote({ software: "mastodon" });
    await using other = await openRemote({ software: "mastodon" });
    const alice = await remote.addPerson("alice");
    const bob = await other.addPerson("bob");
    await alice.follow(bob.id);
    await remote.waitFor({ type: "Accept" });
    const post = await bob.post({ text: "mine" });
    await remote.waitFor({ type: "Create" });
    await group.send(alice.inbox, { id: `${group.origin}/d`, type: "Delete", actor: group.id, object: post.id });
    const changed = { ...post.object, content: "theirs", updated: "2030-01-01T00:00:00Z" };
    await group.send(alice.inbox, { id: `${group.origin}/e`, type: "Update", actor: group.id, object: changed });
    await remote.waitFor({ type: "Update" });
    expect(remote.status(post.id)).toMatchObject({ content: "<p>mine</p>", edited: false });
    expect(remote.complaints.join()).toContain(`updated ${post.id}`);
  });
});

describe("two remote servers", () => {
  test("a followed person's posts, replies, edits, likes and deletions travel", async () => {
    await using here = await openRemote({ software: "mastodon" });
    await using there = await openRemote({ software: "gotosocial" });
    const alice = await here.addPerson("alice");
    const bob = await there.addPerson("bob");
    await alice.follow(bob.id);
    await here.waitFor({ type: "Accept" });
    expect(bob.followers.get(alice.id)).toBe(alice.inbox);

    const post = await bob.post({ text: "First" });
    await here.waitFor({ type: "Create", object: { id: post.id } });
    expect(here.timeline(alice)).toMatchObject([{ id: post.id, kind: "status", content: "<p>First</p>" }]);
    expect(post.object).toMatchObject({ to: PUBLIC, cc: `${bob.id}/followers` });

    const reply = await alice.reply(post.id, { text: "Second" });
    await there.waitFor({ type: "Create", object: { inReplyTo: post.id } });
    expect(there.replies(post.id)).toMatchObject([{ id: reply.id, author: alice.id }]);
    expect(there.notifications(bob)).toContainEqual({ type: "mention", from: alice.id, object: reply.id });

    await bob.edit(post, { text: "Better" });
    await here.waitFor({ type: "Update" });
    expect(here.status(post.id)).toMatchObject({ content: "<p>Better</p>", edited: true });

    await alice.like(post.id);
    await there.waitFor({ type: "Like" });
    expect(there.status(post.id)?.likes).toEqual([alice.id]);
    await alice.unlike(post.id);
    await there.waitFor({ type: "Undo" });
    expect(there.status(post.id)?.likes).toEqual([]);

    await bob.remove(post);
    await here.waitFor({ type: "Delete" });
    expect(here.timeline(alice).map((each) => each.id)).toEqual([reply.id]);
    await alice.unfollow(bob.id);
    await there.waitFor({ type: "Undo", object: { type: "Follow" } });
    expect(bob.followers.size).toBe(0);
  });

  test("a moved person says so in the document and in a Move", async () => {
    await using here = await openRemote({ software: "mastodon" });
    await using there = await openRemote({ software: "mastodon" });
    const [old, follower] = [await there.addPerson("old"), await here.addPerson("follower")];
    const fresh = await there.addPerson("fresh");
    await follower.follow(old.id);
    await here.waitFor({ type: "Accept" });
    await old.moveTo(fresh);
    expect((await here.waitFor({ type: "Move" })).json).toMatchObject({ object: old.id, target: fresh.id });
    expect(there.objects.get(old.id)).toMatchObject({ movedTo: fresh.id });
    expect(there.objects.get(fresh.id)).toMatchObject({ alsoKnownAs: [old.id] });
  });

  test("a deleted account answers 410 and is forgotten", async () => {
    await using here = await openRemote({ software: "mastodon" });
    await using there = await openRemote({ software: "mastodon" });
    const [bob, alice] = [await there.addPerson("bob"), await here.addPerson("alice")];
    await alice.follow(bob.id);
    await here.waitFor({ type: "Accept" });
    const post = await bob.post({ text: "soon gone" });
    await here.waitFor({ type: "Create" });
    await bob.deleteAccount();
    await here.waitFor({ type: "Delete" });
    expect(here.status(post.id)).toBeUndefined();
    expect((await here.fetch(bob.id)).status).toBe(410);
  });
});
