/** Finds circles in who imports whom. */

/** For each knot of files that import each other, one shortest way round, its first file again at the end. Sorted, each knot once. */
export function circles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const found: string[][] = [];
  const seen = new Set<string>();
  for (const file of [...graph.keys()].sort()) {
    if (seen.has(file)) continue;
    const way = wayRound(graph, file);
    if (!way) continue;
    for (const member of way) seen.add(member);
    found.push(way);
  }
  return found;
}

/** The shortest way from `start` back to itself, breadth first. */
function wayRound(graph: ReadonlyMap<string, ReadonlySet<string>>, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    for (const next of graph.get(file) ?? []) {
      if (next === start) {
        const way = [start];
        for (let step: string | undefined = file; step !== undefined && step !== start; step = cameFrom.get(step)) {
          way.unshift(step);
        }
        return [start, ...way];
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, file);
      queue.push(next);
    }
  }
  return undefined;
}
