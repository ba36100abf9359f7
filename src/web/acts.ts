/** What is done with a post or a thread by pressing a button: votes, reactions, accepted answers, pins, locks, titles. Each answers with the way back. */
import { type Context, Hono } from "hono";
import type { Id } from "../../db/ids.ts";
import { parseId } from "../../db/views/compose.ts";
import { findPermalink } from "../../db/views/permalink.ts";
import { readPostFor } from "../../db/views/thread-reader.ts";
import { Refusal } from "../base/errors.ts";
import { acceptAnswer, withdrawAnswer } from "../domain/answers/accept.ts";
import { sayWorked } from "../domain/answers/worked.ts";
import { standingsOf } from "../domain/standing.ts";
import { chooseSubscription } from "../domain/subscriptions/choose.ts";
import { classify, THREAD_KINDS } from "../domain/threads/classify.ts";
import { setLocked } from "../domain/threads/lock.ts";
import type { LookAfter } from "../domain/threads/look-after.ts";
import { moveToCommunity } from "../domain/threads/move.ts";
import { setPinned } from "../domain/threads/pin.ts";
import { retitle } from "../domain/threads/retitle.ts";
import { unvoteHere, voteHere } from "../domain/votes/here.ts";
import { type Form, formLimit, readForm } from "./forms.ts";
import { postFooter } from "./parts/acts.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

interface Pressed {
  c: Context<WebEnv>;
  form: Form;
  viewer: ReturnType<typeof signedIn>;
}

/** The routes of all acts. Without a session they lead to signing in; what the policy forbids is a 403. */
export function actRoutes(site: Site): Hono<WebEnv> {
  const { db, house } = site;
  const app = new Hono<WebEnv>();

  /** `POST /posts/{id}/{name}`: does it, then leads back to the post's place, or hands the script the post's small line anew. */
  const onPost = (name: string, act: (postId: Id, pressed: Pressed) => Promise<unknown>) =>
    app.post(`/posts/:id/${name}`, formLimit, async (c) => {
      const viewer = signedIn(c);
      const place = await findPermalink(db, c.req.param("id") ?? "");
      if (place.is === "none") throw new Refusal("not-found");
      if (place.is === "gone") throw new Refusal("gone");
      const postId = c.req.param("id") as Id;
      await act(postId, { c, form: await readForm(c), viewer });
      if (c.req.header("accept") === "application/json") {
        const seen = await readPostFor(db, viewer.id, postId);
        if (!seen) throw new Refusal("gone");
        const { said } = c.get("frame").words.thread;
        const { groupId, askerId } = seen.thread;
        const standings = await standingsOf(db, viewer.id, { groupId: groupId as Id, askerId: askerId as Id });
        return c.json({ footer: postFooter(c.get("frame"), seen, viewer.id, standings), said: said(name) });
      }
      const page = place.after === null ? "" : `?after=${place.after}`;
      return c.redirect(`/c/${place.slug}/t/${place.threadId}${page}#p-${postId}`, 303);
    });

  const whoOn = (postId: Id, { id, secondFactor }: Pressed["viewer"]) => ({ postId, by: id, secondFactor });
  const kind = (form: Form) => form.choice("kind", ["up", "down"]);
  onPost("vote", (postId, { form, viewer }) => voteHere(house, { postId, by: viewer, kind: kind(form), emoji: "" }));
  onPost("unvote", (postId, { form, viewer }) =>
    unvoteHere(house, { postId, by: viewer, kind: kind(form), emoji: "" }),
  );
  onPost("react", (postId, { form, viewer }) => {
    const [emoji, back] = [form.line("emoji", 60), form.line("back", 60)];
    if (back !== "") return unvoteHere(house, { postId, by: viewer, kind: "reaction", emoji: back });
    return voteHere(house, { postId, by: viewer, kind: "reaction", emoji });
  });
  onPost("accept", (postId, { viewer }) => acceptAnswer(house, whoOn(postId, viewer)));
  onPost("unaccept", (postId, { viewer }) => withdrawAnswer(house, whoOn(postId, viewer)));
  onPost("worked", (postId, { viewer }) => sayWorked(house, { postId, by: viewer.id, worked: true }));
  onPost("unworked", (postId, { viewer }) => sayWorked(house, { postId, by: viewer.id, worked: false }));

  /** `POST /c/{slug}/t/{id}/{name}`: does it, then leads back to the thread, wherever it stands then. */
  const onThread = (name: string, act: (who: LookAfter, pressed: Pressed) => Promise<unknown>) =>
    app.post(`/c/:slug/t/:id/${name}`, formLimit, async (c) => {
      const viewer = signedIn(c);
      const threadId = (c.req.param("id") ?? "") as Id;
      const place = await findPermalink(db, threadId);
      if (place.is === "gone") throw new Refusal("gone");
      if (place.is === "none" || place.threadId !== threadId || place.slug !== c.req.param("slug"))
        throw new Refusal("not-found");
      await act({ threadId, by: viewer.id, secondFactor: viewer.secondFactor }, { c, form: await readForm(c), viewer });
      const now = await findPermalink(db, threadId);
      // Whoever pressed by keyboard goes on where they were.
      return c.redirect(`/c/${now.is === "here" ? now.slug : place.slug}/t/${threadId}#keeping`, 303);
    });

  onThread("pin", (who) => setPinned(house, { ...who, pinned: true }));
  onThread("unpin", (who) => setPinned(house, { ...who, pinned: false }));
  onThread("lock", (who) => setLocked(house, { ...who, locked: true }));
  onThread("unlock", (who) => setLocked(house, { ...who, locked: false }));
  onThread("move", (who, { form }) => {
    const toId = parseId(form.line("to", 20));
    if (!toId) throw new Refusal("input-invalid");
    return moveToCommunity(house, { ...who, toId });
  });
  onThread("retitle", (who, { form }) => retitle(house, { ...who, title: form.line("title") }));
  onThread("classify", (who, { form }) =>
    classify(house, { ...who, kind: form.choice("kind", THREAD_KINDS), topics: form.lines("topic", 30).slice(0, 50) }),
  );
  onThread("follow", (who) => chooseSubscription(house, { ...who, level: "follow" }));
  onThread("mute", (who) => chooseSubscription(house, { ...who, level: "mute" }));
  onThread("unfollow", (who) => chooseSubscription(house, { ...who, level: null }));

  return app;
}
