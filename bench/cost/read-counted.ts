import { readFile } from "node:fs/promises";
import { z } from "zod";
import { inRepository } from "#tools/local-server/repository.ts";
import { countsSchema } from "./counts.ts";

const MILLION = 1e6;
const keptSchema = z.array(z.looseObject({ bench: z.string(), name: z.string() }));
const countedSchema = z.object({ name: z.string(), usage: z.object({ counts: countsSchema }) });

/** The rows written per event of the newest count, by a part of its name; undefined where nothing was counted. */
export async function readCounted(): Promise<(name: string) => number | undefined> {
  const text = await readFile(inRepository(".build/bench.json"), "utf8").catch(() => "[]");
  const counted = keptSchema
    .parse(JSON.parse(text))
    .filter(({ bench }) => bench === "cost")
    .map((one) => countedSchema.parse(one));
  return (name) => {
    const counts = counted.find((one) => one.name.includes(name))?.usage.counts;
    return counts && (counts.databaseRowsWritten + counts.objectRowsWritten) / MILLION;
  };
}
