import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const SOURCE = resolve(import.meta.dirname, "../../src");

/** From the ground up: a module imports only its own files and modules of lower layers. */
const LAYERS = [
  ["shared"],
  ["model"],
  ["contract", "assigner", "analyzer"],
  ["telemetry"],
  ["guardrails", "decider", "reporter", "ledger"],
  ["store"],
  ["ruleset", "event-log"],
  ["aggregator"],
  ["results"],
  ["lifecycle", "ingest"],
  ["api", "cron"],
  ["index.ts"],
];

const PURE_MODULES = [
  "shared",
  "model",
  "contract",
  "assigner",
  "analyzer",
  "telemetry",
  "guardrails",
  "decider",
  "reporter",
  "ledger",
];

function layerOf(module: string): number {
  const layer = LAYERS.findIndex((modules) => modules.includes(module));
  if (layer < 0) throw new Error(`the module '${module}' is in no layer`);
  return layer;
}

const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

function importsOf(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].flatMap((match) => match[1] ?? []);
}

function moduleOf(path: string): string {
  return path.split("/")[0] ?? path;
}

/** The module that an import of the project's own code leads to; undefined for packages. */
function importedModule(file: string, specifier: string): string | undefined {
  if (specifier.startsWith("#"))
    return specifier === "#client-package" ? undefined : moduleOf(specifier.slice(1));
  if (!specifier.startsWith(".")) return undefined;
  return moduleOf(relative(SOURCE, resolve(SOURCE, dirname(file), specifier)));
}

describe("the layers", () => {
  it.each(files)("%s imports only from its own module and from lower layers", (file) => {
    const module = moduleOf(file);
    for (const specifier of importsOf(file)) {
      const imported = importedModule(file, specifier);
      if (imported === undefined || imported === module) continue;
      expect(layerOf(imported), `${file} → ${specifier}`).toBeLessThan(layerOf(module));
    }
  });

  it.each(files.filter((file) => PURE_MODULES.includes(moduleOf(file))))(
    "%s knows no Cloudflare and no clock",
    (file) => {
      const text = readFileSync(join(SOURCE, file), "utf8");
      expect(importsOf(file).filter((name) => /cloudflare|drizzle|^node:/.test(name))).toEqual([]);
      expect(text).not.toMatch(/Date\.now|new Date\(\)|Math\.random|performance\.now/);
    },
  );

  it("keep their files small enough to be read at once", () => {
    const long = files.filter((file) => readFileSync(join(SOURCE, file), "utf8").split("\n").length > 300);
    expect(long).toEqual([]);
  });
});
