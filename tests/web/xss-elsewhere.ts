/** Sends script in disguise from other servers, in everything of theirs that is shown here. */
import { expect } from "vitest";
import type { TestServer } from "../support/app.ts";
import type { TestPerson } from "../support/people.ts";
import type { Remote } from "../support/remote/index.ts";
import { ADDRESSES, all, DEED, LINE, LINES, VECTORS } from "./xss-inputs.ts";

/** Sends it to `/c/evil` and to `thread` in it. Returns the pages that were made. */
export async function putInElsewhere(
  { ours, mastodon, lemmy }: { ours: TestServer; mastodon: Remote; lemmy: Remote },
  ana: TestPerson,
  thread: string,
): Promise<string[]> {
  const hostile = {
    name: LINES[1],
    url: `javascript:${DEED}`,
    icon: { type: "Image", url: `javascript:${DEED}` },
    summary: VECTORS.join(" ").slice(0, 9_000),
  };
  const ben = await mastodon.addPerson("ben", { displayName: LINES[1], document: hostile });
  const odd = await mastodon.addPerson("odd", {
    displayName: LINE,
    document: { ...hostile, preferredUsername: `x"><img src=x onerror=${DEED}>` },
  });
  const cara = await lemmy.addPerson("cara", { displayName: LINES[0], document: hostile });
  const group = `${ours.origin}/c/evil`;
  for (const person of [ben, odd, cara]) await person.follow(group);
  const uri = `${ours.origin}/posts/${thread.split("/").pop()}`;
  await all(VECTORS, (html) => ben.reply(uri, { html }));
  await all(ADDRESSES, (url, n) =>
    ben.reply(uri, {
      html: `<p>Addresses ${n} <a href="${url}">x</a> <a class="mention" href='${url}'>@x</a></p>`,
      summary: LINES[n] ?? LINES[0],
      attachments: [
        { type: "Document", mediaType: "image/png", url, name: LINES[1] },
        {
          type: "Image",
          mediaType: `image/png" onerror="${DEED}`,
          url: `https://x.example/${n}.png"><script>${DEED}</script>`,
          name: LINES[0],
        },
        { type: "Document", mediaType: "video/mp4", url, name: LINES[3] },
        { type: "Link", href: url, name: LINES[3] },
      ],
      tags: [
        { type: "Mention", href: url, name: LINES[1] },
        { type: "Hashtag", href: url, name: LINES[0] },
        { type: "Emoji", name: ":x:", icon: { type: "Image", url } },
      ],
      extra: { url, contentMap: { [`en"><script>${DEED}</script>`]: `<p>${LINES[1]}</p>` }, published: LINES[0] },
    }),
  );
  await all(LINES, (title, n) =>
    ben.post({
      html: `<p>${title}</p><p>More ${n}.</p>`,
      mention: group,
      name: title,
      summary: n % 2 === 0 ? title : "",
    }),
  );
  for (const title of LINES.slice(0, 6))
    await cara.post({
      audience: group,
      name: title,
      html: VECTORS.slice(0, 30).join(" "),
      attachments: [{ type: "Link", href: `javascript:${DEED}` }],
    });
  await ben.react(uri, `:"><img src=x onerror=${DEED}>:`);
  await ben.post({ html: `<p>${LINES[1]} @ana</p>`, mention: [ana.uri, group] });
  const elsewhere = await mastodon.addPerson("tig", {
    type: "Group",
    displayName: LINES[1],
    summary: VECTORS.slice(0, 40).join(" "),
    document: { url: `javascript:${DEED}` },
  });
  await ours.worker.settled();
  const [{ n } = { n: 0 }] = await ours.app.db<{ n: number }[]>`
      select count(*)::int as n from posts p join actors a on a.id = p.author_id where a.peer_id is not null`;
  // The rest was refused whole, which is as good.
  expect(n).toBeGreaterThan(VECTORS.length / 2);
  const threads = await ours.app.db<{ id: string }[]>`
      select t.id from threads t join posts p on p.id = t.id join actors a on a.id = p.author_id where a.peer_id is not null order by t.id`;
  expect(threads.length).toBeGreaterThan(LINES.length);
  const people = await ours.app.db<
    { id: string }[]
  >`select id from actors where kind = 'person' and peer_id is not null order by id limit 3`;
  expect(people).toHaveLength(3);
  const group2 = `@tig@${mastodon.host}`;
  return [
    ...threads.filter((_, n) => n % 4 === 0).map(({ id }) => `/c/evil/t/${id}`),
    ...people.map(({ id }) => `/people/${id}`),
    ...[group2, ben.handle, elsewhere.id].map((what) => `/search?q=${encodeURIComponent(what)}`),
    `/c/${group2.slice(1)}`,
  ];
}
