import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const SOURCE = resolve(import.meta.dirname, "../../../dashboard/src");

/** What all features share; it knows none of them. */
const SHARED_FOLDERS = ["charts", "config-value", "data", "format", "metric", "styles", "ui"];

const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.tsx?$/.test(file));

/** The dashboard's own files that a file imports, lazily or at once, as paths below dashboard/src. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].flatMap(([, specifier = ""]) => {
    if (specifier.startsWith("#dashboard/")) return [specifier.slice("#dashboard/".length)];
    return specifier.startsWith(".") ? [posix.join(dirname(file), specifier)] : [];
  });
}

const graph = new Map(files.map((file) => [file, importsOf(file)]));

function findCycle(file: string, path: readonly string[], done: Set<string>): readonly string[] | undefined {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
  if (done.has(file)) return undefined;
  for (const imported of graph.get(file) ?? []) {
    const cycle = findCycle(imported, [...path, file], done);
    if (cycle) return cycle;
  }
  done.add(file);
  return undefined;
}

describe("the dashboard's imports", () => {
  it.each(SHARED_FOLDERS)("lead from %s neither to a feature nor to the shell", (folder) => {
    const upward = files
      .filter((file) => file.startsWith(`${folder}/`))
      .flatMap((file) => importsOf(file).map((imported) => `${file} → ${imported}`))
      .filter((edge) => /→ (features|app)\//.test(edge));
    expect(upward).toEqual([]);
  });

  it("lead nowhere in a circle", () => {
    const done = new Set<string>();
    expect(files.map((file) => findCycle(file, [], done)).filter(Boolean)).toEqual([]);
  });
});
