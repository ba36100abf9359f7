/** Tells the story on the terminal, at the pace of somebody who reads along, and never tells what it has not seen. */
import { styleText } from "node:util";

export interface Narrator {
  /** A new chapter. */
  chapter(title: string): Promise<void>;
  /** What somebody does. */
  tell(sentence: string): Promise<void>;
  /**
   * What can be seen of it, and where: null for what has no page on the server of which it is said. Only said once `happened` resolves to true;
   * throws when it does not in time.
   */
  show(sentence: string, url: string | null, happened: () => Promise<boolean> | boolean): Promise<void>;
  /** A line without a pause. */
  say(line: string): void;
}

const SENTENCE_MS = 650;
const CHAPTER_MS = 500;
const PATIENCE_MS = 20_000;
const POLL_MS = 50;
const WIDTH = 96;

/** `fast` leaves out the pauses. */
export function openNarrator(out: NodeJS.WritableStream, fast: boolean): Narrator {
  const pause = (ms: number) => (fast ? Promise.resolve() : new Promise<void>((resolve) => setTimeout(resolve, ms)));
  const say = (line: string) => void out.write(`${line}\n`);
  const style = (format: "bold" | "dim" | "cyan", text: string) => styleText(format, text, { stream: out });

  return {
    say,
    async chapter(title) {
      say(`\n${style("bold", title)}`);
      await pause(CHAPTER_MS);
    },
    async tell(sentence) {
      say(indented(sentence, "  "));
      await pause(SENTENCE_MS);
    },
    async show(sentence, url, happened) {
      const deadline = Date.now() + PATIENCE_MS;
      while (!(await happened())) {
        if (Date.now() > deadline)
          throw new Error(`This was to be seen${url === null ? "" : ` at ${url}`}, and was not: ${sentence}`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      say(indented(sentence, "    → "));
      if (url !== null) say(`      ${style("cyan", url)}`);
      await pause(SENTENCE_MS);
    },
  };
}

/** Broken into lines at the blanks, the first behind `margin`, the others under it. */
function indented(text: string, margin: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && margin.length + last.length + word.length < WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return margin + lines.join(`\n${" ".repeat(margin.length)}`);
}
