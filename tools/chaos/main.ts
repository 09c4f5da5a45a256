import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { runChaos } from "./run.ts";

const SHOWN_FAULTS = 20;
const MINUTE = 60_000;

const optionsSchema = z.object({
  minutes: z.coerce.number().positive().optional(),
  seed: z.coerce
    .number()
    .int()
    .default(() => Date.now() % 1_000_000),
  calm: z.boolean().default(false),
});

const { values } = parseArgs({
  options: { minutes: { type: "string" }, seed: { type: "string" }, calm: { type: "boolean" } },
});
const { seed, calm: isCalm, minutes = isCalm ? 30 : 60 } = optionsSchema.parse(values);
console.log(
  `Seed ${seed}: npm run chaos -- --seed ${seed} --minutes ${minutes}${isCalm ? " --calm" : ""} makes the same choices.`,
);

const data = await mkdtemp(join(tmpdir(), "bakeoff-chaos-"));
const { faults, steps, counts } = await runChaos({
  seed,
  data,
  milliseconds: minutes * MINUTE,
  isCalm,
  onProgress: (text) => console.log(text),
});
for (const [what, count] of counts) console.log(`${what}: ${count}`);
if (faults.length === 0) {
  console.log("\nNo fault.");
  await rm(data, { recursive: true, force: true });
} else {
  console.log(`\nThe last steps:\n${steps.join("\n")}\n`);
  for (const fault of faults.slice(0, SHOWN_FAULTS)) console.log(fault);
  console.log(`\n${faults.length} faults. Seed ${seed}. The data are in ${data}.`);
  process.exitCode = 1;
}
