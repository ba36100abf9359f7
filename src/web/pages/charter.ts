/** A community's charter: in force, being written, and what changed in it. */
import { html, raw } from "hono/html";
import type { CharterVersion } from "../../../db/views/charter.ts";
import type { CommunityHead } from "../../../db/views/community.ts";
import { renderMarkdown } from "../../base/text/markdown.ts";
import { changesHtml } from "../parts/changes.ts";
import { problemNote, submit, textArea, textField } from "../parts/form.ts";
import type { Frame } from "../parts/layout.ts";
import { nameElement } from "../parts/names.ts";
import { dayIn, plainDay } from "../parts/when.ts";
import type { Html } from "../site.ts";
import { communityLayout, shortTitle } from "./community.ts";

export const PARTS = ["purpose", "audience", "norms", "roles"] as const;
type Texts = Record<(typeof PARTS)[number], string>;

export interface CharterProps {
  community: CommunityHead;
  /** Null: none was written yet. */
  charter: CharterVersion | null;
  mayWrite: boolean;
  /** The version that the viewer read last, where a newer one is in force. */
  lastRead: number | null;
  saved?: boolean;
  /** `2026-11-30`. */
  today: string;
}

/** The charter as it is in force. */
export function charterPage(frame: Frame, props: CharterProps): string {
  const { community, charter, mayWrite, lastRead } = props;
  const words = frame.words.charter;
  const path = `/c/${community.slug}/charter`;
  const main = html`${shortTitle(community, words.title, props.saved ? words.saved : undefined)}
${charter && lastRead !== null ? changedNote(frame, charter, lastRead, path) : ""}
${charter ? PARTS.map((part) => partSection(frame, part, charter[part])) : noCharter(frame)}
<div class="charter-foot">
${charter ? html`<p class="facts">${words.version(charter.version, dayIn(frame, charter.writtenAt), nameElement({ name: charter.writerName, username: charter.writerUsername }))}${reviewed(frame, charter, props.today)}</p>` : ""}
${charter && charter.version > 1 ? html`<p class="else"><a href="${path}/changes?from=${charter.version - 1}">${words.changesSince(charter.version - 1)}</a></p>` : ""}
${mayWrite ? html`<p><a class="button" href="${path}/edit">${charter ? words.edit : words.write}</a></p>` : ""}
</div>`;
  return communityLayout(
    frame,
    community,
    {
      title: words.titleOf(community.name),
      description: words.description(community.name),
      path,
      listed: charter !== null,
      ...(charter && { objectId: `${community.uri}/charter` }),
    },
    main,
  );
}

function noCharter(frame: Frame): Html {
  const words = frame.words.charter;
  return html`<section class="section"><div><p class="empty">${words.none} ${words.noneHint}</p></div></section>`;
}

function partSection(frame: Frame, part: (typeof PARTS)[number], source: string): Html | "" {
  if (source.trim() === "") return "";
  return html`<section class="section" aria-labelledby="${part}">
<h2 id="${part}">${frame.words.charter.parts[part]}</h2>
<div class="prose" dir="auto">${raw(renderMarkdown(source))}</div>
</section>
`;
}

function reviewed(frame: Frame, { reviewOn }: CharterVersion, today: string): unknown {
  if (reviewOn === null) return "";
  const words = frame.words.charter;
  const day = plainDay(frame, reviewOn);
  return html` ${reviewOn <= today ? words.reviewDue(day) : words.reviewOn(day)}`;
}

function changedNote(frame: Frame, charter: CharterVersion, lastRead: number, path: string): Html {
  const words = frame.words.charter;
  const see = lastRead > 0 ? html`<a href="${path}/changes?from=${lastRead}">${words.seeChanges}</a>` : "";
  return html`<div class="done-note charter-changed"><p>${words.changedSince(charter.version - lastRead)} ${see}</p>
<form method="post" action="${path}/read"><input type="hidden" name="version" value="${charter.version}">${submit(words.haveRead, { kind: "quiet" })}</form></div>`;
}

export interface CharterForm extends Texts {
  /** The version that the writer began from. */
  from: number;
  reviewOn: string;
}

/** The form. `newer` is a version that somebody wrote meanwhile: it stands beside what was typed. */
export function charterFormPage(
  frame: Frame,
  community: CommunityHead,
  form: CharterForm,
  again: { problem?: string; newer?: CharterVersion | null } = {},
): string {
  const words = frame.words.charter;
  const path = `/c/${community.slug}/charter/edit`;
  const { newer } = again;
  const title = form.from === 0 && !newer ? words.write : words.edit;
  const main = html`${shortTitle(community, title)}
<section class="section" aria-label="${title}"><div>
${problemNote(frame, newer ? words.meanwhile : again.problem)}<p class="aside">${words.markdown}</p>
<form class="form charter-form" method="post" action="${path}">
<input type="hidden" name="from" value="${newer ? newer.version : form.from}">
${PARTS.map(
  (part) =>
    html`${textArea({ name: part, label: words.parts[part], hint: words.hints[part], value: form[part], rows: 8, maxlength: 20_000 })}${
      newer && newer[part].trim() !== form[part].trim()
        ? html`<details class="newer" open><summary>${words.newer(newer.version)}: ${words.parts[part]}</summary>${changesHtml(frame, form[part], newer[part])}</details>`
        : ""
    }`,
)}
${textField({ name: "review-on", label: words.review, hint: words.reviewHint, type: "date", value: form.reviewOn })}
<p class="actions">${submit(words.save)} <a href="/c/${community.slug}/charter">${words.back}</a></p>
</form>
</div></section>`;
  return communityLayout(frame, community, { title: `${title} · ${community.name}`, path }, main);
}

/** What changed between two versions, part by part. */
export function charterChangesPage(
  frame: Frame,
  community: CommunityHead,
  { before, after }: { before: CharterVersion; after: CharterVersion },
): string {
  const words = frame.words.charter;
  const path = `/c/${community.slug}/charter`;
  const changed = PARTS.filter((part) => before[part] !== after[part]);
  const main = html`${shortTitle(community, words.changes)}
<p class="aside">${words.changesSince(before.version)}. ${words.version(after.version, dayIn(frame, after.writtenAt), nameElement({ name: after.writerName, username: after.writerUsername }))}</p>
${changed.length === 0 ? html`<section class="section"><div><p class="empty">${words.noChange}</p></div></section>` : ""}
${changed.map(
  (part) => html`<section class="section" aria-labelledby="${part}">
<h2 id="${part}">${words.parts[part]}</h2>
<div>${changesHtml(frame, before[part], after[part])}</div>
</section>`,
)}
<div class="charter-foot">
${before.version > 1 ? html`<p class="else"><a href="${path}/changes?from=${before.version - 1}">${words.compare(before.version - 1)}</a></p>` : ""}
<p><a href="${path}">${words.back}</a></p>
</div>`;
  return communityLayout(
    frame,
    community,
    { title: `${words.changes} · ${community.name}`, path: `${path}/changes?from=${before.version}` },
    main,
  );
}
