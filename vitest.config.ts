/** How the tests run: in a few processes, on one embedded Postgres for the whole run. */
import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: Vitest takes its configuration from the default export.
export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/support/global-setup.ts"],
    pool: "forks",
    // A process runs one file after another: importing everything anew for each took a fifth of the time. Nothing of ours happens at import.
    isolate: false,
    // Of two cores; a test often waits for Postgres or for a process that it started.
    maxWorkers: 3,
    // These only end what will never come, and are long enough for a machine that is a good deal slower and busy with other things.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
