/** `/admin/people`: who asks to come in, who is here, and what is decided about them. */
import { type Context, Hono } from "hono";

import { parseId, readPeople, readPersonToDecideOn, readRequests } from "../../db/views/admin.ts";
import { readSettings } from "../../db/views/instance.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { approveAccount, refuseAccount } from "../domain/accounts/approve.ts";
import { setAccountRole } from "../domain/accounts/promote.ts";
import { restoreAccount, suspendAccount } from "../domain/accounts/suspend.ts";
import type { Act } from "../domain/policy.ts";
import { notFound } from "./errors.ts";
import { attempt, formLimit, readForm } from "./forms.ts";
import { approvedLetter, refusedLetter, serverName } from "./mails.ts";
import { PEOPLE_DONE, type PeopleDone, peoplePage, personPage } from "./pages/admin-people.ts";
import type { Site, WebEnv } from "./site.ts";

type Keeper = (c: Context<WebEnv>, act: Act) => Viewer;

const PEOPLE = "/admin/people";

export function adminPeopleRoutes(site: Site, keeper: Keeper): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get(PEOPLE, async (c) => {
    const viewer = keeper(c, "account.approve");
    return c.html(await list(c, viewer));
  });

  async function list(c: Context<WebEnv>, viewer: Viewer, problem?: string): Promise<string> {
    const search = (c.req.query("search") ?? "").trim();
    const before = c.req.query("before");
    const first = before === undefined;
    const [requests, people] = await Promise.all([
      first && search === "" ? readRequests(site.db) : null,
      readPeople(site.db, search, before),
    ]);
    const done = doneOf(c);
    return peoplePage(c.get("frame"), { viewer, requests, people, search, first, done, ...(problem && { problem }) });
  }

  for (const [path, decide, letter, done] of [
    ["approve", approveAccount, approvedLetter, "approved"],
    ["refuse", refuseAccount, refusedLetter, "refused"],
  ] as const) {
    app.post(`${PEOPLE}/:id/${path}`, formLimit, async (c) => {
      const viewer = keeper(c, "account.approve");
      const accountId = parseId(c.req.param("id"));
      if (!accountId) return notFound(c);
      const server = serverName(site, await readSettings(site.db));
      let username = "";
      return attempt(
        c,
        async () => {
          await decide(site.house, {
            by: viewer.id,
            accountId,
            letter(who) {
              username = who.username;
              return letter(site, server, who);
            },
          });
          return c.redirect(`${PEOPLE}?done=${done}&name=${username}`, 303);
        },
        (problem) => list(c, viewer, problem),
      );
    });
  }

  app.get(`${PEOPLE}/:name`, async (c) => {
    const viewer = keeper(c, "account.suspend");
    const person = await readPersonToDecideOn(site.db, c.req.param("name"));
    if (!person) return notFound(c);
    return c.html(personPage(c.get("frame"), { viewer, person }));
  });

  /** One thing that is decided about one person, and the page again when it is refused. */
  function decision(
    path: string,
    act: Act,
    decide: (viewer: Viewer, person: Person, c: Context<WebEnv>) => Promise<PeopleDone>,
  ) {
    app.post(`${PEOPLE}/:name/${path}`, formLimit, async (c) => {
      const viewer = keeper(c, act);
      const person = await readPersonToDecideOn(site.db, c.req.param("name") ?? "");
      if (!person) return notFound(c);
      return attempt(
        c,
        async () => c.redirect(`${PEOPLE}?done=${await decide(viewer, person, c)}&name=${person.username}`, 303),
        (problem) => personPage(c.get("frame"), { viewer, person, problem }),
      );
    });
  }

  decision("suspend", "account.suspend", async (viewer, person) => {
    await suspendAccount(site.house, viewer.id, person.id);
    return "suspended";
  });
  decision("restore", "account.suspend", async (viewer, person) => {
    await restoreAccount(site.house, viewer.id, person.id);
    return "restored";
  });
  decision("role", "account.promote", async (viewer, person, c) => {
    const role = (await readForm(c)).choice("role", ["member", "administrator", "owner"]);
    await setAccountRole(site.house, viewer.id, person.id, role);
    return role;
  });

  return app;
}

type Person = NonNullable<Awaited<ReturnType<typeof readPersonToDecideOn>>>;

/** What was just done, as the address says after a redirect. */
function doneOf(c: Context<WebEnv>): { what: PeopleDone; name: string } | null {
  const what = PEOPLE_DONE.find((known) => known === c.req.query("done"));
  const name = c.req.query("name") ?? "";
  return what && /^[a-z0-9_]{1,30}$/.test(name) ? { what, name } : null;
}
