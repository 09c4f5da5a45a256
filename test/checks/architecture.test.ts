import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const ROOT = resolve(import.meta.dirname, "../..");

/** From the ground up: a module of src imports only its own files and modules of lower layers. */
const LAYERS = [
  ["shared"],
  ["model"],
  ["contract", "assigner", "analyzer"],
  ["telemetry"],
  ["guardrails", "decider", "reporter", "ledger", "config.ts"],
  ["store"],
  ["ruleset", "event-log"],
  ["aggregator"],
  ["results"],
  ["log-reader"],
  ["lifecycle", "ingest"],
  ["api", "cron"],
  ["index.ts"],
  ["limits"],
  ["limited.ts"],
];

/** These take plain data and the time, return plain data, and run anywhere. */
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

/** What else there is, and what of src each may import: clients know the contract and pure modules, never the Worker. */
const CLIENTS: Record<string, readonly string[]> = {
  sdk: ["assigner", "contract", "model", "shared", "telemetry"],
  dashboard: ["contract", "model", "reporter", "shared"],
  demo: ["analyzer", "assigner", "contract", "model", "shared"],
};

/** Of the parts beside src, which may import which: tests and benches may import everything. */
const PARTS: Record<string, readonly string[]> = {
  src: [],
  sdk: ["src"],
  dashboard: ["src"],
  tools: ["src", "sdk", "demo"],
  demo: ["src", "tools"],
};

const aliases = z
  .object({ imports: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))).imports;

const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" })
  .split("\n")
  .filter((file) => /^(src|sdk\/src|dashboard\/src|demo|tools|bench|test)\/.*\.tsx?$/.test(file))
  .filter((file) => existsSync(join(ROOT, file)));

/** The file that an import leads to, from the root; undefined for packages and what is built. */
function importedFile(file: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return join(dirname(file), specifier);
  const [name = ""] = /^#[^/]*/.exec(specifier) ?? [];
  const target = aliases[specifier] ?? aliases[`${name}/*`]?.replace("*", specifier.slice(name.length + 1));
  return target?.startsWith("./.build") ? undefined : target?.replace("./", "");
}

const importsOf = new Map(
  files.map((file) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].flatMap(
      (match) => match[1] ?? [],
    );
    return [file, specifiers] as const;
  }),
);

const importedFilesOf = new Map(
  files.map((file) => {
    const imported = (importsOf.get(file) ?? []).flatMap((specifier) => importedFile(file, specifier) ?? []);
    return [file, imported] as const;
  }),
);

const partOf = (file: string) => file.split("/")[0] ?? "";
const moduleOf = (file: string) => file.split("/")[1] ?? "";

function layerOf(module: string): number {
  const layer = LAYERS.findIndex((modules) => modules.includes(module));
  if (layer < 0) throw new Error(`the module '${module}' is in no layer`);
  return layer;
}

const inPart = (part: string) => files.filter((file) => partOf(file) === part);

/** Files that import each other in a circle, as one list; empty where there is none. */
function findCycle(): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    path.push(file);
    for (const imported of importedFilesOf.get(file) ?? []) {
      const cycle = visit(imported);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of files) {
    const cycle = visit(file);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

describe("the layers", () => {
  it.each(inPart("src"))("%s imports only from its own module and from lower layers", (file) => {
    for (const imported of importedFilesOf.get(file) ?? []) {
      expect(partOf(imported), `${file} → ${imported}`).toBe("src");
      if (moduleOf(imported) === moduleOf(file)) continue;
      expect(layerOf(moduleOf(imported)), `${file} → ${imported}`).toBeLessThan(layerOf(moduleOf(file)));
    }
  });

  it.each(inPart("src").filter((file) => PURE_MODULES.includes(moduleOf(file))))(
    "%s knows no Cloudflare and no clock",
    (file) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      const specifiers = importsOf.get(file) ?? [];
      expect(specifiers.filter((name) => /cloudflare|drizzle|^node:/.test(name))).toEqual([]);
      expect(text).not.toMatch(/Date\.now|new Date\(\)|Math\.random|performance\.now/);
    },
  );

  it.each(Object.keys(PARTS))("%s imports only the parts that it may", (part) => {
    const allowed = [part, ...(PARTS[part] ?? [])];
    const others = inPart(part).flatMap((file) =>
      (importedFilesOf.get(file) ?? [])
        .filter((imported) => !allowed.includes(partOf(imported)))
        .map((imported) => `${file} → ${imported}`),
    );
    expect(others).toEqual([]);
  });

  it.each(Object.keys(CLIENTS))("%s knows of src only what its clients may", (part) => {
    const others = inPart(part).flatMap((file) =>
      (importedFilesOf.get(file) ?? [])
        .filter((imported) => partOf(imported) === "src" && !CLIENTS[part]?.includes(moduleOf(imported)))
        .map((imported) => `${file} → ${imported}`),
    );
    expect(others).toEqual([]);
  });

  it("have no files that import each other in a circle", () => {
    expect(findCycle()).toEqual([]);
  });

  it("keep their files small enough to be read at once", () => {
    const long = [...inPart("src"), ...inPart("sdk"), ...inPart("dashboard")].filter(
      (file) => readFileSync(join(ROOT, file), "utf8").split("\n").length > 300,
    );
    expect(long).toEqual([]);
  });
});
