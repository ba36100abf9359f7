/** A poll under the words that open its thread: what may be chosen, how to vote, and the count in words and bars. */
import { html } from "hono/html";
import type { ShownPoll } from "../../../db/views/poll.ts";
import type { ThreadPage } from "../../../db/views/thread.ts";
import { oneLine } from "../../base/text/characters.ts";
import { MOST_OPTION, MOST_OPTIONS, POLL_DAYS } from "../../domain/polls/rules.ts";
import type { Html } from "../site.ts";
import { dotted } from "./facts.ts";
import { checkField, type Fields, type Marked, selectField, submit, textArea } from "./form.ts";
import type { Frame } from "./layout.ts";
import { shownHost } from "./names.ts";

/** The fields of a poll that is about to begin: one option a line. */
export function pollFields({ words: { poll: words } }: Frame, fields: Fields, wrong: Marked = {}): Html {
  return html`${textArea({ name: "options", label: words.options, hint: words.optionsHint, value: fields.options ?? "", rows: 5, required: true, maxlength: 2 * MOST_OPTION * MOST_OPTIONS, ...wrong })}${checkField({ name: "several", label: words.several, checked: fields.several === "yes" })}${selectField(
    {
      name: "days",
      label: words.openFor,
      hint: words.fixedLater,
      value: fields.days ?? "3",
      choices: POLL_DAYS.map((days) => ({ value: String(days), label: words.days[days] })),
    },
  )}`;
}

export interface PollProps {
  poll: ShownPoll;
  thread: ThreadPage;
  signedIn: boolean;
}

/** Whoever may vote and has not gets the form, with the count folded away; everybody else the count. */
export function pollPart(frame: Frame, { poll, thread, signedIn }: PollProps): Html {
  const words = frame.words.poll;
  const warning = thread.opening?.warning ?? "";
  const whole = html`${body(frame, poll, thread, signedIn)}
<p class="facts">${stateOf(frame, poll)}</p>`;
  return html`<section class="poll" aria-labelledby="poll">
<h2 id="poll">${words.poll}</h2>
${
  warning === ""
    ? whole
    : html`<details class="warning"><summary><span>${frame.words.thread.warning}</span> <bdi>${oneLine(warning)}</bdi></summary>
${whole}</details>`
}
</section>
`;
}

function body(frame: Frame, poll: ShownPoll, thread: ThreadPage, signedIn: boolean): Html {
  const words = frame.words.poll;
  const { own, closed, host } = poll;
  if (closed || own.length > 0) {
    const note = own.length === 0 ? "" : html`<p>${ownVote(frame, poll)}</p>`;
    return html`${note}${countTable(frame, poll)}`;
  }
  const soFar = html`<details class="so-far"><summary>${words.showCount}</summary>
${countTable(frame, poll)}</details>`;
  if (!signedIn) {
    const home = `/c/${thread.community.slug}/t/${thread.id}#poll`;
    return html`<ul class="poll-options">${poll.options.map(({ text }) => html`<li><bdi>${oneLine(text)}</bdi></li>\n`)}</ul>
<p>${words.signInToVote(html`<a href="/sign-in?next=${encodeURIComponent(home)}">${words.signInWord}</a>`)}</p>
${soFar}`;
  }
  const type = poll.multiple ? "checkbox" : "radio";
  return html`<form class="form" method="post" action="/posts/${thread.id}/poll">
<fieldset class="form-field choices"><legend>${poll.multiple ? words.chooseSeveral : words.chooseOne}</legend>
${poll.options.map(
  ({ text }, index) =>
    html`<div class="choice"><input type="${type}" id="poll-${index}" name="option" value="${index}"${poll.multiple ? "" : html` required`}><label for="poll-${index}"><bdi>${oneLine(text)}</bdi></label></div>\n`,
)}</fieldset>
<div class="actions">${submit(words.vote)}</div>
<p class="aside">${words.final} ${host === null ? words.nobodySees : words.countedBy(html`<bdi>${shownHost(host)}</bdi>`)}</p>
</form>
${soFar}`;
}

function ownVote(frame: Frame, { own, options, onItsWay, host }: ShownPoll): unknown {
  const words = frame.words.poll;
  const chosen = own.flatMap((position) => {
    const option = options[position];
    return option ? [html`<bdi>${oneLine(option.text)}</bdi>`] : [];
  });
  const said = words.youChose(chosen.flatMap((option, index) => (index === 0 ? [option] : [", ", option])));
  return onItsWay && host !== null ? [...said, " ", ...words.onItsWay(html`<bdi>${shownHost(host)}</bdi>`)] : said;
}

/** Numbers first: the bars only repeat them. */
function countTable({ words: { poll: words } }: Frame, poll: ShownPoll): Html {
  const votes = poll.options.reduce((sum, option) => sum + option.votes, 0);
  const people = Math.max(1, poll.multiple ? (poll.voters ?? votes) : votes);
  return html`<table class="poll-count">
<caption class="vh">${words.count}</caption>
<thead class="vh"><tr><th scope="col">${words.option}</th><th scope="col">${words.votes}</th></tr></thead>
<tbody>${poll.options.map(({ text, votes: n }, index) => {
    const share = Math.min(100, Math.round((100 * n) / people));
    const mark = poll.own.includes(index) ? html` <span class="mark">${words.yours}</span>` : "";
    return html`<tr><th scope="row"><bdi>${oneLine(text)}</bdi>${mark}<svg class="bar" aria-hidden="true" width="100%" height="6"><rect class="whole" width="100%" height="6"></rect><rect class="part" width="${share}%" height="6"></rect></svg></th><td>${words.votesAndShare(n, share)}</td></tr>
`;
  })}</tbody></table>`;
}

function stateOf(frame: Frame, { closed, closesAt, voters }: ShownPoll): Html {
  const words = frame.words.poll;
  const at = closesAt === null ? null : frame.times.moment(closesAt);
  const state = at === null ? words.noEnd : closed ? words.closedOn(at) : words.openUntil(at);
  const people = voters === null ? [] : [closed ? words.peopleVoted(voters) : words.peopleVotedSoFar(voters)];
  return dotted([state, ...people]);
}
