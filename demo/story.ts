/** The story of the demonstration: people of a Mastodon and a Lemmy live with two communities on two of our servers. */
import type { CommunityRow } from "../db/queries/communities.ts";
import type { RemotePerson, RemotePost } from "../tests/support/remote/index.ts";
import type { Narrator } from "./narrator.ts";
import type { OurServer, Stage } from "./stage.ts";

interface Cast {
  welding: CommunityRow;
  frames: CommunityRow;
  ana: RemotePerson;
  ben: RemotePerson;
  lena: RemotePerson;
}

/** Plays it to its end. Throws when something that is told does not happen. */
export async function play(stage: Stage, narrator: Narrator): Promise<void> {
  const cast = await assemble(stage, narrator);
  await follow(stage, narrator, cast);
  const question = await ask(stage, narrator, cast);
  await answer(stage, narrator, cast, question);
  await voteAndEdit(stage, narrator, cast, question);
  await takeBack(stage, narrator, cast);
  lookAround(
    stage,
    narrator,
    cast,
    await threadAt(stage.ours[0], question.id),
    await threadAt(stage.ours[1], question.id),
  );
}

async function assemble({ ours: [first, second], mastodon, lemmy }: Stage, narrator: Narrator): Promise<Cast> {
  await narrator.chapter("Four servers on this machine");
  const welding = await first.found(
    "welding",
    "Welding",
    "How we join metal, and what we learned when it did not hold.",
  );
  const frames = await second.found("frames", "Frame building", "Bicycle frames: steel, files and patience.");
  const [ana, ben] = [
    await mastodon.addPerson("ana", { displayName: "Ana" }),
    await mastodon.addPerson("ben", { displayName: "Ben" }),
  ];
  const lena = await lemmy.addPerson("lena", { displayName: "Lena" });
  await narrator.show("One runs Commonplace, with a community named Welding.", welding.uri, () =>
    reads(welding.uri, "Welding"),
  );
  await narrator.show("Another organisation runs Commonplace too, with Frame building.", frames.uri, () =>
    reads(frames.uri, "Frame building"),
  );
  await narrator.tell(`The third passes for a Mastodon: Ana and Ben live there (${mastodon.host}).`);
  await narrator.tell(`The fourth passes for a Lemmy, a forum: Lena lives there (${lemmy.host}).`);
  return { welding, frames, ana, ben, lena };
}

async function follow(
  { ours: [first], mastodon, lemmy }: Stage,
  narrator: Narrator,
  { welding, frames, ana, ben, lena }: Cast,
): Promise<void> {
  await narrator.chapter("They follow");
  await narrator.tell(`Ana searches for @welding@${first.host} on her Mastodon, finds it, and follows it.`);
  const found = await mastodon.lookup(`@welding@${first.host}`);
  await ana.follow(found.id);
  await narrator.tell("Ben follows Frame building, and Lena subscribes to Welding from her forum.");
  await ben.follow(frames.uri);
  await lemmy.lookup(`@welding@${first.host}`);
  await lena.follow(welding.uri);
  const accepted = () =>
    [ana.following.get(welding.uri), ben.following.get(frames.uri), lena.following.get(welding.uri)].every(
      (state) => state === "accepted",
    );
  await narrator.show(
    "All three were accepted, and Welding counts two followers on two servers.",
    welding.uri,
    async () => accepted() && (await reads(welding.uri, "2 people follow it from 2 servers")),
  );
}

async function ask(
  { ours: [first, second], mastodon, lemmy }: Stage,
  narrator: Narrator,
  { welding, frames, ana, ben, lena }: Cast,
): Promise<RemotePost> {
  await narrator.chapter("Ana asks, once, in two communities");
  await narrator.tell(
    "On her Mastodon, Ana writes a post that mentions both: “Which rod for thin stainless tube? It burns through every time.”",
  );
  const question = await ana.post({
    text: "Which rod for thin stainless tube?\nIt burns through every time.",
    mention: [welding.uri, frames.uri],
    mentionAt: "end",
  });
  const title = "Which rod for thin stainless tube?";
  await narrator.show(
    "Mentioning a community starts a thread there: in Welding …",
    await threadAt(first, question.id),
    async () => reads(await threadAt(first, question.id), title),
  );
  await narrator.show("… and in Frame building, on the other server.", await threadAt(second, question.id), async () =>
    reads(await threadAt(second, question.id), title),
  );
  await narrator.show(
    "Ben follows neither Ana nor Welding. Frame building boosted her post, so it stands in his home timeline.",
    question.url,
    () => mastodon.timeline(ben).some((status) => status.id === question.id && status.boostedBy === frames.uri),
  );
  await narrator.show("On Lena’s forum it is a post in the community Welding.", null, () =>
    lemmy.timeline(lena).some((status) => status.id === question.id && status.community === welding.uri),
  );
  return question;
}

