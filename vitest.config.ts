import { availableParallelism, tmpdir } from "node:os";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig, type TestUserConfig } from "vitest/config";
import LongestFirst from "#test/support/longest-first.ts";
import { findMemoryDirectory } from "#test/support/memory-directory.ts";
import { HAS_BROWSER } from "#tools/browser/launch.ts";

/** By default vitest leaves one processor out, and with two would run one file at a time. */
const WORKERS = Math.max(2, availableParallelism() - 1);

/**
 * What the Worker imports. Every test file has a runtime of its own, to which modules travel one by one: bundled, these
 * packages are a few dozen instead of hundreds. One that is missing here costs time, nothing else.
 */
const BUNDLED_PACKAGES = [
  "@bufbuild/protobuf/wire",
  "@stdlib/math-base-special-betainc",
  "@stdlib/math-base-special-erfc",
  "@stdlib/math-base-special-erfcinv",
  "@stdlib/math-base-special-gammainc",
  "@stdlib/math-base-special-gammaln",
  "@stdlib/math-base-special-kernel-betaincinv",
  "@stdlib/stats-base-dists-t-cdf",
  "@stdlib/stats-base-dists-t-quantile",
  "drizzle-orm",
  "drizzle-orm/d1",
  "drizzle-orm/sqlite-core",
  "hyparquet",
  "hyparquet-writer",
  "itty-router",
  "jose",
  "uuid",
  "zod",
  "zod-openapi",
];

/** What a test can use up, in place of the thousands that wrangler.toml allows. */
const LOW_RATE = 20;

/** What was set before {@link storeInMemory} changed it: this file may be read more than once in a process. */
process.env.BAKEOFF_DISK_TMPDIR ??= tmpdir();

/** The tests of all other projects write on the disk: from memory, programs may not be allowed to run. */
const ON_DISK = { TMPDIR: process.env.BAKEOFF_DISK_TMPDIR };

/**
 * Puts the databases of the integration tests into memory where that is possible. In the local D1 each query, a read too, waits until
 * it is on the disk: a quarter of these tests' processor time, and more of their waiting. The runtime takes no other directory.
 */
function storeInMemory(): void {
  const directory = findMemoryDirectory();
  if (directory !== undefined) process.env.TMPDIR = directory;
}

/** What drives whole servers and browsers. */
const END_TO_END = {
  environment: "node",
  env: ON_DISK,
  globalSetup: ["./test/e2e/support/build-once.ts"],
  setupFiles: ["./test/e2e/support/file-end.ts"],
  // After everything else. Mostly they wait, so a few run side by side.
  sequence: { groupOrder: 1 },
  maxWorkers: 3,
  // Node runs the code as it is. Where vite rewrites it, every stack that is noted is mapped, and playwright notes one for each call.
  experimental: { viteModuleRunner: false },
  testTimeout: 360_000,
  hookTimeout: 300_000,
  // As long as playwright's own waiting (PATIENCE_MILLISECONDS): a machine may be slow, a page is never done at once.
  expect: { poll: { timeout: 60_000 } },
} satisfies TestUserConfig;

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/summary-reporter.ts"],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          globalSetup: ["./test/support/build-client.ts"],
          include: ["test/unit/**/*.test.ts", "test/checks/**/*.test.ts"],
          environment: "node",
          env: ON_DISK,
          // Pure code shares modules without harm; loading them anew for every file is a third of the work.
          isolate: false,
          // Node runs the code as it is. Where vite rewrites it, every use of an import is a look-up: a third of a simulation's time.
          experimental: { viteModuleRunner: false },
          testTimeout: 180_000,
          maxWorkers: WORKERS,
        },
      },
      {
        cacheDir: ".build/vite",
        plugins: [
          cloudflareTest(async () => {
            storeInMemory();
            return {
              wrangler: { configPath: "./wrangler.toml" },
              main: "./src/limited.ts",
              remoteBindings: false,
              miniflare: {
                bindings: {
                  TEST_MIGRATIONS: await readD1Migrations("./migrations"),
                  LOG_MIGRATIONS: await readD1Migrations("./migrations/log"),
                  BAKEOFF_ADMIN_KEY: "bk_admin_test_000000000000000000000000",
                  BAKEOFF_UNIT_KEY: "unit-key-test-0000000000000000000",
                },
                r2Buckets: { ARCHIVE: "bakeoff-archive" },
                ratelimits: {
                  LOW_CLIENT_RATE: { namespace_id: "1002", simple: { limit: LOW_RATE, period: 60 } },
                },
              },
            };
          }),
        ],
        test: {
          name: "integration",
          // Starting a runtime and sending it all modules is most of the work of a file; its setup file empties what is stored.
          isolate: false,
          globalSetup: ["./test/support/build-client.ts"],
          include: ["test/integration/**/*.test.ts"],
          setupFiles: ["./test/support/new-installation.ts"],
          testTimeout: 60_000,
          maxWorkers: WORKERS,
          deps: { optimizer: { ssr: { enabled: true, include: BUNDLED_PACKAGES } } },
        },
      },
      {
        test: {
          ...END_TO_END,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: ["test/e2e/{clients,dashboard}/**", ...(HAS_BROWSER ? [] : ["test/e2e/demo.test.ts"])],
        },
      },
      {
        test: {
          ...END_TO_END,
          name: "clients",
          include: ["test/e2e/clients/**/*.test.ts"],
          // Loading the clients of others takes longer than most of these tests.
          isolate: false,
        },
      },
      {
        test: {
          ...END_TO_END,
          name: "dashboard",
          include: HAS_BROWSER ? ["test/e2e/dashboard/**/*.test.ts"] : [],
          // Files that run one after the other share a browser, and what they import is loaded once.
          isolate: false,
        },
      },
    ],
  },
});
