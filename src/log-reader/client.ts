import * as z from "zod";
import { err, type Failure, failure, ok, type Result } from "#shared/result.ts";
import type { LogReader } from "./log-reader.ts";
import { type LogQuestion, readerName } from "./question.ts";
import { readingSchema } from "./reading.ts";

/** When a log that could not be read is asked for again, in seconds. */
const RETRY_SECONDS = 30;

export type LogReaderNamespace = DurableObjectNamespace<LogReader>;

const issueSchema = z.strictObject({ path: z.string(), code: z.string(), message: z.string() });

/** Why there is no result. */
const failedResultSchema = z.strictObject({
  ok: z.literal(false),
  error: z.strictObject({
    code: z.enum([
      "experiment_not_found",
      "invalid_input",
      "too_few_shared_units",
      "decision_not_found",
      "decision_not_recorded",
      "decision_not_replayable",
      "record_damaged",
    ]),
    detail: z.string(),
    issues: z.array(issueSchema).optional(),
    extensions: z.record(z.string(), z.unknown()).optional(),
  }),
});

const resultSchema = z.discriminatedUnion("ok", [
  z.strictObject({ ok: z.literal(true), value: z.unknown() }),
  failedResultSchema,
]);

/** An answer, or how far it is: from 0 to 1. */
export type LogAnswer<Value> = { state: "running"; progress: number } | { state: "done"; value: Value };

function toFailure({ error }: z.output<typeof failedResultSchema>): Failure {
  const { issues, extensions, ...rest } = error;
  return failure({ ...rest, ...(issues && { issues }), ...(extensions && { extensions }) });
}

/** Asks what the log of an experiment says. @param schema of the answer */
export async function askLog<Schema extends z.ZodType>(
  namespace: LogReaderNamespace,
  question: LogQuestion,
  schema: Schema,
): Promise<Result<LogAnswer<z.output<Schema>>>> {
  const reading = readingSchema.parse(await namespace.getByName(readerName(question)).read(question));
  if (reading.state === "running") return ok(reading);
  if (reading.state === "failed") {
    const refused = err("temporarily_unavailable", "The event log could not be read.");
    return failure({ ...refused.error, retryAfterSeconds: RETRY_SECONDS });
  }
  const result = resultSchema.parse(JSON.parse(reading.result));
  return result.ok ? ok({ state: "done", value: schema.parse(result.value) }) : toFailure(result);
}