async function answer(
  { ours: [first, second], lemmy }: Stage,
  narrator: Narrator,
  { welding, frames, ana, ben, lena }: Cast,
  question: RemotePost,
): Promise<void> {
  await narrator.chapter("They answer");
  await narrator.tell("Ben replies from his app: “1.2 mm 308L, and back-purge with argon.”");
  const reply = await ben.reply(question, { text: "1.2 mm 308L, and back-purge with argon." });
  const both = async (words: string) =>
    (await reads(await threadAt(first, question.id), words)) &&
    (await reads(await threadAt(second, question.id), words));
  await narrator.show("His reply is in both threads at once.", await threadAt(first, question.id), () =>
    both("back-purge with argon"),
  );
  await narrator.tell(
    "Lena answers him on her forum, where only Welding hears it: “A copper bar behind the seam does it too.”",
  );
  await seen(() => lemmy.status(reply.id) !== undefined);
  const comment = await lena.reply(reply.id, { text: "A copper bar behind the seam does it too." });
  await narrator.show("Her comment hangs under his reply.", await threadAt(first, question.id), async () =>
    reads(await threadAt(first, question.id), "A copper bar behind the seam"),
  );
  await narrator.tell("Ana thanks Lena, and mentions Frame building, which never heard what she is being thanked for.");
  await ana.reply(comment.id, {
    text: "The copper bar works, thank you!",
    mention: [lena.id, welding.uri, frames.uri],
  });
  await narrator.show(
    "It fetches Lena’s comment from her own server, and puts both in their places.",
    await threadAt(second, question.id),
    async () => (await both("The copper bar works")) && both("A copper bar behind the seam"),
  );
}

async function voteAndEdit(
  { ours: [first, second], mastodon, lemmy }: Stage,
  narrator: Narrator,
  { ana, ben, lena }: Cast,
  question: RemotePost,
): Promise<void> {
  await narrator.chapter("They vote and edit");
  await narrator.tell("Lena votes for the question.");
  await lena.like(question.id);
  await narrator.show("One person found it helpful.", await threadAt(first, question.id), async () =>
    reads(await threadAt(first, question.id), "helpful 1"),
  );
  await narrator.tell("Ana makes her question clearer, for whoever comes after her.");
  await ana.edit(question, {
    text: "Which rod for thin stainless tube, 1 mm wall?\nSolved: 308L and a copper bar behind the seam.",
  });
  const title = "Which rod for thin stainless tube, 1 mm wall?";
  await narrator.show("The new title stands on the one server …", await threadAt(first, question.id), async () =>
    reads(await threadAt(first, question.id), title),
  );
  await narrator.show("… and on the other.", await threadAt(second, question.id), async () =>
    reads(await threadAt(second, question.id), title),
  );
  await narrator.show(
    "Lena’s forum was told by Welding, and shows it as edited.",
    null,
    () => lemmy.status(question.id)?.edited === true,
  );
  const boosts = mastodon.timeline(ben).filter((status) => status.id === question.id);
  if (boosts.length !== 1) throw new Error(`Ben sees the question ${boosts.length} times, and should see it once.`);
  await narrator.tell("Nobody on Mastodon is bothered by all this: Ben still sees the question once.");
}

async function takeBack(
  { ours: [, second], mastodon }: Stage,
  narrator: Narrator,
  { frames, ben, ana }: Cast,
): Promise<void> {
  await narrator.chapter("And one is taken back");
  await narrator.tell("Ana posts to Frame building by mistake: “Lunch at one?”");
  const slip = await ana.post({ text: "Lunch at one?", mention: frames.uri });
  const page = await threadAt(second, slip.id);
  await narrator.show(
    "It is a thread like any other, and Ben sees it.",
    page,
    async () => (await reads(page, "Lunch at one?")) && mastodon.timeline(ben).some((status) => status.id === slip.id),
  );
  await narrator.tell("She deletes it.");
  await ana.remove(slip);
  await narrator.show(
    "The page says that it is gone, and the boost has been taken back from every timeline.",
    page,
    async () => (await fetch(page)).status === 410 && !mastodon.timeline(ben).some((status) => status.id === slip.id),
  );
}

function lookAround(
  { ours: [first, second], mastodon, lemmy }: Stage,
  narrator: Narrator,
  { welding, frames }: Cast,
  inWelding: string,
  inFrames: string,
): void {
  const complaints = [...mastodon.complaints, ...lemmy.complaints];
  if (complaints.length > 0) throw new Error(`The other servers complain: ${complaints.join("; ")}`);
  narrator.say("\nThat is the story. Everything in it is still there:\n");
  for (const [what, url] of [
    ["the first server", first.origin],
    ["its community", welding.uri],
    ["the thread there", inWelding],
    ["its feed", `${inWelding}/feed.atom`],
    ["the second server", second.origin],
    ["its community", frames.uri],
    ["the thread there", inFrames],
  ]) {
    narrator.say(`  ${what?.padEnd(20)}${url}`);
  }
  narrator.say(`\nAs another server reads it:  curl -H 'Accept: application/activity+json' ${welding.uri}`);
}

/** The page of the thread where this post stands; waits until it is there. */
async function threadAt(server: OurServer, uri: string): Promise<string> {
  let url: string | null = null;
  await seen(async () => {
    url = await server.threadOf(uri);
    return url !== null;
  });
  return url ?? server.origin;
}

async function reads(url: string, words: string): Promise<boolean> {
  const answer = await fetch(url, { headers: { accept: "text/html" } });
  return (await answer.text()).includes(words) && answer.status === 200;
}

/** Waits for something that is not told. Throws when it does not come. */
async function seen(happened: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await happened())) {
    if (Date.now() > deadline) throw new Error("The other server was not told in time.");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
