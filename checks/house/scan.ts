/** Reads a TypeScript file without a parser: takes comments and literals out, and finds what it imports. */

export interface Import {
  /** What stands between the quotes; null when it is computed. */
  readonly path: string | null;
  /** Only types come through: `import type`, `export type … from`. */
  readonly typeOnly: boolean;
}

export interface Scanned {
  readonly imports: readonly Import[];
  /** The code with comments blank, regular expressions as `/0/` and the n-th string as `"n"`; template texts are blank. */
  readonly code: string;
}

const FROM =
  /(?:^|[;}\n])\s*(?:import|export)\s+(type\s+)?(?:[\w$]+\s*,\s*)?(?:\{[^}]*\}|\*(?:\s*as\s+[\w$]+)?|[\w$]+)\s*from\s*"(\d+)"/g;
const BARE = /(?:^|[;}\n])\s*import\s*"(\d+)"/g;
const CALL = /(?<![\w$.])(?:import|require)\s*\(\s*(?:"(\d+)"\s*[,)])?/g;

/** Scans the text of one file. */
export function scan(text: string): Scanned {
  const { code, strings } = takeOutLiterals(text);
  const imports: Import[] = [];
  for (const [, type, index] of code.matchAll(FROM)) {
    imports.push({ path: strings[Number(index)] ?? null, typeOnly: type !== undefined });
  }
  for (const [, index] of code.matchAll(BARE)) imports.push({ path: strings[Number(index)] ?? null, typeOnly: false });
  for (const [, index] of code.matchAll(CALL)) {
    imports.push({ path: index === undefined ? null : (strings[Number(index)] ?? null), typeOnly: false });
  }
  return { imports, code };
}

/** After these a slash begins a regular expression; after a name, a number or a closing bracket it divides. */
const BEFORE_REGEX =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|void|delete|throw|new|await|yield|else))\s*$/;

function takeOutLiterals(text: string): { code: string; strings: string[] } {
  const strings: string[] = [];
  /** For each template we are inside of: how many braces its `${` has open. */
  const templates: number[] = [];
  let code = "";
  let at = 0;

  /** From just after the backtick or the closing brace to the next `${` or the end of the template. */
  const skipTemplateText = (): void => {
    for (; at < text.length; at++) {
      if (text[at] === "\\") at++;
      else if (text[at] === "`") {
        at++;
        code += '""';
        return;
      } else if (text[at] === "$" && text[at + 1] === "{") {
        at += 2;
        templates.push(0);
        code += "(";
        return;
      }
    }
  };

  while (at < text.length) {
    const char = text[at] as string;
    const next = text[at + 1];
    if (char === "/" && next === "/") {
      const end = text.indexOf("\n", at);
      at = end === -1 ? text.length : end;
    } else if (char === "/" && next === "*") {
      const end = text.indexOf("*/", at + 2);
      at = end === -1 ? text.length : end + 2;
      code += " ";
    } else if (char === '"' || char === "'") {
      const end = endOfString(text, at);
      code += `"${strings.push(text.slice(at + 1, end - 1)) - 1}"`;
      at = end;
    } else if (char === "`") {
      at++;
      skipTemplateText();
    } else if (char === "/" && BEFORE_REGEX.test(code.slice(-32))) {
      at = endOfRegex(text, at);
      code += "/0/";
    } else if (templates.length > 0 && (char === "{" || char === "}")) {
      const open = templates.pop() as number;
      if (char === "}" && open === 0) {
        at++;
        code += ")";
        skipTemplateText();
      } else {
        templates.push(open + (char === "{" ? 1 : -1));
        code += char;
        at++;
      }
    } else {
      code += char;
      at++;
    }
  }
  return { code, strings };
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === text[start]) return at + 1;
  }
  return text.length;
}

function endOfRegex(text: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "[") inClass = true;
    else if (text[at] === "]") inClass = false;
    else if (text[at] === "\n") return at;
    else if (text[at] === "/" && !inClass) return at + 1;
  }
  return text.length;
}
