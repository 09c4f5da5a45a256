import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import WaitingFirst from "./test/support/waiting-first.ts";

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/summary-reporter.ts"],
    sequence: { sequencer: WaitingFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts", "test/checks/**/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            remoteBindings: false,
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations("./migrations"),
                BAKEOFF_ADMIN_KEY: "bk_admin_test",
                BAKEOFF_UNIT_KEY: "unit-key-test",
              },
            },
          })),
        ],
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          setupFiles: ["./test/support/apply-migrations.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          environment: "node",
          globalSetup: ["./test/e2e/support/build-once.ts"],
          // They drive whole servers and browsers: after everything else. Mostly they wait, so a few run side by side.
          sequence: { groupOrder: 1 },
          maxWorkers: 3,
          testTimeout: 360_000,
          hookTimeout: 120_000,
          // As long as playwright's own waiting: a machine may be slow, and a page is never done at once.
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
