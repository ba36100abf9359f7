/** The table of the site's pages: who looks, where, and what they press first. */
import type { BrowserContext, Page } from "playwright-core";
import { ORIGIN, type Reader, type Stage } from "./axe-stage.ts";
import type { TestSite } from "./site.ts";

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
  {
    name: "an invitation to nobody",
    as: "fay",
    path: "/c/welding/members",
    first: async (page) => {
      await page.locator("#f-name").fill("@nobody");
      await send('form[action$="/invite-by-name"]')(page);
    },
  },
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
