/** A site with something on every page, and the table of its pages: who looks, where, and what they press first. */
import type { BrowserContext, Page } from "playwright-core";
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

/** One page. `before` makes ready what it shows; `first` presses what leads to it. */
export interface Row {
  name: string;
  as: Reader;
  path: string | ((at: Stage["at"]) => string);
  /** It changes the site for everybody, and is looked at when the rest has been. */
  alone?: true;
  before?: (context: BrowserContext, site: TestSite) => Promise<unknown>;
  first?: (page: Page, site: TestSite) => Promise<unknown>;
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

/** Sends the form as it is, past what the browser itself would ask for. */
const send = (form: string, button?: string) => async (page: Page) => {
  const sent = page.evaluate(
    `{ const form = document.querySelector(${JSON.stringify(form)}); form.noValidate = true;
       form.requestSubmit(${button === undefined ? "undefined" : `form.querySelector(${JSON.stringify(button)})`}); }`,
  );
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), sent]);
};
const PUBLISH = 'button[value="publish"]';

/** Every page of the site, each as somebody sees it to whom it says most. */
export const PAGES: readonly Row[] = [
  { name: "the front page", as: "visitor", path: "/" },
  { name: "a community", as: "visitor", path: "/c/welding" },
  { name: "a community by its facilitator", as: "fay", path: "/c/welding" },
  { name: "an empty community", as: "visitor", path: "/c/repair" },
  { name: "a community of another server", as: "fay", path: "/c/forge@lemmy.example" },
  { name: "a conversation", as: "visitor", path: ({ thread }) => thread },
  { name: "a conversation by its facilitator", as: "fay", path: ({ thread }) => thread },
  { name: "a long conversation", as: "newt", path: ({ long }) => long },
  { name: "a conversation in many languages", as: "visitor", path: ({ languages }) => languages },
  { name: "a conversation with a warning and pictures", as: "visitor", path: ({ warned }) => warned },
  { name: "a conversation that nobody has answered", as: "newt", path: ({ quiet }) => quiet },
  { name: "a conversation with an answer", as: "fay", path: ({ own }) => own },
  { name: "a poll to vote in", as: "fay", path: ({ poll }) => poll },
  { name: "a poll that has one's vote", as: "dee", path: ({ poll }) => poll },
  { name: "a conversation that is gone", as: "visitor", path: ({ gone }) => gone },
  { name: "no page", as: "visitor", path: "/nothing" },
  { name: "a page that one may not see", as: "newt", path: "/admin" },
  { name: "somebody elsewhere", as: "fay", path: ({ person }) => person },
  { name: "somebody here", as: "visitor", path: "/u/fay" },
  { name: "oneself", as: "fay", path: "/@fay" },
  { name: "about the server", as: "visitor", path: "/about" },
  { name: "offline", as: "visitor", path: "/offline" },

  { name: "home", as: "fay", path: "/home" },
  { name: "home, at first", as: "newt", path: "/home" },
  { name: "notices", as: "fay", path: "/notifications" },
  { name: "no notices", as: "dee", path: "/notifications" },
  { name: "search", as: "visitor", path: "/search" },
  { name: "what was found", as: "fay", path: "/search?q=copper" },
  { name: "nothing found", as: "visitor", path: "/search?q=xyzzy" },
  { name: "a share", as: "fay", path: "/share?title=A&url=https://a.example/" },

  { name: "following from elsewhere", as: "visitor", path: "/c/welding/follow" },
  {
    name: "following from nowhere",
    as: "visitor",
    path: "/c/welding/follow",
    first: async (page) => {
      await page.locator("#account").fill("@you@nowhere.example");
      await send("form.follow")(page);
    },
  },
  { name: "a charter", as: "fay", path: "/c/welding/charter" },
  { name: "what changed in a charter", as: "visitor", path: "/c/welding/charter/changes?from=1&to=2" },
  { name: "a charter to write", as: "fay", path: "/c/welding/charter/edit" },
  { name: "members", as: "newt", path: "/c/welding/members" },
  { name: "members to look after", as: "fay", path: "/c/welding/members" },
  { name: "requests", as: "fay", path: "/c/welding/requests" },
  { name: "topics", as: "fay", path: "/c/welding/topics" },
  {
    name: "a topic that is there already",
    as: "fay",
    path: "/c/welding/topics",
    first: async (page) => {
      await page.locator("#f-name").fill("TIG");
      await send('form[action="/c/welding/topics"]')(page);
    },
  },
  { name: "a topic", as: "visitor", path: "/c/welding/topics/stainless" },
  { name: "a welcome", as: "newt", path: "/c/welding/welcome" },
  { name: "newcomers", as: "fay", path: "/c/welding/newcomers" },
  { name: "settings of a community", as: "fay", path: "/c/welding/settings" },
  { name: "asking to join", as: "newt", path: "/c/gardens/join" },
  { name: "asking without an answer", as: "newt", path: "/c/gardens/join", first: send("main form") },
  { name: "a community to found", as: "fay", path: "/communities/new" },
  { name: "a community without a name", as: "fay", path: "/communities/new", first: send("main form") },

  { name: "the kinds of conversations", as: "fay", path: "/c/welding/new" },
  { name: "a question to write", as: "fay", path: "/c/welding/new?kind=question" },
  { name: "a poll to write", as: "fay", path: "/c/welding/new?kind=poll" },
  {
    name: "a link without a title",
    as: "newt",
    path: "/c/welding/new?kind=link",
    first: send("form.composer", PUBLISH),
  },
  {
    name: "a reply with its preview",
    as: "fay",
    path: ({ reply }) => `${reply}/reply?quote=1`,
    first: async (page) => {
      await page.getByRole("button", { name: "Preview" }).click();
      await page.locator(".preview .prose").waitFor();
    },
  },
  { name: "an edit", as: "fay", path: ({ own }) => `${own}/edit` },
  { name: "earlier versions", as: "visitor", path: ({ own }) => `${own}/history` },
  { name: "a removal", as: "fay", path: ({ reply }) => `${reply}/remove` },
  { name: "drafts", as: "fay", path: "/drafts" },

  { name: "signing in", as: "visitor", path: "/sign-in" },
  { name: "signing in wrongly", as: "visitor", path: "/sign-in", first: send('main form:has([type="password"])') },
  {
    name: "the second step",
    as: "visitor",
    path: "/sign-in/code",
    before: (context) => context.addCookies([{ name: "second-step", value: "x", url: ORIGIN }]),
    first: (page) => page.context().clearCookies(),
  },
  { name: "a forgotten password", as: "visitor", path: "/forgot" },
  { name: "a new password", as: "visitor", path: ({ reset }) => reset },
  { name: "joining", as: "visitor", path: "/join" },
  { name: "joining without a name", as: "visitor", path: "/join", first: send("main form") },
  { name: "an invitation", as: "visitor", path: ({ invitation }) => invitation },
  { name: "an invitation to somebody here", as: "dee", path: ({ invitation }) => invitation },
  { name: "a request that was sent", as: "visitor", path: "/join/sent" },
  { name: "a mail address to confirm", as: "visitor", path: ({ confirm }) => confirm },
  { name: "no more mails", as: "visitor", path: ({ unsubscribe }) => unsubscribe },

  { name: "the profile", as: "fay", path: "/settings?saved" },
  { name: "appearance", as: "fay", path: "/settings/appearance" },
  { name: "notices by mail", as: "fay", path: "/settings/notifications?saved" },
  { name: "who is blocked", as: "fay", path: "/settings/blocks" },
  { name: "one's data", as: "fay", path: "/settings/export" },
  { name: "closing the account", as: "newt", path: "/settings/close" },
  { name: "security", as: "dee", path: "/settings/security" },
  { name: "a second factor to show", as: "dee", path: "/settings/security/show" },
  { name: "a passkey to remove", as: "fay", path: ({ passkey }) => passkey },
  { name: "a password to change", as: "newt", path: "/settings/security/password" },
  { name: "a mail address to change", as: "newt", path: "/settings/security/address" },
  { name: "a mail address to remove", as: "newt", path: "/settings/security/address/remove" },
  { name: "codes of an app", as: "newt", path: "/settings/security/totp" },
  { name: "codes of an app to scan", as: "newt", path: "/settings/security/totp/confirm" },
  { name: "recovery codes", as: "newt", path: "/settings/security/codes", first: send("main form") },
  { name: "a passkey to make", as: "newt", path: "/settings/security/passkeys/new", first: send("main form") },

  { name: "looking after the server", as: "fay", path: "/admin" },
  { name: "people of the server", as: "fay", path: "/admin/people" },
  { name: "one person of the server", as: "fay", path: "/admin/people/newt" },
  { name: "invitations", as: "fay", path: "/admin/invitations" },
  { name: "mails", as: "fay", path: "/admin/mail" },
  { name: "one mail", as: "fay", path: ({ mail }) => mail },
  { name: "what was done", as: "fay", path: "/admin/audit" },

  {
    name: "a page that broke",
    as: "visitor",
    alone: true,
    path: "/c/welding/charter",
    before: (_, { db }) => db`alter table charters rename to charters_away`,
    first: (_, { db }) => db`alter table charters_away rename to charters`,
  },
  {
    name: "setting up",
    as: "visitor",
    alone: true,
    path: ({ setup }) => setup,
    before: (_, { db }) => db`update accounts set state = 'closed' where role = 'owner'`,
  },
];

/** What answers to programs, or only leads on: no pages. */
export const NO_PAGES =
  /^\/(?:assets|media)\/|\/feed\.(?:atom|json)$|^\/(?:favicon\.svg|icon[\w.-]*|robots\.txt|manifest\.webmanifest|offline-worker\.js|livez|readyz|complete|live|drafts\/sent)$/;
