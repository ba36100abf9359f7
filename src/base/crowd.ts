/** How many of each are here at once. */

export interface Crowd {
  /** Counts one more, unless there are as many as there may be. */
  enter(who: string): boolean;
  leave(who: string): void;
  count(who: string): number;
}

export function openCrowd(most: number): Crowd {
  const counts = new Map<string, number>();
  const count = (who: string) => counts.get(who) ?? 0;
  return {
    count,
    enter(who) {
      const here = count(who);
      if (here >= most) return false;
      counts.set(who, here + 1);
      return true;
    },
    leave(who) {
      const here = count(who);
      if (here > 1) counts.set(who, here - 1);
      else counts.delete(who);
    },
  };
}
