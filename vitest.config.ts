/** How the tests run: in a few processes, on one embedded Postgres for the whole run. */
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that start processes, clusters and browsers: begun last, they would be waited for alone. The longest of all comes first. */
const LONG = [/\/axe\./, /\/(?:journeys|cli)\/|-browser\.|\/(?:browser|embedded|install|look|xss)\./];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((long) => long.test(moduleId));
      return at < 0 ? LONG.length : at;
    };
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

// biome-ignore lint/style/noDefaultExport: Vitest takes its configuration from the default export.
export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/support/global-setup.ts"],
    execArgv: ["--import", new URL("tests/support/quick-rsa.ts", import.meta.url).href],
    pool: "forks",
    // A process runs one file after another: importing everything anew for each took a fifth of the time. Nothing of ours happens at import.
    isolate: false,
    // On two cores; a test often waits for Postgres or for a process that it started.
    maxWorkers: 4,
    sequence: { sequencer: LongFirst },
    // These only end what will never come, and are long enough for a machine that is a good deal slower and busy with other things.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
