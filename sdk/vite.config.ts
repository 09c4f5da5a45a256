import { resolve } from "node:path";
import { defineConfig } from "vite";

const inSource = (file: string) => resolve(import.meta.dirname, "src", file);

const NOTICE = "/*! bakeoff-sdk, MIT. What it includes of others: THIRD-PARTY-NOTICES */";

/** What is loaded when it is needed: what measures runs, and what encrypts and signs. Each is a build of its own. */
export const PARTS = ["runner", "sealing"];

const isPart = (file: string) => PARTS.some((part) => file === `./${part}.ts`);

/**
 * The client, the AI SDK's middleware, and the assigner, which only clients in local mode load. Sharing modules with the
 * other parts would take the main entry apart.
 */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  logLevel: "warn",
  plugins: [
    {
      name: "parts-apart",
      enforce: "pre",
      resolveId: (source) =>
        isPart(source) ? { id: source.replace(/ts$/, "js"), external: true } : undefined,
    },
  ],
  build: {
    target: "es2022",
    emptyOutDir: !PARTS.includes(mode),
    lib: {
      entry: PARTS.includes(mode)
        ? { [mode]: inSource(`client/${mode}.ts`) }
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
