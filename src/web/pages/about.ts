/** About this server: what it is, who runs it, how to become a member, how to reach what is on it, and what it keeps of you. */
import { html } from "hono/html";
import type { ShelvedCommunity } from "../../../db/views/front.ts";
import type { Keeper, Registration } from "../../../db/views/instance.ts";
import { clothOf } from "../parts/cloth.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { callName, handleOf } from "../parts/names.ts";
import type { Html } from "../site.ts";

export interface AboutProps {
  /** What the server calls itself. */
  server: string;
  registration: Registration;
  keepers: readonly Keeper[];
  communities: readonly ShelvedCommunity[];
}

export function aboutPage(frame: Frame, { server, registration, keepers, communities }: AboutProps): string {
  const { host, version } = frame;
  const words = frame.words.accounts.about;
  const mayAsk = registration === "open" || registration === "approval";
  const main = html`<header class="plain-title">
<h1>${words.title(server)}</h1>
<p class="lede">${words.lede}</p>
</header>
<section class="section" aria-labelledby="what"><h2 id="what">${words.what}</h2>
<div class="prose">
<p>${words.practice(server)}</p>
<p>${words.software(version)}</p>
</div></section>
<section class="section" aria-labelledby="who"><h2 id="who">${words.who}</h2>
<div class="prose">
${who(frame, keepers)}
</div></section>
<section class="section" aria-labelledby="joining"><h2 id="joining">${words.joining}</h2>
<div class="prose">
<p>${words.registration[registration]}${mayAsk && !frame.viewer ? html` <a href="/join">${words.joinLink}</a>` : ""}</p>
</div></section>
<section class="section" aria-labelledby="reach"><h2 id="reach">${words.reach}</h2>
<div class="prose">
${
  communities.length === 0
    ? html`<p>${words.noCommunities}</p>`
    : html`<p>${words.handles}</p>
<ul class="handles">${communities.map(
        (community) =>
          html`<li class="${clothOf(community.slug, community.colour)}"><a href="/c/${community.slug}">${community.name}</a> <code>${handleOf({ username: community.slug, host: null }, host)}</code></li>`,
      )}</ul>`
}
</div></section>
<section class="section" aria-labelledby="privacy"><h2 id="privacy">${words.privacy}</h2>
<div class="prose">
<p>${words.cookies}</p>
<p>${words.kept}</p>
<p>${words.members}</p>
</div></section>`;
  return layout(frame, { title: words.title(server), description: words.description(server), path: "/about" }, main);
}

function who(frame: Frame, keepers: readonly Keeper[]): Html {
  const words = frame.words.accounts.about;
  const names = (some: readonly Keeper[]) =>
    some.map((one, at) => html`${at === 0 ? "" : ", "}<a href="/u/${one.username}"><bdi>${callName(one)}</bdi></a>`);
  const owners = keepers.filter((one) => one.owner);
  const others = keepers.filter((one) => !one.owner);
  return html`<p>${owners.length === 0 ? words.nobody : words.owners(owners.length, names(owners))}</p>
${others.length === 0 ? "" : html`<p>${words.administrators(names(others))}</p>`}`;
}
