/** What something costs in time of the processor: unlike the clock on the wall, that is the same however busy the machine is. */

/** The milliseconds that this process computes until `act` has ended, in all its threads. Nothing else may be under way in it. */
export async function costMs(act: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
