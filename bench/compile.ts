import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { inRepository } from "#tools/local-server/repository.ts";
import type { Report } from "./report/report.ts";

const run = promisify(execFile);
const timesSchema = z.strictObject({ own: z.number(), parsing: z.number() });

/** Making one AI config with its experiment ready to assign, beside parsing the JSON that it is stored as. */
export async function benchCompile(report: Report): Promise<void> {
  const { stdout } = await run(process.execPath, [inRepository("bench/workers/compile.ts")]);
  const { own, parsing } = timesSchema.parse(JSON.parse(stdout));
  report.add({
    bench: "compile",
    name: "one AI config with an experiment of two variants and six metrics",
    value: own,
    unit: "µs",
    references: { "parsing its JSON": parsing },
  });
}
