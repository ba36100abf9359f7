/** How an operator calls this program, so that what we print can be copied and run. */
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * `node src/main.ts` from where we are. The Node that npm brought along is named by its path: the system's own may be too old.
 * `folder` is where the operator stands.
 */
export function howToCall(folder: string = process.cwd(), node: string = process.execPath): string {
  const modules = node.lastIndexOf(`${sep}node_modules${sep}`);
  const program = modules === -1 ? "node" : shorter(folder, `${node.slice(0, modules)}/node_modules/.bin/node`);
  return `${program} ${shorter(folder, fileURLToPath(new URL("../main.ts", import.meta.url)))}`;
}

function shorter(folder: string, path: string): string {
  const near = relative(folder, path);
  const chosen = near.startsWith("..") ? path : near;
  return /^[\w./@-]+$/.test(chosen) ? chosen : `'${chosen.replaceAll("'", "'\\''")}'`;
}
