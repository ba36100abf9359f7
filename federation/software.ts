/** What other servers can read, by the software that they run. What a forum cannot parse is not sent to it: Lemmy answers 400, and the letter is a dead one. */

/** Software that speaks FEP-1b12: it wants whole activities announced. All else, and what we do not know, gets plain boosts. */
export const FORUMS: readonly string[] = ["lemmy", "piefed", "mbin", "kbin", "nodebb", "discourse", "commonplace"];

const allBut = (...names: string[]) => FORUMS.filter((name) => !names.includes(name));

/** Forums that read a Question. To the others a poll of ours is a Page, and its count is not told. */
export const KNOW_POLLS = allBut("lemmy", "kbin", "discourse");
export const KNOW_NO_POLLS = allBut(...KNOW_POLLS);
/** Those that read an EmojiReact. */
export const KNOW_REACTIONS = allBut("lemmy", "kbin");
/** Those that read the Move of a thread. */
export const KNOW_MOVES = allBut("lemmy", "kbin");
/** Those that read a ChooseAnswer. */
export const KNOW_ANSWERS: readonly string[] = ["piefed", "commonplace"];
