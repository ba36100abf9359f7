/** A server as it might look after a spring of use: three communities, and conversations long and short, in several languages. */
import type { Db } from "../../db/open.ts";
import { type Seed, seeder } from "./seed.ts";

export interface Stories {
  seed: Seed;
  /** Nested replies, a removed one, an edit, helpful votes, a quotation. */
  warping: string;
  /** Content warning, pictures. */
  burn: string;
  /** Nobody has replied. */
  quiet: string;
  /** Arabic, Chinese, long words, code. */
  languages: string;
  /** Removed. */
  removed: string;
  ana: string;
}

const mention = (slug: string) =>
  `<span class="h-card"><a href="https://commons.example/c/${slug}" class="u-url mention" rel="nofollow noopener noreferrer ugc">@<span>${slug}</span></a></span>`;

/** Fills an empty, migrated database. */
export async function seedStories(db: Db): Promise<Stories> {
  const seed = seeder(db);
  const ana = await seed.person({
    handle: "ana@mastodon.example",
    name: "Ana Ruiz",
    summary: "<p>Pipe welder, twenty years. Mostly stainless, mostly dairy. I answer slowly.</p><p>Bilbao</p>",
  });
  await seed.person({ handle: "bo@lemmy.example", name: "Bo Lindqvist" });
  await seed.person({ handle: "tig_dad@fosstodon.example", name: "Graham (he/him)" });
  await seed.person({ handle: "chidinma@piefed.example", name: "Chidinma Okafor" });
  await seed.person({ handle: "lena@social.handwerk.example", name: "Lena Brückner" });
  await seed.person({ handle: "layla@masto.example", name: "ليلى الحداد" });
  await seed.person({ handle: "wei@shequ.example", name: "王伟" });
  await seed.person({ handle: "rosa@garten.example", name: "Rosa" });
  await seed.person({ handle: "spoof@xn--80ak6aa92e.example", name: "\u202eevil\u202c <b>Bold</b>" });
  await seed.person({
    handle: "donaudampfschifffahrtsgesellschaftskapitaen@eine-wirklich-sehr-lange-domain.social.example",
    name: "",
  });

  await seed.community(
    "welding",
    "Welding",
    "Joining metal for a living or for love: what to do, what went wrong, and what you would tell a beginner.",
    37,
  );
  await seed.community("nightnursing", "Night nursing", "For those who work while the ward sleeps.", 12);
  await seed.community(
    "gardens",
    "Kitchen gardens in cold places",
    "Growing something to eat where winter is long, and keeping what we learn from one year to the next.",
    4,
  );
  await seed.community("repair", "Repair cafés", "Hosting evenings where broken things get fixed.");

  const warping = await seed.thread("welding", "How do I keep thin stainless flat when I weld a worktop?", {
    by: "chidinma@piefed.example",
    at: "2026-05-03T08:14:00Z",
    helpful: 9,
    html: `<p>${mention("welding")} How do I keep thin stainless flat when I weld a worktop?</p><p>It is 1.2 mm sheet, about two metres long, folded along the front. I tack every 50 mm, clamp it to a steel table, and by the time I have run the back seam it looks like a crisp. I have tried shorter runs and less current, and it helped only a little.</p><p>What I would like to know from people who do this every week:</p><ol><li>Do you backstep, or skip from the middle outwards?</li><li>Is a copper bar behind the seam worth the trouble?</li><li>How do you get it straight again when it has gone?</li></ol><p>The customer is a bakery, so I cannot hide it under a tablecloth.</p>`,
  });
  const answer = await seed.reply(warping, {
    by: "ana@mastodon.example",
    at: "2026-05-03T09:40:00Z",
    helpful: 12,
    editedAt: "2026-05-03T10:05:00Z",
    html: "<p>Copper behind it, always. Not for the backing gas: for the heat. A 10 by 40 bar clamped tight along the seam takes away more than you can by being clever with the torch.</p><p>Then I skip: middle, left end, right end, quarter, quarter. Never two runs next to each other while the first is too hot to touch.</p>",
  });
  const bo = await seed.reply(answer, {
    by: "bo@lemmy.example",
    at: "2026-05-03T10:02:00Z",
    html: "<p>Aluminium works too if copper is too dear. We use old extrusions and throw them away when they are chewed.</p>",
  });
  const how = await seed.reply(bo, {
    by: "chidinma@piefed.example",
    at: "2026-05-03T11:30:00Z",
    html: "<p>How thick? I have some 6 mm flat here but it warps itself.</p>",
  });
  const thick = await seed.reply(how, {
    by: "bo@lemmy.example",
    at: "2026-05-03T11:47:00Z",
    html: "<p>20 mm at least. It has to be lazier than the sheet.</p>",
  });
  const lazier = await seed.reply(thick, {
    by: "ana@mastodon.example",
    at: "2026-05-03T12:10:00Z",
    helpful: 4,
    html: "<p>“Lazier than the sheet” is the best description of a heat sink I have heard. Writing that on the wall.</p>",
  });
  const wall = await seed.reply(lazier, {
    by: "tig_dad@fosstodon.example",
    at: "2026-05-03T12:30:00Z",
    html: "<p>Photo of the wall, please.</p>",
  });
  const wallAgain = await seed.reply(wall, {
    by: "ana@mastodon.example",
    at: "2026-05-03T12:44:00Z",
    html: "<p>When the paint is dry.</p>",
  });
  await seed.reply(wallAgain, {
    by: "bo@lemmy.example",
    at: "2026-05-03T13:00:00Z",
    html: "<p>I am on a wall now!</p>",
  });
  const taken = await seed.reply(answer, {
    by: "lena@social.handwerk.example",
    at: "2026-05-03T10:20:00Z",
    removedAt: "2026-05-03T10:25:00Z",
    html: "",
  });
  await seed.reply(taken, {
    by: "ana@mastodon.example",
    at: "2026-05-03T10:23:00Z",
    html: "<p>No, the gas is not the point there, it is the copper itself. But thank you for asking, I said it badly and have changed it above.</p>",
  });
  const straight = await seed.reply(warping, {
    by: "tig_dad@fosstodon.example",
    at: "2026-05-04T06:12:00Z",
    helpful: 3,
    html: "<p>To your third question, because nobody said it: when it has gone, you shrink it back. A spot the size of a coin, dull red, quenched with a wet rag, on the long side of the bulge. Start with fewer spots than you think.</p><blockquote><p>How do you get it straight again when it has gone?</p></blockquote><p>I learnt it from an old panel beater who charged me a bottle of rum for the afternoon. Write down where you put the spots, then you know next time.</p>",
  });
  await seed.reply(straight, {
    by: "chidinma@piefed.example",
    at: "2026-05-05T17:20:00Z",
    html: `<p>It worked. Eleven spots, and it lies flat enough to roll dough on. Thank you both: the bakery opens on Saturday. <a href="https://wiki.example/flame-straightening" rel="nofollow noopener noreferrer ugc"><span class="invisible">https://</span><span class="ellipsis">wiki.example/flame-straight</span><span class="invisible">ening</span></a></p>`,
  });

  const burn = await seed.thread(
    "nightnursing",
    "A scald at three in the morning, and what we keep on the trolley now",
    {
      by: "lena@social.handwerk.example",
      at: "2026-05-06T02:30:00Z",
      warning: "burns, hospital",
      html: "<p>Tea, a shaking hand, a forearm. We had everything, and none of it where we were standing.</p><p>Since then the trolley has film, saline and the small scissors in the top drawer, and a card that says who last counted.</p>",
      attachments: [
        {
          url: "https://media.example/trolley.png",
          mediaType: "image/png",
          description:
            "The top drawer of a ward trolley: cling film, two bottles of saline, small scissors, and a card with initials and dates.",
        },
      ],
    },
  );
  await seed.reply(burn, {
    by: "wei@shequ.example",
    at: "2026-05-06T03:10:00Z",
    language: "zh",
    html: "<p>我们科室也是这样：每个夜班交接时清点一次，签名，贴在抽屉里面。三个月没有再缺过东西。</p>",
    attachments: [
      { url: "https://media.example/drawer.png", mediaType: "image/png", description: "" },
      {
        url: "https://media.example/checklist.pdf",
        mediaType: "application/pdf",
        description: "Checklist for the night trolley",
      },
    ],
  });

  const languages = await seed.thread(
    "gardens",
    "Umlaute, code and right to left: a test of patience, and of Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    {
      by: "donaudampfschifffahrtsgesellschaftskapitaen@eine-wirklich-sehr-lange-domain.social.example",
      at: "2026-05-07T18:00:00Z",
      html: `<p>Our frost alarm is forty lines on an old router. It reads the sensor every minute and rings the neighbour:</p><pre><code>while sleep 60; do\n  t=$(cat /sys/bus/w1/devices/28-0417a2f0c1ff/w1_slave | sed -n 's/.*t=//p')\n  [ "$t" -lt 1500 ] &amp;&amp; curl -s "https://bell.example/ring?who=neighbour&amp;why=frost-on-the-early-potatoes-again-please-bring-fleece"\ndone</code></pre><p>It has saved the early potatoes twice. <code>t</code> is in thousandths of a degree. Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft.</p>`,
    },
  );
  const arabic = await seed.reply(languages, {
    by: "layla@masto.example",
    at: "2026-05-07T19:00:00Z",
    language: "ar",
    html: "<p>عندنا نغطي الشتلات بقماش قديم كل مساء في آذار، ونرفعه قبل شروق الشمس. الأهم أن يبقى الهواء بين القماش والورق.</p>",
  });
  await seed.reply(arabic, {
    by: "rosa@garten.example",
    at: "2026-05-07T19:30:00Z",
    html: "<p>Same here, with old bed sheets. Thank you, ليلى!</p>",
  });
  await seed.reply(languages, {
    by: "spoof@xn--80ak6aa92e.example",
    at: "2026-05-07T20:00:00Z",
    html: "<p>A name may try to be more than a name.</p>",
  });

  const quiet = await seed.thread("welding", "Does anyone still teach forge welding to apprentices?", {
    by: "tig_dad@fosstodon.example",
    at: "2026-05-09T07:00:00Z",
    html: "<p>Does anyone still teach forge welding to apprentices?</p><p>Ours asked for it, and I have not done it since 1998. I would rather learn from somebody’s mistakes than make my own in front of a nineteen-year-old.</p>",
  });
  await seed.thread("nightnursing", "What do you eat at four?", {
    by: "rosa@garten.example",
    at: "2026-05-08T04:00:00Z",
    html: "<p>What do you eat at four? Soup is too hot, bread is too much, and the machine sells only sugar.</p>",
  });
  const eggs = await seed.thread(
    "gardens",
    "First year of keeping a frost diary: three things I would do differently",
    {
      by: "rosa@garten.example",
      at: "2026-05-08T18:20:00Z",
      html: "<p>I wrote down the lowest temperature at knee height every night from March to May. The airport is four degrees warmer than my lettuce. Next year I start in February, write the wind as well, and put the thermometer where the plants are instead of where I can see it from the kitchen.</p>",
    },
  );
  await seed.reply(eggs, {
    by: "layla@masto.example",
    at: "2026-05-08T19:20:00Z",
    html: "<p>The wind, yes. A still night is the dangerous one.</p>",
  });
  const removed = await seed.thread("welding", "A question its author took back", {
    by: "bo@lemmy.example",
    at: "2026-05-01T10:00:00Z",
    html: "",
    removedAt: "2026-05-02T10:00:00Z",
  });
  await db`update threads set removed_at = now() where id = ${removed}`;
  return { seed, warping, burn, quiet, languages, removed, ana };
}
