import { resolve } from "node:path";
import { defineConfig } from "vite";

const inSource = (file: string) => resolve(import.meta.dirname, "src", file);

const NOTICE = "/*! bakeoff-sdk, MIT. What it includes of others: THIRD-PARTY-NOTICES */";

/** The name of the build of what measures runs. */
export const RUNNER = "runner";

/**
 * The client, the AI SDK's middleware, and the assigner, which only clients in local mode load. What measures runs is a build
 * of its own: sharing modules with it would take the main entry apart.
 */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  logLevel: "warn",
  plugins: [
    {
      name: "runner-apart",
      enforce: "pre",
      resolveId: (source) => (source === "./runner.ts" ? { id: "./runner.js", external: true } : undefined),
    },
  ],
  build: {
    target: "es2022",
    emptyOutDir: mode !== RUNNER,
    lib: {
      entry:
        mode === RUNNER
          ? { runner: inSource("runner.ts") }
          : { index: inSource("index.ts"), ai: inSource("ai.ts") },
      formats: ["es"],
    },
    rolldownOptions: {
      // What is imported for its types alone declares schemas, and must leave no trace.
      treeshake: { moduleSideEffects: false, propertyReadSideEffects: false },
      output: { minify: true, chunkFileNames: "[name].js", postBanner: NOTICE },
    },
  },
}));
