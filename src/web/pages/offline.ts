/** What there is without a connection: the conversations that the browser keeps, listed by a script from what it holds. */
import { html } from "hono/html";
import { type Frame, layout } from "../parts/layout.ts";
import type { Html } from "../site.ts";

/** The same for everybody: the browser asks for it as a visitor, and keeps it. */
export function offlinePage(frame: Frame): string {
  const words = frame.words.search;
  const main = html`<header class="plain-title">
<h1>${words.offline}</h1>
<p class="lede">${words.offlineSaid}</p>
<p><a class="button" href="">${words.offlineRetry}</a></p>
</header>
<section class="section" aria-labelledby="kept-title">
<h2 id="kept-title">${words.offlineKept}</h2>
<ol class="threads" id="kept"></ol>
<div>
<p class="empty" id="kept-none" hidden>${words.offlineNothing}</p>
<noscript><p class="empty">${words.offlineScript}</p></noscript>
<p><button type="button" class="quiet" id="forget" data-done="${words.offlineForgot}" hidden>${words.offlineForget}</button></p>
<p role="status" id="forgot"></p>
</div>
<template id="kept-one"><li class="listed"><h3><a dir="auto"></a></h3><p class="by"><span class="in" dir="auto"></span></p></li></template>
</section>`;
  return layout(
    frame,
    { title: words.offline, description: words.offlineSaid, path: "/offline", unlisted: true, scripts: ["offline"] },
    main,
  );
}

/** Said above a kept page that is shown without a connection. */
export function offlineNote(frame: Pick<Frame, "words">): Html {
  return html`<p class="done-note" role="status">${frame.words.search.offlineNote}</p>`;
}
