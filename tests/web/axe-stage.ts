/** A site with something on every page, for whoever looks at all of them. */
import type { Id } from "../../db/ids.ts";
import { setPasswordHash } from "../../db/queries/credentials.ts";
import { upsertMembership } from "../../db/queries/members.ts";
import { passwordLink } from "../../src/auth/recover.ts";
import { setupLink } from "../../src/auth/setup.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { createAccount } from "../../src/domain/accounts/create.ts";
import { createInvitation } from "../../src/domain/accounts/invite.ts";
import { hashPassword } from "../../src/domain/accounts/password.ts";
import { acceptAnswer } from "../../src/domain/answers/accept.ts";
import { writeCharter } from "../../src/domain/charters/write.ts";
import { keepDraft } from "../../src/domain/drafts/keep.ts";
import { writeMail } from "../../src/domain/mails/write.ts";
import { blockHost, blockPerson } from "../../src/domain/people/block.ts";
import { saveProfile } from "../../src/domain/people/profile.ts";
import { voteInPoll } from "../../src/domain/polls/vote.ts";
import { reviseOwnPost } from "../../src/domain/posts/revise.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { addTopic } from "../../src/domain/topics/edit.ts";
import { invitationLink } from "../../src/web/invitation-link.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { seedStories } from "./seed-stories.ts";
import type { TestSite } from "./site.ts";

export const ORIGIN = "http://commons.example";
const PASSWORD = "seven quiet looms";

/** Whom the pages are shown to. `fay` owns the server and facilitates, `newt` is new, `dee` has a passkey to show first. */
export type Reader = "visitor" | "fay" | "newt" | "dee";

export interface Stage {
  people: Record<Exclude<Reader, "visitor">, TestPerson>;
  /** Paths with what only the database or a key knows. */
  at: Record<
    | "thread"
    | "long"
    | "languages"
    | "warned"
    | "quiet"
    | "gone"
    | "poll"
    | "person"
    | "own"
    | "reply"
    | "invitation"
    | "confirm"
    | "reset"
    | "setup"
    | "unsubscribe"
    | "mail"
    | "passkey",
    string
  >;
}

