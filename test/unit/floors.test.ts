import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const SOURCE = resolve(import.meta.dirname, "../../src");

/** From the ground up: a room may import its own files and rooms on lower floors, or those named as its neighbours. */
const FLOORS = [
  ["model"],
  ["assigner", "analyzer", "pricing"],
  ["telemetry"],
  ["guardrails", "decider", "reporter"],
  ["store"],
  ["ruleset", "aggregator"],
  ["lifecycle"],
  ["api", "cron"],
  ["index.ts"],
];

const PURE_ROOMS = [
  "model",
  "assigner",
  "analyzer",
  "pricing",
  "telemetry",
  "guardrails",
  "decider",
  "reporter",
];

function floorOf(room: string): number {
  const floor = FLOORS.findIndex((rooms) => rooms.includes(room));
  if (floor < 0) throw new Error(`the room '${room}' is on no floor`);
  return floor;
}

const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

function importsOf(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].flatMap((match) => match[1] ?? []);
}

function roomOf(path: string): string {
  return path.split("/")[0] ?? path;
}

describe("the house", () => {
  it.each(files)("%s imports only from its own room and from lower floors", (file) => {
    const room = roomOf(file);
    for (const imported of importsOf(file).filter((name) => name.startsWith("."))) {
      const target = roomOf(relative(SOURCE, resolve(SOURCE, dirname(file), imported)));
      if (target !== room) expect(floorOf(target), `${file} → ${imported}`).toBeLessThan(floorOf(room));
    }
  });

  it.each(files.filter((file) => PURE_ROOMS.includes(roomOf(file))))(
    "%s knows no Cloudflare and no clock",
    (file) => {
      const text = readFileSync(join(SOURCE, file), "utf8");
      expect(importsOf(file).filter((name) => /cloudflare|drizzle|^node:/.test(name))).toEqual([]);
      expect(text).not.toMatch(/Date\.now|new Date\(\)|Math\.random|performance\.now/);
    },
  );

  it("keeps its files small enough to be read at once", () => {
    const long = files.filter((file) => readFileSync(join(SOURCE, file), "utf8").split("\n").length > 300);
    expect(long).toEqual([]);
  });
});
