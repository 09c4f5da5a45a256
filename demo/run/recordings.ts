import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const zeroOrOneSchema = z.union([z.literal(0), z.literal(1)]);

/** One recorded outcome of one task under one variant. A field that is absent was not recorded. */
const recordedRowSchema = z.strictObject({
  task_id: z.string(),
  variant: z.string(),
  success: zeroOrOneSchema.optional(),
  /** One character per sample: 1 correct, 0 not. */
  trials: z
    .string()
    .regex(/^[01]+$/)
    .optional(),
  error: zeroOrOneSchema.optional(),
  /** One character per sample: 1 harmful, 0 not, x where the annotator gave no valid label. */
  harmful_trials: z
    .string()
    .regex(/^[01x]+$/)
    .optional(),
  /** The answer's length, one per sample. */
  out_chars: z.array(z.number()).optional(),
  latency_ms: z.number().optional(),
  ttft_ms: z.number().optional(),
  output_tokens: z.number().optional(),
  cost_usd: z.number().optional(),
});
export type RecordedRow = z.infer<typeof recordedRowSchema>;

/** What was recorded for the same tasks under several variants. */
export interface Recording {
  tasks: string[];
  /** @throws when nothing was recorded for the pair: nothing is made up in its place */
  row: (task: string, variant: string) => RecordedRow;
}

const address = (task: string, variant: string): string => `${variant}\n${task}`;

/** Reads a recording and keeps the named variants' rows. @param name a file of `demo/data`, without its ending */
export async function readRecording(name: string, variants: readonly string[]): Promise<Recording> {
  const text = await readFile(join(import.meta.dirname, "../data", `${name}.ndjson`), "utf8");
  const rows = new Map<string, RecordedRow>();
  for (const line of text.split("\n").filter((candidate) => candidate !== "")) {
    const row = recordedRowSchema.parse(JSON.parse(line));
    rows.set(address(row.task_id, row.variant), row);
  }
  const recorded = [...rows.values()].filter(({ variant }) => variants.includes(variant));
  return {
    tasks: [...new Set(recorded.map(({ task_id }) => task_id))],
    row: (task, variant) => {
      const row = rows.get(address(task, variant));
      if (!row) throw new Error(`${name} holds no outcome of ${task} under ${variant}`);
      return row;
    },
  };
}