export async function setTheStage(site: TestSite): Promise<Stage> {
  const { db, house } = site;
  const tokens = openTokens({ secret: Buffer.alloc(32, 7), origin: ORIGIN });
  const stories = await seedStories(db);
  const fay = await makePerson(house, "fay", { role: "owner", secondFactor: true });
  const [newt, dee] = [await makePerson(house, "newt"), await makePerson(house, "dee")];
  const pest = await makePerson(house, "pest");
  const passwordHash = await hashPassword(PASSWORD);
  for (const person of [newt, dee]) await setPasswordHash(db, person.id, passwordHash);
  await db`insert into passkeys (id, actor_id, public_key, name) values ('key-of-dee', ${dee.id}, 'x', 'The phone in my pocket')`;
  await db`update sessions set second_factor_at = now() - interval '1 hour' where actor_id = ${dee.id}`;

  const groups = new Map(
    (await db<{ id: Id; slug: string }[]>`select id, username as slug from actors where kind = 'group'`).map(
      ({ id, slug }) => [slug, id],
    ),
  );
  const group = (slug: string) => groups.get(slug) as Id;
  const join = (person: TestPerson, slug: string, role: "facilitator" | "steward" | "member", waits = false) =>
    upsertMembership(db, {
      groupId: group(slug),
      actorId: person.id,
      state: waits ? "pending" : "accepted",
      followUri: `${person.uri}#${slug}`,
      role,
      answers: ["Pipes, for a living.", "A friend."],
    });
  await join(fay, "welding", "facilitator");
  await join(fay, "gardens", "facilitator");
  await join(newt, "welding", "member");
  await join(dee, "welding", "steward");
  await join(pest, "welding", "member", true);
  await db`
    update communities set questions = '{"What do you weld?","Who sent you here?"}', rules = '{"Say what you have tried.","Nobody is born knowing this."}',
      welcome_source = ${"Good that you are here.\n\nPut your **first bead** in a thread."}, colour = '#1d6f8a' where actor_id = ${group("welding")}`;
  await db`update communities set joining = 'request', questions = '{"What grows where you are?"}' where actor_id = ${group("gardens")}`;
  const standings = ["facilitator"] as const;
  for (const name of ["Stainless", "TIG"]) await addTopic(house, { groupId: group("welding"), standings, name });
  await db`insert into thread_topics select ${stories.warping}, id from topics`;
  await db`update threads set kind = 'question', pinned_at = now() where id = ${stories.warping}`;
  const charter = {
    groupId: group("welding"),
    by: fay.id,
    standings,
    audience: "For everybody who welds.",
    norms: "- Say what you have tried.\n- Show your failures, too.",
    roles: "",
    reviewOn: "2027-01-31",
  };
  await writeCharter(house, { ...charter, from: 0, purpose: "We learn to join metal." });
  await writeCharter(house, { ...charter, from: 1, purpose: "We learn to join metal **so that it holds**." });

  const text = { warning: "", language: "en", pictures: [] };
  const start = (by: TestPerson, kind: "poll" | "question", title: string, key: string) =>
    composeThread(house, by.id, {
      ...text,
      groupId: group("welding"),
      title,
      source: "I have the workshop until ten.",
      kind,
      topicIds: [],
      linkUrl: null,
      ...(kind === "poll" && { poll: { options: "Vertical seams\nReading a weld", multiple: false, days: 7 } }),
      submissionKey: key,
    });
  const poll = (await start(newt, "poll", "What shall we practise?", "the-poll-of-newt")).id;
  await voteInPoll(house, { threadId: poll, by: dee, chosen: [1] });
  const own = (await start(fay, "question", "Which brush for aluminium?", "the-question-of-fay")).id;
  const reply = (
    await composeReply(house, newt.id, {
      ...text,
      parentId: own,
      source: "A new one. @fay",
      submissionKey: "a-reply-of-newt",
    })
  ).id;
  await acceptAnswer(house, { postId: reply, by: fay.id });
  await reviseOwnPost(house, fay.id, {
    ...text,
    postId: own,
    source: "Which *brush*?",
    submissionKey: "an-edit-of-fay",
  });
  const long = await stories.seed.longThread("welding", "A long one", "ana@mastodon.example", 14, 12);

  await saveProfile(house, fay.id, {
    name: "Fay Lindqvist",
    bio: "I *mend* things.",
    does: "Pipe welder, twenty years",
    helpsWith: ["TIG", "Purging"],
    wantsToLearn: ["Titanium"],
    languages: ["de", "en"],
    timeZone: "Europe/Lisbon",
    links: [{ label: "The cellar", url: "https://cellar.example/" }],
    alsoKnownAs: [],
  });
  await db`update profiles set links = jsonb_set(links, '{0,verifiedAt}', '"2026-01-01T00:00:00.000Z"') where actor_id = ${fay.id}`;
  await blockPerson(house, fay.id, pest.id);
  await blockHost(house, fay.id, "spam.example");
  await keepDraft(house, fay.id, "/c/welding/new", { kind: "story", title: "The day the argon ran out" });
  for (const kind of ["reply", "mention", "join-request"])
    await db`insert into notifications (id, actor_id, kind, from_id, group_id, thread_id, post_id)
      values (${house.makeId()}, ${fay.id}, ${kind}, ${newt.id}, ${group("welding")}, ${kind === "join-request" ? null : own}, ${kind === "join-request" ? null : reply})`;

  // A community of another server, one of whose conversations is here.
  const elsewhere = house.makeId();
  const bo = stories.seed.people.get("bo@lemmy.example") ?? "";
  await db`
    insert into actors (id, uri, peer_id, kind, username, name, summary, url, inbox_id)
    select ${elsewhere}, 'https://lemmy.example/c/forge', peer_id, 'group', 'forge', 'Blacksmithing', '<p>Hammers and coal.</p>', 'https://lemmy.example/c/forge', inbox_id
      from actors where id = ${bo}`;
  const coal = house.makeId();
  await db.begin(async (tx) => {
    await tx`insert into threads (id, group_id, title, active_at) values (${coal}, ${elsewhere}, 'Coal or gas?', now())`;
    await tx`
      insert into posts (id, uri, url, thread_id, branch_id, author_id, object_type, content, published_at)
      values (${coal}, 'https://lemmy.example/post/1', 'https://lemmy.example/post/1', ${coal}, ${coal}, ${bo}, 'Note', '<p>In a garage.</p>', now())`;
  });
  await db`insert into histories (group_id, fetched_at, total, threads, replies, complete) values (${elsewhere}, now(), 40, 1, 0, false)`;

  await createAccount(house, "anyone", {
    username: "lena",
    name: "Lena",
    role: "member",
    state: "asked",
    email: "lena@mail.example",
    emailConfirmed: false,
    passwordHash: null,
    answer: "Bicycles.",
  });
  await writeMail(db, house, {
    to: "lena@mail.example",
    actorId: null,
    purpose: "x",
    subject: "Confirm",
    text: "Hello.",
  });
  const [mail] = await db<{ id: string }[]>`
    update mails set failed_at = now(), last_error = '550 no such user' where subject = 'Confirm' returning id`;
  const invitation = await createInvitation(house, fay.id, {
    groupId: group("welding"),
    role: "member",
    uses: 3,
    days: 7,
    note: "The evening class",
  });
  const link = await invitationLink({ tokens, origin: ORIGIN }, { id: invitation, expiresAt: Date.now() + 86_400_000 });
  const confirm = await tokens.sign("confirm-email", { actor: newt.id, email: "newt@mail.example" }, 600);
  const reset = await passwordLink(house, tokens, { id: newt.id, passwordHash });
  const path = (url: string) => url.slice(url.indexOf("/", "https://".length));
  await site.app.request("/settings/security/totp/begin", formOf(ORIGIN, newt, { password: PASSWORD }));

  return {
    people: { fay, newt, dee },
    at: {
      thread: `/c/welding/t/${stories.warping}`,
      long: `/c/welding/t/${long.id}`,
      languages: `/c/gardens/t/${stories.languages}`,
      warned: `/c/nightnursing/t/${stories.burn}`,
      quiet: `/c/welding/t/${stories.quiet}`,
      gone: `/c/welding/t/${stories.removed}`,
      poll: `/c/welding/t/${poll}`,
      person: `/people/${stories.ana}`,
      own: `/posts/${own}`,
      reply: `/posts/${reply}`,
      invitation: path(link),
      confirm: `/confirm-email?token=${confirm}`,
      reset: path(reset),
      setup: path(await setupLink(ORIGIN, tokens)),
      unsubscribe: `/unsubscribe?token=${await tokens.sign("unsubscribe", { actor: newt.id }, 600)}`,
      mail: `/admin/mail/${mail?.id}`,
      passkey: "/settings/security/passkeys/key-of-dee/remove",
    },
  };
}
