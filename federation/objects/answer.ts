/** What a community says when a question was answered: a note that every server can show, for those that know no accepted answers. */
import { parseId } from "../../db/ids.ts";
import type { Queryable } from "../../db/open.ts";
import { answerNoteUri } from "../../db/queries/answers.ts";
import { type AcceptedAnswer, readAcceptedAnswer } from "../../db/queries/own-posts.ts";
import type { PlainObject } from "../gate/read-json.ts";
import { escapeHtml } from "./escape.ts";
import { POST_CONTEXT } from "./own-post.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/** The note: a reply to the question, by the group, that names who answered it and leads there. */
export function answerNote(origin: string, answer: AcceptedAnswer): PlainObject {
  const { group, questionUri, questionAuthor, answerAuthor } = answer;
  const host = new URL(origin).host;
  const handle = `@${answerAuthor.username}@${answerAuthor.host ?? host}`;
  const people = [...new Map([questionAuthor, answerAuthor].map((one) => [one.uri, one])).values()];
  const mention = `<a href="${escapeHtml(answerAuthor.uri)}" class="u-url mention">${escapeHtml(handle)}</a>`;
  return {
    "@context": POST_CONTEXT,
    id: answerNoteUri(origin, answer.noteId),
    type: "Note",
    attributedTo: group.uri,
    inReplyTo: questionUri,
    content: `<p>Answered by ${mention}: <a href="${escapeHtml(answer.answerUrl)}">${escapeHtml(answer.answerUrl)}</a></p>`,
    mediaType: "text/html",
    url: `${origin}/posts/${answer.postId}`,
    to: [PUBLIC, ...people.map(({ uri }) => uri)],
    cc: [`${group.uri}/followers`],
    audience: group.uri,
    context: `${origin}/posts/${answer.threadId}/context`,
    tag: people.map((one) => ({ type: "Mention", href: one.uri, name: `@${one.username}@${one.host ?? host}` })),
    published: answer.acceptedAt.toISOString(),
  };
}

/** The id of what is answered by whoever answers `uri`: where that is such a note, and it stands, the answer that it tells of. */
export async function behindNote(db: Queryable, origin: string, uri: string): Promise<string> {
  const notes = answerNoteUri(origin, "");
  const noteId = uri.startsWith(notes) ? parseId(uri.slice(notes.length)) : null;
  const answer = noteId && (await readAcceptedAnswer(db, noteId));
  return answer ? answer.answerUri : uri;
}
