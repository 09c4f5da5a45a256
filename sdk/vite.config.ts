import { resolve } from "node:path";
import { defineConfig } from "vite";

const inSource = (file: string) => resolve(import.meta.dirname, "src", file);

const NOTICE = "/*! bakeoff-sdk, MIT. What it includes of others: THIRD-PARTY-NOTICES */";

/** The client, the AI SDK's middleware, and the assigner, which only clients in local mode load. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: "warn",
  build: {
    target: "es2022",
    lib: { entry: { index: inSource("index.ts"), ai: inSource("ai.ts") }, formats: ["es"] },
    rolldownOptions: {
      // What is imported for its types alone declares schemas, and must leave no trace.
      treeshake: { moduleSideEffects: false, propertyReadSideEffects: false },
      output: { minify: true, chunkFileNames: "[name].js", postBanner: NOTICE },
    },
  },
});
