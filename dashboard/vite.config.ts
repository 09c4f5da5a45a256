import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

/** What pages share is loaded in parts of about this size: by default each of some fifty small ones is a request. */
const SHARED_PART_BYTES = 30_000;

/** Where several pages share a part, its name lists them all. */
const fileName = (name = "") => `assets/${name.startsWith("shared~") ? "shared" : "[name]"}-[hash]`;

export default defineConfig({
  root: import.meta.dirname,
  plugins: [solid()],
  build: {
    target: "es2023",
    emptyOutDir: true,
    // The content security policy allows no data: fonts or scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        chunkFileNames: ({ name }) => `${fileName(name)}.js`,
        assetFileNames: ({ names: [name] }) => `${fileName(name)}[extname]`,
        codeSplitting: {
          groups: [
            { name: "initial", tags: ["$initial"], priority: 3 },
            // Larger than all else together, and few pages draw.
            { name: "plot", test: /node_modules[\\/]@observablehq[\\/]/, priority: 2 },
            {
              name: "shared",
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: SHARED_PART_BYTES,
              priority: 1,
            },
          ],
        },
      },
    },
  },
});
