/** `community create`, `community list`, `community show`. */
import { readCommunityHead } from "../../db/views/community.ts";
import { listCommunities, reportCommunity } from "../../db/views/operator.ts";
import { readAccount } from "../../db/views/operator-accounts.ts";
import { Refusal } from "../base/errors.ts";
import { ago, plural, table } from "../base/table.ts";
import { isLoopback } from "../config.ts";
import { createCommunity } from "../domain/communities/create.ts";
import { followUriOf } from "../domain/members/join.ts";
import { appointFacilitator } from "../domain/members/roles.ts";
import { howToCall } from "./call.ts";
import { command } from "./command.ts";

export const communityCreate = command({
  name: "community create",
  summary: "Founds a community",
  operands: ["SLUG"],
  options: {
    name: { type: "string", value: "NAME", meaning: "what people call it", required: true },
    summary: { type: "string", value: "TEXT", meaning: "what it is about, in a sentence or two; Markdown" },
  },
  async run(desk, { name = "", summary = "" }, [slug = ""]) {
    const community = await createCommunity(await desk.openHouse(), { slug, name, summary });
    const { origin } = desk.config;
    const handle = handleOf(community.slug, origin);
    desk.say(`Founded ${community.name}.\n\n  Handle  ${handle}\n  Page    ${community.uri}\n`);
    desk.say(
      isLoopback(new URL(origin).hostname)
        ? `Only this machine can reach ${origin}: set ORIGIN to a public address, and found the communities there, before you invite others.`
        : `Next: search for ${handle} on Mastodon, Lemmy or any other server of the fediverse, follow it, and mention it in a post to start a thread.`,
    );
    desk.say(
      `Nobody facilitates it yet: ${howToCall()} community appoint ${community.slug} NAME makes somebody with an account here its facilitator.`,
    );
    return 0;
  },
});

export const communityAppoint = command({
  name: "community appoint",
  summary: "Makes somebody with an account here a facilitator of a community",
  operands: ["SLUG", "NAME"],
  options: {},
  async run(desk, _, [slug = "", name = ""]) {
    const db = await desk.openDb("require");
    const [community, account] = await Promise.all([readCommunityHead(db, slug), readAccount(db, name)]);
    if (!community || community.gone) throw new Refusal("not-found", `There is no community named ${slug} here.`);
    if (!account) throw new Refusal("not-found", `There is no account named ${name} here.`);
    const followUri = followUriOf(account.uri, community.id);
    await appointFacilitator(await desk.openHouse(), { groupId: community.id, actorId: account.id, followUri });
    desk.say(`${handleOf(name, desk.config.origin)} is a facilitator of ${community.name} now.`);
    return 0;
  },
});

export const communityList = command({
  name: "community list",
  summary: "Lists the communities of this server",
  operands: [],
  options: {},
  async run(desk) {
    const communities = await listCommunities(await desk.openDb("require"));
    if (communities.length === 0) {
      desk.say(`There is no community yet. Found one: ${howToCall()} community create SLUG --name NAME`);
      return 0;
    }
    const lines = table(communities, [
      { title: "HANDLE", value: ({ slug }) => handleOf(slug, desk.config.origin) },
      { title: "NAME", value: ({ name }) => name },
      { title: "MEMBERS", value: ({ members }) => members },
      { title: "PENDING", value: ({ pending }) => pending },
      { title: "THREADS", value: ({ threads }) => threads },
      { title: "LAST ACTIVITY", value: ({ activeAt }) => ago(activeAt) },
    ]);
    desk.say(lines.trimEnd());
    return 0;
  },
});

export const communityShow = command({
  name: "community show",
  summary: "Shows one community: members, threads, and where its followers are",
  operands: ["SLUG"],
  options: {},
  async run(desk, _values, [slug = ""]) {
    const db = await desk.openDb("require");
    const community = await reportCommunity(db, slug.replace(/^[@!]/, "").split("@")[0] ?? "");
    if (!community) throw new Refusal("not-found", `There is no community named ${slug} here.`);
    const facts: [string, string | number][] = [
      ["Handle", handleOf(community.slug, desk.config.origin)],
      ["Page", community.uri],
      ["About", community.summary],
      ["Founded", ago(community.createdAt)],
      ["Members", `${plural(community.members, "member")}, ${community.localMembers} of them here`],
      ["Pending", plural(community.pending, "request")],
      ["Threads", `${plural(community.threads, "thread")} with ${plural(community.replies, "reply")}`],
      ["Last activity", ago(community.activeAt)],
      ["Followed from", community.hostCount === 0 ? "no other server" : plural(community.hostCount, "other server")],
    ];
    desk.say(`${community.name}\n`);
    for (const [label, value] of facts) if (value !== "") desk.say(`  ${label.padEnd(13)}  ${value}`);
    if (community.hosts.length > 0) {
      const lines = table(community.hosts, [
        { title: "SERVER", value: ({ host }) => host },
        { title: "SOFTWARE", value: ({ software }) => software ?? "unknown" },
        { title: "MEMBERS", value: ({ members }) => members },
      ]);
      const more = community.hostCount - community.hosts.length;
      desk.say(`\n${lines.trimEnd()}${more > 0 ? `\n… and ${plural(more, "more server", "more servers")}` : ""}`);
    }
    if (community.waiting.length > 0) {
      const lines = table(community.waiting, [
        { title: "WAITING", value: ({ uri }) => uri },
        { title: "SINCE", value: ({ requestedAt }) => ago(requestedAt) },
      ]);
      desk.say(`\n${lines.trimEnd()}`);
    }
    return 0;
  },
});

/** `@welding@commons.example`. */
export function handleOf(slug: string, origin: string): string {
  return `@${slug}@${new URL(origin).host}`;
}
