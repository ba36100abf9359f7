/** The scripted remote server as Lemmy: what it takes from a community, and what it refuses. */
import { describe, expect, test } from "vitest";
import { type Doc, openRemote, PUBLIC } from "../support/remote/index.ts";

describe("Lemmy", () => {
  async function village() {
    const home = await openRemote({ software: "lemmy" });
    const there = await openRemote({ software: "lemmy" });
    const group = await there.addPerson("ten", { type: "Group" });
    const [alice, bob] = [await home.addPerson("alice"), await there.addPerson("bob")];
    const { activity } = await alice.follow(group.id);
    await home.waitFor({ type: "Accept", object: { id: activity.id } });
    const close = async (): Promise<void> => {
      await home.close();
      await there.close();
    };
    return { home, there, group, alice, bob, [Symbol.asyncDispose]: close };
  }

  test("takes wrapped posts, comments, votes, edits, locks and deletions from the community", async () => {
    await using v = await village();
    const { home, group, bob, alice } = v;
    expect(home.complaints).toEqual([]);
    const post = await bob.post({ text: "Body", name: "Title", audience: group.id, deliverTo: [] });
    expect((await group.announce(post.activity)).status).toBe(200);
    expect(home.timeline(alice)).toMatchObject([{ id: post.id, kind: "post", title: "Title", community: group.id }]);
    const reply = await bob.reply(post, { text: "Comment", deliverTo: [] });
    expect(reply.object).toMatchObject({ audience: group.id, to: [group.id, PUBLIC], inReplyTo: post.id });
    expect((await group.announce(reply.activity)).status).toBe(200);
    expect(home.replies(post.id)).toMatchObject([{ id: reply.id, kind: "comment" }]);
    const like = await bob.like(post, { deliverTo: [] });
    expect((await group.announce(like.activity)).status).toBe(200);
    expect(home.status(post.id)?.likes).toEqual([bob.id]);
    const lock = {
      id: `${v.there.origin}/l`,
      type: "Lock",
      actor: bob.id,
      object: post.id,
      to: [PUBLIC],
      cc: [group.id],
    };
    expect((await group.announce(lock)).status).toBe(200);
    expect(home.status(post.id)?.locked).toBe(true);
    const edited = await bob.edit(post, { text: "New body", deliverTo: [] });
    expect((await group.announce(edited.activity)).status).toBe(200);
    expect(home.status(post.id)).toMatchObject({ content: "<p>New body</p>", edited: true });
    const gone = await bob.remove(post, { deliverTo: [] });
    expect(gone.activity).toMatchObject({ type: "Delete", object: post.id });
    expect((await group.announce(gone.activity)).status).toBe(200);
    expect(home.status(post.id)).toBeUndefined();
    expect((await home.fetch(post.id)).status).toBe(410);
    expect(home.complaints).toEqual([]);
  });

  test("sees its own post come back, accepted by the community", async () => {
    await using v = await village();
    const { home, there, group, alice } = v;
    const post = await alice.post({ text: "Body", name: "Mine", audience: group.id });
    expect(post).toMatchObject({ status: 200, inboxes: [`${there.origin}/inbox`] });
    expect(home.status(post.id)?.pending).toBe(true);
    await group.announce(post.activity);
    expect(home.status(post.id)?.pending).toBe(false);
  });

  test("refuses what it cannot parse with 400 and a JSON error", async () => {
    await using v = await village();
    const { home, there, group, bob, alice } = v;
    const post = await bob.post({ text: "Body", name: "Title", audience: group.id, deliverTo: [] });
    const refusal = async (sent: Promise<{ status: number; body: string }>): Promise<string> => {
      const { status, body } = await sent;
      expect(status, body).toBe(400);
      return (JSON.parse(body) as { error: string; message: string }).message;
    };
    const changed = (object: Doc, activity: Doc = {}): Doc => ({
      ...post.activity,
      ...activity,
      object: { ...post.object, ...object },
    });
    expect(await refusal(group.announce(post.id))).toContain("must be an activity");
    expect(await refusal(group.announce(post.object))).toContain("must be an activity");
    expect(await refusal(group.announce(post.activity, { activityExtra: { cc: undefined } }))).toContain("Announce.cc");
    expect(await refusal(group.announce(changed({}, { cc: undefined })))).toContain("`cc`");
    expect(await refusal(group.announce(changed({ published: "2026-01-01T00:00:00" })))).toContain("zone");
    expect(await refusal(group.announce(changed({ audience: bob.id })))).toContain("audience");
    expect(await refusal(group.announce(changed({ to: ["as:Public", group.id] })))).toContain("not addressed");
    expect(await refusal(group.announce(changed({ id: "http://127.0.0.2/1" })))).toContain("host");
    const follow = { id: `${bob.id}/f`, type: "Follow", actor: bob.id, object: { id: alice.id } };
    expect(await refusal(bob.send(follow, { to: alice.inbox }))).toContain("must be a URL");
    const other = await there.addPerson("other", { type: "Group" });
    const wrapped = other.announce(post.activity, { deliverTo: [alice.inbox] });
    expect(await refusal(wrapped)).toContain(other.id);
    expect(home.timeline(alice)).toEqual([]);
    expect(home.complaints.length).toBe(10);
  });
});
