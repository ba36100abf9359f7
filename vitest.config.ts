/** How the tests run: in a few processes, on one embedded Postgres for the whole run. */
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that start processes, clusters and browsers: begun last, they would be waited for alone. */
const LONG = /\/(?:journeys|cli)\/|-browser\.|\/(?:browser|embedded|install|xss)\./;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

// biome-ignore lint/style/noDefaultExport: Vitest takes its configuration from the default export.
export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/support/global-setup.ts"],
    pool: "forks",
    // A process runs one file after another: importing everything anew for each took a fifth of the time. Nothing of ours happens at import.
    isolate: false,
    // On two cores; a test often waits for Postgres or for a process that it started.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    // These only end what will never come, and are long enough for a machine that is a good deal slower and busy with other things.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
