/** Script in disguise for every kind of field: whole texts, lines, addresses, Markdown. */
import { xssVectors } from "../base/xss-vectors.ts";

/** What each of them would do, if it ran. */
export const DEED = "alert(window.__pwned=1)";
export const VECTORS = xssVectors.map((vector) => vector.replaceAll(/alert\(1\)/g, DEED));
/** Short enough for one line, and each breaking out of something else. */
export const LINES = [
  `<script>${DEED}</script>`,
  `"><img src=x onerror=${DEED}>`,
  `' autofocus onfocus=${DEED} x='`,
  `</title><script>${DEED}</script>`,
  `</textarea><svg onload=${DEED}>`,
  `--><svg/onload=${DEED}>`,
  `\u202e<img src=x onerror=${DEED}>`,
  `javascript:${DEED}`,
  `{{constructor.constructor('${DEED}')()}}`,
  `\${${DEED}}`,
  `&lt;script&gt;${DEED}&lt;/script&gt;`,
  `&#60;img src=x onerror=${DEED}&#62;`,
] as const;
export const LINE = LINES.slice(0, 4).join(" ");
export const ADDRESSES = [
  `javascript:${DEED}`,
  `JaVaScRiPt:${DEED}`,
  `\tjava\nscript:${DEED}`,
  `data:text/html,<script>${DEED}</script>`,
  `vbscript:${DEED}`,
  `https://x.example/"onmouseover="${DEED}`,
  `https://x.example/'><script>${DEED}</script>`,
] as const;
export const MARKDOWN = [
  ...ADDRESSES.flatMap((url) => [`[x](${url})`, `![x](${url})`, `[x](<${url}>)`, `<${url}>`]),
  `[x][1]\n\n[1]: javascript:${DEED}`,
  `[x](https://x.example "\\" onmouseover=${DEED}")`,
  `![" onerror=${DEED} x="](https://x.example/x.png)`,
  `\`\`\`" onclick=${DEED}\ncode\n\`\`\``,
  `@nobody<img src=x onerror=${DEED}>@host`,
  `#topic"><script>${DEED}</script>`,
  `| a |\n|---|\n| <img src=x onerror=${DEED}> |`,
  `> <script>${DEED}</script>`,
  `# <svg onload=${DEED}>`,
  `https://x.example/?<script>${DEED}</script>`,
];

/** In portions, as fast as the server takes them. */
export async function all<T>(list: readonly T[], work: (one: T, index: number) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < list.length; at += 8)
    await Promise.all(list.slice(at, at + 8).map((one, n) => work(one, at + n)));
}
