import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

/** Smaller parts that pages share are joined: an experiment's page would need fifty. Larger ones make small pages load too much. */
const SMALL_PART_BYTES = 8_000;

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
            // By a name of its own: a test holds that the first load is without it.
            { name: "diff", test: /[\\/](text|config-value)-diff\.tsx/, priority: 2 },
            // With all that it needs: it belongs to the first load of a new installation.
            { name: "first-steps", test: /[\\/]first-steps\./, priority: 2 },
            {
              // What is imported on demand stays apart: joined with what others need, it would come with them.
              name: (id, context) => (context.getModuleInfo(id)?.dynamicImporters.length ? null : "shared"),
              debugName: "shared",
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: SMALL_PART_BYTES,
              priority: 1,
            },
          ],
        },
      },
    },
  },
});
