/** Invitations as those see them who look after the server: a form for a new one, and all there are with their links. */
import { html } from "hono/html";
import type { ListedInvitation } from "../../../db/views/invitations.ts";
import type { Viewer } from "../../../db/views/viewer.ts";
import { dotted } from "../parts/facts.ts";
import { doneNote, problemNote, selectField, submit, textField } from "../parts/form.ts";
import { icon } from "../parts/icon.ts";
import type { Frame } from "../parts/layout.ts";
import { callName } from "../parts/names.ts";
import type { Html } from "../site.ts";
import { adminPage } from "./admin.ts";

export interface InvitationFields {
  uses: string;
  days: string;
  note: string;
  /** A community's id, or "". */
  group: string;
  role: "member" | "steward" | "facilitator";
}

/** Null: it cannot be used any more, or is not for whoever reads this. */
export type LinkedInvitation = ListedInvitation & { link: string | null };

export interface InvitationsProps {
  viewer: Viewer;
  invitations: readonly LinkedInvitation[];
  destinations: readonly { id: string; name: string }[];
  done: "made" | "revoked" | null;
  typed?: InvitationFields;
  problem?: string;
}

const AT_FIRST: InvitationFields = { uses: "1", days: "14", note: "", group: "", role: "member" };

export function invitationsPage(frame: Frame, props: InvitationsProps): string {
  const { viewer, invitations, destinations, done, typed = AT_FIRST, problem } = props;
  const words = frame.words.admin;
  const said = done === "made" ? words.invitationMade : done === "revoked" ? words.revoked : undefined;
  const communities = [
    { value: "", label: words.noCommunity },
    ...destinations.map(({ id, name }) => ({ value: id, label: name })),
  ];
  const roles = (["member", "steward", "facilitator"] as const).map((value) => ({
    value,
    label: words.inviteRoles[value],
  }));
  const main = html`<section class="section" aria-labelledby="all"><h2 id="all">${words.invitations}</h2><div>
${doneNote(said)}<p class="aside">${words.invitationsWhat}</p>
${
  invitations.length === 0
    ? html`<p class="empty">${words.noInvitations}</p>`
    : html`<ul class="ledger">${invitations.map((one) => row(frame, one))}</ul>`
}
</div></section>
<section class="section" aria-labelledby="new"><h2 id="new">${words.newInvitation}</h2>
<div>${problemNote(frame, problem)}<form class="form" method="post" action="/admin/invitations">
${textField({ name: "note", label: words.note, hint: words.noteHint, value: typed.note, maxlength: 200 })}${textField({
  name: "uses",
  label: words.uses,
  type: "number",
  inputmode: "numeric",
  value: typed.uses,
  required: true,
})}${textField({
  name: "days",
  label: words.days,
  type: "number",
  inputmode: "numeric",
  value: typed.days,
  required: true,
})}${
  destinations.length === 0
    ? ""
    : html`${selectField({ name: "group", label: words.community, value: typed.group, choices: communities })}${selectField(
        {
          name: "role",
          label: words.inviteRole,
          hint: words.inviteRoleHint,
          value: typed.role,
          choices: roles,
        },
      )}`
}<div class="actions">${submit(words.invite)}</div></form></div></section>`;
  return adminPage(frame, { viewer, part: "invitations", scripts: ["copy"] }, main);
}

function row(frame: Frame, invitation: LinkedInvitation): Html {
  const words = frame.words.admin;
  const { group, state, link } = invitation;
  const title = invitation.note === "" ? words.withoutNote : invitation.note;
  const facts: unknown[] = [
    words.invitationStates[state],
    ...(state === "usable"
      ? [words.usesLeft(invitation.usesLeft), words.until(frame.times.day(invitation.expiresAt))]
      : []),
    ...(invitation.came > 0 ? [words.came(invitation.came)] : []),
    words.by(html`<bdi>${callName(invitation.by)}</bdi>`),
    ...(group
      ? [
          words.intoCommunity(
            html`<a href="/c/${group.slug}"><bdi>${group.name}</bdi></a>`,
            words.inviteRoles[invitation.role],
          ),
        ]
      : []),
  ];
  return html`<li>
<h3 dir="auto">${title}</h3>
<p class="facts">${dotted(facts)}</p>
${link === null ? "" : linkField(frame, link, words.linkFor(title))}${
  state === "usable"
    ? html`
<form method="post" action="/admin/invitations/${invitation.id}/revoke">${submit(words.revoke, { kind: "quiet" })}</form>`
    : ""
}</li>
`;
}

/** One line to select and copy, whatever its length; with script, a button that does it. */
function linkField(frame: Frame, link: string, what: string): Html {
  const words = frame.words.frame;
  return html`<div class="link"><input type="text" readonly value="${link}" aria-label="${what}"><button type="button" class="quiet" data-copy="${link}" data-copied="${words.copied}" data-failed="${words.noCopy}" hidden>${icon(
    frame.assets,
    "copy",
  )}<span>${words.copy}</span><span class="vh"> ${what}</span></button><span class="copied" role="status"></span></div>`;
}
